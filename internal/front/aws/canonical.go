package aws

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// canonicalRequest is the text whose hash a signature covers. S3 encodes the
// path once as it is; every other service normalises it and encodes it twice.
func canonicalRequest(r *http.Request, signedHeaders []string, payload string, s3 bool) string {
	var b strings.Builder
	b.WriteString(r.Method)
	b.WriteByte('\n')
	b.WriteString(canonicalPath(rawPath(r), s3))
	b.WriteByte('\n')
	b.WriteString(canonicalQuery(r.URL.RawQuery))
	b.WriteByte('\n')
	for _, name := range signedHeaders {
		b.WriteString(name)
		b.WriteByte(':')
		b.WriteString(canonicalHeader(r, name))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	b.WriteString(strings.Join(signedHeaders, ";"))
	b.WriteByte('\n')
	b.WriteString(payload)
	return b.String()
}

// rawPath is the path as it was sent. An absolute-form request line (a proxy's) carries it behind the host.
func rawPath(r *http.Request) string {
	if p, _, _ := strings.Cut(r.RequestURI, "?"); strings.HasPrefix(p, "/") {
		return p
	}
	return r.URL.EscapedPath()
}

func canonicalPath(raw string, s3 bool) string {
	if raw == "" {
		return "/"
	}
	if s3 {
		decoded, err := url.PathUnescape(raw)
		if err != nil {
			decoded = raw
		}
		return escape(decoded, true)
	}
	clean := path.Clean("/" + raw)
	if strings.HasSuffix(raw, "/") && clean != "/" {
		clean += "/"
	}
	return escape(clean, true)
}

// canonicalQuery decodes and encodes anew, so that a client's own way of escaping does not matter.
func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	type pair struct{ name, value string }
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name = reescape(name)
		if name == "X-Amz-Signature" {
			continue
		}
		pairs = append(pairs, pair{name, reescape(value)})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name)
		b.WriteByte('=')
		b.WriteString(p.value)
	}
	return b.String()
}

func reescape(s string) string {
	decoded, err := url.QueryUnescape(s)
	if err != nil {
		decoded = s
	}
	return escape(decoded, false)
}

// escape percent-encodes all but the unreserved characters, and slashes if the text is a path.
func escape(s string, isPath bool) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		c := s[i]
		if unreserved(c) || (isPath && c == '/') {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// canonicalHeader is the value of a header as signed. net/http moves some headers out of the map.
func canonicalHeader(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "transfer-encoding":
		return strings.Join(r.TransferEncoding, ",")
	case "content-length":
		if r.Header.Get(name) == "" && r.ContentLength >= 0 {
			return strconv.FormatInt(r.ContentLength, 10)
		}
	}
	values := r.Header.Values(name)
	if len(values) == 1 {
		return fold(values[0])
	}
	folded := make([]string, len(values))
	for i, v := range values {
		folded[i] = fold(v)
	}
	return strings.Join(folded, ",")
}

// fold trims a header value and makes each run of blanks one.
func fold(s string) string {
	s = strings.Trim(s, " \t")
	if !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	blank := false
	for i := range len(s) {
		if s[i] == ' ' && blank {
			continue
		}
		blank = s[i] == ' '
		b.WriteByte(s[i])
	}
	return b.String()
}

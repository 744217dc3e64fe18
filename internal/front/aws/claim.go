package aws

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxExpires is the longest life of a presigned URL.
const maxExpires = 7 * 24 * time.Hour

// claim reads who a request says has signed it: nil when it is not signed at
// all. When the claim cannot be read whole, what could be read of it comes with
// the error, so that the error can be told in the right service's words.
func claim(r *http.Request) (*signature, error) {
	query := r.URL.Query()
	header := r.Header.Get("Authorization")
	inQuery := query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Signature")
	sigV2 := query.Has("AWSAccessKeyId") && query.Has("Signature")
	switch {
	case header != "" && (inQuery || sigV2):
		return scopeHint(header), unsupported("InvalidArgument",
			"Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "+
				"Signature query string parameter or the Authorization header should be specified",
			map[string]string{"ArgumentName": "Authorization"})
	case inQuery:
		return claimQuery(query)
	case sigV2:
		return nil, notSigV4()
	case header != "":
		return claimHeader(r.Header, header)
	}
	return nil, nil
}

func notSigV4() *rejection {
	return unsupported("InvalidRequest",
		"The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.", nil)
}

func claimHeader(h http.Header, value string) (*signature, error) {
	algorithm, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	if algorithm != Algorithm {
		if algorithm == "AWS" || strings.HasPrefix(algorithm, "AWS4-") {
			return nil, notSigV4()
		}
		return nil, unsupported("InvalidArgument", "Unsupported Authorization Type", map[string]string{"ArgumentName": "Authorization"})
	}
	s := scopeHint(value)
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = v
	}
	if parts["Credential"] == "" || parts["SignedHeaders"] == "" || parts["Signature"] == "" {
		return s, malformed("the authorization header requires three components: Credential, SignedHeaders, and Signature.", nil)
	}
	if trouble := s.readCredential(parts["Credential"]); trouble != "" {
		return s, malformed(trouble, nil)
	}
	s.value = parts["Signature"]
	if trouble := s.readSignedHeaders(parts["SignedHeaders"]); trouble != "" {
		return s, malformed(trouble, nil)
	}
	s.token = h.Get("X-Amz-Security-Token")
	var ok bool
	if s.time, ok = requestTime(h); !ok {
		return s, noDate()
	}
	return s, s.checkDay()
}

// scopeHint finds the service in an Authorization header that may be broken elsewhere.
func scopeHint(value string) *signature {
	s := &signature{}
	_, credential, ok := strings.Cut(value, "Credential=")
	if ok {
		credential, _, _ = strings.Cut(credential, ",")
		s.readCredential(strings.TrimSpace(credential)) // The hint is what could be read; the caller judges the whole.
	}
	return s
}

// requestTime is x-amz-date, or else Date in any of the forms that clients write.
func requestTime(h http.Header) (time.Time, bool) {
	if v := h.Get("X-Amz-Date"); v != "" {
		t, err := time.Parse(timeFormat, v)
		return t, err == nil
	}
	v := h.Get("Date")
	if t, err := http.ParseTime(v); err == nil {
		return t.UTC(), true
	}
	for _, form := range []string{time.RFC1123Z, timeFormat} {
		if t, err := time.Parse(form, v); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func claimQuery(q url.Values) (*signature, error) {
	s := &signature{presigned: true}
	trouble := s.readCredential(q.Get("X-Amz-Credential"))
	if algorithm := q.Get("X-Amz-Algorithm"); algorithm != "" && algorithm != Algorithm {
		return s, malformedPresign("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"")
	}
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"} {
		if q.Get(name) == "" {
			return s, malformedPresign("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, " +
				"X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
	}
	if trouble != "" {
		return s, malformedPresign("Error parsing the X-Amz-Credential parameter; " + trouble)
	}
	if trouble = s.readExpires(q.Get("X-Amz-Expires")); trouble != "" {
		return s, malformedPresign(trouble)
	}
	var err error
	if s.time, err = time.Parse(timeFormat, q.Get("X-Amz-Date")); err != nil {
		return s, malformedPresign("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
	}
	if trouble = s.readSignedHeaders(q.Get("X-Amz-SignedHeaders")); trouble != "" {
		return s, malformedPresign("Error parsing the X-Amz-SignedHeaders parameter; " + trouble)
	}
	s.value, s.token = q.Get("X-Amz-Signature"), q.Get("X-Amz-Security-Token")
	return s, s.checkDay()
}

// readCredential reads AKID/YYYYMMDD/REGION/SERVICE/aws4_request. The key id may itself hold slashes.
func (s *signature) readCredential(text string) (trouble string) {
	parts := strings.Split(text, "/")
	n := len(parts)
	if n >= 5 {
		s.accessKeyID = strings.Join(parts[:n-4], "/")
		s.scope = scope{date: parts[n-4], region: parts[n-3], service: parts[n-2]}
	}
	if n < 5 || s.accessKeyID == "" || s.scope.region == "" || s.scope.service == "" || parts[n-1] != "aws4_request" {
		return "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
	}
	if _, err := time.Parse("20060102", s.scope.date); err != nil {
		return fmt.Sprintf("incorrect date format \"%s\". This date in the credential must be in the format \"yyyyMMdd\".", s.scope.date)
	}
	return ""
}

func (s *signature) readSignedHeaders(text string) (trouble string) {
	s.signedHeaders = strings.Split(text, ";")
	for i, name := range s.signedHeaders {
		s.signedHeaders[i] = strings.ToLower(strings.TrimSpace(name))
	}
	if slices.Contains(s.signedHeaders, "") {
		return "the SignedHeaders are mal-formed; expecting header names separated by semicolons."
	}
	return ""
}

func (s *signature) readExpires(text string) (trouble string) {
	seconds, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return "X-Amz-Expires should be a number"
	case seconds < 0:
		return "X-Amz-Expires must be non-negative"
	case seconds > int64(maxExpires/time.Second):
		return "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
	}
	s.expires = time.Duration(seconds) * time.Second
	return ""
}

// checkDay compares the scope's date with the day of the signature.
func (s *signature) checkDay() error {
	if s.scope.date == s.time.UTC().Format("20060102") {
		return nil
	}
	return wrongDay(s)
}

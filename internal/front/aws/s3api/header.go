package s3api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

const (
	copySourceHeader = "x-amz-copy-source"
	metadataPrefix   = "X-Amz-Meta-"
)

// unsupportedHeaders are headers of writes that mean something this store does not do.
var unsupportedHeaders = []string{
	"x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-key",
	"x-amz-copy-source-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-context",
	"x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold", "x-amz-write-offset-bytes",
}

// attributes reads what a writer says about an object besides its body.
func (c *call) attributes() (bucket.Attributes, error) {
	h := c.Header
	for _, name := range unsupportedHeaders {
		if h.Get(name) != "" {
			return bucket.Attributes{}, notImplemented("Header", name)
		}
	}
	a := bucket.Attributes{
		Headers: bucket.ContentHeaders{
			CacheControl: h.Get("Cache-Control"), ContentDisposition: h.Get("Content-Disposition"),
			ContentEncoding: contentEncoding(h), ContentLanguage: h.Get("Content-Language"),
			ContentType: h.Get("Content-Type"), Expires: h.Get("Expires"),
			WebsiteRedirect: h.Get("x-amz-website-redirect-location"),
		},
		Metadata:     metadata(h),
		StorageClass: h.Get("x-amz-storage-class"),
		Encryption:   h.Get("x-amz-server-side-encryption"),
		ACL:          accessControl(h),
	}
	var err error
	a.Tags, err = tagHeader(h.Get("x-amz-tagging"))
	return a, err
}

// contentEncoding leaves out aws-chunked, which describes the way and not the object.
func contentEncoding(h http.Header) string {
	var kept []string
	for part := range strings.SplitSeq(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		if part = strings.TrimSpace(part); part != "" && !strings.EqualFold(part, "aws-chunked") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ",")
}

func metadata(h http.Header) map[string]string {
	var out map[string]string
	for name, values := range h {
		if key, ok := strings.CutPrefix(name, metadataPrefix); ok && key != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[strings.ToLower(key)] = strings.Join(values, ",")
		}
	}
	return out
}

// accessControl is the canned list a request names. Grants one by one are as
// little possible as any other list, so that the name of one stands for them.
func accessControl(h http.Header) string {
	if canned := h.Get("x-amz-acl"); canned != "" {
		return canned
	}
	for _, who := range []string{"full-control", "read", "read-acp", "write", "write-acp"} {
		if h.Get("x-amz-grant-"+who) != "" {
			return "grant-" + who
		}
	}
	return ""
}

// tagHeader reads x-amz-tagging, which is encoded like a query.
func tagHeader(text string) ([]bucket.Tag, error) {
	if text == "" {
		return nil, nil
	}
	var tags []bucket.Tag
	for pair := range strings.SplitSeq(text, "&") {
		key, value, _ := strings.Cut(pair, "=")
		k, err := url.QueryUnescape(key)
		v, err2 := url.QueryUnescape(value)
		if err != nil || err2 != nil || k == "" {
			return nil, invalidArgument("The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.", "x-amz-tagging", text)
		}
		tags = append(tags, bucket.Tag{Key: k, Value: v})
	}
	return tags, nil
}

// conditions reads the If- headers behind prefix. What is no time is ignored, as HTTP wants.
func conditions(h http.Header, prefix string) bucket.Conditions {
	when := func(name string) time.Time {
		t, err := http.ParseTime(h.Get(prefix + name))
		if err != nil {
			return time.Time{}
		}
		return t
	}
	return bucket.Conditions{
		IfMatch: h.Get(prefix + "If-Match"), IfNoneMatch: h.Get(prefix + "If-None-Match"),
		IfModifiedSince: when("If-Modified-Since"), IfUnmodifiedSince: when("If-Unmodified-Since"),
	}
}

// described are the headers that tell about a stored object.
func described(i *bucket.ObjectInfo) http.Header {
	h := http.Header{}
	h.Set("Accept-Ranges", "bytes")
	h.Set("Last-Modified", i.LastModified.UTC().Format(http.TimeFormat))
	h.Set("ETag", quote(i.ETag))
	set(h, "Cache-Control", i.Headers.CacheControl)
	set(h, "Content-Disposition", i.Headers.ContentDisposition)
	set(h, "Content-Encoding", i.Headers.ContentEncoding)
	set(h, "Content-Language", i.Headers.ContentLanguage)
	set(h, "Content-Type", i.Headers.ContentType)
	set(h, "Expires", i.Headers.Expires)
	set(h, "x-amz-website-redirect-location", i.Headers.WebsiteRedirect)
	set(h, "x-amz-version-id", i.VersionID)
	set(h, "x-amz-server-side-encryption", i.Encryption)
	for name, value := range i.Metadata {
		h[strings.ToLower(metadataPrefix)+name] = []string{value} // SDKs hand the name's case on to their users.
	}
	if i.StorageClass != "STANDARD" {
		set(h, "x-amz-storage-class", i.StorageClass)
	}
	if i.TagCount > 0 {
		h.Set("x-amz-tagging-count", strconv.Itoa(i.TagCount))
	}
	return h
}

func set(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// stored are the headers that answer a write.
func stored(out *bucket.PutOutput) http.Header {
	h := http.Header{}
	h.Set("ETag", quote(out.ETag))
	set(h, "x-amz-version-id", out.VersionID)
	set(h, "x-amz-server-side-encryption", out.Encryption)
	setChecksum(h, out.Checksum)
	return h
}

// storedBeside is stored without what an answer with a body says there: ETag and checksum.
func storedBeside(out *bucket.PutOutput) http.Header {
	rest := *out
	rest.Checksum = bucket.Checksum{}
	h := stored(&rest)
	h.Del("ETag")
	return h
}

// requireLength wants to know how long a body is before it is read.
func (c *call) requireLength() error {
	if c.Length < 0 {
		return invalid("MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	return nil
}

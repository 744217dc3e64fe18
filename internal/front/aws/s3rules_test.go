package aws_test

import (
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/front/aws/awstest"
)

// presign makes the parameters of a presigned GET of /b/k; change spoils them before they are signed.
func presign(t *testing.T, change func(url.Values)) *http.Request {
	t.Helper()
	q := url.Values{
		"X-Amz-Algorithm": {"AWS4-HMAC-SHA256"}, "X-Amz-Credential": {"AKIAANN/20260304/eu-west-1/s3/aws4_request"},
		"X-Amz-Date": {now.Format("20060102T150405Z")}, "X-Amz-Expires": {"60"}, "X-Amz-SignedHeaders": {"host"},
	}
	change(q)
	if !q.Has("X-Amz-Signature") {
		q.Set("X-Amz-Signature", awstest.Key{Secret: "secret", Service: "s3", Region: "eu-west-1"}.SignQuery("GET", "example.com", "/b/k", q))
	}
	return get("/b/k?" + q.Encode())
}

// TestS3Recognition has a case for each row of reference/iam.md 14.5.
func TestS3Recognition(t *testing.T) {
	signed := func(change func(http.Header)) *http.Request {
		r := key("s3").Sign(t, get("/b/k"))
		change(r.Header)
		return r
	}
	authorization := func(from, to string) *http.Request {
		return signed(func(h http.Header) {
			h.Set("Authorization", strings.Replace(h.Get("Authorization"), from, to, 1))
		})
	}
	query := func(name, value string) *http.Request {
		return presign(t, func(q url.Values) {
			if q.Set(name, value); value == "" {
				q.Del(name)
			}
		})
	}
	body := func(declared, text string) *http.Request {
		k := key("s3")
		k.Payload = declared
		return k.Sign(t, httptest.NewRequest("PUT", "/b/k", strings.NewReader(text)))
	}
	const parameters = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
	const credential = `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`
	const header = "The authorization header is malformed; "
	const mechanism = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
	const oneMechanism = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified"
	for _, c := range []struct {
		name   string
		in     *http.Request
		want   answer
		fields string // must be in the body
	}{
		{"wrong signature", authorization("Signature=", "Signature=0"), answer{403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."}, "<AWSAccessKeyId>AKIAANN</AWSAccessKeyId>"},
		{"no date", signed(func(h http.Header) { h.Del("X-Amz-Date") }), answer{403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"}, ""},
		{"bad date", signed(func(h http.Header) { h.Set("X-Amz-Date", "today") }), answer{403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"}, ""},
		{"skew", signed(func(h http.Header) { h.Set("X-Amz-Date", "20260304T000000Z") }), answer{403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."}, "<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds><RequestTime>20260304T000000Z</RequestTime><ServerTime>2026-03-04T05:06:07Z</ServerTime>"},
		{"x-amz header unsigned", signed(func(h http.Header) { h.Set("X-Amz-Acl", "private") }), answer{403, "AccessDenied", "There were headers present in the request which were not signed"}, "<HeadersNotSigned>x-amz-acl</HeadersNotSigned>"},
		{"content-md5 unsigned", signed(func(h http.Header) { h.Set("Content-MD5", "x") }), answer{403, "AccessDenied", "There were headers present in the request which were not signed"}, "<HeadersNotSigned>content-md5</HeadersNotSigned>"},
		{"host unsigned", authorization("SignedHeaders=host;", "SignedHeaders="), answer{403, "AccessDenied", "There were headers present in the request which were not signed"}, "<HeadersNotSigned>host</HeadersNotSigned>"},
		{"no components", signed(func(h http.Header) { h.Set("Authorization", "AWS4-HMAC-SHA256 nothing") }), answer{400, "AuthorizationHeaderMalformed", header + "the authorization header requires three components: Credential, SignedHeaders, and Signature."}, ""},
		{"credential too short", authorization("/aws4_request", ""), answer{400, "AuthorizationHeaderMalformed", header + credential}, ""},
		{"credential's end", authorization("/aws4_request", "/aws3_request"), answer{400, "AuthorizationHeaderMalformed", header + credential}, ""},
		{"credential date", authorization("/20260304/", "/20261399/"), answer{400, "AuthorizationHeaderMalformed", header + `incorrect date format "20261399". This date in the credential must be in the format "yyyyMMdd".`}, ""},
		{"another day", authorization("/20260304/", "/20260303/"), answer{400, "AuthorizationHeaderMalformed", header + `Invalid credential date "20260303". This date is not the same as X-Amz-Date: "20260304".`}, ""},
		{"region", authorization("/eu-west-1/", "/us-east-1/"), answer{400, "AuthorizationHeaderMalformed", header + "the region 'us-east-1' is wrong; expecting 'eu-west-1'"}, "<Region>eu-west-1</Region>"},
		{"service", authorization("/s3/", "/s4/"), answer{400, "AuthorizationHeaderMalformed", header + `incorrect service "s4". This endpoint belongs to "s3".`}, ""},
		{"SigV2", signed(func(h http.Header) { h.Set("Authorization", "AWS AKIAANN:abc=") }), answer{400, "InvalidRequest", mechanism}, ""},
		{"SigV2 in the query", get("/b/k?AWSAccessKeyId=AKIAANN&Signature=abc&Expires=1"), answer{400, "InvalidRequest", mechanism}, ""},
		{"SigV4A", signed(func(h http.Header) { h.Set("Authorization", "AWS4-ECDSA-P256-SHA256 Credential=x") }), answer{400, "InvalidRequest", mechanism}, ""},
		{"bearer", signed(func(h http.Header) { h.Set("Authorization", "Bearer x") }), answer{400, "InvalidArgument", "Unsupported Authorization Type"}, ""},
		{"header and query", func() *http.Request {
			r := presign(t, func(url.Values) {})
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
			return r
		}(), answer{400, "InvalidArgument", oneMechanism}, ""},
		{"no payload hash", signed(func(h http.Header) { h.Del("X-Amz-Content-Sha256") }), answer{400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"}, ""},
		{"payload hash is none", body("sha256", "x"), answer{400, "InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD or a valid sha256 value."}, ""},
		{"payload hash wrong", body(strings.Repeat("0", 64), "x"), answer{400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed."}, "<ClientComputedContentSHA256>" + strings.Repeat("0", 64) + "</ClientComputedContentSHA256><S3ComputedContentSHA256>2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881<"},
		{"payload hash wrong, empty", body(strings.Repeat("0", 64), ""), answer{400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed."}, ""},
		{"chunks without a length", body("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "0\r\n\r\n"), answer{411, "MissingContentLength", "You must provide the Content-Length HTTP header."}, ""},
		{"presigned expired", query("X-Amz-Date", "20260304T050506Z"), answer{403, "AccessDenied", "Request has expired"}, "<Expires>2026-03-04T05:06:06Z</Expires><ServerTime>2026-03-04T05:06:07Z</ServerTime><X-Amz-Expires>60</X-Amz-Expires>"},
		{"presigned early", query("X-Amz-Date", "20260304T052108Z"), answer{403, "AccessDenied", "Request is not valid yet"}, ""},
		{"presigned without a signature", query("X-Amz-Signature", ""), answer{400, "AuthorizationQueryParametersError", parameters}, ""},
		{"presigned without an algorithm", query("X-Amz-Algorithm", ""), answer{400, "AuthorizationQueryParametersError", parameters}, ""},
		{"presigned without expiry", query("X-Amz-Expires", ""), answer{400, "AuthorizationQueryParametersError", parameters}, ""},
		{"presigned for too long", query("X-Amz-Expires", "604801"), answer{400, "AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"}, ""},
		{"presigned for negative time", query("X-Amz-Expires", "-1"), answer{400, "AuthorizationQueryParametersError", "X-Amz-Expires must be non-negative"}, ""},
		{"presigned expiry no number", query("X-Amz-Expires", "soon"), answer{400, "AuthorizationQueryParametersError", "X-Amz-Expires should be a number"}, ""},
		{"presigned date", query("X-Amz-Date", "2026-03-04"), answer{400, "AuthorizationQueryParametersError", `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`}, ""},
		{"presigned credential", query("X-Amz-Credential", "AKIAANN"), answer{400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; " + credential}, ""},
		{"presigned region", query("X-Amz-Credential", "AKIAANN/20260304/us-west-2/s3/aws4_request"), answer{400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; the region 'us-west-2' is wrong; expecting 'eu-west-1'"}, ""},
		{"presigned and changed", query("X-Amz-Signature", strings.Repeat("0", 64)), answer{403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "presigned without a signature" {
				c.in = get(strings.Replace(c.in.URL.String(), "X-Amz-Signature", "X-Signature", 1))
			}
			w := do(t, c.in)
			if diff := cmp.Diff(c.want, answerOf(t, w)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(w.Body.String(), c.fields) {
				t.Errorf("want %s in %s", c.fields, w.Body)
			}
		})
	}
}

func TestGoodSignatures(t *testing.T) {
	for _, c := range []struct {
		name string
		in   *http.Request
		want string
	}{
		{"header", key("s3").Sign(t, httptest.NewRequest("PUT", "/b/a%20b", strings.NewReader("hello"))), "hello|arn:aws:iam::111111111111:user/ann|REST-HEADER"},
		{"presigned", presign(t, func(url.Values) {}), "|arn:aws:iam::111111111111:user/ann|REST-QUERY-STRING"},
		{"presigned by a clock that is ahead", presign(t, func(q url.Values) { q.Set("X-Amz-Date", "20260304T052006Z") }), "|arn:aws:iam::111111111111:user/ann|REST-QUERY-STRING"},
		{"anonymous", get("/b/k"), "||"},
		{"session", func() *http.Request {
			k := key("s3")
			k.ID, k.Token = "ASIAANN", "token"
			return k.Sign(t, get("/b/k"))
		}(), "|arn:aws:iam::111111111111:user/ann|REST-HEADER"},
		{"signed chunks", chunks(t, "hello"), "hello|arn:aws:iam::111111111111:user/ann|REST-HEADER"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := do(t, c.in); got.Body.String() != c.want {
				t.Errorf("got %d %s, want %s", got.Code, got.Body, c.want)
			}
		})
	}
}

// chunks is a PUT whose body is one signed chunk and the end.
func chunks(t *testing.T, text string) *http.Request {
	t.Helper()
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	k := key("s3")
	k.Payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	r := httptest.NewRequest("PUT", "/b/k", nil)
	r.Header.Set("X-Amz-Decoded-Content-Length", "5")
	k.Sign(t, r)
	_, seed, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	day := now.Format("20060102")
	sign := func(previous, data string) string {
		text := "AWS4-HMAC-SHA256-PAYLOAD\n" + now.Format("20060102T150405Z") + "\n" + day + "/eu-west-1/s3/aws4_request\n" + previous + "\n" + empty + "\n" + awstest.Hash(data)
		return hex.EncodeToString(awstest.MAC(k.Derive(day), text))
	}
	first := sign(seed, text)
	body := "5;chunk-signature=" + first + "\r\n" + text + "\r\n0;chunk-signature=" + sign(first, "") + "\r\n\r\n"
	full := httptest.NewRequest("PUT", "/b/k", strings.NewReader(body))
	full.Header = r.Header
	return full
}

func TestAwaitContinue(t *testing.T) {
	read := false
	srv := httptest.NewServer(newServer(t.Output()))
	defer srv.Close()
	r, err := http.NewRequest("PUT", srv.URL+"/b/k", readNotice{strings.NewReader(strings.Repeat("x", 1<<20)), &read})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 1 << 20
	r.Header.Set("Expect", "100-continue")
	r.Header.Set("Authorization", "Bearer x")
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != 400 || read {
		t.Errorf("status %d, body read: %t", res.StatusCode, read)
	}
}

type readNotice struct {
	r    *strings.Reader
	read *bool
}

func (n readNotice) Read(p []byte) (int, error) {
	*n.read = true
	return n.r.Read(p)
}

package s3api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/front/aws/awstest"
)

// TestPresigned: what a presigner moved from the headers into the query counts as if it were a header.
func TestPresigned(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	send := func(method, path, body string, extra url.Values) answer {
		k := n.keys[account1]
		stamp := time.Now().UTC().Format("20060102T150405Z")
		q := url.Values{
			"X-Amz-Algorithm": {"AWS4-HMAC-SHA256"}, "X-Amz-Credential": {k.ID + "/" + stamp[:8] + "/us-east-1/s3/aws4_request"},
			"X-Amz-Date": {stamp}, "X-Amz-Expires": {"60"}, "X-Amz-SignedHeaders": {"host"},
		}
		for name, values := range extra {
			q[name] = values
		}
		host := strings.TrimPrefix(n.url, "http://")
		q.Set("X-Amz-Signature", awstest.Key{ID: k.ID, Secret: k.Secret, Service: "s3", Region: "us-east-1"}.SignQuery(method, host, path, q))
		r, err := http.NewRequestWithContext(t.Context(), method, n.url+path+"?"+q.Encode(), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return n.roundTrip(t, r)
	}
	if a := send("PUT", "/data/k", "text", url.Values{"x-amz-meta-a": {"1"}, "x-amz-tagging": {"b=2"}}); a.status != 200 {
		t.Fatalf("PUT: %d %s", a.status, a.body)
	}
	if a := send("PUT", "/data/k", "text", url.Values{"x-amz-checksum-crc32": {"AAAAAA=="}}); a.element("Code") != "BadDigest" {
		t.Errorf("PUT with a checksum of nothing: %d %s", a.status, a.body)
	}
	got := send("GET", "/data/k", "", url.Values{"x-amz-checksum-mode": {"ENABLED"}, "response-content-type": {"text/x"}})
	if got.body != "text" || got.header.Get("x-amz-checksum-crc64nvme") == "" || got.header.Get("x-amz-meta-a") != "1" || got.header.Get("Content-Type") != "text/x" {
		t.Errorf("GET: %q %v", got.body, got.header)
	}
}

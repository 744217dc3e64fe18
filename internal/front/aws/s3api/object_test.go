package s3api_test

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestObject(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	out := n.want(t, 200, request{verb: "PUT /data/a%20b/ä+c.csv", body: "1,2\n", headers: []string{
		"Content-Type: text/csv", "Content-Encoding: aws-chunked,gzip", "Cache-Control: no-store", "x-amz-meta-Origin:  x  y ", "x-amz-tagging: a=1&b=%C3%A4",
	}})
	sum := md5.Sum([]byte("1,2\n"))
	if want := fmt.Sprintf("%q", fmt.Sprintf("%x", sum)); out.header.Get("ETag") != want {
		t.Errorf("ETag %s, want %s", out.header.Get("ETag"), want)
	}
	if out.header.Get("x-amz-server-side-encryption") != "AES256" || out.header.Get("x-amz-checksum-crc64nvme") == "" || out.header.Get("x-amz-checksum-type") != "FULL_OBJECT" {
		t.Errorf("headers of a PUT: %v", out.header)
	}
	got := n.want(t, 200, request{verb: "GET /data/a%20b/%C3%A4%2Bc.csv", headers: []string{"x-amz-checksum-mode: ENABLED"}})
	for name, want := range map[string]string{
		"Content-Type": "text/csv", "Content-Encoding": "gzip", "Cache-Control": "no-store", "X-Amz-Meta-Origin": "x  y", "X-Amz-Tagging-Count": "2",
		"Content-Length": "4", "Accept-Ranges": "bytes", "X-Amz-Version-Id": "", "X-Amz-Checksum-Type": "FULL_OBJECT", "X-Amz-Server-Side-Encryption": "AES256",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
		}
	}
	if _, err := http.ParseTime(got.header.Get("Last-Modified")); err != nil || got.body != "1,2\n" {
		t.Errorf("body %q, Last-Modified: %v", got.body, err)
	}
	head := n.want(t, 200, request{verb: "HEAD /data/a%20b/%C3%A4%2Bc.csv"})
	if head.header.Get("Content-Length") != "4" || head.header.Get("ETag") != got.header.Get("ETag") {
		t.Errorf("HEAD: %v", head.header)
	}
	n.want(t, 204, request{verb: "DELETE /data/a%20b/%C3%A4%2Bc.csv"})
	n.refused(t, 404, "NoSuchKey", request{verb: "GET /data/a%20b/%C3%A4%2Bc.csv"})
	if gone := n.want(t, 404, request{verb: "HEAD /data/a%20b/%C3%A4%2Bc.csv"}); gone.body != "" {
		t.Errorf("HEAD with a body: %s", gone.body)
	}
}

func TestReads(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	out := n.want(t, 200, request{verb: "PUT /data/k", body: "0123456789"})
	etag := out.header.Get("ETag")
	for _, c := range []struct {
		name, target string
		headers      []string
		status       int
		body, ranged string
	}{
		{"range", "/data/k", []string{"Range: bytes=2-4"}, 206, "234", "bytes 2-4/10"},
		{"suffix", "/data/k", []string{"Range: bytes=-3"}, 206, "789", "bytes 7-9/10"},
		{"open end", "/data/k", []string{"Range: bytes=8-"}, 206, "89", "bytes 8-9/10"},
		{"past the end", "/data/k", []string{"Range: bytes=8-99"}, 206, "89", "bytes 8-9/10"},
		{"not understood", "/data/k", []string{"Range: lines=1-2"}, 200, "0123456789", ""},
		{"two ranges", "/data/k", []string{"Range: bytes=0-1,3-4"}, 200, "0123456789", ""},
		{"first part", "/data/k?partNumber=1", nil, 200, "0123456789", ""},
		{"match", "/data/k", []string{"If-Match: " + etag}, 200, "0123456789", ""},
		{"none match", "/data/k", []string{`If-None-Match: "x"`}, 200, "0123456789", ""},
		{"not modified by tag", "/data/k", []string{"If-None-Match: " + etag}, 304, "", ""},
		{"not modified by time", "/data/k", []string{"If-Modified-Since: " + time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}, 304, "", ""},
		{"modified", "/data/k", []string{"If-Modified-Since: Mon, 02 Jan 2006 15:04:05 GMT"}, 200, "0123456789", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := n.want(t, c.status, request{verb: "GET " + c.target, headers: c.headers})
			if got.body != c.body || got.header.Get("Content-Range") != c.ranged || got.header.Get("ETag") != etag {
				t.Errorf("body %q, Content-Range %q, ETag %s", got.body, got.header.Get("Content-Range"), got.header.Get("ETag"))
			}
		})
	}
	n.refused(t, 416, "InvalidRange", request{verb: "GET /data/k", headers: []string{"Range: bytes=10-"}})
	n.refused(t, 412, "PreconditionFailed", request{verb: "GET /data/k", headers: []string{`If-Match: "x"`}})
	n.refused(t, 412, "PreconditionFailed", request{verb: "GET /data/k", headers: []string{"If-Unmodified-Since: Mon, 02 Jan 2006 15:04:05 GMT"}})
	n.refused(t, 412, "PreconditionFailed", request{verb: "PUT /data/k", headers: []string{"If-None-Match: *"}})
	n.refused(t, 400, "InvalidArgument", request{verb: "GET /data/k?partNumber=0"})
	got := n.want(t, 200, request{verb: "GET /data/k?response-content-type=text%2Fx&response-content-disposition=attachment&response-expires=never"})
	want := []string{"text/x", "attachment", "never"}
	if diff := cmp.Diff(want, []string{got.header.Get("Content-Type"), got.header.Get("Content-Disposition"), got.header.Get("Expires")}); diff != "" {
		t.Error("overrides (-want +got):\n" + diff)
	}
	n.refused(t, 400, "InvalidRequest", request{verb: "GET /data/k?response-content-type=x", account: "nobody"})
	n.refused(t, 403, "AccessDenied", request{verb: "GET /data/k", account: "nobody"})
	n.refused(t, 403, "AccessDenied", request{verb: "GET /data/k", account: account2})
	n.refused(t, 404, "NoSuchBucket", request{verb: "GET /nowhere/k", account: "nobody"})
}

func TestWriteRefusals(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	crc := base64.StdEncoding.EncodeToString([]byte{0, 0, 0, 0})
	for _, c := range []struct {
		name    string
		headers []string
		status  int
		code    string
	}{
		{"MD5", []string{"Content-MD5: AAAAAAAAAAAAAAAAAAAAAA=="}, 400, "BadDigest"},
		{"MD5 unreadable", []string{"Content-MD5: x"}, 400, "InvalidDigest"},
		{"checksum", []string{"x-amz-checksum-crc32: " + crc}, 400, "BadDigest"},
		{"checksum unreadable", []string{"x-amz-checksum-crc32: x"}, 400, "InvalidRequest"},
		{"two checksums", []string{"x-amz-checksum-crc32: " + crc, "x-amz-checksum-sha1: x"}, 400, "InvalidRequest"},
		{"checksum of another name", []string{"x-amz-checksum-crc32: " + crc, "x-amz-sdk-checksum-algorithm: SHA1"}, 400, "InvalidRequest"},
		{"checksum announced only", []string{"x-amz-sdk-checksum-algorithm: SHA1"}, 400, "InvalidRequest"},
		{"KMS", []string{"x-amz-server-side-encryption: aws:kms"}, 501, "NotImplemented"},
		{"customer key", []string{"x-amz-server-side-encryption-customer-algorithm: AES256"}, 501, "NotImplemented"},
		{"object lock", []string{"x-amz-object-lock-mode: GOVERNANCE"}, 501, "NotImplemented"},
		{"storage class", []string{"x-amz-storage-class: FROZEN"}, 400, "InvalidStorageClass"},
		{"tags", []string{"x-amz-tagging: %zz=1"}, 400, "InvalidArgument"},
		{"ACL", []string{"x-amz-acl: public-read"}, 400, "AccessControlListNotSupported"},
		{"grant", []string{"x-amz-grant-read: id=x"}, 400, "AccessControlListNotSupported"},
		{"another owner", []string{"x-amz-expected-bucket-owner: " + account2}, 403, "AccessDenied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.refused(t, c.status, c.code, request{verb: "PUT /data/k", headers: c.headers, body: "text"})
		})
	}
	n.refused(t, 404, "NoSuchKey", request{verb: "GET /data/k"})
	if a := n.refused(t, 501, "NotImplemented", request{verb: "PUT /data/k", headers: []string{"x-amz-object-lock-mode: GOVERNANCE"}}); a.element("Header") != "x-amz-object-lock-mode" {
		t.Errorf("the header is not named: %s", a.body)
	}
}

// TestTrailingChecksum sends what today's SDKs send over TLS.
func TestTrailingChecksum(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	put := func(sum string) answer {
		body := "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + sum + "\r\n\r\n"
		in := request{verb: "PUT /data/k", body: body, headers: []string{
			"Content-Encoding: aws-chunked", "x-amz-decoded-content-length: 5", "x-amz-trailer: x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm: CRC32",
		}}
		r := n.request(t, in)
		k := n.keys[account1]
		resign(t, r, k.ID, k.Secret, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
		return n.roundTrip(t, r)
	}
	sum := crc32.ChecksumIEEE([]byte("hello"))
	good := base64.StdEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	if a := put(good); a.status != 200 || a.header.Get("x-amz-checksum-crc32") != good {
		t.Errorf("good checksum: %d %v %s", a.status, a.header, a.body)
	}
	if a := put("AAAAAA=="); a.status != 400 || a.element("Code") != "BadDigest" {
		t.Errorf("bad checksum: %d %s", a.status, a.body)
	}
	got := n.want(t, 200, request{verb: "GET /data/k"})
	if got.body != "hello" || got.header.Get("Content-Encoding") != "" {
		t.Errorf("stored %q with Content-Encoding %q", got.body, got.header.Get("Content-Encoding"))
	}
}

func TestCopy(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	n.want(t, 200, request{verb: "PUT /data/a%20b", body: "text", headers: []string{"x-amz-meta-a: 1", "Content-Type: text/csv"}})
	copied := n.want(t, 200, request{verb: "PUT /data/copy", headers: []string{"x-amz-copy-source: /data/a%20b"}})
	if copied.element("ETag") == "" || copied.element("ChecksumCRC64NVME") == "" || copied.header.Get("ETag") != "" {
		t.Errorf("CopyObject: %v %s", copied.header, copied.body)
	}
	got := n.want(t, 200, request{verb: "GET /data/copy"})
	if got.body != "text" || got.header.Get("x-amz-meta-a") != "1" || got.header.Get("Content-Type") != "text/csv" {
		t.Errorf("copy: %q %v", got.body, got.header)
	}
	n.want(t, 200, request{verb: "PUT /data/copy", headers: []string{"x-amz-copy-source: data/copy", "x-amz-metadata-directive: REPLACE", "x-amz-meta-b: 2"}})
	if h := n.want(t, 200, request{verb: "HEAD /data/copy"}).header; h.Get("x-amz-meta-a") != "" || h.Get("x-amz-meta-b") != "2" {
		t.Errorf("replaced metadata: %v", h)
	}
	n.refused(t, 400, "InvalidRequest", request{verb: "PUT /data/copy", headers: []string{"x-amz-copy-source: data/copy"}})
	n.refused(t, 400, "InvalidArgument", request{verb: "PUT /data/copy", headers: []string{"x-amz-copy-source: data"}})
	n.refused(t, 400, "InvalidArgument", request{verb: "PUT /data/copy", headers: []string{"x-amz-copy-source: data/%zz"}})
	n.refused(t, 400, "InvalidArgument", request{verb: "PUT /data/c", headers: []string{"x-amz-copy-source: data/copy", "x-amz-metadata-directive: KEEP"}})
	n.refused(t, 412, "PreconditionFailed", request{verb: "PUT /data/c", headers: []string{"x-amz-copy-source: data/copy", `x-amz-copy-source-if-match: "x"`}})
	n.refused(t, 404, "NoSuchKey", request{verb: "PUT /data/c", headers: []string{"x-amz-copy-source: data/none"}})
	n.refused(t, 501, "NotImplemented", request{verb: "PUT /data/c", headers: []string{"x-amz-copy-source: arn:aws:s3:us-east-1:1:accesspoint/a/object/k"}})
}

func TestDeleteObjects(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	n.want(t, 200, request{verb: "PUT /data/a", body: "1"})
	body := "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object><Object><Key>&lt;none&gt;</Key></Object></Delete>"
	sum := md5.Sum([]byte(body))
	digest := "Content-MD5: " + base64.StdEncoding.EncodeToString(sum[:])
	got := n.want(t, 200, request{verb: "POST /data?delete", body: body, headers: []string{digest}})
	want := xmlHeader + `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Deleted><Key>a</Key></Deleted><Deleted><Key>&lt;none&gt;</Key></Deleted></DeleteResult>`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
	n.refused(t, 400, "InvalidRequest", request{verb: "POST /data?delete", body: body})
	n.refused(t, 400, "BadDigest", request{verb: "POST /data?delete", body: body + " ", headers: []string{digest}})
	crc := "x-amz-checksum-crc32: "
	n.refused(t, 400, "BadDigest", request{verb: "POST /data?delete", body: body, headers: []string{crc + "AAAAAA=="}})
	n.refused(t, 400, "MalformedXML", request{verb: "POST /data?delete", body: "", headers: []string{crc + "AAAAAA=="}})
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::data/a"}]}`
	n.want(t, 204, request{verb: "PUT /data?policy", body: policy})
	denied := n.want(t, 200, request{verb: "POST /data?delete", body: body, headers: []string{digest}})
	if denied.element("Code") != "AccessDenied" || len(denied.elements("Deleted")) != 1 || !strings.Contains(denied.element("Message"), "with an explicit deny in a resource-based policy") {
		t.Errorf("refused key: %s", denied.body)
	}
}

func TestVersions(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	if got := n.want(t, 200, request{verb: "GET /data?versioning"}); got.element("Status") != "" {
		t.Errorf("versioning at first: %s", got.body)
	}
	n.want(t, 200, request{verb: "PUT /data?versioning", body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"})
	first := n.want(t, 200, request{verb: "PUT /data/k", body: "1"}).header.Get("x-amz-version-id")
	n.want(t, 200, request{verb: "PUT /data/k", body: "2"})
	gone := n.want(t, 204, request{verb: "DELETE /data/k"})
	if gone.header.Get("x-amz-delete-marker") != "true" {
		t.Errorf("DELETE: %v", gone.header)
	}
	missing := n.refused(t, 404, "NoSuchKey", request{verb: "GET /data/k"})
	if missing.header.Get("x-amz-delete-marker") != "true" || missing.header.Get("x-amz-version-id") == "" {
		t.Errorf("GET of a delete marker: %v", missing.header)
	}
	marker := gone.header.Get("x-amz-version-id")
	n.refused(t, 405, "MethodNotAllowed", request{verb: "GET /data/k?versionId=" + marker})
	if got := n.want(t, 200, request{verb: "GET /data/k?versionId=" + first}); got.body != "1" {
		t.Errorf("first version: %q", got.body)
	}
	list := n.want(t, 200, request{verb: "GET /data?versions"})
	if diff := cmp.Diff([]string{"true", "false", "false"}, list.elements("IsLatest")); diff != "" || list.elements("VersionId")[0] != marker {
		t.Errorf("%s\n%s", diff, list.body)
	}
	n.want(t, 204, request{verb: "DELETE /data/k?versionId=" + marker})
	if got := n.want(t, 200, request{verb: "GET /data/k"}); got.body != "2" {
		t.Errorf("after the marker is gone: %q", got.body)
	}
	n.refused(t, 400, "InvalidArgument", request{verb: "GET /data/k?versionId=x"})
	n.refused(t, 501, "NotImplemented", request{verb: "PUT /data?versioning", body: "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>"})
}

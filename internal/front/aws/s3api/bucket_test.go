package s3api_test

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
)

const xmlHeader = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func resign(t testing.TB, r *http.Request, id, secret, payload string) {
	t.Helper()
	r.Header.Del("Authorization")
	awstest.Key{ID: id, Secret: secret, Service: "s3", Region: "us-east-1", Payload: payload}.Sign(t, r)
}

func TestBuckets(t *testing.T) {
	n := newNode(t)
	made := n.want(t, 200, request{verb: "PUT /data"})
	if made.header.Get("Location") != "/data" {
		t.Errorf("Location: %v", made.header)
	}
	n.want(t, 200, request{verb: "PUT /far", body: `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`})
	n.refused(t, 409, "BucketAlreadyExists", request{verb: "PUT /data", account: account2})
	n.refused(t, 400, "MalformedXML", request{verb: "PUT /other", body: "<Create"})
	n.want(t, 200, request{verb: "PUT /tagged", body: "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags></CreateBucketConfiguration>"})
	if got := n.want(t, 200, request{verb: "GET /tagged?tagging"}); got.element("Key") != "a" {
		t.Errorf("tags: %s", got.body)
	}
	n.want(t, 204, request{verb: "DELETE /tagged"})
	head := n.want(t, 200, request{verb: "HEAD /far"})
	if head.header.Get("x-amz-bucket-region") != "eu-west-1" || head.body != "" {
		t.Errorf("HEAD: %v", head.header)
	}
	n.want(t, 404, request{verb: "HEAD /nowhere"})
	n.want(t, 403, request{verb: "HEAD /data", account: account2})
	got := n.want(t, 200, request{verb: "GET /"})
	if diff := cmp.Diff([]string{"data", "far"}, got.elements("Name")); diff != "" || !strings.Contains(got.body, "<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>") {
		t.Errorf("%s\n%s", diff, got.body)
	}
	if got := n.want(t, 200, request{verb: "GET /?max-buckets=1&prefix=f"}); got.element("BucketRegion") != "eu-west-1" {
		t.Errorf("a page of buckets: %s", got.body)
	}
	n.refused(t, 400, "InvalidArgument", request{verb: "GET /?max-buckets=0"})
	if got := n.want(t, 200, request{verb: "GET /data?location"}); got.body != xmlHeader+`<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>` {
		t.Errorf("location: %s", got.body)
	}
	if got := n.want(t, 200, request{verb: "GET /far?location"}); got.element("LocationConstraint") != "eu-west-1" {
		t.Errorf("location: %s", got.body)
	}
	n.want(t, 204, request{verb: "DELETE /far"})
	n.refused(t, 404, "NoSuchBucket", request{verb: "GET /far"})
	n.want(t, 200, request{verb: "PUT /data/k", body: "x"})
	n.refused(t, 409, "BucketNotEmpty", request{verb: "DELETE /data"})
}

func TestVirtualHosts(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "my.data")
	for _, host := range []string{"my.data.s3.localhost:80", "my.data.s3.us-east-1.localhost", "my.data.localhost"} {
		n.want(t, 200, request{verb: "PUT /a/b", body: host, headers: []string{"Host: " + host}})
		if got := n.want(t, 200, request{verb: "GET /my.data/a/b"}); got.body != host {
			t.Errorf("got %q by path, want %q", got.body, host)
		}
		if got := n.want(t, 200, request{verb: "GET /?list-type=2", headers: []string{"Host: " + host}}); got.element("Key") != "a/b" {
			t.Errorf("listing by host: %s", got.body)
		}
	}
}

func TestListings(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	for _, key := range []string{"a%20b", "d/1", "d/2", "e%2B%C3%A4", "f"} {
		n.want(t, 200, request{verb: "PUT /data/" + key, body: "x"})
	}
	got := n.want(t, 200, request{verb: "GET /data?list-type=2&delimiter=%2F&encoding-type=url"})
	if diff := cmp.Diff([]string{"a%20b", "e%2B%C3%A4", "f"}, got.elements("Key")); diff != "" || got.element("KeyCount") != "4" || len(got.elements("CommonPrefixes")) != 1 {
		t.Errorf("%s\n%s", diff, got.body)
	}
	var keys []string
	for token, pages := "", 0; ; pages++ {
		got := n.want(t, 200, request{verb: "GET /data?list-type=2&max-keys=2" + token})
		keys = append(keys, got.elements("Key")...)
		if got.element("IsTruncated") != "true" {
			if pages != 2 {
				t.Errorf("%d pages", pages+1)
			}
			break
		}
		token = "&continuation-token=" + strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(got.element("NextContinuationToken"))
	}
	if diff := cmp.Diff([]string{"a b", "d/1", "d/2", "e+ä", "f"}, keys); diff != "" {
		t.Error("paged (-want +got):\n" + diff)
	}
	v1 := n.want(t, 200, request{verb: "GET /data?marker=d%2F1&max-keys=1&delimiter=%2F&prefix=d%2F"})
	if v1.element("Key") != "d/2" || v1.element("Marker") != "d/1" || v1.element("ID") == "" || strings.Contains(v1.body, "KeyCount") {
		t.Errorf("first version: %s", v1.body)
	}
	v1 = n.want(t, 200, request{verb: "GET /data?max-keys=1&delimiter=%2F"})
	if v1.element("NextMarker") != "a b" || v1.element("IsTruncated") != "true" {
		t.Errorf("first version, truncated: %s", v1.body)
	}
	if got := n.want(t, 200, request{verb: "GET /data?list-type=2&start-after=e&fetch-owner=true"}); len(got.elements("Owner")) != 2 {
		t.Errorf("start-after with owners: %s", got.body)
	}
	if got := n.want(t, 200, request{verb: "GET /data?list-type=2&max-keys=0"}); got.element("KeyCount") != "0" || got.element("IsTruncated") != "false" {
		t.Errorf("no keys: %s", got.body)
	}
	for _, bad := range []string{"list-type=3", "list-type=2&max-keys=x", "list-type=2&max-keys=-1", "list-type=2&encoding-type=hex", "list-type=2&continuation-token=", "list-type=2&continuation-token=zz"} {
		n.refused(t, 400, "InvalidArgument", request{verb: "GET /data?" + bad})
	}
}

func TestSettings(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	put := func(status int, what, body string) answer {
		t.Helper()
		sum := md5.Sum([]byte(body))
		return n.want(t, status, request{verb: "PUT /data?" + what, body: body, headers: []string{"Content-MD5: " + base64.StdEncoding.EncodeToString(sum[:])}})
	}
	get := func(what string) string {
		t.Helper()
		return strings.TrimPrefix(n.want(t, 200, request{verb: "GET /data?" + what}).body, xmlHeader)
	}
	const xmlns = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`
	n.refused(t, 404, "NoSuchTagSet", request{verb: "GET /data?tagging"})
	put(204, "tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>")
	put(200, "encryption", "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>")
	put(200, "publicAccessBlock", "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>")
	put(200, "ownershipControls", "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>")
	put(200, "notification", "<NotificationConfiguration></NotificationConfiguration>")
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::data/*"}]}`
	put(204, "policy", policy)
	for what, want := range map[string]string{
		"tagging":           "<Tagging" + xmlns + "><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>",
		"encryption":        "<ServerSideEncryptionConfiguration" + xmlns + "><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
		"publicAccessBlock": "<PublicAccessBlockConfiguration" + xmlns + "><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
		"ownershipControls": "<OwnershipControls" + xmlns + "><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
		"notification":      "<NotificationConfiguration" + xmlns + "></NotificationConfiguration>",
		"policy":            policy,
		"policyStatus":      "<PolicyStatus" + xmlns + "><IsPublic>false</IsPublic></PolicyStatus>",
		"logging":           "<BucketLoggingStatus" + xmlns + "></BucketLoggingStatus>",
		"requestPayment":    "<RequestPaymentConfiguration" + xmlns + "><Payer>BucketOwner</Payer></RequestPaymentConfiguration>",
		"accelerate":        "<AccelerateConfiguration" + xmlns + "></AccelerateConfiguration>",
	} {
		if diff := cmp.Diff(want, get(what)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if acl := get("acl"); !strings.Contains(acl, `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>`) || !strings.Contains(acl, "<Permission>FULL_CONTROL</Permission>") {
		t.Errorf("acl: %s", acl)
	}
	for what, code := range map[string]string{
		"lifecycle": "NoSuchLifecycleConfiguration", "cors": "NoSuchCORSConfiguration", "website": "NoSuchWebsiteConfiguration",
		"replication": "ReplicationConfigurationNotFoundError", "object-lock": "ObjectLockConfigurationNotFoundError",
	} {
		n.refused(t, 404, code, request{verb: "GET /data?" + what})
	}
	for _, what := range []string{"tagging", "encryption", "publicAccessBlock", "policy", "lifecycle", "cors", "website", "replication"} {
		n.want(t, 204, request{verb: "DELETE /data?" + what})
	}
	for what, root := range map[string]string{
		"analytics": "ListBucketAnalyticsConfigurationResult", "inventory": "ListInventoryConfigurationsResult",
		"metrics": "ListMetricsConfigurationsResult", "intelligent-tiering": "ListBucketIntelligentTieringConfigurationsOutput",
	} {
		if diff := cmp.Diff("<"+root+xmlns+"><IsTruncated>false</IsTruncated></"+root+">", get(what)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		n.refused(t, 404, "NoSuchConfiguration", request{verb: "GET /data?id=x&" + what})
		n.refused(t, 404, "NoSuchConfiguration", request{verb: "DELETE /data?id=x&" + what})
		n.refused(t, 501, "NotImplemented", request{verb: "PUT /data?id=x&" + what})
	}
	put(200, "logging", "<BucketLoggingStatus/>")
	put(200, "requestPayment", "<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>")
	n.refused(t, 501, "NotImplemented", request{verb: "PUT /data?logging", body: "<BucketLoggingStatus><LoggingEnabled/></BucketLoggingStatus>"})
	n.refused(t, 501, "NotImplemented", request{verb: "PUT /data?requestPayment", body: "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>"})
	n.refused(t, 501, "NotImplemented", request{verb: "PUT /data?lifecycle", body: "<LifecycleConfiguration/>"})
	n.want(t, 200, request{verb: "PUT /data/locked", body: "x"})
	for _, what := range []string{"legal-hold", "retention"} {
		n.refused(t, 400, "InvalidRequest", request{verb: "GET /data/locked?" + what})
	}
	n.refused(t, 404, "NoSuchBucketPolicy", request{verb: "GET /data?policy"})
	n.refused(t, 404, "NoSuchPublicAccessBlockConfiguration", request{verb: "GET /data?publicAccessBlock"})
	n.refused(t, 400, "MalformedPolicy", request{verb: "PUT /data?policy", body: "{"})
	n.refused(t, 400, "AccessControlListNotSupported", request{verb: "PUT /data?acl", headers: []string{"x-amz-acl: public-read"}})
	for what, body := range map[string]string{
		"tagging": "<Tagging></Tagging>", "encryption": "<ServerSideEncryptionConfiguration/>", "ownershipControls": "<OwnershipControls/>",
		"publicAccessBlock": "<Other/>", "versioning": "", "notification": "no xml",
	} {
		n.refused(t, 400, "MalformedXML", request{verb: "PUT /data?" + what, body: body})
	}
	topic := "<NotificationConfiguration><TopicConfiguration><Id>x</Id><Topic>arn:aws:sns:us-east-1:111111111111:t</Topic><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>a/</Value></FilterRule></S3Key></Filter></TopicConfiguration></NotificationConfiguration>"
	n.refused(t, 400, "InvalidArgument", request{verb: "PUT /data?notification", body: topic})
}

func TestObjectSettings(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	n.want(t, 200, request{verb: "PUT /data/k", body: "text"})
	n.want(t, 200, request{verb: "PUT /data/k?tagging", body: "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"})
	if got := n.want(t, 200, request{verb: "GET /data/k?tagging"}); got.element("Value") != "1" {
		t.Errorf("tags: %s", got.body)
	}
	n.want(t, 204, request{verb: "DELETE /data/k?tagging"})
	if got := n.want(t, 200, request{verb: "GET /data/k?tagging"}); got.element("Value") != "" {
		t.Errorf("tags after delete: %s", got.body)
	}
	if got := n.want(t, 200, request{verb: "GET /data/k?acl"}); got.element("Permission") != "FULL_CONTROL" {
		t.Errorf("acl: %s", got.body)
	}
	n.want(t, 200, request{verb: "PUT /data/k?acl", headers: []string{"x-amz-acl: bucket-owner-full-control"}})
	got := n.want(t, 200, request{verb: "GET /data/k?attributes", headers: []string{"x-amz-object-attributes: ETag,Checksum,StorageClass,ObjectSize,ObjectParts"}})
	if got.element("ObjectSize") != "4" || got.element("StorageClass") != "STANDARD" || got.element("ChecksumCRC64NVME") == "" || got.element("ETag") == "" || strings.Contains(got.body, "&#34;") {
		t.Errorf("attributes: %s", got.body)
	}
	n.refused(t, 400, "InvalidArgument", request{verb: "GET /data/k?attributes", headers: []string{"x-amz-object-attributes: Colour"}})
	n.refused(t, 400, "InvalidArgument", request{verb: "GET /data/k?attributes"})
}

func TestMultipart(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	begun := n.want(t, 200, request{verb: "POST /data/big?uploads", headers: []string{"x-amz-checksum-algorithm: CRC32", "x-amz-meta-a: 1"}})
	id := begun.element("UploadId")
	if begun.header.Get("x-amz-checksum-algorithm") != "CRC32" || begun.header.Get("x-amz-checksum-type") != "COMPOSITE" {
		t.Errorf("CreateMultipartUpload: %v", begun.header)
	}
	big := strings.Repeat("0123456789abcdef", 5<<16)
	first := n.want(t, 200, request{verb: "PUT /data/big?partNumber=1&uploadId=" + id, body: big})
	n.want(t, 200, request{verb: "PUT /data/source", body: "0123456789"})
	second := n.want(t, 200, request{verb: "PUT /data/big?partNumber=2&uploadId=" + id, headers: []string{"x-amz-copy-source: data/source", "x-amz-copy-source-range: bytes=2-4"}})
	if first.header.Get("x-amz-checksum-crc32") == "" || second.element("ChecksumCRC32") == "" {
		t.Errorf("parts: %v %s", first.header, second.body)
	}
	if got := n.want(t, 200, request{verb: "GET /data/big?uploadId=" + id}); !slices.Equal(got.elements("PartNumber"), []string{"1", "2"}) || got.element("ChecksumType") != "COMPOSITE" {
		t.Errorf("ListParts: %s", got.body)
	}
	if got := n.want(t, 200, request{verb: "GET /data?uploads"}); got.element("UploadId") != id || got.element("Key") != "big" {
		t.Errorf("ListMultipartUploads: %s", got.body)
	}
	part := func(number, etag string) string {
		return "<Part><PartNumber>" + number + "</PartNumber><ETag>" + etag + "</ETag></Part>"
	}
	complete := func(parts string) request {
		return request{verb: "POST /data/big?uploadId=" + id, body: "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + parts + "</CompleteMultipartUpload>"}
	}
	good := part("1", first.header.Get("ETag")) + part("2", second.element("ETag"))
	n.refused(t, 400, "InvalidPart", complete(part("1", `"x"`)))
	n.refused(t, 400, "InvalidPartOrder", complete(part("2", second.element("ETag"))+part("1", first.header.Get("ETag"))))
	n.refused(t, 400, "MalformedXML", complete(""))
	done := n.want(t, 200, complete(good))
	if !strings.HasSuffix(done.element("ETag"), `-2"`) || !strings.HasSuffix(done.element("ChecksumCRC32"), "-2") || !strings.HasSuffix(done.element("Location"), "/data/big") {
		t.Errorf("CompleteMultipartUpload: %s", done.body)
	}
	got := n.want(t, 206, request{verb: "GET /data/big?partNumber=2"})
	if got.body != "234" || got.header.Get("x-amz-mp-parts-count") != "2" {
		t.Errorf("part: %q %v", got.body, got.header)
	}
	if whole := n.want(t, 200, request{verb: "GET /data/big"}); whole.body != big+"234" || whole.header.Get("x-amz-meta-a") != "1" {
		t.Errorf("whole: %d bytes, %v", len(whole.body), whole.header)
	}
	attributes := n.want(t, 200, request{verb: "GET /data/big?attributes", headers: []string{"x-amz-object-attributes: ObjectParts", "x-amz-max-parts: 1"}})
	if attributes.element("PartsCount") != "2" || attributes.element("IsTruncated") != "true" || attributes.element("NextPartNumberMarker") != "1" {
		t.Errorf("attributes: %s", attributes.body)
	}
	n.want(t, 200, complete(good)) // Clients repeat what they got no answer to.
	other := n.want(t, 200, request{verb: "POST /data/other?uploads"}).element("UploadId")
	n.want(t, 204, request{verb: "DELETE /data/other?uploadId=" + other})
	n.refused(t, 404, "NoSuchUpload", request{verb: "GET /data/other?uploadId=" + other})
}

// TestEveryOperation walks the table: a stranger gets nowhere, and what is not implemented says which it is.
func TestEveryOperation(t *testing.T) {
	n := newNode(t)
	n.bucket(t, "data")
	n.want(t, 200, request{verb: "PUT /data/k", body: "x"})
	upload := n.want(t, 200, request{verb: "POST /data/k?uploads"}).element("UploadId")
	bodies := map[string]string{
		"PutBucketVersioning": "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", "PutBucketTagging": "<Tagging><TagSet/></Tagging>",
		"PutObjectTagging": "<Tagging><TagSet/></Tagging>", "PutBucketOwnershipControls": "<OwnershipControls><Rule/></OwnershipControls>",
		"PutBucketEncryption": "<ServerSideEncryptionConfiguration><Rule/></ServerSideEncryptionConfiguration>", "PutPublicAccessBlock": "<PublicAccessBlockConfiguration/>",
		"PutBucketNotificationConfiguration": "<NotificationConfiguration/>", "PutBucketPolicy": "{}", "CompleteMultipartUpload": "<CompleteMultipartUpload/>",
		"PutBucketLogging": "<BucketLoggingStatus/>", "PutBucketRequestPayment": "<RequestPaymentConfiguration/>",
		"DeleteObjects": "<Delete><Object><Key>k</Key></Object></Delete>",
	}
	for _, op := range s3api.New(n.store).Operations() {
		t.Run(op.Method+" "+op.Name, func(t *testing.T) {
			target := map[s3api.Level]string{s3api.LevelService: "/", s3api.LevelBucket: "/data", s3api.LevelObject: "/data/k"}[op.Level]
			var query []string
			for _, name := range op.Query {
				query = append(query, name+"="+map[string]string{"uploadId": upload, "partNumber": "1", "list-type": "2"}[name])
			}
			in := request{verb: op.Method + " " + target + "?" + strings.Join(query, "&"), account: "nobody", body: bodies[op.Name]}
			if op.Header != "" {
				in.headers = append(in.headers, op.Header+": data/k")
			}
			if op.Name == "GetObjectAttributes" {
				in.headers = append(in.headers, "x-amz-object-attributes: ETag")
			}
			sum := md5.Sum([]byte(in.body))
			in.headers = append(in.headers, "Content-MD5: "+base64.StdEncoding.EncodeToString(sum[:]))
			got := n.do(t, in)
			switch {
			case op.Method == "HEAD" || op.Name == "Preflight":
				if got.status != 403 {
					t.Errorf("status %d", got.status)
				}
			case op.Action == "":
				if got.status != 501 || got.element("Operation") != op.Name {
					t.Errorf("status %d, %s", got.status, got.body)
				}
			case op.Name == "DeleteObjects":
				if got.element("Code") != "AccessDenied" {
					t.Errorf("status %d, %s", got.status, got.body)
				}
			case got.status != 403 || got.element("Code") != "AccessDenied":
				t.Errorf("status %d, %s", got.status, got.body)
			}
		})
	}
	n.refused(t, 405, "MethodNotAllowed", request{verb: "PATCH /data/k"})
	n.refused(t, 405, "MethodNotAllowed", request{verb: "POST /"})
}

package aws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// keys are the access keys the tests know.
type keys struct{}

func (keys) Credential(id string) (string, string, guard.Session, error) {
	user := guard.Session{Type: policy.User, ARN: "arn:aws:iam::111111111111:user/ann", Account: "111111111111", UserID: "AIDAANN"}
	switch id {
	case "AKIAANN":
		return "secret", "", user, nil
	case "ASIAANN":
		return "secret", "token", user, nil
	case "ASIAOLD":
		return "secret", "token", user, &fault.Error{Kind: fault.Unauthorized, Code: "ExpiredToken"}
	case "AKIABROKEN":
		return "", "", user, errors.New("disk gone")
	}
	return "", "", guard.Session{}, &fault.Error{Kind: fault.Unauthorized, Code: "InvalidAccessKeyId"}
}

// objects is a small S3: it reads the body and says who called.
type objects struct{}

func (objects) Name() string           { return "s3" }
func (objects) Protocol() aws.Protocol { return aws.RESTXML{} }

func (objects) ServeAWS(_ context.Context, r *aws.Request) (*aws.Response, error) {
	r.Operation = "Test"
	switch r.URL.Path {
	case "/panic":
		panic("boom")
	case "/fault":
		return nil, &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "gone", Fields: map[string]string{"Key": "a<b"}}
	case "/headed":
		return &aws.Response{Header: http.Header{"X-Amz-Delete-Marker": {"true"}}}, &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey"}
	case "/broken":
		return nil, errors.New("a secret of ours")
	case "/denied":
		return nil, &guard.Denied{Call: guard.Call{By: r.Session, Action: "s3:GetObject", On: "arn:aws:s3:::b/k"}}
	}
	body, err := io.ReadAll(r.Payload)
	if err != nil {
		return nil, err
	}
	return aws.NewBytes(200, "text/plain", append(body, "|"+r.Session.ARN+"|"+r.Session.Request.AuthType...)), nil
}

type point struct {
	Name  string     `json:"name" query:"Name"`
	At    aws.Time   `json:"at" query:"At"`
	Parts []string   `json:"parts" query:"Parts,part" xml:"Parts>part"`
	Tags  []struct { // As IAM lists them.
		Key, Value string
	} `json:"tags" query:"Tags" xml:"Tags>member"`
}

func repeat(_ context.Context, _ guard.Session, in point) (point, error) { return in, nil }

func forbid(_ context.Context, s guard.Session, _ aws.Empty) (aws.Empty, error) {
	return aws.Empty{}, &guard.Denied{Call: guard.Call{By: s, Action: "redshift-data:ExecuteStatement", On: "*"}}
}

func newServer(log io.Writer) *aws.Server {
	return aws.New(aws.Config{
		Credentials: keys{},
		Region:      "eu-west-1",
		Services: []aws.Service{
			objects{}, stsapi.New(nil),
			aws.NewQuery("redshift", aws.Query{Version: "2012-12-01", Namespace: "urn:r"}, aws.Op("Repeat", "redshift:Repeat", repeat), aws.Op("Forbid", "x", forbid)),
			aws.NewJSON("redshift-data", aws.JSON{Target: "RedshiftData"}, aws.Op("Repeat", "redshift-data:Repeat", repeat), aws.Op("Forbid", "x", forbid)),
		},
		Inlet: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("well")) }),
		Log:   slog.New(slog.NewJSONHandler(log, nil)),
		Now:   func() time.Time { return now },
	})
}

func key(service string) awstest.Key {
	return awstest.Key{ID: "AKIAANN", Secret: "secret", Service: service, Region: "eu-west-1", Time: now}
}

func do(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	newServer(io.Discard).ServeHTTP(w, r)
	return w
}

// answer is what clients look at first.
type answer struct {
	Status  int
	Code    string
	Message string
}

func answerOf(t *testing.T, w *httptest.ResponseRecorder) answer {
	t.Helper()
	a := answer{Status: w.Code}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		var e struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
			t.Fatalf("%v in %s", err, w.Body)
		}
		a.Code, a.Message = e.Type, e.Message
		return a
	}
	var e struct {
		Code, Message string
		Error         struct{ Code, Message string }
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	a.Code, a.Message = e.Code+e.Error.Code, e.Message+e.Error.Message
	return a
}

func get(target string) *http.Request  { return httptest.NewRequest("GET", target, nil) }
func post(target string) *http.Request { return httptest.NewRequest("POST", target, nil) }

func form(body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func target(name, body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", name)
	return r
}

func TestCallerIdentity(t *testing.T) {
	w := do(t, key("sts").Sign(t, form("Action=GetCallerIdentity&Version=2011-06-15")))
	id := w.Header().Get("x-amzn-RequestId")
	want := `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
		`<Arn>arn:aws:iam::111111111111:user/ann</Arn><UserId>AIDAANN</UserId><Account>111111111111</Account>` +
		`</GetCallerIdentityResult><ResponseMetadata><RequestId>` + id + `</RequestId></ResponseMetadata></GetCallerIdentityResponse>`
	if diff := cmp.Diff(want, w.Body.String()); diff != "" || w.Code != 200 || len(id) != 36 {
		t.Errorf("status %d, id %q (-want +got):\n%s", w.Code, id, diff)
	}
}

func TestCodecs(t *testing.T) {
	q := do(t, key("redshift").Sign(t, form("Action=Repeat&Version=2012-12-01&Name=a%26b&At=2026-01-02T03:04:05Z&Parts.part.2=y&Parts.part.10=z&Parts.part.1=x&Tags.member.1.Key=k&Tags.member.1.Value=v")))
	id := q.Header().Get("x-amzn-RequestId")
	want := `<RepeatResponse xmlns="urn:r"><RepeatResult><Name>a&amp;b</Name><At>2026-01-02T03:04:05.000Z</At><Parts><part>x</part><part>y</part><part>z</part></Parts>` +
		`<Tags><member><Key>k</Key><Value>v</Value></member></Tags></RepeatResult><ResponseMetadata><RequestId>` + id + `</RequestId></ResponseMetadata></RepeatResponse>`
	if diff := cmp.Diff(want, q.Body.String()); diff != "" {
		t.Error("Query (-want +got):\n" + diff)
	}
	j := do(t, key("redshift-data").Sign(t, target("RedshiftData.Repeat", `{"name":"a","at":1767323045.5,"parts":["x"]}`)))
	if diff := cmp.Diff(`{"name":"a","at":1767323045.5,"parts":["x"],"tags":null}`, j.Body.String()); diff != "" || j.Header().Get("Content-Type") != "application/x-amz-json-1.1" {
		t.Errorf("JSON %s (-want +got):\n%s", j.Header(), diff)
	}
}

// TestProtocols: one failure, three services' words (reference/iam.md 13.3).
func TestProtocols(t *testing.T) {
	sign := func(change func(*awstest.Key)) [3]*http.Request {
		var out [3]*http.Request
		for i, r := range []*http.Request{get("/b/k"), form("Action=GetCallerIdentity&Version=2011-06-15"), target("RedshiftData.Repeat", "{}")} {
			k := key([]string{"s3", "sts", "redshift-data"}[i])
			change(&k)
			out[i] = k.Sign(t, r)
		}
		return out
	}
	edit := func(change func(http.Header)) [3]*http.Request {
		rs := sign(func(*awstest.Key) {})
		for _, r := range rs {
			change(r.Header)
		}
		return rs
	}
	const invalidToken = "The security token included in the request is invalid."
	const signature = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	const early = "Signature not yet current: 20260304T052308Z is still later than 20260304T052107Z (20260304T050607Z + 15 min.)"
	const late = "Signature expired: 20260304T045006Z is now earlier than 20260304T045107Z (20260304T050607Z - 15 min.)"
	for _, c := range []struct {
		name string
		in   [3]*http.Request
		want [3]answer
	}{
		{"unknown key", sign(func(k *awstest.Key) { k.ID = "AKIANOBODY" }), [3]answer{
			{403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
			{403, "InvalidClientTokenId", invalidToken}, {400, "UnrecognizedClientException", invalidToken}}},
		{"wrong secret", sign(func(k *awstest.Key) { k.Secret = "guess" }), [3]answer{
			{403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."},
			{403, "SignatureDoesNotMatch", signature}, {400, "InvalidSignatureException", signature}}},
		{"token expired", sign(func(k *awstest.Key) { k.ID, k.Token = "ASIAOLD", "token" }), [3]answer{
			{400, "ExpiredToken", "The provided token has expired."},
			{403, "ExpiredToken", "The security token included in the request is expired"},
			{400, "ExpiredTokenException", "The security token included in the request is expired"}}},
		{"token expired and signature wrong", sign(func(k *awstest.Key) { k.ID, k.Token, k.Secret = "ASIAOLD", "token", "guess" }), [3]answer{
			{403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."},
			{403, "SignatureDoesNotMatch", signature}, {400, "InvalidSignatureException", signature}}},
		{"token wrong", sign(func(k *awstest.Key) { k.ID, k.Token = "ASIAANN", "forged" }), [3]answer{
			{400, "InvalidToken", "The provided token is malformed or otherwise invalid."},
			{403, "InvalidClientTokenId", invalidToken}, {400, "UnrecognizedClientException", invalidToken}}},
		{"token where none belongs", sign(func(k *awstest.Key) { k.Token = "token" }), [3]answer{
			{400, "InvalidToken", "The provided token is malformed or otherwise invalid."},
			{403, "InvalidClientTokenId", invalidToken}, {400, "UnrecognizedClientException", invalidToken}}},
		{"token missing", sign(func(k *awstest.Key) { k.ID = "ASIAANN" }), [3]answer{
			{403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
			{403, "InvalidClientTokenId", invalidToken}, {400, "UnrecognizedClientException", invalidToken}}},
		{"unsigned", edit(func(h http.Header) { h.Del("Authorization") }), [3]answer{
			{200, "", ""}, // Anonymous callers are for S3's policies to judge.
			{403, "MissingAuthenticationToken", "Request is missing Authentication Token"},
			{400, "MissingAuthenticationTokenException", "Request is missing Authentication Token"}}},
		{"clock ahead", sign(func(k *awstest.Key) { k.Time = now.Add(17*time.Minute + time.Second) }), [3]answer{
			{403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."},
			{403, "SignatureDoesNotMatch", early}, {400, "InvalidSignatureException", early}}},
		{"clock behind", sign(func(k *awstest.Key) { k.Time = now.Add(-16*time.Minute - time.Second) }), [3]answer{
			{403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."},
			{403, "SignatureDoesNotMatch", late}, {400, "InvalidSignatureException", late}}},
		{"wrong region", sign(func(k *awstest.Key) { k.Region = "us-west-2" }), [3]answer{
			{400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region 'us-west-2' is wrong; expecting 'eu-west-1'"},
			{403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region."},
			{400, "InvalidSignatureException", "Credential should be scoped to a valid region."}}},
		{"our own trouble", sign(func(k *awstest.Key) { k.ID = "AKIABROKEN" }), [3]answer{
			{500, "InternalError", "We encountered an internal error. Please try again."},
			{500, "InternalFailure", "We encountered an internal error. Please try again."},
			{500, "InternalServerException", "We encountered an internal error. Please try again."}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, r := range c.in {
				w := do(t, r)
				got := answer{Status: w.Code}
				if w.Code != 200 {
					got = answerOf(t, w)
				}
				if diff := cmp.Diff(c.want[i], got); diff != "" {
					t.Errorf("(-want +got):\n%s\n%s", diff, w.Body)
				}
			}
		})
	}
}

func TestUnknownOperations(t *testing.T) {
	for _, c := range []struct {
		name string
		in   *http.Request
		want answer
	}{
		{"Query action", key("sts").Sign(t, form("Action=Fly&Version=2011-06-15")), answer{400, "InvalidAction", "Could not find operation Fly for version 2011-06-15"}},
		{"Query without an action", key("sts").Sign(t, form("A=b")), answer{400, "MissingAction", "The request must contain the parameter Action."}},
		{"Query version", key("sts").Sign(t, form("Action=GetCallerIdentity&Version=2010-05-08")), answer{400, "InvalidAction", "Could not find operation GetCallerIdentity for version 2010-05-08"}},
		{"Query value", key("redshift").Sign(t, form("Action=Repeat&At=noon")), answer{400, "ValidationError", "1 validation error detected: Value 'noon' at 'at' failed to satisfy constraint: Member must be a timestamp"}},
		{"Query form", key("redshift").Sign(t, form("Action=Repeat&%zz")), answer{400, "MalformedQueryString", "The query string contains a syntax error."}},
		{"JSON target", key("redshift-data").Sign(t, target("RedshiftData.Fly", "{}")), answer{400, "UnknownOperationException", "The operation Fly is not available here."}},
		{"JSON prefix", key("redshift-data").Sign(t, target("Other.Repeat", "{}")), answer{400, "UnknownOperationException", "The operation Repeat is not available here."}},
		{"Query service", key("ec2").Sign(t, form("Action=DescribeVpcs&Version=2016-11-15")), answer{400, "InvalidAction", "The action DescribeVpcs is not valid for this web service."}},
		{"JSON service", key("ssm").Sign(t, target("AmazonSSM.GetParameter", "{}")), answer{400, "UnknownOperationException", "The operation GetParameter is not available here."}},
		{"REST service", key("lambda").Sign(t, get("/2015-03-31/functions/")), answer{400, "AuthorizationHeaderMalformed", `The authorization header is malformed; incorrect service "lambda". This endpoint belongs to "s3".`}},
		{"denied, Query", key("redshift").Sign(t, form("Action=Forbid")), answer{403, "AccessDenied", "User: arn:aws:iam::111111111111:user/ann is not authorized to perform: redshift-data:ExecuteStatement on resource: * because no identity-based policy allows the redshift-data:ExecuteStatement action"}},
		{"denied, JSON", key("redshift-data").Sign(t, target("RedshiftData.Forbid", "{}")), answer{400, "AccessDeniedException", "User: arn:aws:iam::111111111111:user/ann is not authorized to perform: redshift-data:ExecuteStatement on resource: * because no identity-based policy allows the redshift-data:ExecuteStatement action"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, answerOf(t, do(t, c.in))); diff != "" {
				t.Error("(-want +got):\n" + diff)
			}
		})
	}
}

func TestS3Errors(t *testing.T) {
	for _, c := range []struct {
		path string
		want answer
	}{
		{"/fault", answer{404, "NoSuchKey", "gone"}},
		{"/broken", answer{500, "InternalError", "We encountered an internal error. Please try again."}},
		{"/panic", answer{500, "InternalError", "We encountered an internal error. Please try again."}},
		{"/denied", answer{403, "AccessDenied", `User: arn:aws:iam::111111111111:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action`}},
	} {
		t.Run(c.path, func(t *testing.T) {
			w := do(t, key("s3").Sign(t, get(c.path)))
			if diff := cmp.Diff(c.want, answerOf(t, w)); diff != "" {
				t.Error("(-want +got):\n" + diff)
			}
			if id := w.Header().Get("X-Amz-Request-Id"); len(id) != 16 || !strings.Contains(w.Body.String(), "<RequestId>"+id+"</RequestId>") {
				t.Errorf("request id %q, body %s", id, w.Body)
			}
		})
	}
	if w := do(t, key("s3").Sign(t, get("/fault"))); !strings.Contains(w.Body.String(), "<Key>a&lt;b</Key>") {
		t.Errorf("fields: %s", w.Body)
	}
	head := do(t, key("s3").Sign(t, httptest.NewRequest("HEAD", "/headed", nil)))
	if head.Code != 404 || head.Body.Len() != 0 || head.Header().Get("X-Amz-Delete-Marker") != "true" {
		t.Errorf("HEAD: %d %q %v", head.Code, head.Body, head.Header())
	}
}

func TestHostsAndHook(t *testing.T) {
	for host, bucket := range map[string]string{
		"localhost:4566": "", "127.0.0.1:4566": "", "s3.localhost:4566": "", "s3.us-east-1.localhost": "", "example.com": "",
		"b.localhost:4566": "b", "b.s3.localhost": "b", "b.c.s3.us-east-1.localhost:1": "b.c", "B.s3.amazonaws.com": "b",
		"b.s3.us-east-1.amazonaws.com": "b", "s3.amazonaws.com": "", "[::1]:4566": "",
	} {
		if got := aws.BucketOfHost(host); got != bucket {
			t.Errorf("BucketOfHost(%q) = %q, want %q", host, got, bucket)
		}
	}
	if w := do(t, get("/_inlet/health")); w.Body.String() != "well" {
		t.Errorf("/_inlet/health: %d %s", w.Code, w.Body)
	}
	r := post("/?Action=GetCallerIdentity")
	r.Host = "sts.localhost"
	if got := answerOf(t, do(t, r)); got.Code != "MissingAuthenticationToken" {
		t.Errorf("unsigned call to sts.localhost: %+v", got)
	}
}

func TestLogLine(t *testing.T) {
	var log bytes.Buffer
	r := key("s3").Sign(t, httptest.NewRequest("PUT", "/b/k?X=1", strings.NewReader("body")))
	w := httptest.NewRecorder()
	newServer(&log).ServeHTTP(w, r)
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	delete(line, "time")
	delete(line, "duration")
	want := map[string]any{
		"level": "INFO", "msg": "aws", "service": "s3", "operation": "Test", "account": "111111111111",
		"status": 200.0, "sent": 51.0, "request_id": w.Header().Get("x-amz-request-id"),
	}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
	log.Reset()
	newServer(&log).ServeHTTP(httptest.NewRecorder(), key("s3").Sign(t, get("/broken")))
	if !strings.Contains(log.String(), `"level":"ERROR"`) || !strings.Contains(log.String(), "a secret of ours") {
		t.Errorf("log of a failure: %s", log.String())
	}
}

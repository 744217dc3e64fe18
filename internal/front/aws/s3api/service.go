package s3api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// Service is Amazon S3 over one store.
type Service struct {
	store *bucket.Store
	table map[place][]Operation
}

// New makes the service.
func New(store *bucket.Store) *Service {
	s := &Service{store: store, table: map[place][]Operation{}}
	for _, op := range operations {
		at := place{op.Method, op.Level}
		s.table[at] = append(s.table[at], op)
	}
	return s
}

// Name is S3's name in credential scopes.
func (*Service) Name() string { return "s3" }

// Protocol is REST with XML bodies.
func (*Service) Protocol() aws.Protocol { return aws.RESTXML{} }

// Operations is the service's table.
func (*Service) Operations() []Operation { return operations }

// ServeAWS finds the operation by method, path and query, and answers it.
func (s *Service) ServeAWS(ctx context.Context, r *aws.Request) (*aws.Response, error) {
	c := newCall(s.store, r)
	rows := s.table[place{r.Method, c.level()}]
	for i := range rows {
		if rows[i].fits(c) {
			r.Operation = rows[i].Name
			return rows[i].handle(ctx, c)
		}
	}
	return nil, &fault.Error{
		Kind: fault.Invalid, Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.",
		Fields: map[string]string{"Method": r.Method, "ResourceType": strings.ToUpper(string(c.level()))},
	}
}

// call is one S3 request, its address taken apart.
type call struct {
	*aws.Request
	query       url.Values
	view        *bucket.View
	bucket, key string
}

func newCall(store *bucket.Store, r *aws.Request) *call {
	c := &call{Request: r, query: r.URL.Query()}
	c.unhoist()
	path := strings.TrimPrefix(r.URL.Path, "/")
	if c.bucket = aws.BucketOfHost(r.Host); c.bucket != "" {
		c.key = path
	} else {
		c.bucket, c.key, _ = strings.Cut(path, "/")
	}
	c.view = store.As(r.Session).With(conditionKeys(r, c.query)).
		Expect(r.Header.Get("x-amz-expected-bucket-owner"), r.Header.Get("x-amz-source-expected-bucket-owner"))
	return c
}

// unhoist puts the x-amz- parameters of a presigned URL where they would be in
// another request: those who presign move headers into the query.
func (c *call) unhoist() {
	if c.Session.Request.AuthType != "REST-QUERY-STRING" {
		return
	}
	for name, values := range c.query {
		header := http.CanonicalHeaderKey(name)
		if strings.HasPrefix(header, "X-Amz-") && !signing[header] && c.Header.Get(header) == "" {
			c.Header.Set(header, values[0])
		}
	}
}

// signing are the parameters of the signature itself.
var signing = map[string]bool{
	"X-Amz-Algorithm": true, "X-Amz-Credential": true, "X-Amz-Date": true, "X-Amz-Expires": true,
	"X-Amz-Signedheaders": true, "X-Amz-Signature": true, "X-Amz-Security-Token": true, "X-Amz-Content-Sha256": true,
}

func (c *call) level() Level {
	switch {
	case c.bucket == "":
		return LevelService
	case c.key == "":
		return LevelBucket
	}
	return LevelObject
}

func (c *call) ref() bucket.Ref {
	return bucket.Ref{Bucket: c.bucket, Key: c.key, VersionID: c.query.Get("versionId")}
}

func (c *call) upload() bucket.UploadRef {
	return bucket.UploadRef{Bucket: c.bucket, Key: c.key, UploadID: c.query.Get("uploadId")}
}

// number reads a query parameter that limits a page; absent is otherwise.
func (c *call) number(name string, otherwise int) (int, error) {
	text := c.query.Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, invalidArgument("Provided "+name+" not an integer or within integer range", name, text)
	}
	return int(n), nil
}

// conditionKeys are the policy condition keys that only the door knows.
func conditionKeys(r *aws.Request, query url.Values) map[string][]string {
	keys := map[string][]string{}
	if hash := r.Header.Get("x-amz-content-sha256"); hash != "" {
		keys["s3:x-amz-content-sha256"] = []string{hash}
	}
	stamp := r.Header.Get("x-amz-date")
	if signed := query.Get("X-Amz-Date"); signed != "" {
		stamp = signed
	}
	if at, err := time.Parse("20060102T150405Z", stamp); err == nil && r.Session.Request.AuthType != "" {
		age := max(0, r.Session.Request.Time.Sub(at).Milliseconds())
		keys["s3:signatureAge"] = []string{strconv.FormatInt(age, 10)}
	}
	if r.TLS != nil {
		keys["s3:TlsVersion"] = []string{strconv.FormatFloat(1+float64(r.TLS.Version-0x0301)/10, 'f', 1, 64)}
	}
	return keys
}

func invalid(code, message string) *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Code: code, Message: message}
}

func invalidArgument(message, name, value string) *fault.Error {
	e := invalid("InvalidArgument", message)
	e.Fields = map[string]string{"ArgumentName": name, "ArgumentValue": value}
	return e
}

// notImplemented is S3's word for a header or an operation without a meaning here.
func notImplemented(what, name string) *fault.Error {
	return &fault.Error{
		Kind: fault.Unsupported, Code: "NotImplemented", On: name,
		Message: "A header you provided implies functionality that is not implemented",
		Fields:  map[string]string{what: name},
	}
}

// done is an answer without a body.
func done(status int, h http.Header) (*aws.Response, error) {
	return &aws.Response{Status: status, Header: h}, nil
}

// written is an answer with an XML body and further headers.
func written(v any, h http.Header) (*aws.Response, error) {
	res, err := aws.NewXML(http.StatusOK, v)
	if err != nil {
		return nil, err
	}
	for name, values := range h {
		res.Header[name] = values
	}
	return res, nil
}

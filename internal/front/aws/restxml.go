package aws

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
)

// RESTXML is S3's protocol: the method, the path and the query name the operation.
type RESTXML struct{}

func (RESTXML) claims(*http.Request, url.Values) bool { return true }

func (RESTXML) identify(h http.Header, id ids) {
	h.Set("x-amz-request-id", id.request)
	h.Set("x-amz-id-2", id.host)
}

// NewXML is a response with v as its body.
func NewXML(status int, v any) (*Response, error) {
	body, err := marshalXML(v)
	if err != nil {
		return nil, err
	}
	return NewBytes(status, "application/xml", body), nil
}

func marshalXML(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(v); err != nil {
		return nil, fmt.Errorf("write an XML answer: %w", err)
	}
	return b.Bytes(), nil
}

// s3Statuses are the codes whose status does not follow from the error's kind.
var s3Statuses = map[string]int{
	"ExpiredToken":         http.StatusBadRequest,
	"InvalidToken":         http.StatusBadRequest,
	"InvalidRange":         http.StatusRequestedRangeNotSatisfiable,
	"MethodNotAllowed":     http.StatusMethodNotAllowed,
	"MissingContentLength": http.StatusLengthRequired,
	"NotModified":          http.StatusNotModified,
	"SlowDown":             http.StatusServiceUnavailable,
}

func (p RESTXML) failure(err error, id ids) *Response {
	e := explain(err, func(r *rejection) *fault.Error { return r.s3 })
	status, known := s3Statuses[e.Code]
	if !known {
		status = statusOf(e.Kind)
	}
	if status == http.StatusNotModified {
		return &Response{Status: status, Header: http.Header{}}
	}
	return NewBytes(status, "application/xml", s3Error(e, id))
}

// s3Error writes the error's own elements between message and ids, by name.
func s3Error(e *fault.Error, id ids) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + "<Error>")
	element(&b, "Code", orElse(e.Code, s3Codes[e.Kind]))
	element(&b, "Message", e.Message)
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		element(&b, name, e.Fields[name])
	}
	element(&b, "RequestId", id.request)
	element(&b, "HostId", id.host)
	b.WriteString("</Error>")
	return b.Bytes()
}

func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(b, []byte(text)) // A bytes.Buffer does not fail.
	b.WriteString("</" + name + ">")
}

var s3Codes = map[fault.Kind]string{
	fault.Internal: "InternalError", fault.Invalid: "InvalidRequest", fault.NotFound: "NoSuchKey",
	fault.Exists: "OperationAborted", fault.Denied: "AccessDenied", fault.Unauthorized: "AccessDenied",
	fault.Conflict: "OperationAborted", fault.Unsupported: "NotImplemented", fault.Unavailable: "SlowDown",
	fault.TooLarge: "EntityTooLarge", fault.Precondition: "PreconditionFailed", fault.Cancelled: "RequestTimeout",
}

// statusOf is the status S3 answers errors of a kind with.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Internal:
		return http.StatusInternalServerError
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Exists, fault.Conflict:
		return http.StatusConflict
	case fault.Denied, fault.Unauthorized:
		return http.StatusForbidden
	case fault.Unsupported:
		return http.StatusNotImplemented
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Precondition:
		return http.StatusPreconditionFailed
	}
	return http.StatusBadRequest
}

// S3Error is an error's code and message as S3 tells them, for answers that carry errors inside.
func S3Error(err error) (code, message string) {
	e := explain(err, func(r *rejection) *fault.Error { return r.s3 })
	return orElse(e.Code, s3Codes[e.Kind]), e.Message
}

package aws

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Query is the protocol of STS, IAM, Redshift and CloudFormation: a form with
// Action and Version in, XML out.
type Query struct {
	Version   string         // Of the API, which also recognises unsigned calls.
	Namespace string         // Of the answers.
	Statuses  map[string]int // Of codes whose status is not their kind's.
	Wording   Wording        // Of parameters that are refused.
	Denied    string         // Code of calls that policies refuse; "" means AccessDenied.
}

func (q Query) claims(_ *http.Request, form url.Values) bool {
	return form.Has("Action") && form.Get("Version") == q.Version
}

func (Query) identify(h http.Header, id ids) { h.Set("x-amzn-RequestId", id.request) }

func (q Query) failure(err error, id ids) *Response {
	e := explain(err, func(r *rejection) *fault.Error { return r.query })
	status, known := q.Statuses[e.Code]
	if !known {
		status = queryStatus(e.Kind)
	}
	sender := "Sender"
	if status >= http.StatusInternalServerError {
		sender = "Receiver"
	}
	var b bytes.Buffer
	b.WriteString("<ErrorResponse")
	if q.Namespace != "" {
		b.WriteString(` xmlns="` + q.Namespace + `"`)
	}
	b.WriteString("><Error>")
	element(&b, "Type", sender)
	element(&b, "Code", q.code(e))
	element(&b, "Message", e.Message)
	b.WriteString("</Error>")
	element(&b, "RequestId", id.request)
	b.WriteString("</ErrorResponse>")
	return NewBytes(status, "text/xml", b.Bytes())
}

func (q Query) code(e *fault.Error) string {
	if e.Kind == fault.Denied && q.Denied != "" {
		return orElse(e.Code, q.Denied)
	}
	return orElse(e.Code, queryCodes[e.Kind])
}

var queryCodes = map[fault.Kind]string{
	fault.Internal: "InternalFailure", fault.Invalid: "ValidationError", fault.NotFound: "ResourceNotFound",
	fault.Exists: "AlreadyExists", fault.Denied: "AccessDenied", fault.Unauthorized: "AccessDenied",
	fault.Conflict: "ConflictException", fault.Unsupported: "UnsupportedOperation", fault.Unavailable: "ServiceUnavailable",
	fault.TooLarge: "LimitExceeded", fault.Precondition: "ValidationError", fault.Cancelled: "RequestTimeout",
}

// queryStatus differs from S3's: what is not there to be called is the caller's
// mistake, because clients repeat whatever answers 5xx.
func queryStatus(k fault.Kind) int {
	switch k {
	case fault.Unsupported, fault.Precondition:
		return http.StatusBadRequest
	}
	return statusOf(k)
}

// QueryService is a service that is a table of operations behind the Query protocol.
type QueryService struct {
	name     string
	protocol Query
	table    table
	rows     []Operation
}

// NewQuery makes a service of its operations.
func NewQuery(name string, p Query, ops ...Operation) *QueryService {
	return &QueryService{name: name, protocol: p, table: newTable(ops), rows: ops}
}

// Name is the service's name in credential scopes.
func (s *QueryService) Name() string { return s.name }

// Protocol is the service's Query.
func (s *QueryService) Protocol() Protocol { return s.protocol }

// Operations are the rows of the table.
func (s *QueryService) Operations() []Operation { return s.rows }

// ServeAWS finds the operation that Action names, decodes the form, and encodes the answer.
func (s *QueryService) ServeAWS(ctx context.Context, r *Request) (*Response, error) {
	form, err := formOf(r)
	if err != nil {
		return nil, err
	}
	r.Operation = form.Get("Action")
	if r.Operation == "" {
		return nil, refuse(fault.Invalid, "MissingAction", "The request must contain the parameter Action.", nil)
	}
	op, ok := s.table[r.Operation]
	if v := form.Get("Version"); !ok || (v != "" && s.protocol.Version != "" && v != s.protocol.Version) {
		return nil, invalidAction(r.Operation, v)
	}
	if r.Session.Type == policy.Anonymous && !op.Open {
		return nil, missingToken()
	}
	out, err := op.call(ctx, r.Session, func(in any) error { return decodeForm(form, in, s.protocol.Wording) })
	if err != nil {
		return nil, err
	}
	body, err := s.protocol.answer(r.Operation, r.Session.Request.ID, out)
	if err != nil {
		return nil, err
	}
	return NewBytes(http.StatusOK, "text/xml", body), nil
}

func invalidAction(action, version string) error {
	message := "The action " + action + " is not valid for this web service."
	if version != "" {
		message = fmt.Sprintf("Could not find operation %s for version %s", action, version)
	}
	return refuse(fault.Invalid, "InvalidAction", message, nil)
}

// answer wraps out in <XResponse><XResult>…</XResult><ResponseMetadata>…; an Empty has no result element.
func (q Query) answer(operation, requestID string, out any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("<" + operation + "Response xmlns=\"" + q.Namespace + "\">")
	if _, empty := out.(Empty); !empty {
		enc := xml.NewEncoder(&b)
		if err := enc.EncodeElement(out, xml.StartElement{Name: xml.Name{Local: operation + "Result"}}); err != nil {
			return nil, fmt.Errorf("write the answer of %s: %w", operation, err)
		}
	}
	b.WriteString("<ResponseMetadata>")
	element(&b, "RequestId", requestID)
	b.WriteString("</ResponseMetadata></" + operation + "Response>")
	return b.Bytes(), nil
}

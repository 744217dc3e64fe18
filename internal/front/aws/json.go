package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// JSON is the protocol of Redshift Serverless, the Data API, Secrets Manager
// and DMS: X-Amz-Target names the operation, JSON goes in and out.
type JSON struct {
	Target  string  // Prefix of X-Amz-Target without its dot, for example "RedshiftData".
	Version string  // "1.0" or "1.1"; "" means "1.1".
	Wording Wording // Of parameters that are refused.
}

func (j JSON) claims(r *http.Request, _ url.Values) bool {
	prefix, _, ok := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return ok && prefix == j.Target
}

func (JSON) identify(h http.Header, id ids) { h.Set("x-amzn-RequestId", id.request) }

func (j JSON) contentType() string { return "application/x-amz-json-" + orElse(j.Version, "1.1") }

func (j JSON) failure(err error, _ ids) *Response {
	e := explain(err, func(r *rejection) *fault.Error {
		return &fault.Error{Kind: fault.Unauthorized, Code: r.json, Message: r.query.Message}
	})
	code := orElse(e.Code, jsonCodes[e.Kind])
	members := map[string]string{"__type": code, "message": e.Message}
	maps.Copy(members, e.Fields)
	body, _ := json.Marshal(members) // Strings always marshal.
	status := http.StatusBadRequest
	switch e.Kind {
	case fault.Internal:
		status = http.StatusInternalServerError
	case fault.Unavailable:
		status = http.StatusServiceUnavailable
	}
	res := NewBytes(status, j.contentType(), body)
	res.Header.Set("x-amzn-ErrorType", code)
	return res
}

var jsonCodes = map[fault.Kind]string{
	fault.Internal: "InternalServerException", fault.Invalid: "ValidationException", fault.NotFound: "ResourceNotFoundException",
	fault.Exists: "ConflictException", fault.Denied: "AccessDeniedException", fault.Unauthorized: "AccessDeniedException",
	fault.Conflict: "ConflictException", fault.Unsupported: "UnsupportedOperationException", fault.Unavailable: "ServiceUnavailableException",
	fault.TooLarge: "LimitExceededException", fault.Precondition: "ValidationException", fault.Cancelled: "RequestTimeoutException",
}

// JSONService is a service that is a table of operations behind the JSON protocol.
type JSONService struct {
	name     string
	protocol JSON
	table    table
	rows     []Operation
}

// NewJSON makes a service of its operations.
func NewJSON(name string, p JSON, ops ...Operation) *JSONService {
	return &JSONService{name: name, protocol: p, table: newTable(ops), rows: ops}
}

// Name is the service's name in credential scopes.
func (s *JSONService) Name() string { return s.name }

// Protocol is the service's JSON.
func (s *JSONService) Protocol() Protocol { return s.protocol }

// Operations are the rows of the table.
func (s *JSONService) Operations() []Operation { return s.rows }

// ServeAWS finds the operation that X-Amz-Target names, decodes the body, and encodes the answer.
func (s *JSONService) ServeAWS(ctx context.Context, r *Request) (*Response, error) {
	prefix, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	r.Operation = name
	op, ok := s.table[name]
	if !ok || prefix != s.protocol.Target {
		return nil, unknownOperation(name)
	}
	if r.Session.Type == policy.Anonymous && !op.Open {
		return nil, missingToken()
	}
	body, err := io.ReadAll(r.Payload)
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	out, err := op.call(ctx, r.Session, func(in any) error { return decodeJSON(body, in, s.protocol.Wording) })
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write the answer of %s: %w", name, err)
	}
	return NewBytes(http.StatusOK, s.protocol.contentType(), text), nil
}

func unknownOperation(name string) error {
	message := ""
	if name != "" {
		message = "The operation " + name + " is not available here."
	}
	return refuse(fault.Invalid, "UnknownOperationException", message, nil)
}

package aws

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Protocol is one of AWS's ways to put a call into HTTP: RESTXML, Query or JSON.
type Protocol interface {
	// claims reports whether an unsigned call, or one for a service nobody knows, is of this kind.
	claims(r *http.Request, form url.Values) bool
	// failure writes an error in the protocol's shape.
	failure(err error, id ids) *Response
	// identify puts the request's ids into the headers of an answer.
	identify(h http.Header, id ids)
}

const internalMessage = "We encountered an internal error. Please try again."

// explain reduces any error to what a client may see of it. words picks one service's words of a rejection.
func explain(err error, words func(*rejection) *fault.Error) *fault.Error {
	if r, ok := errors.AsType[*rejection](err); ok {
		return words(r)
	}
	if d, ok := errors.AsType[*guard.Denied](err); ok {
		return &fault.Error{Kind: fault.Denied, Message: d.Message(), Err: err}
	}
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Kind != fault.Internal {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &fault.Error{Kind: fault.Cancelled, Code: "RequestTimeout", Message: "The request was cancelled before it was answered."}
	}
	return &fault.Error{Kind: fault.Internal, Message: internalMessage, Err: err}
}

// NewBytes is a response with a whole body of the given type.
func NewBytes(status int, contentType string, body []byte) *Response {
	return &Response{
		Status: status, Header: http.Header{"Content-Type": {contentType}},
		Body: bytes.NewReader(body), Length: int64(len(body)),
	}
}

// orElse is the code of an error, or what stands for its kind when it has none.
func orElse(code, otherwise string) string {
	if code != "" {
		return code
	}
	return otherwise
}

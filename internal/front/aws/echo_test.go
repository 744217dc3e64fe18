package aws

import (
	"context"
	"io"
	"net/http"
)

// echo is a service that answers with what it was sent.
type echo struct {
	name     string
	protocol Protocol
	serve    func(context.Context, *Request) (*Response, error)
}

func (e echo) Name() string       { return e.name }
func (e echo) Protocol() Protocol { return e.protocol }

func (e echo) ServeAWS(ctx context.Context, r *Request) (*Response, error) {
	r.Operation = "Echo"
	if e.serve != nil {
		return e.serve(ctx, r)
	}
	body, err := io.ReadAll(r.Payload)
	if err != nil {
		return nil, err
	}
	return NewBytes(http.StatusOK, "text/plain", body), nil
}

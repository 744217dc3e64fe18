package aws

import (
	"context"
	"io"
	"net/http"

	"github.com/inlet-data/inlet/internal/guard"
)

// Service answers the calls of one AWS service.
type Service interface {
	// Name is the service's name in credential scopes, for example "redshift-data".
	Name() string
	// Protocol says how its calls look and how its errors are written.
	Protocol() Protocol
	// ServeAWS answers one call whose signature has been verified. A response
	// beside an error lends the error its headers.
	ServeAWS(ctx context.Context, r *Request) (*Response, error)
}

// Request is a call after its signature has been verified.
type Request struct {
	*http.Request
	// Session is the caller; of the type policy.Anonymous when nobody signed.
	Session guard.Session
	// Payload is the decoded body. It is verified while it is read: io.EOF, and
	// the last byte when the length is known, come only if hash or chunk signatures hold.
	Payload io.Reader
	// Length is the number of bytes in Payload, -1 when unknown.
	Length int64
	// Trailer has the headers that followed the payload, once it has been read to its end.
	Trailer func() http.Header
	// Operation is for the log; the service sets it as soon as it knows.
	Operation string
}

// Response is what a call is answered with.
type Response struct {
	Status int         // 0 means 200.
	Header http.Header // May be nil.
	Body   io.WriterTo // nil for none; closed after writing when it is an io.Closer.
	Length int64       // Bytes Body will write.
}

// ids are the names by which a call can be found again in the log.
type ids struct {
	request, host string
}

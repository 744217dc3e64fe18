package faulty

import (
	"context"
	"fmt"
	"io"
	"syscall"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Credentials gives the rights of another, over objects that fail as planned.
type Credentials struct {
	load.Credentials
	Plan *Plan
}

var _ load.Witness = Credentials{}

// Assume takes roles.
func (c Credentials) Assume(ctx context.Context, ns *warehouse.Namespace, roles []string, dbUser string) (load.Objects, string, error) {
	o, role, err := c.Credentials.Assume(ctx, ns, roles, dbUser)
	if err != nil {
		return nil, role, err
	}
	return c.wrap(o), role, nil
}

// Keys acts as the holder of an access key.
func (c Credentials) Keys(ctx context.Context, accessKey, secret, token string) (load.Objects, error) {
	o, err := c.Credentials.Keys(ctx, accessKey, secret, token)
	if err != nil {
		return nil, err
	}
	return c.wrap(o), nil
}

// wrap leaves UNLOAD what it needs of objects that can be written, and a COPY JOB's quarantine of those that can be moved.
func (c Credentials) wrap(o load.Objects) load.Objects {
	faulty := Objects{o, c.Plan}
	w, writes := o.(load.Writer)
	m, moves := o.(load.Mover)
	switch {
	case writes && moves:
		return struct {
			Objects
			load.Writer
			load.Mover
		}{faulty, w, m}
	case writes:
		return struct {
			Objects
			load.Writer
		}{faulty, w}
	}
	return faulty
}

// NotAttached passes on what a load.Witness is told.
func (c Credentials) NotAttached(ctx context.Context, ns *warehouse.Namespace, role string) {
	if w, ok := c.Credentials.(load.Witness); ok {
		w.NotAttached(ctx, ns, role)
	}
}

// Objects reads a bucket that fails as planned.
type Objects struct {
	load.Objects
	Plan *Plan
}

// List lists objects, or says that it cannot now.
func (o Objects) List(ctx context.Context, bucket, prefix string, each func(load.Object) error) error {
	if err := refusal(o.Plan.pass(List)); err != nil {
		return err
	}
	return o.Objects.List(ctx, bucket, prefix, each)
}

// Open opens an object whose body may be slow or end too early.
func (o Objects) Open(ctx context.Context, x load.Object) (io.ReadCloser, error) {
	kind := o.Plan.pass(Open)
	if err := refusal(kind); err != nil {
		return nil, err
	}
	in, err := o.Objects.Open(ctx, x)
	if err != nil {
		return nil, err
	}
	b := &body{ReadCloser: in, plan: o.Plan, left: -1}
	switch kind {
	case Half:
		b.left = x.Size / 2
	case Slow:
		b.slow = true
	}
	return b, nil
}

// refusal is what S3 says when it cannot answer.
func refusal(k Kind) error {
	switch k {
	case Error500:
		return &fault.Error{Kind: fault.Unavailable, Code: "InternalError", Message: "We encountered an internal error. Please try again."}
	case Error503:
		return &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Please reduce your request rate."}
	}
	return nil
}

// body is an object's content on a bad line.
type body struct {
	io.ReadCloser
	plan *Plan
	left int64 // bytes until the line breaks, -1 for all
	slow bool
}

// Read gives a piece, or what an HTTP client says of a broken line.
func (b *body) Read(p []byte) (int, error) {
	if b.plan.pass(Read) == Reset {
		return 0, fmt.Errorf("read the body: %w", syscall.ECONNRESET)
	}
	if b.left == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	if b.left > 0 && int64(len(p)) > b.left {
		p = p[:b.left]
	}
	if b.slow && len(p) > 1 {
		p = p[:1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left > 0 {
		b.left -= int64(n)
	}
	return n, err
}

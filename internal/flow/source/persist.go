package source

import (
	"context"
	"errors"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// Persistence follows a log by one connection after another.
type Persistence struct {
	Passing func(error) bool // Whether an error is of the connection, so that another one may do; see Final.
	Lost    func(error)      // Told of each connection's end, before the next; may be nil.
}

// Follow calls an attempt again and again until the context ends or an error does not pass. An
// attempt reports whether it came further; after one that did, the next one does not wait long.
func (p Persistence) Follow(ctx context.Context, attempt func() (further bool, err error)) error {
	for wait := time.Duration(0); ; {
		began := time.Now()
		further, err := attempt()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case Final(err) || !p.Passing(err):
			return err
		case further || time.Since(began) > time.Minute:
			wait = 0
		}
		if p.Lost != nil {
			p.Lost(err)
		}
		wait = min(max(2*wait, 100*time.Millisecond), 5*time.Second)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// Final reports whether an error is of what was asked or delivered: another connection would have it, too.
func Final(err error) bool {
	_, ok := errors.AsType[*fault.Error](err)
	return ok || Refused(err)
}

// Refused reports whether an error is the sink's.
func Refused(err error) bool {
	_, ok := errors.AsType[*refusal](err)
	return ok
}

// refusal is an error of the sink.
type refusal struct{ err error }

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

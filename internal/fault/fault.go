// Package fault holds the one error value that every door can render: the
// S3 door as XML, the SQL door as an ErrorResponse, the terminal as a line.
package fault

import (
	"errors"
	"strings"
)

// Kind says what class of trouble an error is; doors derive statuses from it.
type Kind uint8

// The kinds of error.
const (
	Internal     Kind = iota // Ours: a defect or an environment that failed us.
	Invalid                  // The request is wrong and will stay wrong.
	NotFound                 // The thing named does not exist.
	Exists                   // The thing named exists already.
	Denied                   // Known caller, not allowed (without a policy decision; see guard.Denied).
	Unauthorized             // The caller could not be recognised.
	Conflict                 // The state of the thing forbids it now.
	Unsupported              // The real service does it, this program does not.
	Unavailable              // Try again later.
	TooLarge                 // A documented limit is exceeded.
	Precondition             // A condition the caller set does not hold.
	Cancelled                // The caller gave up.
)

// Error is an error a person can act on. Only Message is shown by every door.
type Error struct {
	Kind     Kind
	Code     string            // What programs match on: an AWS error code, or an SQLSTATE.
	Op       string            // The operation, for example "COPY" or "s3:PutObject".
	On       string            // The thing, for example an ARN or a file.
	Message  string            // For the client, in the imitated service's words where it has any.
	Detail   string            // More of it; for SQL the DETAIL field.
	Hint     string            // The way out, if we know one.
	Position int               // 1-based character of the SQL text, 0 when unknown.
	Fields   map[string]string // Further elements of an AWS error body.
	Err      error             // The cause, never shown to clients.
}

// Error prints the operation, the thing, the message and the cause.
func (e *Error) Error() string {
	var b strings.Builder
	for _, s := range []string{e.Op, e.On, e.Message} {
		if s == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(s)
	}
	if e.Err != nil {
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in err's chain, Internal when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the code of the first Error in err's chain, or "".
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

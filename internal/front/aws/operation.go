package aws

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/guard"
)

// Operation is one row of a Query or JSON service's table.
type Operation struct {
	Name   string // As Action or X-Amz-Target names it.
	Action string // The IAM action it asks for, or "" when it asks for none.
	Open   bool   // Callers need not sign.
	call   func(ctx context.Context, s guard.Session, decode func(any) error) (any, error)
}

// Op makes a row from a handler. Input fields carry `query:"…"` or `json:"…"`
// tags, output fields `xml:"…"` or `json:"…"`.
func Op[In, Out any](name, action string, h func(context.Context, guard.Session, In) (Out, error)) Operation {
	return Operation{Name: name, Action: action, call: func(ctx context.Context, s guard.Session, decode func(any) error) (any, error) {
		var in In
		if err := decode(&in); err != nil {
			return nil, err
		}
		return h(ctx, s, in)
	}}
}

// Empty is the input or output of an operation that has none.
type Empty struct{}

// table finds operations by name.
type table map[string]Operation

func newTable(ops []Operation) table {
	t := make(table, len(ops))
	for _, op := range ops {
		if _, twice := t[op.Name]; twice {
			panic(fmt.Sprintf("operation %s stands twice in a table", op.Name)) // A mistake in the program, seen by any test.
		}
		t[op.Name] = op
	}
	return t
}

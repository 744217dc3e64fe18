package aws

import (
	"context"
	"fmt"
	"reflect"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Operation is one row of a Query or JSON service's table.
type Operation struct {
	Name   string // As Action or X-Amz-Target names it.
	Action string // The IAM action it asks for, or "" when it asks for none.
	Open   bool   // Callers need not sign.
	absent bool
	input  reflect.Type
	output reflect.Type
	call   func(ctx context.Context, s guard.Session, decode func(any) error) (any, error)
}

// Op makes a row from a handler. Input fields carry `query:"…"` or `json:"…"`
// tags, output fields `xml:"…"` or `json:"…"`. Input fields may also carry the
// limits of the service's model, `required:"true" min:"1" max:"64" pattern:"…"
// enum:"a b" each:"1 128" sensitive:"true"`, which are checked before the handler runs.
func Op[In, Out any](name, action string, h func(context.Context, guard.Session, In) (Out, error)) Operation {
	checkTags(reflect.TypeFor[In](), map[reflect.Type]bool{})
	return Operation{Name: name, Action: action, input: reflect.TypeFor[In](), output: reflect.TypeFor[Out](), call: func(ctx context.Context, s guard.Session, decode func(any) error) (any, error) {
		var in In
		if err := decode(&in); err != nil {
			return nil, err
		}
		return h(ctx, s, in)
	}}
}

// NotSupported makes rows for operations that the service has and inlet lacks.
// They answer with an error that no client repeats.
func NotSupported(names ...string) []Operation {
	rows := make([]Operation, len(names))
	for i, name := range names {
		rows[i] = Operation{Name: name, absent: true, call: func(context.Context, guard.Session, func(any) error) (any, error) {
			return nil, &fault.Error{Kind: fault.Unsupported, Op: name, Message: "The operation " + name + " is not supported by inlet."}
		}}
	}
	return rows
}

// Supported reports whether the operation does what the service's does; others only refuse.
func (o Operation) Supported() bool { return !o.absent }

// Input is the type of the operation's parameters, nil for one that is not supported.
func (o Operation) Input() reflect.Type { return o.input }

// Output is the type of the operation's answer, nil for one that is not supported.
func (o Operation) Output() reflect.Type { return o.output }

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

//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// shape is the columns of a result, and what they must be cast to before they can be read.
type shape struct {
	columns []warehouse.Column
	casts   []string // "" where a column is read as it is
	foreign bool     // some column must be cast
}

func (s *shape) add(name string, t bindings.LogicalType) {
	vt, cast := vectorType(t)
	s.columns = append(s.columns, warehouse.Column{Name: name, Type: vt})
	s.casts = append(s.casts, cast)
	s.foreign = s.foreign || cast != ""
}

// unreadable is the refusal of a result that cannot be cast.
func (s *shape) unreadable() error {
	for i, cast := range s.casts {
		if cast != "" {
			return refused(warehouse.ErrorNotImplemented, "column %q has a type that cannot be returned; cast it to %s", s.columns[i].Name, cast)
		}
	}
	return refused(warehouse.ErrorNotImplemented, "the result cannot be returned")
}

// wrapperPrefix stands before the statement in a wrapper, and shifts the engine's positions.
const wrapperPrefix = "FROM ("

// wrap prepares a SELECT around the statement that casts what cannot be read.
// The order of its rows survives: a projection keeps the order of a sort below it.
func (s *Stmt) wrap(ctx context.Context, result shape) (*Stmt, error) {
	if s.kind != bindings.StatementTypeSelect || s.inner != "" {
		return nil, result.unreadable()
	}
	w := &Stmt{conn: s.conn, kind: s.kind, inner: s.sql, text: result.wrapper(s.sql), planned: s.conn.instance.writes.Load()}
	if bindings.Prepare(s.conn.handle, w.text, &w.handle) == bindings.StateError {
		defer w.free()
		text := bindings.PrepareError(w.handle)
		if parseError(text).Kind == warehouse.ErrorSyntax {
			return nil, result.unreadable() // A SELECT that cannot stand in parentheses.
		}
		return nil, w.fail(ctx, text)
	}
	if left := w.describe(); left.foreign {
		defer w.free()
		return nil, left.unreadable()
	}
	s.conn.stmts[w] = struct{}{}
	return w, nil
}

func (s *shape) wrapper(sql string) string {
	list, names := make([]string, len(s.columns)), make([]string, len(s.columns))
	for i, col := range s.columns {
		names[i] = fmt.Sprintf("c%d", i)
		value := names[i]
		if s.casts[i] != "" {
			value = "CAST(" + value + " AS " + s.casts[i] + ")"
		}
		list[i] = value + " AS " + quoted(col.Name)
	}
	// The line break ends a comment at the statement's end.
	return wrapperPrefix + strings.TrimRight(sql, "; \t\r\n") + "\n) AS q(" + strings.Join(names, ", ") + ") SELECT " + strings.Join(list, ", ")
}

//go:build cgo

package duckdb

import (
	"context"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// plan plans the statement again when something was written since it was planned. The
// engine answers a count from what it knows of a table, folds the answer into the
// plan, and keeps the plan when rows come.
func (s *Stmt) plan(ctx context.Context) error {
	now := s.conn.instance.writes.Load()
	if s.planned == now || s.text == "" || s.kind == bindings.StatementTypeTransaction {
		return nil
	}
	var handle bindings.PreparedStatement
	if bindings.Prepare(s.conn.handle, s.text, &handle) == bindings.StateError {
		defer bindings.DestroyPrepare(&handle)
		return s.fail(ctx, bindings.PrepareError(handle))
	}
	bindings.DestroyPrepare(&s.handle)
	s.handle, s.planned = handle, now
	return nil
}

// writes reports a statement after which others, or this connection, may see other rows.
func (s *Stmt) writes() bool {
	switch s.kind {
	case bindings.StatementTypeSelect, bindings.StatementTypeExplain:
		return false
	case bindings.StatementTypeTransaction:
		word := firstWord(s.text)
		return !strings.EqualFold(word, "BEGIN") && !strings.EqualFold(word, "START")
	}
	return true
}

//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// aborted reports that the open transaction is beyond saving. It is asked only
// after a statement has failed, because it costs a statement itself.
func (c *Conn) aborted() bool {
	err, ok := errors.AsType[*warehouse.EngineError](script(c.handle, "SELECT 1"))
	return ok && err.Kind == warehouse.ErrorTransaction
}

// commit runs COMMIT. After a failed statement the engine rolls back instead
// and says it succeeded; whoever believed that would count rows that are gone.
func (s *Stmt) commit(ctx context.Context) error {
	lost := s.conn.aborted()
	res := new(bindings.Result)
	defer bindings.DestroyResult(res)
	if bindings.ExecutePrepared(s.handle, res) == bindings.StateError {
		return s.conn.fail(ctx, bindings.ResultError(res))
	}
	s.conn.doubt = false
	if lost {
		return refused(warehouse.ErrorTransaction, "the transaction was rolled back, because a statement in it had failed")
	}
	return nil
}

// commits reports a COMMIT whose outcome is in doubt.
func (s *Stmt) commits() bool {
	if s.kind != bindings.StatementTypeTransaction || !s.conn.doubt {
		return false
	}
	word := firstWord(s.sql)
	return strings.EqualFold(word, "COMMIT") || strings.EqualFold(word, "END")
}

// firstWord is the first word of SQL text behind space and comments.
func firstWord(sql string) string {
	for {
		sql = strings.TrimLeft(sql, "; \t\r\n\f\v")
		switch {
		case strings.HasPrefix(sql, "--"):
			_, sql, _ = strings.Cut(sql, "\n")
		case strings.HasPrefix(sql, "/*"):
			_, sql, _ = strings.Cut(sql, "*/")
		default:
			end := strings.IndexFunc(sql, func(r rune) bool { return (r|32) < 'a' || (r|32) > 'z' })
			if end < 0 {
				return sql
			}
			return sql[:end]
		}
	}
}

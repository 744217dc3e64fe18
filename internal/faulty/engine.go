package faulty

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Engine is an engine whose connections fail as planned.
type Engine struct {
	warehouse.Engine
	Plan *Plan
}

// Connect opens a connection.
func (e Engine) Connect(ctx context.Context) (warehouse.Conn, error) {
	if e.Plan.pass(Connect) == Unconnected {
		return nil, engineError(Fatal)
	}
	c, err := e.Engine.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return conn{c, e.Plan}, nil
}

type conn struct {
	warehouse.Conn
	plan *Plan
}

// Exec runs a script, with faults at what inserts and what commits.
func (c conn) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	commits := strings.EqualFold(word, "COMMIT")
	at := Commit
	if strings.EqualFold(word, "INSERT") {
		at = Write
	}
	if commits || at == Write {
		if err := engineError(c.plan.pass(at)); err != nil {
			return 0, err
		}
	}
	n, err := c.Conn.Exec(ctx, sql, args...)
	if err == nil && commits && c.plan.pass(Committed) == Unanswered {
		err = engineError(Fatal)
	}
	return n, err
}

// engineError is what the engine says of a fault, nil when it says nothing.
func engineError(k Kind) error {
	switch k {
	case NoRoom:
		return &warehouse.EngineError{Kind: warehouse.ErrorIO, Position: -1, Message: "Could not write file: No space left on device"}
	case Fatal:
		return &warehouse.EngineError{Kind: warehouse.ErrorFatal, Position: -1, Message: "database has been invalidated because of a previous fatal error"}
	}
	return nil
}

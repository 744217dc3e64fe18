package session

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
)

// transaction is where the session stands between BEGIN and COMMIT.
type transaction struct {
	block  bool // BEGIN was run
	failed bool // a statement failed; only its end is accepted
	read   bool // READ ONLY
}

// Status is the transaction status for ReadyForQuery: 'I', 'T' or 'E'.
func (s *Session) Status() byte {
	switch {
	case s.tx.block && s.tx.failed:
		return 'E'
	case s.tx.block:
		return 'T'
	}
	return 'I'
}

// Fail puts the open transaction into the failed state. What it did is undone at
// once, so that its locks hold up nobody while the client makes up its mind.
func (s *Session) Fail() {
	open := s.client.InTransaction()
	s.tx.failed = s.tx.failed || s.tx.block || open
	if !open {
		return
	}
	s.version++ // Tables may be gone.
	if err := s.client.Rollback(context.Background()); err != nil {
		s.manager.cfg.Log.Error("roll back a failed transaction", "err", err)
	}
}

// Sync ends the implicit transaction of a query cycle.
func (s *Session) Sync(ctx context.Context) error {
	if s.tx.block {
		return nil
	}
	if s.tx.failed {
		s.tx = transaction{}
		return s.translate(s.rollback(ctx))
	}
	if !s.client.InTransaction() {
		s.client.Unlock()
		return nil
	}
	return s.translate(s.commit(ctx))
}

// begun makes sure that a transaction is open; outside a block Sync ends it.
func (s *Session) begun(ctx context.Context) error {
	if s.client.InTransaction() {
		return nil
	}
	return s.client.Begin(ctx)
}

func (s *Session) commit(ctx context.Context) error {
	s.tx = transaction{}
	s.endCursors()
	err := s.client.Commit(ctx)
	if err != nil {
		s.version++
	}
	s.settings.commit(err == nil)
	return err
}

func (s *Session) rollback(ctx context.Context) error {
	s.tx = transaction{}
	s.endCursors()
	s.version++ // Tables may be gone.
	s.settings.commit(false)
	return s.client.Rollback(ctx)
}

// transactionStatement runs BEGIN, COMMIT and ROLLBACK.
func (s *Session) transactionStatement(ctx context.Context, t *dialect.Transaction) (*Result, error) {
	switch t.Verb {
	case "begin":
		return s.begin(ctx, t)
	case "commit":
		if !s.tx.block {
			s.notice("WARNING", "25P01", "there is no transaction in progress")
		}
		if s.tx.failed {
			return &Result{Tag: "ROLLBACK"}, s.rollback(ctx)
		}
		return &Result{Tag: "COMMIT"}, s.commit(ctx)
	}
	if !s.tx.block {
		s.notice("WARNING", "25P01", "there is no transaction in progress")
	}
	return &Result{Tag: "ROLLBACK"}, s.rollback(ctx)
}

func (s *Session) begin(ctx context.Context, t *dialect.Transaction) (*Result, error) {
	if s.tx.block {
		s.notice("WARNING", "25001", "there is already a transaction in progress")
	}
	s.tx.block = true
	s.tx.read = t.ReadOnly
	tag := "BEGIN"
	if t.Start {
		tag = "START TRANSACTION"
	}
	return &Result{Tag: tag}, nil // The engine's transaction begins with the first statement that needs one.
}

// admit refuses statements in a failed transaction.
func (s *Session) admit(parsed dialect.Statement) error {
	if !s.tx.failed {
		return nil
	}
	if t, ok := parsed.(*dialect.Transaction); ok && t.Verb != "begin" {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "25P02",
		Message: "current transaction is aborted, commands ignored until end of transaction block"}
}

// outside refuses a statement that cannot run inside a transaction block.
func (s *Session) outside(what string) error {
	if !s.tx.block && !s.client.InTransaction() {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "25001", Message: what + " cannot run inside a transaction block"}
}

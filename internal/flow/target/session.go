package target

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// session is one connection. All statements go as plain text, so that nothing depends
// on the kinds of parameters the warehouse knows.
type session struct {
	conn *pgconn.PgConn
}

// acquire takes an idle connection or opens one.
func (t *Target) acquire(ctx context.Context) (*session, error) {
	t.mu.Lock()
	for n := len(t.idle); n > 0; n = len(t.idle) {
		s := t.idle[n-1]
		t.idle = t.idle[:n-1]
		if !s.conn.IsClosed() {
			t.mu.Unlock()
			return s, nil
		}
	}
	closed := t.closed
	t.mu.Unlock()
	if closed {
		return nil, errors.New("the target is closed")
	}
	return t.connect(ctx)
}

// release gives a connection back, unless it is broken or in a transaction.
func (t *Target) release(s *session) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || s.conn.IsClosed() || s.conn.TxStatus() != 'I' {
		s.close()
		return
	}
	t.idle = append(t.idle, s)
}

func (t *Target) connect(ctx context.Context) (*session, error) {
	conn, err := pgconn.ConnectConfig(ctx, t.cfg.Connect)
	if err != nil {
		return nil, fmt.Errorf("connect to the warehouse: %w", err)
	}
	s := &session{conn}
	if err := t.greet(ctx, s); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// greet sets what every session needs.
func (t *Target) greet(ctx context.Context, s *session) error {
	var sql []string
	if t.cfg.CaseSensitive {
		sql = append(sql, "SET enable_case_sensitive_identifier TO true")
	}
	if ms := t.cfg.Timeout.Milliseconds(); ms > 0 {
		sql = append(sql, "SET statement_timeout TO "+number(ms))
	}
	if t.cfg.Script != "" {
		sql = append(sql, t.cfg.Script)
	}
	for _, q := range sql {
		if _, err := s.exec(ctx, q); err != nil {
			return fmt.Errorf("begin a session of the warehouse: %w", err)
		}
	}
	return nil
}

// close ends the connection without waiting for the server to agree.
func (s *session) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = s.conn.Close(ctx)
}

// exec runs statements and tells how many rows the last one touched.
func (s *session) exec(ctx context.Context, sql string) (int64, error) {
	results, err := s.conn.Exec(ctx, sql).ReadAll()
	if err != nil || len(results) == 0 {
		return 0, err
	}
	return results[len(results)-1].CommandTag.RowsAffected(), nil
}

// row is a row of an answer as text; nil is NULL.
type row [][]byte

func (r row) text(i int) string { return string(r[i]) }

// query runs one statement and returns its rows.
func (s *session) query(ctx context.Context, sql string) ([]row, error) {
	results, err := s.conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	var all []row
	for _, res := range results {
		for _, r := range res.Rows {
			all = append(all, r)
		}
	}
	return all, nil
}

// with runs a function on a connection of its own, again after what passes.
func (t *Target) with(ctx context.Context, what string, run func(context.Context, *session) error) error {
	return t.retry(ctx, what, func(ctx context.Context) error {
		s, err := t.acquire(ctx)
		if err != nil {
			return err
		}
		defer t.release(s)
		return run(ctx, s)
	})
}

// query asks outside of transactions.
func (t *Target) query(ctx context.Context, what, sql string) (all []row, err error) {
	err = t.with(ctx, what, func(ctx context.Context, s *session) error {
		all, err = s.query(ctx, sql)
		return err
	})
	return all, err
}

// Exec runs a statement of its own, that may be run twice.
func (t *Target) Exec(ctx context.Context, what, sql string) error {
	return t.explain(t.exec(ctx, what, sql))
}

// exec runs a statement that may be run twice.
func (t *Target) exec(ctx context.Context, what, sql string) error {
	return t.with(ctx, what, func(ctx context.Context, s *session) error {
		_, err := s.exec(ctx, sql)
		return err
	})
}

package target

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Tx is one transaction of the warehouse; one goroutine uses it.
type Tx struct {
	t *Target
	s *session
}

// Exec runs a statement and tells how many rows it touched.
func (x *Tx) Exec(ctx context.Context, sql string) (int64, error) {
	if err := x.t.step(sql); err != nil {
		x.s.close()
		return 0, err
	}
	return x.s.exec(ctx, sql)
}

// ExecAll runs several statements in one message and tells how many rows each touched.
func (x *Tx) ExecAll(ctx context.Context, sql string) ([]int64, error) {
	if err := x.t.step(sql); err != nil {
		x.s.close()
		return nil, err
	}
	results, err := x.s.conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	touched := make([]int64, len(results))
	for i, r := range results {
		touched[i] = r.CommandTag.RowsAffected()
	}
	return touched, nil
}

// Copy loads a manifest into columns of a table, named with quotes, and checks that all its rows came.
func (x *Tx) Copy(ctx context.Context, table string, columns []string, c Chunk) error {
	rows, err := x.copy(ctx, x.t.copyInto(table, columns, c))
	if err != nil {
		return err
	}
	if rows != c.Rows {
		return missing(table, c, rows)
	}
	return nil
}

// Sift loads of a manifest what COPY takes, and leaves the rest out.
func (x *Tx) Sift(ctx context.Context, table string, columns []string, c Chunk) error {
	c.MaxError = MostErrors
	_, err := x.copy(ctx, x.t.copyInto(table, columns, c))
	return err
}

// MostErrors is the greatest number of rows COPY can be told to leave out.
const MostErrors = 100_000

// Apply runs a function in a transaction that also moves the checkpoint: what the
// function did and the position are there together or not at all. After a lost
// connection or a conflict everything is run again, unless it had committed.
func (t *Target) Apply(ctx context.Context, pos source.Position, at time.Time, run func(context.Context, *Tx) error) error {
	c := &t.checkpoint
	c.mu.Lock()
	defer c.mu.Unlock()
	next := &checkpoint{read: true, batch: token(), parts: 1, pos: pos, at: at}
	had, known := c.batch, c.read
	err := t.retry(ctx, "apply changes", func(ctx context.Context) error {
		if !c.read {
			if err := t.reread(ctx); err != nil || c.batch == next.batch {
				return err
			}
			if known && c.batch != had {
				return t.overtaken(0, 1, nil)
			}
			had, known = c.batch, true
		}
		c.read = false // Until the commit is known.
		return t.transact(ctx, func(ctx context.Context, x *Tx) error {
			if err := run(ctx, x); err != nil {
				return err
			}
			return t.writeCheckpoint(ctx, x.s, next)
		})
	})
	if err != nil {
		return err
	}
	c.read, c.batch, c.parts, c.pos, c.at = true, next.batch, next.parts, pos, at
	return nil
}

// Probe runs a function in a transaction that is rolled back, to see whether it would succeed.
func (t *Target) Probe(ctx context.Context, run func(context.Context, *Tx) error) error {
	return t.retry(ctx, "try changes", func(ctx context.Context) error {
		s, err := t.acquire(ctx)
		if err != nil {
			return err
		}
		defer t.release(s)
		defer t.rollback(s)
		if _, err := s.exec(ctx, "BEGIN"); err != nil {
			return err
		}
		return run(ctx, &Tx{t, s})
	})
}

// reread looks at the checkpoint again, whose last commit nobody confirmed.
func (t *Target) reread(ctx context.Context) error {
	s, err := t.acquire(ctx)
	if err != nil {
		return err
	}
	defer t.release(s)
	return t.readCheckpoint(ctx, s)
}

// transact runs a function between BEGIN and COMMIT, once.
func (t *Target) transact(ctx context.Context, run func(context.Context, *Tx) error) error {
	s, err := t.acquire(ctx)
	if err != nil {
		return err
	}
	defer t.release(s)
	x := &Tx{t, s}
	if _, err := x.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := run(ctx, x); err != nil {
		t.rollback(s)
		return err
	}
	if _, err := x.Exec(ctx, "COMMIT"); err != nil {
		return err
	}
	if err := t.step("COMMITTED"); err != nil {
		s.close()
		return err
	}
	return nil
}

// rollback frees the connection at once; one that does not answer is closed.
func (t *Target) rollback(s *session) {
	if s.conn.IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if _, err := s.exec(ctx, "ROLLBACK"); err != nil {
		s.close()
	}
}

// Rows are the answer of a query within the transaction, as text; nil is NULL.
func (x *Tx) Rows(ctx context.Context, sql string) ([][][]byte, error) {
	rows, err := x.s.query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("ask the warehouse: %w", err)
	}
	all := make([][][]byte, len(rows))
	for i, r := range rows {
		all[i] = r
	}
	return all, nil
}

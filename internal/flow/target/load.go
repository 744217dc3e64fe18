package target

import (
	"context"
	"fmt"
	"strconv"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Chunk is a part of a table that was staged.
type Chunk struct {
	Manifest string // "" when the chunk has no row.
	Gzip     bool
	ID       string    // Names the part among the table's: a range of keys.
	Rows     int64     // How many there are.
	MaxError int       // How many rows COPY may refuse; for Sift.
	Refusals *Refusals // Values that were put right before, to be told in the same transaction; may be nil.
}

// Load copies a chunk into the plan's table and marks it as in, in one transaction. A
// chunk that is marked is not loaded again. It returns how many rows are in.
func (t *Target) Load(ctx context.Context, p *mapping.Plan, c Chunk) (rows int64, already bool, err error) {
	if c.ID == markPrepared || c.ID == markComplete {
		return 0, false, fmt.Errorf("load a part of %s: %q is no name for a part", p.From.Name, c.ID)
	}
	tried := false
	err = t.retry(ctx, "load into "+p.Schema+"."+p.Table, func(ctx context.Context) error {
		if in, err := t.alreadyIn(ctx, p, c); err != nil || in {
			already = in && !tried // What this call brought in is no other's.
			return err
		}
		tried = true
		return t.transact(ctx, func(ctx context.Context, x *Tx) error {
			if rows, err = x.load(ctx, p, c); err != nil {
				return err
			}
			if err = x.exceptValues(ctx, c); err != nil {
				return err
			}
			return x.note(ctx, p, c, rows)
		})
	})
	if err != nil {
		return 0, false, t.failed(ctx, p, c, err)
	}
	return rows, already, nil
}

// alreadyIn asks on a connection of its own: a transaction that reads marks and adds one would conflict with others.
func (t *Target) alreadyIn(ctx context.Context, p *mapping.Plan, c Chunk) (bool, error) {
	s, err := t.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer t.release(s)
	rows, err := s.query(ctx, "SELECT 1 FROM "+t.marks()+" WHERE "+t.of(p.From.Name)+" AND chunk = "+t.Literal(c.ID))
	return len(rows) > 0, err
}

// load copies a chunk and checks that all its rows came.
func (x *Tx) load(ctx context.Context, p *mapping.Plan, c Chunk) (int64, error) {
	if c.Manifest == "" {
		return 0, nil
	}
	sql := x.t.Statement(p, c)
	x.t.cfg.Log.Printf(tasklog.TargetLoad, tasklog.Debug, "%s", sql)
	rows, err := x.copy(ctx, sql)
	if err != nil {
		return 0, err
	}
	if c.Rows > 0 && rows != c.Rows {
		return 0, missing(p.Schema+"."+p.Table, c, rows)
	}
	return rows, nil
}

// exceptValues keeps the values that were put right before the COPY.
func (x *Tx) exceptValues(ctx context.Context, c Chunk) error {
	if c.Refusals == nil {
		return nil
	}
	return x.Except(ctx, c.Refusals.Exceptions())
}

// missing says that COPY did not load what was staged.
func missing(table string, c Chunk, rows int64) error {
	return &fault.Error{Kind: fault.Internal, Code: "RowsMissing", Op: "COPY", On: table,
		Message: fmt.Sprintf("%d rows were staged in %s, and COPY loaded %d", c.Rows, c.Manifest, rows), Hint: "nothing of it was kept; look whether something else writes into the staging folder"}
}

// copy runs a COPY and asks how many rows it loaded.
func (x *Tx) copy(ctx context.Context, sql string) (int64, error) {
	if _, err := x.Exec(ctx, sql); err != nil {
		return 0, err
	}
	answer, err := x.Rows(ctx, "SELECT pg_last_copy_count()")
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(string(answer[0][0]), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("rows of the last COPY: %w", err)
	}
	return n, nil
}

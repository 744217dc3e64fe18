package target

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Loaded is what became of a chunk of which refused rows were left out.
type Loaded struct {
	Rows, Refused int64
	Already       bool // It was in before.
}

// LoadSome is Load for tasks whose settings let refused rows be left out: each of them is
// kept in awsdms_apply_exceptions, in the transaction of the others. One chunk may have
// MostErrors of them.
func (t *Target) LoadSome(ctx context.Context, p *mapping.Plan, c Chunk, kept bool) (done Loaded, err error) {
	tried := false
	err = t.retry(ctx, "load into "+p.Schema+"."+p.Table, func(ctx context.Context) error {
		if in, err := t.alreadyIn(ctx, p, c); err != nil || in {
			done.Already = in && !tried
			return err
		}
		done, tried = Loaded{}, true
		return t.transact(ctx, func(ctx context.Context, x *Tx) error { return x.loadSome(ctx, p, c, sift{&done, kept}) })
	})
	if err != nil {
		return Loaded{}, t.failed(ctx, p, c, err)
	}
	if done.Refused > 0 {
		t.cfg.Log.Printf(tasklog.TargetLoad, tasklog.Warning, "Load into table '%s'.'%s': %d rows were refused and left out", p.Schema, p.Table, done.Refused)
	}
	return done, nil
}

// sift is what loadSome finds, and whether exceptions are kept.
type sift struct {
	done *Loaded
	kept bool
}

func (x *Tx) loadSome(ctx context.Context, p *mapping.Plan, c Chunk, s sift) error {
	c.MaxError = MostErrors
	rows, err := x.copy(ctx, x.t.Statement(p, c))
	if err != nil {
		return err
	}
	answer, err := x.Rows(ctx, "SELECT pg_last_copy_id()")
	if err != nil {
		return err
	}
	bad, err := x.t.badRowsOf(ctx, string(answer[0][0]))
	if err != nil {
		return err
	}
	s.done.Rows, s.done.Refused = rows, int64(len(bad))
	if c.Rows > 0 {
		s.done.Refused = c.Rows - rows
	}
	if err := x.exceptValues(ctx, c); err != nil {
		return err
	}
	if s.kept {
		if err := x.exceptRows(ctx, p, bad); err != nil {
			return err
		}
	}
	return x.note(ctx, p, c, rows)
}

// exceptRows keeps refused rows.
func (x *Tx) exceptRows(ctx context.Context, p *mapping.Plan, bad []BadRow) error {
	all := make([]Exception, len(bad))
	for i, b := range bad {
		all[i] = Exception{Table: p.From.Name, Statement: "COPY " + Qualified(p.Schema, p.Table) + ": " + b.Row, Error: b.String()}
	}
	if err := x.Except(ctx, all); err != nil {
		return fmt.Errorf("keep refused rows: %w", err)
	}
	return nil
}

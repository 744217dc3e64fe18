package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// isolate finds the changes that the target refuses, by halves: all others are applied
// as before. What is left out is kept as an exception.
func (f *flush) isolate(te *tableError, policy Policy) error {
	t := te.run
	if t.changes.size() == 0 {
		return f.suspend(te.table, fmt.Errorf("the transaction is larger than the memory for it, so that the refused row cannot be left out: %w", te.err))
	}
	f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Info, "Bulk apply operation failed. Looking for the changes of table %s that the target refuses", te.table)
	bad := map[int]error{}
	if err := f.search(t, part{0, t.changes.size(), te.err}, bad); err != nil {
		return err
	}
	if len(bad) == 0 {
		return te.err // It passed when it was tried again; the caller sees the same once more or not.
	}
	if t.skip == nil {
		t.skip = map[int]bool{}
	}
	for e, err := range bad {
		t.skip[e] = true
		x := target.Exception{Table: te.table, Statement: t.changes.statement(f.a.c.Target, t.table, e), Error: why(err)}
		if err := f.except(te.table, x, policy); err != nil {
			return err
		}
	}
	return f.restage(t)
}

// part is a range of a table's entries, and why they cannot be applied together.
type part struct {
	from, to int
	err      error
}

// search halves a part that fails until single changes are left.
func (f *flush) search(t *tableRun, p part, bad map[int]error) error {
	if p.to-p.from == 1 {
		if !t.skip[p.from] {
			bad[p.from] = p.err
		}
		return nil
	}
	middle := (p.from + p.to) / 2
	for _, half := range []part{{p.from, middle, nil}, {middle, p.to, nil}} {
		err := f.try(t, half)
		if err != nil && target.TroubleOf(err) == target.Other {
			return err
		}
		if err != nil {
			half.err = err
			if err := f.search(t, half, bad); err != nil {
				return err
			}
		}
	}
	return nil
}

// try applies what comes before the table's changes, and a part of these, and takes it back.
func (f *flush) try(t *tableRun, p part) error {
	probe := &tableRun{table: t.table, changes: t.changes, skip: t.skip}
	defer func() { _ = probe.unstage(context.WithoutCancel(f.ctx)) }()
	if err := probe.write(&writer{f, probe}, p.from, p.to); err != nil {
		return err
	}
	if err := probe.close(f); err != nil {
		return err
	}
	return f.a.c.Target.Probe(f.ctx, func(ctx context.Context, x *target.Tx) error {
		for _, s := range f.b.steps {
			if r, ok := s.(*run); ok && r.has(t) {
				break
			}
			if err := s.apply(f, x); err != nil {
				return err
			}
		}
		return probe.merge(f, x)
	})
}

func (r *run) has(t *tableRun) bool {
	for _, o := range r.tables {
		if o == t {
			return true
		}
	}
	return false
}

// restage writes the files of a table again, without what is left out.
func (f *flush) restage(t *tableRun) error {
	if err := t.unstage(context.WithoutCancel(f.ctx)); err != nil {
		f.a.c.Log.Printf(tasklog.FileTransfer, tasklog.Warning, "Staged changes could not be removed and will be swept later: %v", err)
	}
	return errors.Join(t.stage(f), t.close(f))
}

// why is an error's text with the server's own explanation.
func why(err error) string {
	return strings.Join(strings.Fields(target.Explained(err)), " ")
}

package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// mostLeftOut is how many changes of one batch may be left out; more of them mean that the table is not as it should be.
const mostLeftOut = 10_000

// isolate finds the changes that the target refuses, all at once: the others are applied
// as before. What is left out is kept as an exception.
func (f *flush) isolate(te *tableError, policy Policy) error {
	t := te.run
	if t.changes.size() == 0 {
		return f.suspend(te.table, fmt.Errorf("the transaction is larger than the memory for it, so that the refused row cannot be left out: %w", te.err))
	}
	f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Info, "Bulk apply operation failed. Looking for the changes of table %s that the target refuses", te.table)
	bad, reasons, err := f.sift(t)
	switch {
	case err != nil && target.TroubleOf(err) == target.Other:
		return err
	case err != nil || len(bad) == 0 || len(bad) > mostLeftOut:
		return f.suspend(te.table, fmt.Errorf("%d changes are refused: %w", len(bad), te.err))
	}
	if f.b.commits > 1 && slices.ContainsFunc(bad, t.changes.folded) {
		return f.refine()
	}
	if t.skip == nil {
		t.skip = map[int]bool{}
	}
	for i, e := range bad {
		t.skip[e] = true
		x := target.Exception{Table: te.table, Statement: t.changes.statement(f.a.c.Target, t.table, e), Error: why(te.err)}
		if len(reasons) == len(bad) {
			x.Error = reasons[i].String()
		}
		f.refuse(te.table, t.changes.lastOp(e))
		if err := f.except(te.table, x, policy); err != nil {
			return err
		}
	}
	if f.gone(t) {
		return nil
	}
	return f.restage(t)
}

// refine begins the batch anew in smaller ones: a change that is refused must not take
// with it what other transactions did to the same row.
func (f *flush) refine() error {
	f.a.mu.Lock()
	defer f.a.mu.Unlock()
	r := &f.a.finer
	r.rows, r.until = max(1, min(f.b.rows, f.a.most(f.b))/2), max(r.until, f.b.pos)
	return errAgain
}

// finer are batches that are smaller than usual until a position is applied.
type finer struct {
	rows  int64
	until source.Position
}

// most is how many changes a batch may have.
func (a *Applier) most(b *batch) int64 {
	if a.finer.rows > 0 && a.finer.until.After(a.total.Position) {
		return a.finer.rows
	}
	return a.c.Limits.Rows
}

// full reports whether no more should be added to a batch.
func (a *Applier) full(b *batch) bool { return b.rows >= a.most(b) || b.used >= a.c.Limits.Bytes }

// gone reports whether a table was suspended meanwhile.
func (f *flush) gone(t *tableRun) bool {
	f.a.mu.Lock()
	defer f.a.mu.Unlock()
	return f.a.suspended[t.table.plan.From.Name]
}

// sift loads the table's changes with their numbers into temporary tables, and takes it
// back: what is not there or would put NULL where it may not be is refused.
func (f *flush) sift(t *tableRun) (bad []int, reasons []target.BadRow, err error) {
	probe := &tableRun{table: t.table, changes: t.changes, skip: t.skip, seq: true}
	defer func() { _ = probe.unstage(context.WithoutCancel(f.ctx)) }()
	if err := probe.write(&writer{f, probe}, 0, t.changes.size()); err != nil {
		return nil, nil, err
	}
	if err := probe.close(f); err != nil {
		return nil, nil, err
	}
	taken := map[int]int{}
	err = f.a.c.Target.Probe(f.ctx, func(ctx context.Context, x *target.Tx) error {
		clear(taken)
		for _, s := range f.b.steps {
			if r, ok := s.(*run); ok && r.has(t) {
				break
			}
			if err := s.apply(f, x); err != nil {
				return err
			}
		}
		return probe.sift(f, x, taken)
	})
	if err != nil {
		return nil, nil, err
	}
	for e := range t.changes.size() {
		if want := t.changes.lines(e); !t.skip[e] && taken[e] < want {
			bad = append(bad, e)
		}
	}
	reasons, err = f.a.c.Target.BadRows(f.ctx, probe.rows.chunk.Manifest, mostLeftOut)
	if err != nil {
		return nil, nil, err
	}
	return bad, reasons, nil
}

// sift counts the rows of each entry that could be inserted.
func (t *tableRun) sift(f *flush, x *target.Tx, taken map[int]int) error {
	seq := t.table.free("inlet_seq")
	m := &merge{tablePlan: t.table, f: f, x: x, op: t.table.free("inlet_op"), changes: changesTable, gaps: gapsTable}
	first := []string{target.Quote(seq) + " BIGINT", target.Quote(m.op) + " VARCHAR(20)"}
	if _, err := x.Exec(f.ctx, m.temporary(m.changes, first)); err != nil {
		return err
	}
	if err := x.Sift(f.ctx, target.Quote(m.changes), append([]string{seq, m.op}, m.names()...), t.rows.chunk); err != nil {
		return err
	}
	if err := m.count(m.changes, seq, m.notNull(), taken); err != nil || t.gaps == nil {
		return err
	}
	columns, first, _, _ := m.gapColumns()
	first = append([]string{target.Quote(seq) + " BIGINT"}, first...)
	if _, err := x.Exec(f.ctx, m.temporary(m.gaps, first)); err != nil {
		return err
	}
	if err := x.Sift(f.ctx, target.Quote(m.gaps), append(append([]string{seq}, columns...), m.names()...), t.gaps.chunk); err != nil {
		return err
	}
	return m.count(m.gaps, seq, "", taken)
}

// notNull leaves out rows that would put NULL into a column that takes none.
func (m *merge) notNull() string {
	where := ""
	for _, c := range m.columns {
		for _, h := range m.have {
			if sameName(h.Name, c.Name) && !h.Nullable {
				where += fmt.Sprintf(" AND %s IS NOT NULL", target.Quote(c.Name))
			}
		}
	}
	if where == "" || len(m.key) == 0 {
		return ""
	}
	return fmt.Sprintf(" WHERE %s IN ('%c', '%c') OR 1 = 1%s", target.Quote(m.op), opGone, opDrop, where)
}

// count adds up the rows of each entry that are in a temporary table.
func (m *merge) count(table, seq, where string, taken map[int]int) error {
	rows, err := m.x.Rows(m.f.ctx, "SELECT "+target.Quote(seq)+" FROM "+target.Quote(table)+where)
	if err != nil {
		return err
	}
	for _, r := range rows {
		e, err := strconv.Atoi(string(r[0]))
		if err != nil {
			return fmt.Errorf("number of a change: %w", err)
		}
		taken[e]++
	}
	return nil
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

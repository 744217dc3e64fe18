package apply

import (
	"errors"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// heed makes changes of a table be looked at for values that the target refuses, from
// where they are read again. It is false when they are already.
func (a *Applier) heed(table source.Name) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.careful[table] {
		return false
	}
	a.careful[table] = true
	a.c.Log.Printf(tasklog.TargetApply, tasklog.Info, "Bulk apply operation failed. Changes of table %s are read again and looked at for values that the target does not take", table)
	return true
}

// heeding is the plan that looks at rows where that was found to be needed.
func (a *Applier) heeding(p *mapping.Plan, have []target.Column) *mapping.Plan {
	if !a.careful[p.From.Name] {
		return p
	}
	return p.Careful(a.c.Target.Care(have, func(v mapping.Refusal) { a.open.refuse(a.c.Target, p, v) }))
}

// refuse notes a value in whose place NULL stands, or for which a row is left out.
func (b *batch) refuse(tg *target.Target, p *mapping.Plan, v mapping.Refusal) {
	r := b.refused[v.Table]
	if r == nil {
		if r = tg.Refusals(p); b.refused == nil {
			b.refused = map[source.Name]*target.Refusals{}
		}
		b.refused[v.Table] = r
	}
	r.Add(v)
	if v.NotNull {
		b.leave(v.Table, v.Op)
	}
}

// leave counts a change as left out that was counted as applied.
func (b *batch) leave(table source.Name, op source.Op) {
	c := b.of(table)
	c.Errors++
	n := &c.Inserts
	switch op {
	case source.Update:
		n = &c.Updates
	case source.Delete:
		n = &c.Deletes
	}
	*n = max(0, *n-1)
}

// heedMany tells of the refused values of the batch's tables, and escalates when there are too many.
func (f *flush) heedMany() error {
	f.heeded = map[source.Name]int64{}
	for table, r := range f.b.refused {
		f.heeded[table] = r.Values
		f.a.mu.Lock()
		f.a.errors[table] += r.Values
		n := f.a.errors[table]
		f.a.mu.Unlock()
		f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Warning, "%d values of table %s are none that the target takes: NULL stands in their place, and %d rows are left out; awsdms_apply_exceptions names them", r.Values, table, r.Rows)
		if err := f.escalate(table, n, r.Last); err != nil {
			return err
		}
	}
	return nil
}

// missed escalates when too many rows were missing.
func (f *flush) missed() error {
	for i, m := range f.missing {
		f.a.mu.Lock()
		f.a.errors[m.Table]++
		n := f.a.errors[m.Table]
		f.a.mu.Unlock()
		if i < len(f.missing)-1 && f.missing[i+1].Table == m.Table {
			continue
		}
		if err := f.escalate(m.Table, n, m.Error); err != nil {
			return err
		}
	}
	return nil
}

// unheed takes the count back when the changes are read again.
func (f *flush) unheed(err error) {
	if !errors.Is(err, errAgain) {
		return
	}
	f.a.mu.Lock()
	defer f.a.mu.Unlock()
	for table, n := range f.heeded {
		f.a.errors[table] -= n
	}
}

// refusals are the exceptions of all tables that are still in the batch.
func (f *flush) refusals() []target.Exception {
	var all []target.Exception
	for _, r := range f.b.refused {
		all = append(all, r.Exceptions()...)
	}
	return all
}

package apply

import (
	"errors"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Wants reports whether a table's rows are to be delivered.
func (a *Applier) Wants(n source.Name) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.suspended[n] && (a.c.Wants == nil || a.c.Wants(n))
}

// Expect tells of the transaction that the next rows belong to, for mappings that ask
// for it: its end comes after its rows. It holds until Commit.
func (a *Applier) Expect(h mapping.Header) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.header = h
}

// Rows takes changes of one table in.
func (a *Applier) Rows(rows *source.Rows) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.room(); err != nil {
		return err
	}
	if a.suspended[rows.Table.Name] {
		return nil
	}
	t, err := a.table(rows.Table)
	if err != nil || t == nil {
		return err
	}
	a.within = true
	a.open.count(rows, a.open.of(t.plan.From.Name))
	if err = t.plan.Rows(rows, a.header, func(r *source.Rows) error { return a.add(t, r) }); err != nil {
		return a.refuse(t.plan.From.Name, err)
	}
	return nil
}

// add puts mapped changes into the batch.
func (a *Applier) add(t *tablePlan, rows *source.Rows) error {
	to := a.open.into(t)
	if t.shared && a.open.last.meets(to, rows) {
		a.open.last = nil // What the other table did to the key comes first.
		to = a.open.into(t)
	}
	before := to.bytes()
	err := to.add(rows)
	a.open.used += to.bytes() - before
	return err
}

// refuse gives up a table whose changes cannot even be taken in, as the policies say:
// what came of it leaves the batch.
func (a *Applier) refuse(table source.Name, err error) error {
	policy := a.c.Policies.Table
	if o, ok := errors.AsType[*mapping.Overflow](err); ok && o.Policy == mapping.SuspendTable {
		policy = SuspendTable
	} else if ok {
		policy = StopTask
	}
	if policy != SuspendTable || a.c.Suspend == nil {
		return fmt.Errorf("changes of table %s: %w", table, err)
	}
	a.c.Log.Printf(tasklog.TargetApply, tasklog.Error, "Table %s is suspended: %v", table, err)
	a.suspended[table] = true
	a.mu.Unlock()
	defer a.mu.Lock()
	return a.c.Suspend(table, err)
}

// room waits for memory, or makes some within a transaction that is too large for it.
func (a *Applier) room() error {
	for a.err == nil && a.open.used >= a.c.Limits.Bytes {
		if a.within {
			return a.spill()
		}
		a.moved.Wait()
	}
	return a.err
}

// Commit ends a transaction of the source.
func (a *Applier) Commit(c source.Commit) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return a.err
	}
	b := a.open
	b.end(c)
	a.within, a.header = false, mapping.Header{}
	if a.unset || a.due(b, time.Now()) {
		a.moved.Broadcast() // Also for a flusher that sleeps without a clock.
	}
	for a.err == nil && a.open == b && a.full(b) {
		a.moved.Wait()
	}
	return a.err
}

// Rollback drops the open transaction. What it brought is mixed with what came before:
// the feed begins anew from the checkpoint.
func (a *Applier) Rollback() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.within && a.err == nil {
		a.err = errAgain
		a.moved.Broadcast()
	}
}

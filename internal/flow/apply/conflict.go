package apply

import (
	"errors"
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// tableError is trouble with one table alone.
type tableError struct {
	table source.Name
	run   *tableRun // Whose changes were applied; nil for a statement.
	err   error
}

func (e *tableError) Error() string { return "table " + e.table.String() + ": " + e.err.Error() }
func (e *tableError) Unwrap() error { return e.err }

// settle decides what becomes of trouble with one table, so that the batch can be
// applied without it; it returns what is not one table's, or what the policy says must end the task.
func (f *flush) settle(err error) error {
	te, ok := errors.AsType[*tableError](err)
	kind := target.TroubleOf(err)
	if _, lost := errors.AsType[*lostError](err); ok && lost {
		return f.suspend(te.table, te.err)
	}
	if !ok || kind == target.Other {
		return err
	}
	p := f.a.c.Policies
	policy := p.Table
	switch {
	case te.run == nil || kind == target.Shape:
	case kind == target.Truncation:
		policy = p.Truncation
	default:
		policy = p.Data
	}
	switch {
	case policy == StopTask:
		return f.stopped(te)
	case policy == SuspendTable || te.run == nil || kind == target.Shape:
		return f.suspend(te.table, te.err)
	}
	if kind == target.Data && policy == LogError && f.a.heed(te.table) {
		return errAgain
	}
	return f.isolate(te, policy)
}

// stopped is the error that ends the task.
func (f *flush) stopped(te *tableError) error {
	return &fault.Error{Kind: fault.Invalid, Code: "ApplyStopped", Op: "apply changes", On: te.table.String(), Message: te.err.Error(),
		Hint: "the position stays before this batch: mend the table and resume", Err: te.err}
}

// suspend gives a table up: its changes leave this batch and all that follow.
func (f *flush) suspend(table source.Name, err error) error {
	f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Error, "Table %s is suspended: %v", table, err)
	if f.a.c.Suspend == nil {
		return &fault.Error{Kind: fault.Invalid, Code: "ApplyStopped", Op: "apply changes", On: table.String(), Message: err.Error(), Err: err}
	}
	f.a.mu.Lock()
	f.a.suspended[table] = true
	f.exclude(table)
	f.a.mu.Unlock()
	return f.a.c.Suspend(table, err)
}

// exclude takes a table's changes out of the batch.
func (f *flush) exclude(table source.Name) {
	delete(f.b.counts, table)
	delete(f.b.refused, table)
	for _, s := range f.b.steps {
		switch s := s.(type) {
		case *run:
			s.tables = slices.DeleteFunc(s.tables, func(t *tableRun) bool {
				if t.table.plan.From.Name != table {
					return false
				}
				f.dropped = append(f.dropped, t)
				return true
			})
		case *statement:
			if s.table == table {
				s.before, s.sql, s.create = nil, nil, nil
			}
		}
	}
}

// refuse counts a change as left out that was counted as applied.
func (f *flush) refuse(table source.Name, op source.Op) {
	f.a.mu.Lock()
	defer f.a.mu.Unlock()
	f.b.leave(table, op)
}

// except keeps an exception for the transaction, and escalates when there are too many.
func (f *flush) except(table source.Name, e target.Exception, policy Policy) error {
	f.a.mu.Lock()
	f.a.errors[table]++
	n := f.a.errors[table]
	f.a.mu.Unlock()
	if policy == LogError {
		f.exceptions = append(f.exceptions, e)
		f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Error, "A change of table %s is left out: %s", table, e.Error)
	}
	return f.escalate(table, n, e.Error)
}

// escalate gives a table up, or the task, when it has had too many errors.
func (f *flush) escalate(table source.Name, n int64, last string) error {
	p := f.a.c.Policies
	if p.Most == 0 || n <= p.Most || p.Escalate == LogError {
		return nil
	}
	err := fmt.Errorf("%d changes could not be applied, more than the settings allow: %s", n, last)
	if p.Escalate == StopTask {
		return f.stopped(&tableError{table: table, err: err})
	}
	return f.suspend(table, err)
}

// lost deals with rows that changed and are not in the target. While a table's load is
// being caught up with that is no error: a later change explains it.
func (f *flush) lost(t *tablePlan, rows int64) error {
	name := t.plan.From.Name
	if f.a.c.Tolerate != nil && f.a.c.Tolerate(name, f.a.applied()) {
		return nil
	}
	err := fmt.Errorf("%d rows that changed are not in the target", rows)
	return f.amiss(name, f.a.c.Policies.Update, []target.Exception{{Table: name, Statement: "UPDATE " + t.name(), Error: err.Error()}})
}

// amiss deals with changes of rows that are not there.
func (f *flush) amiss(table source.Name, policy Policy, all []target.Exception) error {
	err := fmt.Errorf("%s: %s", all[0].Statement, all[0].Error)
	switch policy {
	case StopTask:
		return f.stopped(&tableError{table: table, err: err})
	case SuspendTable:
		return &tableError{table: table, err: &lostError{err}}
	case LogError:
		f.missing = append(f.missing, all...)
	}
	return nil
}

// lostError suspends its table.
type lostError struct{ error }

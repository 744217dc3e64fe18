package task

import (
	"context"
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Preview is what a task would do with one table.
type Preview struct {
	Table    source.Name
	Rows     int64 // About how many there are.
	Plan     *mapping.Plan
	Findings []target.Finding // Of the target's table, when it exists.
	Err      error            // Why it cannot be taken.
}

// Report is what a pre-flight found, part by part; an error says what is wrong and what mends it.
type Report struct {
	Source   error
	Mapping  error
	Warnings []string
	Tables   []Preview
	Target   error
	Stage    error
}

// Err joins everything that would keep the task from its work.
func (r *Report) Err() error {
	all := []error{r.Source, r.Mapping, r.Target, r.Stage}
	for _, t := range r.Tables {
		all = append(all, t.Err)
		for _, f := range t.Findings {
			if f.Fatal {
				all = append(all, &fault.Error{Kind: fault.Conflict, Code: "TargetColumn", On: t.Plan.Schema + "." + t.Plan.Table + "." + f.Column, Message: f.Message, Hint: f.Mend})
			}
		}
	}
	return errors.Join(all...)
}

// Check looks at source, mapping, target and stage before a run, and changes no table.
func (t *Task) Check(ctx context.Context) *Report {
	r := &Report{}
	names := t.checkMapping(ctx, r)
	if len(names) > 0 {
		r.Source = t.ofInterest(t.c.Source.Check(ctx, names))
	}
	to, err := target.Open(ctx, t.c.Target)
	if err != nil {
		r.Target = err
	} else {
		defer to.Close()
	}
	for _, n := range names {
		r.Tables = append(r.Tables, t.preview(ctx, n, to))
	}
	if err := mapping.Collisions(r.plans()); err != nil {
		r.Mapping = errors.Join(r.Mapping, err)
	}
	r.Stage = stage.New(t.c.Stage).Probe(ctx)
	return r
}

func (r *Report) plans() []*mapping.Plan {
	var all []*mapping.Plan
	for _, p := range r.Tables {
		if p.Plan != nil {
			all = append(all, p.Plan)
		}
	}
	return all
}

// checkMapping lists the tables the mapping takes.
func (t *Task) checkMapping(ctx context.Context, r *Report) []source.Name {
	all, err := t.c.Source.Tables(ctx)
	if err != nil {
		r.Source = err
		return nil
	}
	s, err := t.c.Mapping.Select(all)
	if err == nil && len(s.Tables) == 0 {
		err = noTables()
	}
	r.Mapping, r.Warnings = err, s.Warnings
	return s.Tables
}

// preview plans one table and compares it with the target's, to may be nil.
func (t *Task) preview(ctx context.Context, n source.Name, to *target.Target) Preview {
	p := Preview{Table: n}
	shape, err := t.c.Source.Describe(ctx, n)
	if err != nil {
		p.Err = err
		return p
	}
	p.Rows = shape.Rows
	if p.Plan, p.Err = t.plan(shape); p.Err == nil && to != nil {
		p.Findings, p.Err = to.Compare(ctx, p.Plan)
	}
	return p
}

// ofInterest leaves out what concerns only those who follow changes.
func (t *Task) ofInterest(err error) error {
	if t.follows() || err == nil {
		return err
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if code := fault.CodeOf(err); code == "SourceLogOff" || code == "SourceSetting" {
			return nil
		}
		return err
	}
	var rest []error
	for _, one := range joined.Unwrap() {
		rest = append(rest, t.ofInterest(one))
	}
	return errors.Join(rest...)
}

// Remove takes away what the task keeps anywhere: at the source, in the target, in the
// staging bucket and on disk. The target's tables stay.
func (t *Task) Remove(ctx context.Context) error {
	t.mu.Lock()
	running := t.running != nil
	t.mu.Unlock()
	if running {
		return &fault.Error{Kind: fault.Conflict, Code: CodeRunning, On: t.c.Name, Message: "the task runs", Hint: "Stop it first."}
	}
	r, err := t.open(ctx)
	if err != nil {
		return fmt.Errorf("remove task %s: %w", t.c.Name, err)
	}
	var all []error
	if r.spool != nil {
		all = append(all, r.spool.Remove())
		r.spool = nil
	}
	switch err := r.claim(ctx, ResumeProcessing); fault.CodeOf(err) {
	case target.CodeOwned: // It is another's by now; what is elsewhere is that one's.
		r.say(tasklog.TaskManager, tasklog.Warning, err)
	default:
		all = append(all, err, r.removeElsewhere(ctx))
	}
	all = append(all, r.release())
	t.mu.Lock()
	t.running = nil
	t.mu.Unlock()
	if err := errors.Join(all...); err != nil {
		return fmt.Errorf("remove task %s: %w", t.c.Name, err)
	}
	return removeState(t.c.Dir)
}

// removeElsewhere takes away what is not in the task's directory.
func (r *run) removeElsewhere(ctx context.Context) error {
	_, swept := r.stage.Sweep(ctx, r.folder())
	if fault.KindOf(swept) == fault.NotFound {
		swept = nil
	}
	return errors.Join(r.c.Source.Remove(ctx), r.target.Remove(ctx), swept)
}

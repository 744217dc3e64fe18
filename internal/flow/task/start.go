package task

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/spool"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// begin brings the state to where the run starts: nothing known for a fresh start,
// what was reached for a resumed one.
func (r *run) begin(ctx context.Context, how Start) error {
	mode := "fresh start"
	if how == ResumeProcessing {
		mode = "resume"
	}
	r.log.Printf(tasklog.TaskManager, tasklog.Info, "Task '%s' running %s in %s mode", r.c.Name, wordsOf(r.c.Type), mode)
	if err := r.legal(how); err != nil {
		return err
	}
	r.tellUnused()
	if err := r.claim(ctx, how); err != nil { // First: the stage is swept next.
		return err
	}
	if err := r.readyStage(ctx); err != nil {
		return err
	}
	if how == ResumeProcessing {
		if err := r.resume(); err != nil {
			return err
		}
	} else if err := r.startFresh(ctx); err != nil {
		return err
	}
	return r.makeControl(ctx)
}

// unused are error policies that DMS has and a task does not follow: events are kept, not sent.
var unused = []string{"EventErrorPolicy"}

// tellUnused warns of settings that somebody gave and that change nothing.
func (r *run) tellUnused() {
	for _, name := range unused {
		if r.c.Settings.Given("ErrorBehavior." + name) {
			r.log.Printf(tasklog.TaskManager, tasklog.Warning, "The setting ErrorBehavior.%s has no effect here", name)
		}
	}
}

// readyStage makes sure of the bucket and removes what a crash left there.
func (r *run) readyStage(ctx context.Context) error {
	return r.again(ctx, tasklog.FileFactory, "preparing the staging bucket", func(ctx context.Context, _ func()) error {
		if err := r.stage.Ensure(ctx); err != nil {
			return err
		}
		_, err := r.stage.Sweep(ctx, r.folder())
		return err
	})
}

// legal refuses what DMS refuses, and a resume that would silently copy nothing.
func (r *run) legal(how Start) error {
	begun := r.Begun()
	switch {
	case how == ResumeProcessing && !begun:
		return &fault.Error{Kind: fault.Conflict, Code: CodeNotBegun, On: r.c.Name, Message: "there is no checkpoint to resume from: none of the task's tables was ever loaded", Hint: "Start it with start-replication."}
	case how == StartReplication && begun && (r.c.Type != CDC || r.c.From == "" && r.c.Since.IsZero()):
		return &fault.Error{Kind: fault.Conflict, Code: CodeStarted, On: r.c.Name, Message: "Start Type : START_REPLICATION, valid only for tasks running for the first time", Hint: "Use resume-processing to go on, or reload-target to load everything again."}
	}
	return nil
}

// startFresh forgets every earlier run, notes where changes begin and lists the tables.
func (r *run) startFresh(ctx context.Context) error {
	r.mu.Lock()
	r.state.Phase = fresh
	st := r.state
	r.mu.Unlock()
	if err := r.store.begin(st); err != nil { // What follows may be cut off anywhere: the next start begins here again.
		return err
	}
	if err := r.target.Reset(ctx); err != nil {
		return err
	}
	if r.follows() {
		if err := r.emptySpool(); err != nil {
			return err
		}
		var err error
		if st.Start, err = r.startPosition(ctx); err != nil {
			return err
		}
		if err := r.target.SetPosition(ctx, st.Start, time.Time{}); err != nil {
			return err
		}
	}
	names, err := r.selected(ctx) // After the position, so that no table falls between them.
	if err != nil {
		return err
	}
	st.Phase, st.Fresh, st.Began, st.Tables, st.Loaded, st.Ended = loading, r.began, r.began, len(names), time.Time{}, time.Time{}
	st.Loading = r.began
	return r.enter(st, names)
}

// startPosition is where changes begin. A source that must publish tables is told them first.
func (r *run) startPosition(ctx context.Context) (source.Position, error) {
	if r.c.From != "" {
		return r.c.From, nil
	}
	if s, ok := r.c.Source.(interface{ Select([]source.Name) }); ok {
		names, err := r.selected(ctx)
		if err != nil {
			return "", err
		}
		s.Select(names)
	}
	if !r.c.Since.IsZero() {
		return r.since(ctx)
	}
	return r.position(ctx)
}

// timed is a source that can find a place in its log by time.
type timed interface {
	Since(ctx context.Context, at time.Time) (source.Position, error)
}

// since is where the source's log is at the time that changes begin with.
func (r *run) since(ctx context.Context) (p source.Position, err error) {
	s, ok := r.c.Source.(timed)
	if !ok {
		return "", NoTime(r.c.Name)
	}
	err = r.again(ctx, tasklog.SourceCapture, "looking for a time in the source's log", func(ctx context.Context, _ func()) error {
		p, err = s.Since(ctx, r.c.Since)
		return err
	})
	return p, err
}

// NoTime refuses to begin at a time: the log of PostgreSQL has no places by time.
func NoTime(on string) error {
	return &fault.Error{Kind: fault.Unsupported, Code: "InvalidParameterValueException", On: on, Message: "CdcStartTime is not supported for a PostgreSQL source: its log has no places by time.",
		Hint: "Give the endpoint's SlotName and CdcStartPosition, an LSN that is not older than the slot's."}
}

// position is the end of the source's log.
func (r *run) position(ctx context.Context) (p source.Position, err error) {
	err = r.again(ctx, tasklog.SourceCapture, "asking for the end of the source's log", func(ctx context.Context, _ func()) error {
		p, err = r.c.Source.Position(ctx)
		return err
	})
	return p, err
}

// enter makes the tables of a fresh start known.
func (r *run) enter(st state, names []source.Name) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.order = nil
	clear(r.tables)
	var all []tableState
	for i, n := range names {
		one := &table{tableState: tableState{ID: i + 1, Name: n, State: BeforeLoad}}
		one.restart(&st)
		if r.c.Type == CDC {
			one.State = Completed
		}
		r.add(one)
		all = append(all, one.tableState)
	}
	r.state = st
	return r.store.write(st, all...)
}

// resume goes on where the last run ended: tables that are not complete are loaded.
func (r *run) resume() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Began, r.state.Ended = r.began, time.Time{}
	var changed []tableState
	for _, t := range r.order {
		if t.State != TableError || t.Unmet {
			continue
		}
		t.State, t.Error, t.recovered = Loading, "", true
		switch {
		case t.Through != "": // It was suspended later: changes of it are lost.
			t.Wanted, t.Refit = true, true
		case !t.Prepared:
			t.State = BeforeLoad
		}
		changed = append(changed, t.tableState)
	}
	if s, ok := r.c.Source.(interface {
		Resume(map[source.Name]source.Position)
	}); ok {
		s.Resume(r.published())
	}
	return r.store.write(r.state, changed...)
}

// published are the tables that were told of until now, and since when that counts: a source
// that tells of one no more must say so. r.mu is held.
func (r *run) published() map[source.Name]source.Position {
	all := map[source.Name]source.Position{}
	for _, t := range r.order {
		switch {
		case t.Unmet || t.State == DoesNotExist:
		case t.Wanted || t.State == BeforeLoad:
			all[t.Name] = endless // It is read yet.
		default:
			all[t.Name] = t.Since
		}
	}
	return all
}

// emptySpool drops what an earlier start captured.
func (r *run) emptySpool() error {
	if err := r.spool.Remove(); err != nil {
		return err
	}
	var err error
	r.spool, err = spool.Open(r.spoolOptions())
	return err
}

// selected are the tables of the source that the mapping takes.
func (r *run) selected(ctx context.Context) (_ []source.Name, err error) {
	var all []source.Name
	err = r.again(ctx, tasklog.SourceUnload, "listing the source's tables", func(ctx context.Context, _ func()) error {
		all, err = r.c.Source.Tables(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	s, err := r.c.Mapping.Select(all)
	if err != nil {
		return nil, err
	}
	for _, w := range s.Warnings {
		r.log.Printf(tasklog.TablesManager, tasklog.Warning, "%s", w)
	}
	if len(s.Tables) == 0 && r.c.Settings.ErrorBehavior.FailOnNoTablesCaptured {
		return nil, noTables()
	}
	return s.Tables, nil
}

package task

import (
	"context"
	"errors"
	"time"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// follow applies captured changes, those of the time of the load first, until the
// task is to end or tables are to be loaded again.
func (r *run) follow(ctx context.Context) error {
	goal, err := r.goal(ctx)
	if err != nil {
		return err
	}
	r.log.Printf(tasklog.TargetApply, tasklog.Info, "Changes are applied after position %s", r.appliedTo())
	return r.again(ctx, tasklog.TargetApply, "applying changes", func(ctx context.Context, progress func()) error {
		a := apply.New(r.applying(ctx, progress))
		return a.Run(ctx, r.startedAt(), func(ctx context.Context, from source.Position, to source.Sink) error {
			return r.feed(ctx, from, &feed{to: to, goal: goal})
		})
	})
}

// applying is how changes are applied, by the settings.
func (r *run) applying(ctx context.Context, progress func()) apply.Config {
	s := r.c.Settings
	c := apply.Config{
		Target: r.target, Stage: r.stage, Folder: r.folder(), Plan: r.plan, Log: r.log,
		Told:    func(a apply.Applied) { progress(); r.applied(a) },
		Suspend: func(n source.Name, err error) error { return r.giveUp(context.WithoutCancel(ctx), n, err) }, Tolerate: r.catchingUp,
		Policies: policies(&s.ErrorBehavior), Shares: r.shares,
	}
	ddl := &s.ChangeProcessingDdlHandlingPolicy
	c.Handle = apply.Handle{Dropped: ddl.HandleSourceTableDropped, Truncated: ddl.HandleSourceTableTruncated, Altered: ddl.HandleSourceTableAltered}
	tuning := &s.ChangeProcessingTuning
	if s.TargetMetadata.BatchApplyEnabled {
		c.Limits.Time = time.Duration(tuning.BatchApplyTimeoutMin) * time.Second
		c.Limits.Rows = int64(tuning.BatchSplitSize)
		c.Limits.Bytes = min(int64(tuning.BatchApplyMemoryLimit)<<20, apply.DefaultBytes)
	} else {
		c.Limits.Time = time.Duration(tuning.CommitTimeout) * time.Second
		c.Limits.Rows = int64(tuning.MinTransactionSize)
	}
	return c
}

// catchingUp reports whether a table's load, which was over after a position, may have what changes before it tell.
func (r *run) catchingUp(n source.Name, at source.Position) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tables[n]
	return t != nil && t.Through.After(at)
}

// giveUp suspends a table whose changes cannot be applied; the others go on.
func (r *run) giveUp(ctx context.Context, n source.Name, err error) error {
	r.mu.Lock()
	t := r.tables[n]
	if t == nil {
		r.mu.Unlock()
		return err
	}
	t.failed, t.Refit = err, true // What is in the target is no load's to add to.
	r.mu.Unlock()
	return r.suspend(ctx, t)
}

// applied counts what one transaction of the target did.
func (r *run) applied(a apply.Applied) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lag.apply(a.Position, a.Time)
	now := time.Now().UTC()
	for name, n := range a.Tables {
		t := r.tables[name]
		if t == nil {
			continue
		}
		t.AppliedInserts += n.Inserts
		t.AppliedUpdates += n.Updates
		t.AppliedDeletes += n.Deletes
		t.AppliedDdls += n.DDLs
		t.LastUpdate = now
		r.tell(t)
	}
}

// appliedTo is the position up to which the target has the changes, as last known.
func (r *run) appliedTo() source.Position {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(r.lag.Position, r.state.Start)
}

// startedAt is where changes begin for a target without a checkpoint.
func (r *run) startedAt() source.Position {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.Start
}

// goal is after which position the task is to end, and why.
type goal struct {
	at   source.Position // "" for none.
	stop Stop
}

// goal asks the settings and the flags.
func (r *run) goal(ctx context.Context) (goal, error) {
	if r.c.Type == FullLoadAndCDC && r.c.Settings.FullLoadSettings.StopTaskCachedChangesApplied {
		r.mu.Lock()
		defer r.mu.Unlock()
		return goal{r.state.Cached, StopAfterCachedEvents}, nil
	}
	if !r.c.Until.CaughtUp {
		return goal{}, nil
	}
	now, err := r.position(ctx)
	return goal{now, StopNormal}, err
}

// feed is where the applier takes changes from, and when it ends.
type feed struct {
	to   source.Sink
	goal goal
}

// feed replays the spool through the gate. What ends it is its error.
func (r *run) feed(ctx context.Context, from source.Position, f *feed) error {
	if r.wanting() {
		return errReload
	}
	if f.goal.at != "" && !f.goal.at.After(from) {
		return &ended{f.goal.stop}
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	go r.interrupt(ctx, end)
	g, err := r.newGate(ctx, from, f.to)
	if err == nil {
		g.goal = f.goal
		err = r.spool.Replay(ctx, from, g)
	}
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		return cause
	}
	return err
}

// interrupt ends a feed that waits for changes, when there is something else to do.
func (r *run) interrupt(ctx context.Context, end context.CancelCauseFunc) {
	var clock <-chan time.Time
	if at := r.c.Until.ServerTime; !at.IsZero() {
		timer := time.NewTimer(time.Until(at))
		defer timer.Stop()
		clock = timer.C
	}
	select {
	case <-ctx.Done():
	case <-r.asked:
		end(errReload)
	case <-clock:
		end(&ended{StopServerTime})
	}
}

package replication

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/guard"
)

// Runner makes what moves a task's data; the node joins it to package task.
type Runner interface {
	// Open readies a task, running or not.
	Open(ctx context.Context, j Job) (Running, error)
	// Check looks for what would keep a task from its work.
	Check(ctx context.Context, j Job) (Checked, error)
}

// Job is a task with all that it needs.
type Job struct {
	Task           Task
	Instance       string // its name
	Source, Target Connect
	Log            *tasklog.Log
}

// Running is a task that can run. Its methods may be called at the same time.
type Running interface {
	// Run moves data until the task is done, fails or ctx ends, and says why it ended.
	Run(ctx context.Context, how Start) (reason string, err error)
	Figures() Figures
	Tables() []TableStatistics
	// Reload loads tables again.
	Reload(tables []TableName) error
	// Validate compares tables again.
	Validate(tables []TableName) error
	// Remove takes away what the task left behind: its slot, captured changes, staged files.
	Remove(ctx context.Context) error
	Close() error
}

// run is a task's work from its start to its end.
type run struct {
	ctx     context.Context
	cancel  context.CancelFunc
	why     atomic.Pointer[error] // why it was stopped, nil when it was not
	log     *tasklog.Log
	running Running // nil until it is open; Store.mu guards it
	seen    bool    // somebody saw it running; Store.mu guards it
	resumed bool    // the node goes on with it by itself
}

var (
	errStopped  = errors.New("stopped by a request")
	errRestart  = errors.New("stopped to start again")
	errShutdown = errors.New("the node stops")
)

// newRun readies a run. It needs Store.mu.
func (s *Store) newRun(t Task) *run {
	ctx, cancel := context.WithCancel(s.life)
	return &run{ctx: ctx, cancel: cancel, log: s.openLog(&t)}
}

// stop ends a run; the first reason is the one that counts.
func (r *run) stop(why error) {
	r.why.CompareAndSwap(nil, &why)
	r.cancel()
}

// stopped is why the run was stopped, nil when it was not.
func (r *run) stopped() error {
	if why := r.why.Load(); why != nil {
		return *why
	}
	return nil
}

// launch runs a task for which there is a run.
func (s *Store) launch(t Task, request guard.Request) {
	s.background(func(context.Context) {
		s.mu.Lock()
		r := s.runs[t.ARN]
		s.mu.Unlock()
		s.noted(&t.Resource, taskStarted)
		reason, err := s.work(r, t, request)
		if r.stopped() != nil {
			reason, err = "NORMAL", nil // It was stopped, which is no failure wherever it was.
		}
		s.finish(r, t, reason, err)
	})
}

// work connects, opens the task and runs it.
func (s *Store) work(r *run, t Task, request guard.Request) (reason string, err error) {
	ctx := guard.Within(r.ctx, t.ARN)
	j, err := s.job(ctx, t, request)
	if err != nil {
		return "", err
	}
	j.Log = r.log
	for _, e := range []*Endpoint{&j.Source.Endpoint, &j.Target.Endpoint} {
		for _, text := range e.Idle() {
			j.Log.Printf(tasklog.TaskManager, tasklog.Warning, "%s", text)
		}
	}
	if t.Compute != nil {
		if err := s.testBoth(ctx, j); err != nil {
			return "", err
		}
		s.step(t.ARN, StatusBeginning)
	}
	running, err := s.Runner.Open(ctx, j)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	r.running = running
	s.mu.Unlock()
	s.step(t.ARN, StatusRunning)
	return running.Run(ctx, r.how(&t, running))
}

// how is the way to start. A task that the node goes on with is resumed, unless the
// node ended before what was asked for had begun.
func (r *run) how(t *Task, running Running) Start {
	if r.resumed && !running.Figures().FreshStart.Before(t.Started) {
		return ResumeProcessing
	}
	return t.Start
}

// job collects what a task needs.
func (s *Store) job(ctx context.Context, t Task, request guard.Request) (Job, error) {
	s.mu.Lock()
	source, sourceOK := s.endpoints.get(t.Source)
	target, targetOK := s.endpoints.get(t.Target)
	i, _ := s.instances.get(t.Instance)
	s.mu.Unlock()
	if !sourceOK || !targetOK {
		return Job{}, fmt.Errorf("an endpoint of the task %s is gone", t.Identifier)
	}
	j := Job{Task: t, Instance: i.Identifier}
	if t.Compute != nil {
		j.Instance = t.Identifier
	}
	var err error
	if j.Source, err = s.connect(ctx, source, request); err != nil {
		return j, err
	}
	j.Target, err = s.connect(ctx, target, request)
	return j, err
}

// testBoth does for a serverless replication what test-connection does for a task.
func (s *Store) testBoth(ctx context.Context, j Job) error {
	s.step(j.Task.ARN, StatusTesting)
	for _, c := range []Connect{j.Source, j.Target} {
		findings, err := s.Databases.Test(ctx, c)
		if err != nil {
			return err
		}
		for _, f := range findings {
			j.Log.Printf(tasklog.TaskManager, tasklog.Warning, "%s", f)
		}
	}
	return nil
}

// step moves a task that was not stopped to a further state.
func (s *Store) step(name string, to Status) {
	_, err := update(s, &s.tasks, name, func(t *Task) error {
		if t.Status != StatusStopping {
			t.Status = to
		}
		return nil
	})
	if err != nil {
		s.Log.Error("a task's state was not kept", "task", name, "error", err)
	}
}

// finish keeps how a run ended. A run that ends with the node is not over: the next
// start of the node goes on with it.
func (s *Store) finish(r *run, t Task, reason string, failed error) {
	cause := r.stopped()
	defer r.cancel()
	if r.running != nil {
		defer func() {
			if err := r.running.Close(); err != nil {
				s.Log.Warn("a task did not close cleanly", "task", t.Identifier, "error", err)
			}
		}()
	}
	if errors.Is(cause, errShutdown) {
		return
	}
	now, err := update(s, &s.tasks, t.ARN, func(now *Task) error {
		now.ended(r, reason, failed, s.Now().UTC())
		delete(s.runs, t.ARN)
		return nil
	})
	if err != nil {
		s.Log.Error("the end of a task was not kept", "task", t.Identifier, "error", err)
	}
	if failed != nil {
		s.Log.Error("a replication task failed", "task", t.Identifier, "error", failed)
		s.noted(&t.Resource, taskFailed, now.Failure)
		return
	}
	s.noted(&t.Resource, taskStopped, now.StopReason)
	if errors.Is(cause, errRestart) {
		s.resume(now)
	}
}

// ended is what a run leaves in the record. It needs Store.mu.
func (t *Task) ended(r *run, reason string, failed error, at time.Time) {
	t.Status, t.StopReason, t.Ended = StatusStopped, "Stop Reason "+reason, at
	if failed != nil {
		t.Status, t.Failure = StatusFailed, lastError(reason, failed)
		t.StopReason = t.Failure
	}
	t.Unseen = failed == nil && !r.seen && reason != "NORMAL"
	if r.running != nil {
		t.Figures, t.Tables = r.running.Figures(), r.running.Tables()
	}
	if t.Figures.Stop.IsZero() {
		t.Figures.Stop = at
	}
}

// lastError is how DMS tells that a task failed.
func lastError(reason string, err error) string {
	if reason == "" {
		reason = string(task.StopFatal)
	}
	return task.LastError(task.Stop(reason), err)
}

// resume goes on with a task.
func (s *Store) resume(t Task) {
	t, err := update(s, &s.tasks, t.ARN, func(t *Task) error {
		if s.closed {
			return errShutdown
		}
		t.Status, t.StopReason = t.first(), ""
		r := s.newRun(*t)
		r.resumed = true
		s.runs[t.ARN] = r
		return nil
	})
	if err != nil {
		s.Log.Error("a task does not go on", "task", t.Identifier, "error", err)
		return
	}
	s.launch(t, guard.Request{Region: t.Region, Secure: true, Time: s.Now()})
}

// restart stops tasks and starts them again.
func (s *Store) restart(which func(*Task) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, r := range s.runs {
		if t := s.tasks.all[name]; t != nil && which(t) {
			r.stop(errRestart)
		}
	}
}

// drop removes a task and what it left behind; what cannot be reached is told and left.
func (s *Store) drop(ctx context.Context, t Task) {
	ctx, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	if err := s.clean(ctx, t); err != nil {
		s.Log.Warn("a deleted task left things behind", "task", t.Identifier, "error", err)
		s.noted(&t.Resource, taskUnclean, told(err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.assessed.where(func(r *AssessmentRun) bool { return r.Task == t.ARN }) {
		if err := s.assessed.remove(s.db, r.ARN); err != nil {
			s.Log.Error("an assessment run of a deleted task stays", "task", t.Identifier, "error", err)
		}
	}
	if err := s.tasks.remove(s.db, t.ARN); err != nil {
		s.Log.Error("a deleted task stays", "task", t.Identifier, "error", err)
		return
	}
	s.note(&t.Resource, taskDeleted)
}

func (s *Store) clean(ctx context.Context, t Task) error {
	if !t.Begun {
		return nil
	}
	j, err := s.job(ctx, t, guard.Request{Region: t.Region, Secure: true, Time: s.Now()})
	if err != nil {
		return err
	}
	running, err := s.Runner.Open(ctx, j)
	if err != nil {
		return err
	}
	return errors.Join(running.Remove(ctx), running.Close())
}

// background does something that outlives a request.
func (s *Store) background(do func(context.Context)) {
	s.works.Go(func() { do(s.life) })
}

// Run goes on with the tasks that ran when the node ended, and stops all when ctx ends.
func (s *Store) Run(ctx context.Context) error {
	s.mu.Lock()
	going := s.tasks.where(func(t *Task) bool { return t.active() && t.Status != StatusDeleting })
	leaving := s.tasks.where(func(t *Task) bool { return t.Status == StatusDeleting })
	s.mu.Unlock()
	for _, t := range leaving {
		s.background(func(ctx context.Context) { s.drop(ctx, t) })
	}
	for _, t := range going {
		if t.Status == StatusStopping {
			s.step(t.ARN, StatusStopped)
			continue
		}
		s.resume(t)
	}
	s.works.Go(func() { s.tell(ctx) })
	<-ctx.Done()
	s.mu.Lock()
	s.closed = true
	for _, r := range s.runs {
		r.stop(errShutdown)
	}
	for _, cancel := range s.assessing {
		cancel()
	}
	s.mu.Unlock()
	s.works.Wait()
	return ctx.Err()
}

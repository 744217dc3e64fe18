package copyjob

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Run loads what is pending until ctx ends, each job by itself.
func (j *Jobs) Run(ctx context.Context) error {
	j.mu.Lock()
	j.running = ctx
	for _, jb := range j.jobs {
		j.wake(jb)
	}
	j.loaders.Go(func() { j.list(ctx) })
	if j.services.Notifier != nil && len(j.unsent) > 0 {
		j.loaders.Go(func() { j.sendRest(ctx) })
	}
	j.mu.Unlock()
	<-ctx.Done()
	j.mu.Lock()
	j.running = nil
	j.mu.Unlock()
	j.loaders.Wait()
	return nil
}

// wake starts a job's loader when there is something to do. It needs Jobs.mu.
func (j *Jobs) wake(jb *job) {
	if j.running == nil || jb.active || !jb.busy() || jb.ended.Err() != nil {
		return
	}
	jb.active = true
	ctx := j.running
	j.loaders.Go(func() { j.work(ctx, jb) })
}

// busy reports whether a loader of Run has something to do for the job. It needs Jobs.mu.
func (jb *job) busy() bool { return jb.Auto && (jb.waiting() > 0 || len(jb.due) > 0) }

// work loads what is pending until nothing is, or the job or ctx ends.
func (j *Jobs) work(ctx context.Context, jb *job) {
	ctx, cancel := jb.within(ctx)
	defer cancel()
	limit, failures := batchSize, tries{}
	for j.more(ctx, jb) {
		err := j.step(ctx, jb, &limit, &failures)
		if err == nil {
			failures = tries{}
			continue
		}
		if ctx.Err() != nil {
			continue
		}
		j.log.Warn("COPY job waits after a failure", "job", jb.Name, "pause", failures.pause, "error", err)
		if failures.n == 1 {
			j.tell(ctx, jb, "Error: "+reason(err)+" (the files stay pending and are tried again)", nil)
		}
		pause(ctx, failures.pause)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// more reports whether the loader goes on, and ends it in the same breath when not.
func (j *Jobs) more(ctx context.Context, jb *job) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	jb.active = ctx.Err() == nil && jb.busy()
	return jb.active
}

// step loads one batch as the job's owner, when it is the job's turn.
func (j *Jobs) step(ctx context.Context, jb *job, limit *int, failures *tries) error {
	select {
	case j.slots <- struct{}{}:
		defer func() { <-j.slots }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := jb.lock(ctx); err != nil {
		return err
	}
	defer jb.unlock()
	files, err := j.prepare(ctx, jb, *limit)
	if err != nil {
		failures.again(jb.set, err, files)
		return err
	}
	owner, err := j.owner(ctx, jb)
	if fault.KindOf(err) == fault.NotFound {
		return j.orphan(ctx, jb, failure{files: files, err: err})
	}
	var out result
	if err == nil && len(files) > 0 {
		err = j.client(ctx, func(c *warehouse.Client) (err error) {
			out, err = j.load(ctx, jb, attempt{c: c, user: owner, files: files, limit: limit})
			return err
		})
	}
	if err == nil {
		err = j.isolate(ctx, jb, owner)
		if len(files) > 0 {
			err = nil // Loading goes on: what could not be moved is tried again after the next batch.
		}
	}
	if err == nil || ctx.Err() != nil || failures.again(jb.set, err, files) || jb.doubt != nil || len(files) == 0 {
		return err
	}
	return j.fail(ctx, jb, failure{files: files, query: out.Query, err: failures.gaveUp(err)})
}

// prepare settles what earlier batches left open and returns the next batch.
func (j *Jobs) prepare(ctx context.Context, jb *job, limit int) ([]load.Object, error) {
	if err := j.resolve(ctx, jb); err != nil {
		return nil, err
	}
	if err := j.refill(ctx, jb); err != nil {
		return nil, err
	}
	return j.batch(jb, limit, true), nil
}

// orphan fails the files of a job whose owner is gone; its bad files stay where they are.
func (j *Jobs) orphan(ctx context.Context, jb *job, f failure) error {
	j.mu.Lock()
	jb.due = nil
	j.mu.Unlock()
	if len(f.files) == 0 {
		return nil
	}
	return j.fail(ctx, jb, f)
}

// RunNow loads every file below the job's prefix that it has not loaded yet,
// also those that failed, and returns the sum. After a failure that concerns
// files it goes on with the others and returns the first such error.
func (j *Jobs) RunNow(ctx context.Context, c *warehouse.Client, name string, user warehouse.User, pid int32) (load.Outcome, error) {
	if c.InTransaction() {
		return load.Outcome{}, inTransaction("COPY JOB RUN")
	}
	j.mu.Lock()
	jb, err := j.find(name)
	auto := err == nil && jb.Auto
	j.mu.Unlock()
	if err != nil {
		return load.Outcome{}, err
	}
	if auto {
		return load.Outcome{}, &fault.Error{Kind: fault.Conflict, Code: "55000", On: name, Message: fmt.Sprintf(
			"Cannot run COPY job %s manually while auto copy is enabled. Disable auto copy if you need to run this job manually.", name)}
	}
	ctx, cancel := jb.within(ctx)
	defer cancel()
	if err := jb.lock(ctx); err != nil {
		return load.Outcome{}, err
	}
	defer jb.unlock()
	var out load.Outcome
	err = j.client(ctx, func(c *warehouse.Client) error { // The session's keeps its variables.
		out, err = j.runNow(ctx, jb, attempt{c: c, user: user, pid: pid})
		return err
	})
	return out, err
}

// runNow lists the prefix, loads what is missing and moves what is bad. It needs the token of loading.
func (j *Jobs) runNow(ctx context.Context, jb *job, a attempt) (load.Outcome, error) {
	err := j.loader.Each(ctx, a.c, load.Request{Copy: jb.copy, User: a.user, PID: a.pid}, func(page []load.Object) error {
		return j.enqueueListed(ctx, jb, page, jb.missing)
	})
	if err != nil {
		return load.Outcome{}, err
	}
	out, err := j.drain(ctx, jb, a)
	if moving := j.isolate(ctx, jb, a.user); err == nil {
		err = moving
	}
	return out, err
}

// drain loads what is pending now; what comes meanwhile stays for the next time.
func (j *Jobs) drain(ctx context.Context, jb *job, a attempt) (load.Outcome, error) {
	sum, limit := load.Outcome{Table: jb.TableName}, batchSize
	a.limit = &limit
	j.mu.Lock()
	left := jb.waiting()
	j.mu.Unlock()
	var first error
	for failures := (tries{}); left > 0; {
		out, err := j.drainSome(ctx, jb, a, left)
		if err != nil && jb.set.Retries != nil && ctx.Err() == nil && failures.again(jb.set, err, nil) {
			pause(ctx, failures.pause)
			continue
		}
		if err != nil && ctx.Err() == nil && load.OutOfMemory(err) && jb.doubt == nil {
			out, err = j.leave(ctx, jb, err)
		}
		if err != nil {
			return sum, err
		}
		if out.done == 0 && out.none {
			break
		}
		failures = tries{}
		if first == nil {
			first = out.err
		}
		left -= out.done
		sum.Rows += out.Rows
		sum.Errors += out.Errors
		sum.Query = out.Query
	}
	return sum, first
}

// leave fails the first file, which is alone too large for the engine's memory, so that the others are loaded.
func (j *Jobs) leave(ctx context.Context, jb *job, cause error) (result, error) {
	files := j.batch(jb, 1, false)
	return result{done: len(files), err: cause}, j.fail(ctx, jb, failure{files: files, err: cause})
}

// drainSome loads one batch of at most so many files.
func (j *Jobs) drainSome(ctx context.Context, jb *job, a attempt, left int) (result, error) {
	if err := j.resolve(ctx, jb); err != nil {
		return result{}, err
	}
	if err := j.refill(ctx, jb); err != nil {
		return result{}, err
	}
	if a.files = j.batch(jb, min(*a.limit, left), false); len(a.files) == 0 {
		return result{none: true}, nil
	}
	return j.load(ctx, jb, a)
}

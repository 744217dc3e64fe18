package copyjob

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/ledger"
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
	if j.running == nil || jb.active || !jb.Auto || len(jb.pending) == 0 || jb.ended.Err() != nil {
		return
	}
	jb.active = true
	ctx := j.running
	j.loaders.Go(func() { j.work(ctx, jb) })
}

// The pauses after a failure that may pass.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 30 * time.Second
)

// work loads what is pending until nothing is, or the job or ctx ends.
func (j *Jobs) work(ctx context.Context, jb *job) {
	ctx, cancel := jb.within(ctx)
	defer cancel()
	limit, pause := batchSize, firstPause
	for j.more(ctx, jb) {
		err := j.step(ctx, jb, &limit)
		if err == nil {
			pause = firstPause
			continue
		}
		if ctx.Err() != nil {
			continue
		}
		j.log.Warn("COPY job waits after a failure", "job", jb.Name, "pause", pause, "error", err)
		if pause == firstPause {
			j.note(ctx, jb, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, lastPause)
	}
}

// note tells the job's owner why files stay pending.
func (j *Jobs) note(ctx context.Context, jb *job, why error) {
	err := j.client(ctx, func(c *warehouse.Client) error {
		return ledger.Message(ctx, c, jb.ID, "Error: "+reason(why)+" (the files stay pending and are tried again)")
	})
	if err != nil {
		j.log.Warn("a message of a COPY job was lost", "job", jb.Name, "error", err)
	}
}

// more reports whether the loader goes on, and ends it in the same breath when not.
func (j *Jobs) more(ctx context.Context, jb *job) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	jb.active = ctx.Err() == nil && jb.Auto && len(jb.pending) > 0
	return jb.active
}

// step loads one batch as the job's owner, when it is the job's turn.
func (j *Jobs) step(ctx context.Context, jb *job, limit *int) error {
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
	if err := j.resolve(ctx, jb); err != nil {
		return err
	}
	files := j.batch(jb, *limit, true)
	if len(files) == 0 {
		return nil
	}
	owner, err := j.owner(ctx, jb)
	if fault.KindOf(err) == fault.NotFound {
		return j.fail(ctx, jb, failure{files: files, err: err})
	}
	if err != nil {
		return err
	}
	return j.client(ctx, func(c *warehouse.Client) error {
		_, err := j.load(ctx, jb, attempt{c: c, user: owner, files: files, limit: limit})
		return err
	})
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
	if err := j.resolve(ctx, jb); err != nil {
		return load.Outcome{}, err
	}
	files, err := j.loader.List(ctx, c, jb.copy, user)
	if err != nil {
		return load.Outcome{}, err
	}
	if err := j.enqueueListed(ctx, jb, files); err != nil {
		return load.Outcome{}, err
	}
	return j.drain(ctx, jb, attempt{c: c, user: user, pid: pid})
}

// enqueueListed queues what the job has never seen and what failed; what is
// skipped or unloaded comes back by ReplayFile alone.
func (j *Jobs) enqueueListed(ctx context.Context, jb *job, files []load.Object) error {
	j.enqueueing.Lock()
	defer j.enqueueing.Unlock()
	var fresh []load.Object
	j.mu.Lock()
	for _, f := range files {
		if s, known := jb.known[digestOf(f.Key)]; !known || s == failed {
			fresh = append(fresh, f)
		}
	}
	j.mu.Unlock()
	return j.enqueue(ctx, []queued{{jb, fresh}})
}

// drain loads what is pending now; what comes meanwhile stays for the next time.
func (j *Jobs) drain(ctx context.Context, jb *job, a attempt) (load.Outcome, error) {
	sum, limit := load.Outcome{Table: jb.TableName}, batchSize
	a.limit = &limit
	j.mu.Lock()
	left := len(jb.pending)
	j.mu.Unlock()
	var first error
	for left > 0 {
		if a.files = j.batch(jb, min(limit, left), false); len(a.files) == 0 {
			break
		}
		out, err := j.load(ctx, jb, a)
		if err != nil {
			return sum, err
		}
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

package copyjob

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Alter turns automatic loading on or off. Files that waited are loaded when it is turned on.
func (j *Jobs) Alter(ctx context.Context, name string, auto bool) error {
	j.enqueueing.Lock()
	defer j.enqueueing.Unlock()
	row, err := j.Find(name)
	if err != nil {
		return err
	}
	err = j.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error { return ledger.SetAuto(ctx, c, row.ID, auto) })
	})
	if err != nil {
		return fmt.Errorf("alter COPY job %s: %w", name, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.jobs[row.ID].Auto = auto
	j.retime()
	j.wake(j.jobs[row.ID])
	j.announce()
	return nil
}

// Drop stops what the job is loading and forgets the job and its files.
func (j *Jobs) Drop(ctx context.Context, name string) error {
	j.mu.Lock()
	jb, err := j.find(name)
	j.mu.Unlock()
	if err != nil {
		return err
	}
	jb.end(&fault.Error{Kind: fault.Cancelled, Code: "57014", On: name, Message: fmt.Sprintf("COPY job %q was dropped", name)})
	select {
	case jb.loading <- struct{}{}:
		defer jb.unlock()
	case <-ctx.Done():
		j.revive(jb)
		return context.Cause(ctx)
	}
	if err := j.forget(ctx, jb); err != nil {
		j.revive(jb)
		return fmt.Errorf("drop COPY job %s: %w", name, err)
	}
	return nil
}

// forget removes a job for which nobody loads any more.
func (j *Jobs) forget(ctx context.Context, jb *job) error {
	j.enqueueing.Lock()
	defer j.enqueueing.Unlock()
	if found, err := j.Find(jb.Name); err != nil || found.ID != jb.ID {
		return nil // Another was faster.
	}
	err := j.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error { return ledger.DropJob(ctx, c, jb.ID) })
	})
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.jobs, jb.ID)
	j.announce()
	return nil
}

// revive replaces a job whose dropping failed, so that it goes on.
func (j *Jobs) revive(was *job) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.jobs[was.ID] != was {
		return
	}
	jb := newJob(was.Job, was.copy)
	jb.set, jb.known, jb.contents, jb.pending, jb.loading, jb.doubt = was.set, was.known, was.contents, was.pending, was.loading, was.doubt
	jb.behind, jb.cursor, jb.due, jb.listing = was.behind, was.cursor, was.due, was.listing
	j.jobs[jb.ID] = jb
	j.wake(jb)
}

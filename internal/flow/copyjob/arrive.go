package copyjob

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Arrival says that a file was put into a bucket.
type Arrival struct {
	Bucket, Key, ETag, Version string
	Size                       int64
	Time                       time.Time
}

// Arrived queues files for the jobs they concern. When it returns nil they are
// on disk; files that came before are ignored, so it can be repeated.
func (j *Jobs) Arrived(ctx context.Context, files []Arrival) error {
	j.enqueueing.Lock()
	defer j.enqueueing.Unlock()
	var found []queued
	j.mu.Lock()
	for _, jb := range j.jobs {
		if fresh := jb.fresh(files); len(fresh) > 0 {
			found = append(found, queued{jb, fresh})
		}
	}
	j.mu.Unlock()
	return j.enqueue(ctx, found)
}

// queued is files that are to wait for a job.
type queued struct {
	jb    *job
	files []load.Object
}

// fresh are the files that concern the job and that it does not know. It needs Jobs.mu.
func (jb *job) fresh(files []Arrival) []load.Object {
	var fresh []load.Object
	seen := map[string]bool{}
	for _, f := range files {
		if f.Bucket != jb.Bucket || !strings.HasPrefix(f.Key, jb.Prefix) || f.Time.Before(jb.Created) || seen[f.Key] {
			continue
		}
		if _, known := jb.known[digestOf(f.Key)]; known {
			continue
		}
		seen[f.Key] = true
		fresh = append(fresh, load.Object{Bucket: f.Bucket, Key: f.Key, ETag: f.ETag, Version: f.Version, Size: f.Size, Modified: f.Time})
	}
	return fresh
}

// enqueue writes files as pending in one transaction, and then queues them. It needs enqueueing.
func (j *Jobs) enqueue(ctx context.Context, all []queued) error {
	var rows []ledger.JobFile
	for _, q := range all {
		rows = append(rows, j.events(q.jb, q.files, ledger.Pending, 0)...)
	}
	if len(rows) == 0 {
		return nil
	}
	err := j.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error { return ledger.RecordJobFiles(ctx, c, rows) })
	})
	if err != nil {
		return fmt.Errorf("queue %d files of COPY jobs: %w", len(rows), err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, q := range all {
		for _, f := range q.files {
			q.jb.known[digestOf(f.Key)] = pending
		}
		q.jb.pending = append(q.jb.pending, q.files...)
		j.wake(q.jb)
	}
	j.announce()
	return nil
}

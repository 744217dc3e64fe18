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
			found = append(found, queued{jb: jb, files: fresh})
		}
	}
	j.mu.Unlock()
	return j.enqueue(ctx, found)
}

// queued is files that are to wait for a job.
type queued struct {
	jb    *job
	files []load.Object
	first int // of its events among those of all
}

// fresh are the files that concern the job and that it does not know. It needs Jobs.mu.
func (jb *job) fresh(files []Arrival) []load.Object {
	var fresh []load.Object
	seen := map[digest]bool{}
	for _, f := range files {
		if f.Bucket != jb.Bucket || !strings.HasPrefix(f.Key, jb.Prefix) || f.Time.Before(jb.Created) && !jb.set.LoadExisting {
			continue
		}
		o := load.Object{Bucket: jb.Bucket, Key: f.Key, ETag: f.ETag, Version: f.Version, Size: f.Size, Modified: f.Time}
		if _, known := jb.stands(o); known || seen[jb.digest(o)] {
			continue
		}
		seen[jb.digest(o)] = true
		fresh = append(fresh, o)
	}
	return fresh
}

// enqueue writes files as pending in one transaction, and then queues them. It needs enqueueing.
func (j *Jobs) enqueue(ctx context.Context, all []queued) error {
	var rows []ledger.JobFile
	for i, q := range all {
		all[i].first = len(rows)
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
		for i, f := range q.files {
			q.jb.wait(f, rows[q.first+i].Seq)
		}
		j.wake(q.jb)
	}
	j.announce()
	return nil
}

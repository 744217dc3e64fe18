package copyjob

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// window is how many pending files of a job are held in memory. What waits
// behind them is read from the ledger when their turn comes: a job that is
// paused for a million files costs no more than one that works.
const window = 4 * batchSize

// wait queues a file whose event is in the ledger. It needs Jobs.mu.
func (jb *job) wait(f load.Object, seq int64) {
	jb.know(f, pending)
	if jb.behind > 0 || len(jb.pending) >= window {
		jb.behind++
		return
	}
	jb.pending = append(jb.pending, f)
	jb.cursor = seq
}

// refill reads pending files from the ledger when those in memory run out. It needs the token of loading.
func (j *Jobs) refill(ctx context.Context, jb *job) error {
	j.enqueueing.Lock() // What is in the ledger is in memory, too.
	defer j.enqueueing.Unlock()
	for {
		j.mu.Lock()
		enough := jb.behind == 0 || len(jb.pending) >= batchSize
		after := jb.cursor
		j.mu.Unlock()
		if enough {
			return nil
		}
		var page []ledger.JobFile
		err := j.client(ctx, func(c *warehouse.Client) (err error) {
			page, err = ledger.PendingJobFiles(ctx, c.Conn(), jb.ID, after, window)
			return err
		})
		if err != nil {
			return err
		}
		j.mu.Lock()
		jb.take(page)
		j.mu.Unlock()
	}
}

// take queues those of the ledger's events whose files still wait. It needs Jobs.mu.
func (jb *job) take(page []ledger.JobFile) {
	queued := make(map[digest]bool, len(jb.pending))
	for _, f := range jb.pending {
		queued[jb.digest(f)] = true
	}
	for _, e := range page {
		f := object(e)
		jb.cursor = e.Seq
		if d := jb.digest(f); jb.known[d] == pending && !queued[d] {
			queued[d] = true
			f.Bucket = jb.Bucket
			jb.pending = append(jb.pending, f)
			jb.behind--
		}
	}
	if len(page) == 0 {
		jb.behind = 0
	}
}

// object is the file version of an event.
func object(e ledger.JobFile) load.Object {
	return load.Object{Bucket: e.Bucket, Key: e.Key, ETag: e.ETag, Version: e.Version, Size: e.Size, Modified: e.Modified}
}

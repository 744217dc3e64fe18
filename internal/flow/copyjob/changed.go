package copyjob

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// outdated are those files of a batch that are no longer what their keys hold, of keys of
// which several versions wait. Events come in any order: which version is the newest is
// asked of the bucket. Where it does not say, COPY finds out.
func (j *Jobs) outdated(ctx context.Context, jb *job, a attempt) []load.Object {
	var old []load.Object
	for _, versions := range j.rivals(jb, a.files) {
		now, err := j.loader.Look(ctx, a.c, load.Request{Copy: jb.copy, User: a.user, PID: a.pid, JobID: jb.ID, Files: versions[:1]})
		if err != nil {
			continue
		}
		for _, f := range versions {
			if f.ETag != now.ETag || f.Version != now.Version && f.Version != "" && now.Version != "" {
				old = append(old, f)
			}
		}
	}
	return old
}

// rivals are the files of a batch of whose keys other versions wait too, by key.
func (j *Jobs) rivals(jb *job, batch []load.Object) map[string][]load.Object {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !jb.set.ReloadChanged {
		return nil
	}
	waiting := make(map[string]int, len(jb.pending))
	for _, f := range jb.pending {
		waiting[f.Key]++
	}
	all := map[string][]load.Object{}
	for _, f := range batch {
		if waiting[f.Key] > 1 {
			all[f.Key] = append(all[f.Key], f)
		}
	}
	return all
}

// pass skips versions that were overwritten before they were loaded; what took their place has an event of its own.
func (j *Jobs) pass(ctx context.Context, jb *job, files []load.Object) error {
	if len(files) == 0 {
		return nil
	}
	message := fmt.Sprintf("%d files were overwritten before they were loaded, the first is %s: their newer versions are loaded instead", len(files), files[0].URL())
	err := j.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error {
			if err := ledger.RecordJobFiles(ctx, c, j.events(jb, files, ledger.Skipped, 0)); err != nil {
				return err
			}
			return ledger.Message(ctx, c, jb.ID, message)
		})
	})
	if err != nil {
		return fmt.Errorf("note %d overwritten files of COPY job %s: %w", len(files), jb.Name, err)
	}
	j.settle(jb, files, ledger.Skipped)
	return nil
}

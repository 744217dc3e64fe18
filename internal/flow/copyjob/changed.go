package copyjob

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// outdated are those of the pending files of which a newer version waits, too: they cannot be read any more.
func (j *Jobs) outdated(jb *job) []load.Object {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !jb.set.ReloadChanged {
		return nil
	}
	newest := make(map[string]digest, len(jb.pending))
	for _, f := range jb.pending {
		newest[f.Key] = jb.digest(f)
	}
	var old []load.Object
	for _, f := range jb.pending[:min(batchSize, len(jb.pending))] {
		if newest[f.Key] != jb.digest(f) {
			old = append(old, f)
		}
	}
	return old
}

// pass skips versions that were overwritten before they were loaded; the newer one has an event of its own.
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

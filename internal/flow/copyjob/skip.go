package copyjob

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/ledger"
)

// SkipFile marks a file that waits or failed as not to be loaded. It reports
// false when it was so already.
func (j *Jobs) SkipFile(ctx context.Context, ref FileRef) (changed bool, err error) {
	err = j.claim(ctx, ref, func(ctx context.Context, t *turn) error {
		switch t.last.Status {
		case ledger.Skipped, ledger.Unloaded:
			return nil
		case ledger.Ingested:
			return t.refused("INLET FILES UNLOAD removes its rows.")
		}
		changed = true
		return t.settle(ctx, change{status: ledger.Skipped, message: "File " + t.URL + " is skipped, as " + t.User.Name + " asked"})
	})
	return changed && err == nil, err
}

package copyjob

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// begun gives files that failed before a COPY of theirs began, for want of the
// table or of a right, a load that failed: it is what tells people why.
func (j *Jobs) begun(ctx context.Context, c *warehouse.Client, jb *job, f *failure) (err error) {
	if f.query != 0 {
		return nil
	}
	if f.query, err = j.db.NextQuery(ctx); err != nil {
		return err
	}
	now := time.Now().UTC()
	return ledger.Record(ctx, c, ledger.Load{Query: f.query, XID: c.XID(), UserID: jb.Owner, TableID: jb.TableID, TableName: jb.TableName, JobID: jb.ID,
		Status: ledger.Aborted, DataSource: jb.DataSource, Started: now, Ended: now, Files: len(f.files), Message: reason(f.err)}, nil)
}

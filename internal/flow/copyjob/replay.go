package copyjob

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// ReplayFile loads a file that failed, was skipped or was unloaded, as it is
// now, or one that waits before its turn; and with Again one that is loaded, whose
// rows stay as they are. When it fails for a reason that may pass, the file stays pending.
func (j *Jobs) ReplayFile(ctx context.Context, ref FileRef) (out load.Outcome, err error) {
	err = j.claim(ctx, ref, func(ctx context.Context, t *turn) error {
		if t.last.Status == ledger.Ingested && !ref.Again {
			return t.refused("A file is loaded once; INLET FILES UNLOAD removes its rows first. Where they are gone already, " + anew)
		}
		owner, err := j.owner(ctx, t.job)
		if err != nil {
			return err
		}
		return j.client(ctx, func(c *warehouse.Client) error {
			out, err = t.replay(ctx, c, owner)
			return err
		})
	})
	return out, err
}

// replay puts the file at the head of the queue, durably, and loads it.
func (t *turn) replay(ctx context.Context, c *warehouse.Client, owner warehouse.User) (load.Outcome, error) {
	if t.last.Status == ledger.Pending {
		t.remember(ledger.Pending)
	} else {
		o, err := t.jobs.loader.Look(ctx, c, t.request(owner))
		if err != nil {
			return load.Outcome{}, err
		}
		if t.last.Status == ledger.Ingested {
			if err := t.disown(ctx); err != nil {
				return load.Outcome{}, err
			}
		}
		if o.ETag != t.last.ETag || o.Version != t.last.Version { // Of the same version the ledger has the exact time.
			t.last.ETag, t.last.Version, t.last.Size, t.last.Modified = o.ETag, o.Version, o.Size, o.Modified
		}
		if err := t.settle(ctx, change{status: ledger.Pending, message: "File " + t.URL + " is loaded again, as " + t.User.Name + " asked"}); err != nil {
			return load.Outcome{}, err
		}
	}
	limit := 1
	out, err := t.jobs.load(ctx, t.job, attempt{c: c, user: owner, pid: t.PID, files: []load.Object{t.object()}, limit: &limit})
	if err == nil {
		err = out.err
	}
	return out.Outcome, err
}

// disown notes that the file is not loaded, whatever became of its rows: none is removed. The
// ledger has an un-load before each state of a file that was loaded, and so it has here.
func (t *turn) disown(ctx context.Context) error {
	u := t.unloading()
	err := t.commit(ctx, ledger.Unloaded, func(c *warehouse.Client) (err error) {
		if u.TableID, _, err = ledger.Brought(ctx, c.Conn(), u.Load, u.URL); err != nil {
			return err
		}
		if u.Query, err = t.jobs.db.NextQuery(ctx); err != nil {
			return err
		}
		u.TableName, u.XID, u.Ended = t.job.TableName, c.XID(), time.Now().UTC()
		if err := ledger.RecordUnload(ctx, c, u); err != nil {
			return err
		}
		return t.write(ctx, c, change{ledger.Unloaded, u.Query, fmt.Sprintf("File %s is to be loaded again, as %s asked: no rows were removed", t.URL, t.User.Name)})
	})
	if err == nil {
		t.last.Status = ledger.Unloaded
	}
	return err
}

// request is a load of the file alone, by the job's own COPY.
func (t *turn) request(owner warehouse.User) load.Request {
	return load.Request{Copy: t.job.copy, User: owner, PID: t.PID, JobID: t.job.ID, Files: []load.Object{t.object()}}
}

package copyjob

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// UnloadFile removes the rows that a loaded file brought, all or none, in one
// transaction with the ledger's entry. No row tells which file it came from: the
// file is read again, and as many equal rows are removed as it has. Query is 0 in
// what it returns when the file was unloaded already, else Rows are those removed.
func (j *Jobs) UnloadFile(ctx context.Context, ref FileRef) (load.Outcome, error) {
	var u ledger.Unload
	err := j.claim(ctx, ref, func(ctx context.Context, t *turn) error {
		switch t.last.Status {
		case ledger.Unloaded:
			return nil
		case ledger.Pending, ledger.Failed, ledger.Skipped:
			return t.refused("Only a loaded file can be unloaded.")
		}
		owner, err := j.owner(ctx, t.job)
		if err != nil {
			return err
		}
		return j.client(ctx, func(c *warehouse.Client) error {
			u, err = t.unload(ctx, c, owner)
			return err
		})
	})
	if err != nil {
		return load.Outcome{}, err
	}
	return load.Outcome{Query: u.Query, Table: u.TableName, Rows: u.Rows}, nil
}

// unload removes the file's rows.
func (t *turn) unload(ctx context.Context, c *warehouse.Client, owner warehouse.User) (ledger.Unload, error) {
	u := t.unloading()
	table, err := t.target(ctx, c, &u)
	if err != nil {
		return u, err
	}
	// As with COPY, the lock comes before the transaction.
	if err := c.Lock(ctx, table, warehouse.LockExclusive); err != nil {
		return u, err
	}
	defer c.Unlock()
	writing := false
	err = c.Atomically(ctx, func() error {
		staged, err := t.stage(ctx, c, t.request(owner))
		if err != nil {
			return err
		}
		if err := t.erase(ctx, c, table, staged, u.Rows); err != nil {
			return err
		}
		u.Query, u.XID, u.Ended = staged.Query, c.XID(), time.Now().UTC()
		t.jobs.enqueueing.Lock()
		writing = true
		if err := t.unchanged(); err != nil {
			return err
		}
		return t.note(ctx, c, u)
	})
	if writing {
		defer t.jobs.enqueueing.Unlock()
	}
	switch {
	case err == nil:
		t.remember(ledger.Unloaded)
	case writing:
		err = t.recall(ctx, err)
	}
	return u, err
}

// unloading is the ledger's entry of an un-load that begins.
func (t *turn) unloading() ledger.Unload {
	return ledger.Unload{PID: t.PID, UserID: t.User.ID, JobID: t.job.ID, Load: t.last.Query, URL: t.URL, ETag: t.last.ETag, Version: t.last.Version,
		Started: time.Now().UTC()}
}

// anew is how a file is loaded whose rows cannot be removed.
const anew = "INLET FILES REPLAY … AGAIN (inlet files replay --again) loads the file anew."

// target finds the table that the rows went into, and how many they were.
func (t *turn) target(ctx context.Context, c *warehouse.Client, u *ledger.Unload) (table *warehouse.Table, err error) {
	if u.TableID, u.Rows, err = ledger.Brought(ctx, c.Conn(), u.Load, u.URL); err != nil {
		return nil, err
	}
	name, hint := t.job.copy.Table, "If that was dropped, its rows went with it: "+anew
	if table, err = c.Table(ctx, name.Schema, name.Name); err != nil {
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.NotFound {
			hint = "If it was renamed, give it its name back; if it was dropped, the rows went with it."
			err = &fault.Error{Kind: f.Kind, Code: f.Code, On: f.On, Message: f.Message, Hint: hint, Err: err}
		}
		return nil, err
	}
	u.TableName = table.Name
	if table.OID != u.TableID {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "55000", On: t.URL, Hint: hint,
			Message: fmt.Sprintf("table %q is not the one that %s was loaded into", table.Name, t.URL)}
	}
	if table.Column("rowid") != nil {
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: table.Name,
			Message: fmt.Sprintf("rows cannot be told apart in table %q: it has a column named rowid", table.Name)}
	}
	return table, nil
}

// stage reads the file again.
func (t *turn) stage(ctx context.Context, c *warehouse.Client, r load.Request) (*load.Staged, error) {
	staged, err := t.jobs.loader.Stage(ctx, c, r)
	if bad, ok := errors.AsType[*load.BadFiles](err); ok {
		out := &fault.Error{Kind: fault.Invalid, Code: "55000", On: t.URL, Err: bad,
			Message: fmt.Sprintf("%s can no longer be read into table %q as it was loaded", t.URL, r.Copy.Table.Name), Detail: reason(bad)}
		if f, ok := errors.AsType[*fault.Error](bad.Err); ok {
			out.Hint = f.Hint
		}
		return nil, out
	}
	if err != nil {
		return nil, fmt.Errorf("read %s again: %w", t.URL, err)
	}
	return staged, nil
}

// erase removes what was staged from the table: n rows, or none.
func (t *turn) erase(ctx context.Context, c *warehouse.Client, table *warehouse.Table, staged *load.Staged, n int64) error {
	if staged.Rows != n {
		return &fault.Error{Kind: fault.Invalid, Code: "55000", On: t.URL, Message: fmt.Sprintf("%s brought %d rows and now gives %d", t.URL, n, staged.Rows),
			Hint: "The table's columns or a file that the COPY names have changed since it was loaded."}
	}
	if n > 0 {
		removed, err := c.Conn().Exec(ctx, eraseSQL(table, staged))
		if err != nil {
			return err
		}
		if removed != n {
			return &fault.Error{Kind: fault.Invalid, Code: "55000", On: t.URL, Message: fmt.Sprintf("%d of the %d rows that %s brought are missing in table %q: nothing was removed",
				n-removed, n, t.URL, table.Name), Hint: "They were changed or removed since. DELETE what is left of them; then " + anew}
		}
	}
	_, err := c.Conn().Exec(ctx, "DROP TABLE "+staged.SQL)
	return err
}

// note writes the un-load into its transaction.
func (t *turn) note(ctx context.Context, c *warehouse.Client, u ledger.Unload) error {
	if err := ledger.RecordUnload(ctx, c, u); err != nil {
		return err
	}
	return t.write(ctx, c, change{ledger.Unloaded, u.Query, fmt.Sprintf("File %s is unloaded, as %s asked: %d rows were removed", t.URL, t.User.Name, u.Rows)})
}

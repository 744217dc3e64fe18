package warehouse

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Client is one connection to a database: its transaction, the table locks the
// transaction holds, and its temporary tables. One goroutine uses it at a time.
type Client struct {
	db   *Database
	conn Conn
	temp map[string]*Table // temporary tables by name
	kept map[string]Stmt   // look-ups that every statement needs, prepared once

	open bool     // a transaction is open in the engine
	xid  int64    // of the open transaction
	undo []func() // takes back what the transaction did to temp

	groups string // of the connection, as Joins keeps them

	rewritten map[int64]bool // tables whose rows the open transaction changed or deleted

	granted bool // the open transaction changed who may what
}

// Client opens a connection.
func (d *Database) Client(ctx context.Context) (*Client, error) {
	conn, err := d.engine.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &Client{db: d, conn: conn, temp: map[string]*Table{}, kept: map[string]Stmt{}}, nil
}

// Database is the database the client is connected to.
func (c *Client) Database() *Database { return c.db }

// Conn is the engine's connection, for statements that need no catalog.
func (c *Client) Conn() Conn { return c.conn }

// InTransaction reports whether Begin was called and neither Commit nor Rollback.
func (c *Client) InTransaction() bool { return c.open }

// XID is the number of the open transaction.
func (c *Client) XID() int64 { return c.xid }

// Begin opens a transaction.
func (c *Client) Begin(ctx context.Context) error {
	if c.open {
		return &fault.Error{Kind: fault.Conflict, Code: "25001", Message: "there is already a transaction in progress"}
	}
	xid, err := c.db.NextQuery(ctx)
	if err != nil {
		return err
	}
	if _, err := c.conn.Exec(ctx, "BEGIN TRANSACTION"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	c.open, c.xid = true, xid
	return nil
}

// Commit ends the transaction and releases its locks, whatever the outcome.
func (c *Client) Commit(ctx context.Context) error {
	defer c.end()
	if !c.open {
		return nil
	}
	// The commit decides on its own: a client that leaves now must not stop it half-way.
	if _, err := c.conn.Exec(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		c.takeBack()
		c.conn.Exec(context.WithoutCancel(ctx), "ROLLBACK") // Already rolled back in most cases; the error of the commit counts.
		return fmt.Errorf("commit: %w", err)
	}
	if c.granted {
		c.db.rights.version.Add(1)
	}
	return nil
}

// Rollback undoes the transaction and releases its locks.
func (c *Client) Rollback(ctx context.Context) error {
	defer c.end()
	if !c.open {
		return nil
	}
	c.takeBack()
	if _, err := c.conn.Exec(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
		return fmt.Errorf("rollback: %w", err)
	}
	return nil
}

func (c *Client) end() {
	c.open, c.xid, c.undo, c.granted, c.rewritten = false, 0, nil, false, nil
	c.db.locks.release(c)
}

// eachRow is EachRow for a query that is asked again and again.
func (c *Client) eachRow(ctx context.Context, f func(c *Chunk, row int) error, sql string, args ...any) error {
	stmt := c.kept[sql]
	if stmt == nil {
		var err error
		if stmt, err = c.conn.Prepare(ctx, sql); err != nil {
			return err
		}
		c.kept[sql] = stmt
	}
	rows, err := stmt.Run(ctx, args...)
	if err != nil {
		return err
	}
	return drain(rows, f)
}

// setTemp puts a temporary table under its name, nil for none; a transaction that is rolled back takes it back.
func (c *Client) setTemp(name string, t *Table) {
	old := c.temp[name]
	if c.open {
		c.undo = append(c.undo, func() { c.temp[name] = old })
	}
	c.temp[name] = t
}

func (c *Client) takeBack() {
	for i := len(c.undo) - 1; i >= 0; i-- {
		c.undo[i]()
	}
}

// Atomically runs f in the open transaction, or in one of its own that commits when f returns nil.
func (c *Client) Atomically(ctx context.Context, f func() error) error {
	if c.open {
		return f()
	}
	if err := c.Begin(ctx); err != nil {
		return err
	}
	if err := f(); err != nil {
		if rerr := c.Rollback(ctx); rerr != nil {
			return fmt.Errorf("%w (and the rollback failed: %w)", err, rerr)
		}
		return err
	}
	return c.Commit(ctx)
}

// Rewrote notes that the open transaction changed or deleted rows of a table.
func (c *Client) Rewrote(t *Table) {
	if !c.open {
		return
	}
	if c.rewritten == nil {
		c.rewritten = map[int64]bool{}
	}
	c.rewritten[t.OID] = true
}

// Lock waits for a table. Outside a transaction the lock is held until Unlock.
func (c *Client) Lock(ctx context.Context, t *Table, mode LockMode) error {
	if t.Temporary {
		return nil
	}
	return c.db.locks.acquire(ctx, c, t.Schema+"."+t.Name, mode)
}

// Unlock releases what Lock took outside a transaction.
func (c *Client) Unlock() {
	if !c.open {
		c.db.locks.release(c)
	}
}

// Close rolls back what is open and closes the connection.
func (c *Client) Close() error {
	if c.open {
		c.Rollback(context.Background()) // The connection is closed either way.
	}
	c.db.locks.release(c)
	return c.conn.Close()
}

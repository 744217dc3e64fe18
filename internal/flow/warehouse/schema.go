package warehouse

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// CreateSchema makes a schema.
func (c *Client) CreateSchema(ctx context.Context, name string, owner int32) error {
	if reservedSchema(name) {
		return &fault.Error{Kind: fault.Invalid, Code: "42939", On: name, Message: fmt.Sprintf("unacceptable schema name %q", name),
			Detail: "The name is reserved for system schemas."}
	}
	if c.schemaExists(ctx, name) == nil {
		return &fault.Error{Kind: fault.Exists, Code: "42P06", On: name, Message: fmt.Sprintf("schema %q already exists", name)}
	}
	return c.Atomically(ctx, func() error {
		return c.both(ctx, "CREATE SCHEMA "+Quote(name),
			"INSERT INTO inlet.catalog_schema VALUES (nextval('inlet.oid'), ?, ?, now()::TIMESTAMP)", name, int64(owner))
	})
}

func reservedSchema(name string) bool {
	switch name {
	case "inlet", "main", "pg_catalog", "information_schema", "pg_internal", "pg_toast":
		return true
	}
	return false
}

// DropSchema removes a schema, and what is in it when cascade is set.
func (c *Client) DropSchema(ctx context.Context, name string, cascade bool) error {
	if err := c.schemaExists(ctx, name); err != nil {
		return err
	}
	var tables []string
	err := EachRow(ctx, c.conn, func(ch *Chunk, row int) error {
		tables = append(tables, reader{ch, row}.text(0))
		return nil
	}, "SELECT name FROM inlet.catalog_relation WHERE schema_name = ? ORDER BY kind DESC, name", name) // Views before tables.
	if err != nil {
		return err
	}
	if len(tables) > 0 && !cascade {
		return &fault.Error{Kind: fault.Conflict, Code: "2BP01", On: name,
			Message: fmt.Sprintf("cannot drop schema %s because other objects depend on it", name),
			Hint:    "Use DROP ... CASCADE to drop the dependent objects too."}
	}
	return c.Atomically(ctx, func() error {
		for _, table := range tables {
			t, err := c.Table(ctx, name, table)
			if err != nil {
				return err
			}
			if err := c.DropTable(ctx, t); err != nil {
				return err
			}
		}
		return c.both(ctx, "DROP SCHEMA "+Quote(name), "DELETE FROM inlet.catalog_schema WHERE name = ?", name)
	})
}

// CreateView makes a view; engineSQL is its query in the engine's dialect. A
// view of the same name is replaced when replace is set.
func (c *Client) CreateView(ctx context.Context, t *Table, engineSQL string, replace bool) error {
	return c.Atomically(ctx, func() error {
		if err := c.schemaExists(ctx, t.Schema); err != nil {
			return err
		}
		old, err := c.relation(ctx, t.Schema, t.Name)
		if err != nil {
			return err
		}
		switch {
		case old != nil && (!replace || old.Kind != "v"):
			return relationExists(t.Name)
		case old != nil:
			if err := c.DropTable(ctx, old); err != nil {
				return err
			}
		}
		if t.OID, err = queryInt(ctx, c.conn, "SELECT nextval('inlet.oid')"); err != nil {
			return err
		}
		if _, err := c.conn.Exec(ctx, "CREATE VIEW "+t.SQL()+" AS "+engineSQL); err != nil {
			return tableError(t, err)
		}
		return c.record(ctx, t)
	})
}

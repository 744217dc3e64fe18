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
		c.changed() // Its owner may all in it.
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

// SchemaOwner is the user a schema belongs to, 1 for those of the system.
func (c *Client) SchemaOwner(ctx context.Context, name string) (int32, error) {
	n, err := queryInt(ctx, c.conn, "SELECT coalesce(max(owner), 1)::BIGINT FROM inlet.catalog_schema WHERE name = ?", name)
	return int32(n), err
}

// Relations lists a schema's tables and views, without their columns.
func (c *Client) Relations(ctx context.Context, schema string) ([]*Table, error) {
	var all []*Table
	err := EachRow(ctx, c.conn, func(ch *Chunk, row int) error {
		r := reader{ch, row}
		all = append(all, &Table{OID: r.int64(0), Schema: schema, Name: r.text(1), Kind: r.text(2), Owner: r.int32(3)})
		return nil
	}, "SELECT oid, name, kind, owner FROM inlet.catalog_relation WHERE schema_name = ? ORDER BY kind DESC, name", schema) // Views before tables.
	return all, err
}

// DropSchema removes a schema, and what is in it when cascade is set.
func (c *Client) DropSchema(ctx context.Context, name string, cascade bool) error {
	if err := c.schemaExists(ctx, name); err != nil {
		return err
	}
	tables, err := c.Relations(ctx, name)
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
			t, err := c.Table(ctx, name, table.Name)
			if err != nil {
				return err
			}
			if err := c.DropTable(ctx, t); err != nil {
				return err
			}
		}
		if err := c.dropTemplates(ctx, name); err != nil {
			return err
		}
		for _, kind := range []string{KindSchema, KindTablesInSchema} {
			if err := c.forgetGrants(ctx, Object{Kind: kind, Name: name}); err != nil {
				return err
			}
		}
		for _, sql := range []string{"DELETE FROM inlet.catalog_default_grant WHERE schema_name = ?", "DELETE FROM inlet.catalog_comment WHERE kind = 'schema' AND name = ?"} {
			if _, err := c.conn.Exec(ctx, sql, name); err != nil {
				return err
			}
		}
		c.changed()
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
		case old != nil: // It keeps its number, and with that what is granted on it.
			t.OID = old.OID
			if _, err := c.conn.Exec(ctx, "DROP VIEW "+old.SQL()); err != nil {
				return err
			}
			if err := c.forgetDefinition(ctx, old); err != nil {
				return err
			}
		default:
			if t.OID, err = queryInt(ctx, c.conn, "SELECT nextval('inlet.oid')"); err != nil {
				return err
			}
		}
		if _, err := c.conn.Exec(ctx, "CREATE VIEW "+t.SQL()+" AS "+engineSQL); err != nil {
			return tableError(t, err)
		}
		if err := c.record(ctx, t); err != nil || old != nil {
			return err
		}
		return c.grantDefaults(ctx, t)
	})
}

// ChangeSchema gives a schema to another user.
func (c *Client) ChangeSchema(ctx context.Context, name string, owner int32) error {
	return c.Atomically(ctx, func() error {
		c.changed()
		n, err := c.conn.Exec(ctx, "UPDATE inlet.catalog_schema SET owner = ? WHERE name = ?", int64(owner), name)
		if err == nil && n == 0 {
			return NoSchema(name)
		}
		return err
	})
}

package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// DropTable removes a table or view and its catalog rows.
func (c *Client) DropTable(ctx context.Context, t *Table) error {
	if t.Temporary {
		if _, err := c.conn.Exec(ctx, "DROP TABLE "+t.SQL()); err != nil {
			return err
		}
		c.setTemp(t.Name, nil)
		return c.dropSequences(ctx, t)
	}
	if err := c.Lock(ctx, t, LockExclusive); err != nil {
		return err
	}
	return c.Atomically(ctx, func() error {
		kind := "TABLE "
		if t.Kind == "v" {
			kind = "VIEW "
		}
		if _, err := c.conn.Exec(ctx, "DROP "+kind+t.SQL()); err != nil {
			return err
		}
		if err := c.dropSequences(ctx, t); err != nil {
			return err
		}
		return c.forget(ctx, t)
	})
}

func (c *Client) dropSequences(ctx context.Context, t *Table) error {
	for i := range t.Columns {
		if t.Columns[i].Identity == nil {
			continue
		}
		if _, err := c.conn.Exec(ctx, "DROP SEQUENCE "+t.identitySequence(&t.Columns[i])); err != nil {
			return err
		}
	}
	return nil
}

// forget deletes a relation's catalog rows.
func (c *Client) forget(ctx context.Context, t *Table) error {
	if err := c.forgetGrants(ctx, Object{Kind: KindTable, OID: t.OID}); err != nil {
		return err
	}
	return c.forgetDefinition(ctx, t)
}

// forgetDefinition deletes what the catalog says of a relation, and keeps what is granted on it.
func (c *Client) forgetDefinition(ctx context.Context, t *Table) error {
	for _, table := range []string{"catalog_column WHERE relation", "catalog_comment WHERE kind IN ('table', 'column') AND object",
		"catalog_constraint WHERE relation", "catalog_relation WHERE oid"} {
		if _, err := c.conn.Exec(ctx, "DELETE FROM inlet."+table+" = ?", t.OID); err != nil {
			return err
		}
	}
	return nil
}

// Truncate empties a table. The caller has committed what was open before, as Redshift's TRUNCATE does.
func (c *Client) Truncate(ctx context.Context, t *Table) error {
	if err := c.Lock(ctx, t, LockExclusive); err != nil {
		return err
	}
	return c.Atomically(ctx, func() error {
		_, err := c.conn.Exec(ctx, "TRUNCATE "+t.SQL())
		return err
	})
}

// Append moves the rows of a table into another; names are the columns they share.
func (c *Client) Append(ctx context.Context, to, from *Table, names []string) error {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = Quote(n)
	}
	columns := strings.Join(quoted, ", ")
	return c.Atomically(ctx, func() error {
		return c.both(ctx, "INSERT INTO "+to.SQL()+" ("+columns+") SELECT "+columns+" FROM "+from.SQL(), "TRUNCATE "+from.SQL())
	})
}

// alter runs f, which makes next of the table, with the table locked, in the
// open transaction or in its own.
func (c *Client) alter(ctx context.Context, t, next *Table, f func() error) error {
	if t.Temporary { // The catalog does not know it.
		if err := f(); err != nil {
			return err
		}
		c.setTemp(t.Name, nil)
		c.setTemp(next.Name, next)
		return nil
	}
	if err := c.Lock(ctx, t, LockExclusive); err != nil {
		return err
	}
	return c.Atomically(ctx, f)
}

// RenameTable gives a table or view another name in its schema.
func (c *Client) RenameTable(ctx context.Context, t *Table, name string) error {
	next := *t
	next.Name = name
	return c.alter(ctx, t, &next, func() error {
		old, err := c.relation(ctx, t.Schema, name)
		if err != nil {
			return err
		}
		if old != nil || t.Temporary && c.temp[name] != nil {
			return relationExists(name)
		}
		if t.Temporary && slices.ContainsFunc(t.Columns, func(col TableColumn) bool { return col.Identity != nil }) {
			return &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: t.Name, Message: "a temporary table with an IDENTITY column cannot be renamed here"}
		}
		kind := "TABLE "
		if t.Kind == "v" {
			kind = "VIEW "
		}
		return c.both(ctx, "ALTER "+kind+t.SQL()+" RENAME TO "+Quote(name),
			"UPDATE inlet.catalog_relation SET name = ? WHERE oid = ?", name, t.OID)
	})
}

// ChangeOwner gives a table or view to another user.
func (c *Client) ChangeOwner(ctx context.Context, t *Table, owner int32) error {
	next := *t
	next.Owner = owner
	return c.alter(ctx, t, &next, func() error {
		c.changed()
		_, err := c.conn.Exec(ctx, "UPDATE inlet.catalog_relation SET owner = ? WHERE oid = ?", int64(owner), t.OID)
		return err
	})
}

// RenameColumn gives a column another name.
func (c *Client) RenameColumn(ctx context.Context, t *Table, from, to string) error {
	if t.Column(from) == nil {
		return NoColumn(from, t.Name)
	}
	if t.Column(to) != nil {
		return columnExists(to, t.Name)
	}
	next := *t
	next.Columns = slices.Clone(t.Columns)
	next.Column(from).Name = to
	return c.alter(ctx, t, &next, func() error {
		return c.both(ctx, "ALTER TABLE "+t.SQL()+" RENAME COLUMN "+Quote(from)+" TO "+Quote(to),
			"UPDATE inlet.catalog_column SET name = ? WHERE relation = ? AND name = ?", to, t.OID, from)
	})
}

// AddColumn appends a column. Rows that exist get its default, or NULL.
func (c *Client) AddColumn(ctx context.Context, t *Table, col TableColumn) error {
	if t.Column(col.Name) != nil {
		return columnExists(col.Name, t.Name)
	}
	if col.Identity != nil {
		return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "ALTER TABLE ADD COLUMN with IDENTITY is not supported"}
	}
	if col.NotNull && col.Default == "" {
		return &fault.Error{Kind: fault.Invalid, Code: "0A000", On: col.Name,
			Message: "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression"}
	}
	col.Position = 1
	for i := range t.Columns {
		col.Position = max(col.Position, t.Columns[i].Position+1)
	}
	next := *t
	next.Columns = append(append([]TableColumn{}, t.Columns...), col)
	return c.alter(ctx, t, &next, func() error {
		if err := c.widen(ctx, t, &next); err != nil || t.Temporary {
			return err
		}
		return c.recordColumns(ctx, t, []TableColumn{col})
	})
}

// widen gives the engine's table the last column of next. The engine adds no
// column with a constraint, and commits no ALTER of a table whose rows the same
// transaction has changed; then the table is made anew.
func (c *Client) widen(ctx context.Context, t, next *Table) error {
	added := next.definition(&next.Columns[len(next.Columns)-1])
	if strings.Contains(added, " CHECK (") || strings.Contains(added, " NOT NULL") || c.rewritten[t.OID] {
		return c.rebuild(ctx, t, next)
	}
	_, err := c.conn.Exec(ctx, "ALTER TABLE "+t.SQL()+" ADD COLUMN "+added)
	return err
}

// DropColumn removes a column.
func (c *Client) DropColumn(ctx context.Context, t *Table, name string) error {
	if t.Column(name) == nil {
		return NoColumn(name, t.Name)
	}
	if len(t.Columns) == 1 {
		return &fault.Error{Kind: fault.Invalid, Code: "0A000", Message: "cannot drop the only column of a table"}
	}
	next := *t
	next.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(col TableColumn) bool { return col.Name == name })
	return c.alter(ctx, t, &next, func() error {
		if err := c.narrow(ctx, t, &next, name); err != nil {
			return err
		}
		position := int64(t.Column(name).Position)
		return c.both(ctx, fmt.Sprintf("DELETE FROM inlet.catalog_comment WHERE kind = 'column' AND object = %d AND position = %d", t.OID, position),
			"DELETE FROM inlet.catalog_column WHERE relation = ? AND name = ?", t.OID, name)
	})
}

// narrow takes a column from the engine's table.
func (c *Client) narrow(ctx context.Context, t, next *Table, name string) error {
	if c.rewritten[t.OID] {
		return c.rebuild(ctx, t, next)
	}
	_, err := c.conn.Exec(ctx, "ALTER TABLE "+t.SQL()+" DROP COLUMN "+Quote(name))
	return err
}

// AlterType changes a VARCHAR column's length, the one change of type Redshift allows.
func (c *Client) AlterType(ctx context.Context, t *Table, name string, typ sqltype.Type) error {
	col := t.Column(name)
	if col == nil {
		return NoColumn(name, t.Name)
	}
	if col.Type.ID != sqltype.Varchar || typ.ID != sqltype.Varchar {
		return &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: name,
			Message: fmt.Sprintf("ALTER COLUMN TYPE is not supported for column %q of type %s", name, col.Type),
			Hint:    "Only the length of a VARCHAR column can change; add a column of the new type and UPDATE it."}
	}
	next := *t
	next.Columns = append([]TableColumn{}, t.Columns...)
	next.Column(name).Type = typ
	return c.alter(ctx, t, &next, func() error {
		if err := c.rebuild(ctx, t, &next); err != nil {
			return err
		}
		_, err := c.conn.Exec(ctx, "UPDATE inlet.catalog_column SET length = ?, typmod = ? WHERE relation = ? AND name = ?",
			int64(typ.Length), int64(typ.Typmod()), t.OID, name)
		return err
	})
}

// rebuild replaces the engine's table by one of the new definition with the
// rows of the old; the engine can neither add a column with a check nor change one.
func (c *Client) rebuild(ctx context.Context, old, next *Table) error {
	shared := ""
	defs := ""
	for i := range next.Columns {
		col := &next.Columns[i]
		if old.Column(col.Name) != nil {
			if shared != "" {
				shared += ", "
			}
			shared += Quote(col.Name)
			if err := c.engineDefault(ctx, old, col); err != nil {
				return err
			}
		}
		if defs != "" {
			defs += ", "
		}
		defs += next.definition(col)
	}
	other, create := *old, "CREATE TABLE "
	other.Name = "inlet rebuild of " + old.Name
	if old.Temporary {
		create = "CREATE TEMP TABLE "
	}
	scratch := other.SQL()
	for _, sql := range []string{
		create + scratch + " (" + defs + ")",
		"INSERT INTO " + scratch + " (" + shared + ") SELECT " + shared + " FROM " + old.SQL(),
		"DROP TABLE " + old.SQL(),
		"ALTER TABLE " + scratch + " RENAME TO " + Quote(old.Name),
	} {
		if _, err := c.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("rebuild table %s: %w", old.Name, err)
		}
	}
	return nil
}

// engineDefault reads a column's default back from the engine, in its own dialect.
func (c *Client) engineDefault(ctx context.Context, t *Table, col *TableColumn) error {
	if col.Default == "" || t.Temporary { // A temporary table's is in memory.
		return nil
	}
	return EachRow(ctx, c.conn, func(ch *Chunk, row int) error {
		col.EngineDefault = reader{ch, row}.text(0)
		return nil
	}, `SELECT column_default FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = ? AND table_name = ? AND column_name = ?`,
		t.Schema, t.Name, col.Name)
}

// both changes the engine's object and our catalog's row of it.
func (c *Client) both(ctx context.Context, engine, catalog string, args ...any) error {
	if _, err := c.conn.Exec(ctx, engine); err != nil {
		return err
	}
	_, err := c.conn.Exec(ctx, catalog, args...)
	return err
}

// NoColumn is the error for a column that a table does not have.
func NoColumn(column, table string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "42703", On: column,
		Message: fmt.Sprintf("column %q of relation %q does not exist", column, table)}
}

func columnExists(column, table string) error {
	return &fault.Error{Kind: fault.Exists, Code: "42701", On: column,
		Message: fmt.Sprintf("column %q of relation %q already exists", column, table)}
}

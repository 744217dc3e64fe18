package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// PublicSchema is where names without a schema go.
const PublicSchema = "public"

// Table finds a table or view. An empty schema means the temporary tables, then public.
func (c *Client) Table(ctx context.Context, schema, name string) (*Table, error) {
	if schema == "" || strings.HasPrefix(schema, "pg_temp") {
		if t := c.temp[name]; t != nil {
			return t, nil
		}
	}
	if schema == "" {
		schema = PublicSchema
	}
	t, err := c.relation(ctx, schema, name)
	if err != nil {
		return nil, fmt.Errorf("look up table %s.%s: %w", schema, name, err)
	}
	if t == nil {
		return nil, NoTable(name)
	}
	return t, c.describe(ctx, t)
}

// NoTable is the error for a table that does not exist.
func NoTable(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "42P01", On: name, Message: fmt.Sprintf("relation %q does not exist", name)}
}

func (c *Client) relation(ctx context.Context, schema, name string) (*Table, error) {
	var t *Table
	err := c.eachRow(ctx, func(ch *Chunk, row int) error {
		r := reader{ch, row}
		t = &Table{OID: r.int64(0), Schema: schema, Name: name, Kind: r.text(1), Owner: r.int32(2), DistStyle: r.text(3),
			DistKey: r.text(4), SortStyle: r.text(5), EncodeAuto: r.bool(6), Backup: r.bool(7), Definition: r.text(8), LateBound: r.bool(9)}
		return nil
	}, `SELECT oid, kind, owner, dist_style, dist_key, sort_style, encode_auto, backup, definition, late_bound
	    FROM inlet.catalog_relation WHERE schema_name = ? AND name = ?`, schema, name)
	return t, err
}

func (c *Client) describe(ctx context.Context, t *Table) error {
	t.Columns = nil
	return c.eachRow(ctx, func(ch *Chunk, row int) error {
		r := reader{ch, row}
		typ, err := declared(r.text(2), r.int32(3), r.int32(4), r.int32(5))
		if err != nil {
			return err
		}
		col := TableColumn{Position: int(r.int32(0)), Name: r.text(1), Type: typ, NotNull: r.bool(6), Default: r.text(7),
			Encoding: r.text(8), DistKey: r.bool(9), SortKey: int(r.int32(10))}
		if !ch.Vectors[11].Null(row) {
			col.Identity = &Identity{Seed: r.int64(11), Step: r.int64(12), ByDefault: r.bool(13)}
		}
		t.Columns = append(t.Columns, col)
		return nil
	}, `SELECT position, name, type_name, length, precision, scale, not_null, default_expr, encoding, dist_key, sort_key,
	           identity_seed, identity_step, identity_default
	    FROM inlet.catalog_column WHERE relation = ? ORDER BY position`, t.OID)
}

func declared(name string, length, precision, scale int32) (sqltype.Type, error) {
	switch {
	case precision > 0:
		return sqltype.Parse(name, int(precision), int(scale))
	case length > 0:
		return sqltype.Parse(name, int(length))
	}
	return sqltype.Parse(name)
}

// reader reads one row of a chunk; NULL reads as the zero value.
type reader struct {
	chunk *Chunk
	row   int
}

func (r reader) text(col int) string {
	if r.chunk.Vectors[col].Null(r.row) {
		return ""
	}
	return string(r.chunk.Vectors[col].Bytes(r.row))
}

func (r reader) int64(col int) int64 {
	if r.chunk.Vectors[col].Null(r.row) {
		return 0
	}
	return Values[int64](&r.chunk.Vectors[col])[r.row]
}

func (r reader) int32(col int) int32 {
	if r.chunk.Vectors[col].Null(r.row) {
		return 0
	}
	return Values[int32](&r.chunk.Vectors[col])[r.row]
}

func (r reader) bool(col int) bool {
	return !r.chunk.Vectors[col].Null(r.row) && Values[bool](&r.chunk.Vectors[col])[r.row]
}

// CreateTable makes a table in the open transaction or in its own. The OID is given here.
func (c *Client) CreateTable(ctx context.Context, t *Table) error {
	if t.Temporary {
		return c.createTemporary(ctx, t)
	}
	return c.Atomically(ctx, func() error {
		if err := c.schemaExists(ctx, t.Schema); err != nil {
			return err
		}
		old, err := c.relation(ctx, t.Schema, t.Name)
		if err != nil {
			return err
		}
		if old != nil {
			return relationExists(t.Name)
		}
		if t.OID, err = queryInt(ctx, c.conn, "SELECT nextval('inlet.oid')"); err != nil {
			return err
		}
		for _, sql := range t.create() {
			if _, err := c.conn.Exec(ctx, sql); err != nil {
				return tableError(t, err)
			}
		}
		if err := c.record(ctx, t); err != nil {
			return err
		}
		return c.grantDefaults(ctx, t)
	})
}

func relationExists(name string) error {
	return &fault.Error{Kind: fault.Exists, Code: "42P07", On: name, Message: fmt.Sprintf("Relation %q already exists", name)}
}

// tableError turns the engine's "exists already" into Redshift's; another transaction may have been quicker.
func tableError(t *Table, err error) error {
	if e, ok := errors.AsType[*EngineError](err); ok && (e.Kind == ErrorCatalog || e.Kind == ErrorTransaction) && strings.Contains(e.Message, t.Name) {
		return relationExists(t.Name)
	}
	return err
}

func (c *Client) createTemporary(ctx context.Context, t *Table) error {
	if c.temp[t.Name] != nil {
		return relationExists(t.Name)
	}
	t.Schema = "pg_temp"
	for _, sql := range t.create() {
		if _, err := c.conn.Exec(ctx, sql); err != nil {
			return tableError(t, err)
		}
	}
	c.setTemp(t.Name, t)
	return nil
}

// create is the engine's statements that make the table.
func (t *Table) create() []string {
	create, sequence := "CREATE TABLE ", "CREATE SEQUENCE"
	if t.Temporary {
		create, sequence = "CREATE TEMP TABLE ", "CREATE TEMP SEQUENCE"
	}
	var all []string
	defs := make([]string, len(t.Columns))
	for i := range t.Columns {
		col := &t.Columns[i]
		col.Position = i + 1
		if col.Identity != nil {
			all = append(all, fmt.Sprintf(sequence+" %s START %d INCREMENT %d MINVALUE %d", t.identitySequence(col),
				col.Identity.Seed, col.Identity.Step, int64(minSequence)))
		}
		defs[i] = t.definition(col)
	}
	return append(all, create+t.SQL()+" ("+strings.Join(defs, ", ")+")")
}

// minSequence lets identities start at and step to negative numbers.
const minSequence = -1 << 62

func (c *Client) schemaExists(ctx context.Context, schema string) error {
	n, err := queryInt(ctx, c.conn, "SELECT count(*) FROM duckdb_schemas() WHERE database_name = current_database() AND schema_name = ? AND schema_name NOT IN ('inlet', 'main')", schema)
	if err != nil {
		return err
	}
	if n == 0 {
		return NoSchema(schema)
	}
	return nil
}

// NoSchema is the error for a schema that does not exist.
func NoSchema(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "3F000", On: name, Message: fmt.Sprintf("schema %q does not exist", name)}
}

// record writes the table's catalog rows.
func (c *Client) record(ctx context.Context, t *Table) error {
	_, err := c.conn.Exec(ctx, `INSERT INTO inlet.catalog_relation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now()::TIMESTAMP)`,
		t.OID, t.Schema, t.Name, t.Kind, int64(t.Owner), t.DistStyle, orNull(t.DistKey), orNull(t.SortStyle), t.EncodeAuto, t.Backup,
		orNull(t.Definition), t.LateBound)
	if err != nil {
		return fmt.Errorf("record table %s: %w", t.Name, err)
	}
	if err := c.recordColumns(ctx, t, t.Columns); err != nil {
		return err
	}
	for i := range t.Constraints {
		if err := c.recordConstraint(ctx, t, &t.Constraints[i]); err != nil {
			return err
		}
	}
	return nil
}

// recordColumns writes the catalog rows of columns with one statement: one for each took the engine
// more memory than it had where tables have hundreds.
func (c *Client) recordColumns(ctx context.Context, t *Table, columns []TableColumn) error {
	b := NewBatch("inlet.catalog_column", Col("relation", KindInt64), Col("position", KindInt32), Col("name", KindVarchar), Col("type_name", KindVarchar),
		Col("length", KindInt32), Col("precision", KindInt32), Col("scale", KindInt32), Col("oid", KindInt32), Col("typmod", KindInt32),
		Col("not_null", KindBool), Col("default_expr", KindVarchar), Col("encoding", KindVarchar), Col("dist_key", KindBool), Col("sort_key", KindInt32),
		Col("identity_seed", KindInt64), Col("identity_step", KindInt64), Col("identity_default", KindBool))
	for i := range columns {
		col := &columns[i]
		if col.Encoding == "" {
			col.Encoding = DefaultEncoding(col, t.Temporary)
		}
		plain := sqltype.Type{ID: col.Type.ID}
		var seed, step, byDefault any
		if col.Identity != nil {
			seed, step, byDefault = col.Identity.Seed, col.Identity.Step, col.Identity.ByDefault
		}
		b.Add(t.OID, int64(col.Position), col.Name, plain.String(), positive(col.Type.Length), positive(col.Type.Precision), scale(col.Type),
			int64(col.Type.OID()), int64(col.Type.Typmod()), col.NotNull, orNull(col.Default), col.Encoding, col.DistKey, int64(col.SortKey),
			seed, step, byDefault)
	}
	if err := b.Insert(ctx, c.db.Engine(), c.conn); err != nil {
		return fmt.Errorf("record the columns of table %s: %w", t.Name, err)
	}
	return nil
}

func (c *Client) recordConstraint(ctx context.Context, t *Table, k *Constraint) error {
	_, err := c.conn.Exec(ctx, fmt.Sprintf(`INSERT INTO inlet.catalog_constraint VALUES (nextval('inlet.oid'), ?, ?, ?, %s, ?, %s)`,
		list(k.Columns), list(k.RefColumns)), t.OID, k.Name, k.Kind, k.Referenced)
	if err != nil {
		return fmt.Errorf("record constraint %s of table %s: %w", k.Name, t.Name, err)
	}
	return nil
}

func list(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = Literal(n)
	}
	return "[" + strings.Join(quoted, ", ") + "]::VARCHAR[]"
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func positive(n int) any {
	if n <= 0 {
		return nil
	}
	return int64(n)
}

func scale(t sqltype.Type) any {
	if t.ID != sqltype.Decimal {
		return nil
	}
	return int64(t.Scale)
}

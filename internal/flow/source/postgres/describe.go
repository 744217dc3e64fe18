package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// table is a shape with what reading its rows needs.
type table struct {
	source.Table
	oid         string
	columns     []column
	partitioned bool
	identity    byte // As in pg_class.relreplident.
}

// tablesFrom are the tables of all schemas but the system's; rows of partitions belong to their root.
const tablesFrom = `SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relname !~ '^awsdms_'`

// Tables are the tables of all schemas but the system's.
func (s *Source) Tables(ctx context.Context) ([]source.Name, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows, err := c.query(tablesFrom + " ORDER BY 1, 2")
	return names(rows), ended(ctx, err)
}

// Describe tells the shape of a table as it is now.
func (s *Source) Describe(ctx context.Context, name source.Name) (*source.Table, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	t, err := c.describe(name)
	if err != nil {
		return nil, ended(ctx, err)
	}
	return &t.Table, nil
}

// leaves are the relations that hold a table's rows: itself, or its partitions.
const leaves = `ANY (CASE WHEN c.relkind = 'p' THEN ARRAY(SELECT p.relid::oid FROM pg_partition_tree(c.oid) AS p WHERE p.isleaf) ELSE ARRAY[c.oid] END)`

// The number of rows is the one of the last ANALYZE, or else a guess by the size.
const (
	tableQuery = `SELECT c.oid, n.nspname, c.relname, c.relkind, c.relreplident,
 (SELECT coalesce(sum(CASE WHEN x.reltuples >= 0 THEN x.reltuples ELSE pg_relation_size(x.oid) / 64 END), 0)::bigint FROM pg_class AS x WHERE x.oid = ` + leaves + `)
 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND `

	// Generated columns are left out: the log does not hold them.
	columnsQuery = `SELECT attname, attnum, atttypid, atttypmod, attnotnull FROM pg_attribute
 WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`

	// Indexes that tell all rows apart, the primary key first.
	keysQuery = `SELECT i.indkey, i.indisreplident FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
 WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
 ORDER BY i.indisprimary DESC, i.indnkeyatts, c.relname`
)

func (c *conn) describe(name source.Name) (*table, error) {
	return c.describeWhere(name, "n.nspname = $1 AND c.relname = $2", name.Schema, name.Table)
}

// describeOID describes the table with a number, whatever its name is now.
func (c *conn) describeOID(name source.Name, oid uint32) (*table, error) {
	return c.describeWhere(name, "c.oid = $1::oid", strconv.FormatUint(uint64(oid), 10))
}

func (c *conn) describeWhere(name source.Name, where string, args ...string) (*table, error) {
	rows, err := c.query(tableQuery+where, args...)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "SourceTable", On: name.String(), Message: "the source has no such table",
			Hint: "SELECT schemaname, tablename FROM pg_tables lists those it has; views, foreign and temporary tables cannot be replicated"}
	}
	r := rows[0]
	t := &table{Table: source.Table{Name: source.Name{Schema: r[1], Table: r[2]}}, oid: r[0], partitioned: r[3] == "p", identity: (r[4] + " ")[0]}
	if t.Rows, err = strconv.ParseInt(r[5], 10, 64); err != nil {
		return nil, fmt.Errorf("rows of %s: %w", name, err)
	}
	if err := c.describeColumns(t); err != nil {
		return nil, err
	}
	if rows, err = c.query(keysQuery, t.oid); err != nil {
		return nil, err
	}
	t.Key = t.key(rows)
	t.mark()
	return t, nil
}

func (c *conn) describeColumns(t *table) error {
	rows, err := c.query(columnsQuery, t.oid)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return conflict("SourceTable", t.Name.String(), "the table has no columns", "leave it out of the selection")
	}
	t.columns = make([]column, len(rows))
	for i, r := range rows {
		oid, err1 := strconv.ParseUint(r[2], 10, 32)
		mod, err2 := strconv.ParseInt(r[3], 10, 32)
		number, err3 := strconv.Atoi(r[1])
		if err1 != nil || err2 != nil || err3 != nil {
			return errMalformed
		}
		t.columns[i] = column{Column: source.Column{Name: r[0], Nullable: r[4] != "t"}, oid: uint32(oid), mod: int32(mod), number: number}
	}
	return c.describeTypes(t)
}

// describeTypes fills in what follows from the types of the columns.
func (c *conn) describeTypes(t *table) error {
	types, err := c.types(t.columns)
	if err != nil {
		return err
	}
	t.Columns = make([]source.Column, len(t.columns))
	for i := range t.columns {
		if err := t.columns[i].redshift(types[i]); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		t.Columns[i] = t.columns[i].Column
	}
	return c.describeMoney(t)
}

// describeMoney asks how many digits of money are behind the point, which is a matter of lc_monetary.
func (c *conn) describeMoney(t *table) error {
	if !slices.ContainsFunc(t.columns, func(c column) bool { return c.form == money }) {
		return nil
	}
	row, err := c.one("SELECT scale(0::money::numeric)")
	if err != nil {
		return err
	}
	for i := range t.columns {
		if t.columns[i].scale, err = strconv.Atoi(row[0]); err != nil {
			return fmt.Errorf("digits of money: %w", err)
		}
	}
	return nil
}

// key is the columns by which the log tells rows apart: those of the index that is the replica
// identity, or of the primary key; for a table without either, those of a unique index.
func (t *table) key(indexes [][]string) []int {
	if t.identity == 'i' {
		indexes = slices.DeleteFunc(indexes, func(r []string) bool { return r[1] != "t" })
	}
	for _, r := range indexes {
		if key := t.indexed(strings.Fields(r[0])); key != nil {
			return key
		}
	}
	return nil
}

func (t *table) indexed(numbers []string) []int {
	var key []int
	for _, n := range numbers {
		number, _ := strconv.Atoi(n)
		i := slices.IndexFunc(t.columns, func(c column) bool { return c.number == number })
		if i < 0 || t.columns[i].Nullable {
			return nil
		}
		key = append(key, i)
	}
	return key
}

// mark notes which columns are of the key: their values stand as they are, so that they find their rows again.
func (t *table) mark() {
	for i := range t.columns {
		t.columns[i].key = slices.Contains(t.Key, i)
	}
}

// equal reports whether rows of both shapes are the same.
func (t *table) equal(o *table) bool {
	return t.Name == o.Name && slices.Equal(t.Key, o.Key) && slices.Equal(t.columns, o.columns)
}

func (t *table) find(name string) int {
	return slices.IndexFunc(t.columns, func(c column) bool { return c.Name == name })
}

// narrow is the table with the columns that are asked for, which must be there as they were.
// Without its key the table is read as one whose rows cannot be told apart.
func (t *table) narrow(of *source.Table) (*table, error) {
	places, err := t.Places(of)
	if err != nil {
		return nil, err
	}
	n := *t
	n.Table, n.columns = *of, nil
	n.Rows = t.Rows
	for _, i := range places {
		n.columns = append(n.columns, t.columns[i])
	}
	return &n, nil
}

// reach opens a session and finds the table that is to be read there.
func (s *Source) reach(ctx context.Context, of *source.Table) (*conn, *table, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	t, err := c.describe(of.Name)
	if err == nil {
		t, err = t.narrow(of)
	}
	if err != nil {
		c.Close()
		return nil, nil, ended(ctx, err)
	}
	return c, t, nil
}

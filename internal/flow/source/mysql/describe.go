package mysql

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// table is a shape with what decoding its rows needs.
type table struct {
	source.Table
	columns []column
	width   int // Columns in the rows of the binary log, among them virtual ones.
}

// Tables are the tables of all schemas but the system's.
func (s *Source) Tables(ctx context.Context) ([]source.Name, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows, err := c.query("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE'" +
		" AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1, 2")
	names := make([]source.Name, len(rows))
	for i, r := range rows {
		names[i] = source.Name{Schema: r[0], Table: r[1]}
	}
	return names, err
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
		return nil, err
	}
	return &t.Table, nil
}

const columnsQuery = "SELECT COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION," +
	" CHARACTER_SET_NAME, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION"

func (c *conn) describe(name source.Name) (*table, error) {
	rows, err := c.query(columnsQuery, name.Schema, name.Table)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "SourceTable", On: name.String(), Message: "the table does not exist, or the user may not read it",
			Hint: fmt.Sprintf("GRANT SELECT ON %s TO %s", identOf(name), c.account())}
	}
	t := &table{Table: source.Table{Name: name}, width: len(rows)}
	for i, r := range rows {
		if strings.Contains(r[9], "VIRTUAL") {
			continue // Nothing is stored, so there is nothing to copy.
		}
		col, err := newColumn(r, i)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		t.add(col)
	}
	if t.Key, err = c.key(t); err != nil {
		return nil, err
	}
	size, err := c.query("SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?", name.Schema, name.Table)
	if err == nil && len(size) == 1 {
		t.Rows, _ = strconv.ParseInt(size[0][0], 10, 64)
	}
	return t, err
}

func (t *table) add(c column) {
	t.columns = append(t.columns, c)
	t.Columns = append(t.Columns, c.Column)
}

func newColumn(r []string, place int) (column, error) {
	c := column{Column: source.Column{Name: r[0], Declared: r[1], Nullable: r[3] == "YES"}, base: strings.ToLower(r[2]), charset: r[8], place: place}
	c.unsigned = strings.Contains(r[1], "unsigned") || strings.Contains(r[1], "zerofill")
	c.length, _ = strconv.Atoi(r[4])
	c.precision, _ = strconv.Atoi(r[5])
	c.scale, _ = strconv.Atoi(r[6])
	if r[7] != "" {
		c.scale, _ = strconv.Atoi(r[7])
	}
	c.declared()
	if strings.Contains(r[1], "COMPRESSED") {
		c.base = "compressed" // The log holds it compressed as well.
	}
	return c, c.redshift()
}

const keyQuery = "SELECT INDEX_NAME, COLUMN_NAME, SUB_PART, NULLABLE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?" +
	" AND NON_UNIQUE = 0 ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX"

// key is the primary key, or else the first unique one of whole columns that are never NULL.
func (c *conn) key(t *table) ([]int, error) {
	rows, err := c.query(keyQuery, t.Schema, t.Name.Table)
	if err != nil {
		return nil, err
	}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n][0] == rows[0][0] {
			n++
		}
		if key := t.indexed(rows[:n]); key != nil {
			return key, nil
		}
		rows = rows[n:]
	}
	return nil, nil
}

func (t *table) indexed(parts [][]string) []int {
	var key []int
	for _, p := range parts {
		i := t.find(p[1])
		if i < 0 || p[2] != "" || p[3] == "YES" {
			return nil
		}
		key = append(key, i)
	}
	return key
}

func (t *table) find(name string) int {
	for i := range t.columns {
		if t.columns[i].Name == name {
			return i
		}
	}
	return -1
}

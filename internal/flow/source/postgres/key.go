package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// literal is a value of a key, as a snapshot printed it, in SQL; the column it is compared with gives it its type.
func (c *column) literal(value string) string {
	switch c.form {
	case bytea:
		return quote(`\x` + value)
	case money:
		return quote(value) + "::numeric::money"
	}
	return quote(value)
}

func (t *table) list(columns []int, each func(*column) string) string {
	all := make([]string, len(columns))
	for i, k := range columns {
		all[i] = each(&t.columns[k])
	}
	return strings.Join(all, ", ")
}

// values is a key as a row of SQL.
func (t *table) values(key source.Key) (string, error) {
	if len(key) != len(t.Key) || len(key) == 0 {
		return "", t.BadKey(key)
	}
	all := make([]string, len(key))
	for i, k := range t.Key {
		all[i] = t.columns[k].literal(key[i])
	}
	return "(" + strings.Join(all, ", ") + ")", nil
}

// relation names the rows of the table as t: without those of tables that inherit from it, but with those of its partitions.
func (t *table) relation() string {
	if t.partitioned {
		return " FROM " + identOf(t.Name) + " AS t"
	}
	return " FROM ONLY " + identOf(t.Name) + " AS t"
}

// from is the clause for the rows of a range, in their order. Rows of values are compared as the index sorts them.
func (t *table) from(r source.Range) (string, error) {
	clause, word := t.rowsOf(r), " WHERE "
	for _, b := range []struct {
		comparison string
		key        source.Key
	}{{">", r.After}, {"<=", r.Through}} {
		if b.key == nil {
			continue
		}
		values, err := t.values(b.key)
		if err != nil {
			return "", err
		}
		clause += fmt.Sprintf("%s(%s) %s %s", word, t.list(t.Key, (*column).ref), b.comparison, values)
		word = " AND "
	}
	part, err := t.within(r.Part)
	if err != nil {
		return "", err
	}
	if part != "" {
		clause += word + part
	}
	if len(t.Key) > 0 {
		clause += " ORDER BY " + t.list(t.Key, (*column).ref)
	}
	return clause, nil
}

// Split cuts a table into ranges of about so many rows, in the order of its key.
// A table without a key is one range.
func (s *Source) Split(ctx context.Context, of *source.Table, rows int) ([]source.Range, error) {
	c, t, err := s.reach(ctx, of)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if len(t.Key) == 0 || rows < 1 {
		return []source.Range{{}}, nil
	}
	cuts, ok, err := c.even(t, rows)
	if err == nil && !ok {
		cuts, err = c.walk(t, rows)
	}
	if err != nil {
		return nil, ended(ctx, err)
	}
	return source.Cut(cuts), nil
}

// even divides the numbers of a key of one integer column, when few are missing.
func (c *conn) even(t *table, rows int) ([]source.Key, bool, error) {
	if d := t.columns[t.Key[0]].Declared; len(t.Key) != 1 || d != "smallint" && d != "integer" && d != "bigint" {
		return nil, false, nil
	}
	name := t.columns[t.Key[0]].ref()
	r, err := c.one("SELECT min(" + name + "), max(" + name + ")" + t.relation())
	if err != nil {
		return nil, false, err
	}
	cuts, ok := t.Even(r[0], r[1], rows)
	return cuts, ok, nil
}

// walk finds each so-manieth key by the index.
func (c *conn) walk(t *table, rows int) ([]source.Key, error) {
	var cuts []source.Key
	var r source.Range
	list := t.list(t.Key, (*column).expression)
	for {
		clause, err := t.from(r)
		if err != nil {
			return nil, err
		}
		found, err := c.query(fmt.Sprintf("SELECT %s%s OFFSET %d LIMIT 1", list, clause, rows-1))
		if err != nil || len(found) == 0 {
			return cuts, err
		}
		r.After = found[0]
		cuts = append(cuts, found[0])
	}
}

package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
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
		return "", &fault.Error{Kind: fault.Invalid, Code: "SourceKey", On: t.Name.String(), Message: fmt.Sprintf("%q is not a value of the key (%s)", []string(key), strings.Join(t.keyNames(), ", "))}
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
	clause, word := t.relation(), " WHERE "
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
	if len(t.Key) > 0 {
		clause += " ORDER BY " + t.list(t.Key, (*column).ref)
	}
	return clause, nil
}

// Split cuts a table into ranges of about so many rows, in the order of its key.
// A table without a key is one range.
func (s *Source) Split(ctx context.Context, of *source.Table, rows int) ([]source.Range, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	t, err := c.describe(of.Name)
	if err != nil {
		return nil, ended(ctx, err)
	}
	if t, err = t.narrow(of); err != nil {
		return nil, err
	}
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
	ranges := make([]source.Range, 0, len(cuts)+1)
	var after source.Key
	for _, key := range cuts {
		ranges = append(ranges, source.Range{After: after, Through: key})
		after = key
	}
	return append(ranges, source.Range{After: after}), nil // Open at the end: rows still come.
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
	low, err1 := strconv.ParseInt(r[0], 10, 64)
	high, err2 := strconv.ParseInt(r[1], 10, 64)
	if err1 != nil || err2 != nil || high-low < 0 || high-low > 2*t.Rows+int64(rows) {
		return nil, false, nil
	}
	var cuts []source.Key
	for at := low + int64(rows) - 1; at < high && at >= low; at += int64(rows) {
		cuts = append(cuts, source.Key{strconv.FormatInt(at, 10)})
	}
	return cuts, true, nil
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

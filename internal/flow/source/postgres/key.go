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

// bound is the condition for keys on one side of another. Rows are compared as the index sorts them.
func (t *table) bound(comparison string, key source.Key) (string, error) {
	if len(key) != len(t.Key) {
		return "", &fault.Error{Kind: fault.Invalid, Code: "SourceKey", On: t.Name.String(), Message: fmt.Sprintf("the key has %d columns, not %d", len(t.Key), len(key))}
	}
	values := make([]string, len(key))
	for i, k := range t.Key {
		values[i] = t.columns[k].literal(key[i])
	}
	return fmt.Sprintf("(%s) %s (%s)", t.list(t.Key, (*column).ref), comparison, strings.Join(values, ", ")), nil
}

// from is the clause for the rows of a range, in their order.
func (t *table) from(r source.Range) (string, error) {
	clause := " FROM ONLY " + identOf(t.Name) + " AS t"
	if t.partitioned {
		clause = " FROM " + identOf(t.Name) + " AS t"
	}
	word := " WHERE "
	for _, b := range []struct {
		comparison string
		key        source.Key
	}{{">", r.After}, {"<=", r.Through}} {
		if b.key == nil {
			continue
		}
		condition, err := t.bound(b.comparison, b.key)
		if err != nil {
			return "", err
		}
		clause += word + condition
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
	switch k := &t.columns[t.Key[0]]; {
	case len(t.Key) != 1, k.Declared != "smallint" && k.Declared != "integer" && k.Declared != "bigint":
		return nil, false, nil
	}
	clause, err := t.from(source.Range{})
	if err != nil {
		return nil, false, err
	}
	clause, _, _ = strings.Cut(clause, " ORDER BY ")
	name := t.columns[t.Key[0]].ref()
	r, err := c.one("SELECT min(" + name + "), max(" + name + ")" + clause)
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

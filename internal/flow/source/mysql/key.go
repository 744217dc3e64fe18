package mysql

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// ordered reports whether the key's values can be written into a condition that
// sorts as the index does, which those of ENUM, BIT and floating point cannot.
func (t *table) ordered() bool {
	for _, i := range t.Key {
		if form(t.columns[i].base) == 0 {
			return false
		}
	}
	return len(t.Key) > 0
}

// form is how a value of a type stands in SQL: n for a number, q in quotes, x in
// hexadecimal digits, 0 not at all.
func form(base string) byte {
	switch base {
	case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year":
		return 'n'
	case "char", "varchar", "date", "datetime", "timestamp", "uuid", "inet6", "inet4":
		return 'q'
	case "binary", "varbinary":
		return 'x'
	}
	return 0
}

func (t *table) value(column int, text string) (string, error) {
	switch form(t.columns[column].base) {
	case 'n':
		if text != "" && strings.Trim(text, "0123456789.-") == "" {
			return text, nil
		}
	case 'q':
		return quote(text), nil
	case 'x':
		if len(text)%2 == 0 && strings.Trim(text, "0123456789abcdef") == "" {
			return "X'" + text + "'", nil
		}
	}
	return "", &fault.Error{Kind: fault.Invalid, Code: "SourceKey", On: t.Name.String(), Message: fmt.Sprintf("%q is not a key of column %s", text, t.columns[column].Name)}
}

// beyond is the condition for keys before or after one; last is the comparison of
// the key's last column. Rows of values would say it shorter, but they use no index.
func (t *table) beyond(key source.Key, comparison, last string) (string, error) {
	if len(key) != len(t.Key) {
		return "", t.BadKey(key)
	}
	name := ident(t.columns[t.Key[len(key)-1]].Name)
	v, err := t.value(t.Key[len(key)-1], key[len(key)-1])
	if err != nil {
		return "", err
	}
	condition := name + " " + last + " " + v
	for i := len(key) - 2; i >= 0; i-- {
		name = ident(t.columns[t.Key[i]].Name)
		if v, err = t.value(t.Key[i], key[i]); err != nil {
			return "", err
		}
		condition = fmt.Sprintf("%s %s= %s AND (%s %s %s OR %s)", name, comparison, v, name, comparison, v, condition)
	}
	return condition, nil
}

// where is the condition for a range, with its order.
func (t *table) where(r source.Range) (string, error) {
	var all []string
	if r.After != nil {
		c, err := t.beyond(r.After, ">", ">")
		if err != nil {
			return "", err
		}
		all = append(all, "("+c+")")
	}
	if r.Through != nil {
		c, err := t.beyond(r.Through, "<", "<=")
		if err != nil {
			return "", err
		}
		all = append(all, "("+c+")")
	}
	part, err := t.within(r.Part)
	if err != nil {
		return "", err
	}
	if part != "" {
		all = append(all, part)
	}
	clause := ""
	if len(all) > 0 {
		clause = " WHERE " + strings.Join(all, " AND ")
	}
	if t.ordered() {
		clause += " ORDER BY " + t.names(t.Key)
	}
	return clause, nil
}

// all are the places of all columns.
func (t *table) all() []int {
	all := make([]int, len(t.columns))
	for i := range all {
		all[i] = i
	}
	return all
}

func (t *table) names(columns []int) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = ident(t.columns[c].Name)
	}
	return strings.Join(all, ", ")
}

// Split cuts a table into ranges of about so many rows, in the order of its key.
// A table without a key that can be cut is one range.
func (s *Source) Split(ctx context.Context, of *source.Table, rows int) ([]source.Range, error) {
	c, t, err := s.reach(ctx, of)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if !t.ordered() || rows < 1 {
		return []source.Range{{}}, nil
	}
	cuts, ok, err := c.even(t, rows)
	if err == nil && !ok {
		cuts, err = c.walk(t, rows)
	}
	if err != nil {
		return nil, err
	}
	return source.Cut(cuts), nil
}

// even divides the numbers of a key of one integer column, when few are missing.
func (c *conn) even(t *table, rows int) ([]source.Key, bool, error) {
	if len(t.Key) != 1 || !strings.HasSuffix(t.columns[t.Key[0]].base, "int") {
		return nil, false, nil
	}
	name := t.names(t.Key)
	r, err := c.query("SELECT MIN(" + name + "), MAX(" + name + ") FROM " + identOf(t.Name))
	if err != nil {
		return nil, false, err
	}
	cuts, ok := t.Even(r[0][0], r[0][1], rows)
	return cuts, ok, nil
}

// walk finds each so-manieth key by the index.
func (c *conn) walk(t *table, rows int) ([]source.Key, error) {
	var cuts []source.Key
	var r source.Range
	list := make([]string, len(t.Key))
	for i, k := range t.Key {
		list[i] = ident(t.columns[k].Name)
		if form(t.columns[k].base) == 'x' {
			list[i] = "LOWER(HEX(" + list[i] + "))"
		}
	}
	for {
		where, err := t.where(r)
		if err != nil {
			return nil, err
		}
		found, err := c.query(fmt.Sprintf("SELECT %s FROM %s%s LIMIT 1 OFFSET %d", strings.Join(list, ", "), identOf(t.Name), where, rows-1))
		if err != nil || len(found) == 0 {
			return cuts, err
		}
		r.After = found[0]
		cuts = append(cuts, found[0])
	}
}

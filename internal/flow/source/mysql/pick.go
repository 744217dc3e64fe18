package mysql

import (
	"context"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Pick writes the rows that have one of the keys as CSV, in any order.
func (s *Source) Pick(ctx context.Context, of *source.Table, keys []source.Key, w io.Writer) error {
	c, t, err := s.reach(ctx, of)
	if err != nil {
		return err
	}
	defer c.Close()
	where, err := t.having(keys)
	if err != nil {
		return err
	}
	rows, err := c.stream("SELECT " + t.names(t.all()) + " FROM " + identOf(t.Name) + where)
	if err != nil {
		return err
	}
	u := &unloading{w: w, out: &source.Result{}, enc: newRowEncoder(rows.fields, nil)}
	if err := u.copy(rows); err != nil && ctx.Err() == nil {
		return err
	}
	return ctx.Err()
}

// having is the condition for rows with one of the keys.
func (t *table) having(keys []source.Key) (string, error) {
	var b strings.Builder
	for i, key := range keys {
		if len(key) != len(t.Key) || len(key) == 0 {
			return "", t.BadKey(key)
		}
		b.WriteString([]string{" WHERE (", " OR ("}[min(i, 1)])
		for j, k := range t.Key {
			v, err := t.exact(k, key[j])
			if err != nil {
				return "", err
			}
			if j > 0 {
				b.WriteString(" AND ")
			}
			b.WriteString(ident(t.columns[k].Name) + " = " + v)
		}
		b.WriteString(")")
	}
	if len(keys) == 0 {
		return " WHERE FALSE", nil
	}
	return b.String(), nil
}

// exact is a key's value that rows are to equal; types that sort by other rules are equal by their text.
func (t *table) exact(column int, text string) (string, error) {
	switch base := t.columns[column].base; {
	case form(base) != 0:
		return t.value(column, text)
	case base == "bit" && (text == "t" || text == "f"):
		return map[string]string{"t": "1", "f": "0"}[text], nil
	case base == "bit", base == "double", base == "float":
		if text != "" && strings.Trim(text, "0123456789.-+e") == "" {
			return text, nil
		}
		return "", t.BadKey(source.Key{text})
	}
	return quote(text), nil
}

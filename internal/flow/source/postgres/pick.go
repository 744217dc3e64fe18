package postgres

import (
	"context"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Pick writes the rows that have one of the keys as CSV, in any order.
func (s *Source) Pick(ctx context.Context, of *source.Table, keys []source.Key, w io.Writer) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	t, err := c.describe(of.Name)
	if err != nil {
		return ended(ctx, err)
	}
	if t, err = t.narrow(of); err != nil {
		return err
	}
	clause, err := t.having(keys)
	if err != nil {
		return err
	}
	err = c.copyOut(t.copyOf(clause), &unloading{w: w, out: &source.Result{}, t: t})
	return ended(ctx, err)
}

// having is the clause for rows with one of the keys.
func (t *table) having(keys []source.Key) (string, error) {
	clause, err := t.from(source.Range{})
	if err != nil {
		return "", err
	}
	clause, _, _ = strings.Cut(clause, " ORDER BY ")
	all := make([]string, len(keys))
	for i, key := range keys {
		if all[i], err = t.bound("=", key); err != nil {
			return "", err
		}
	}
	if len(all) == 0 {
		return clause + " WHERE false", nil
	}
	return clause + " WHERE " + strings.Join(all, " OR "), nil
}

package postgres

import (
	"context"
	"fmt"
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
	clause, err := t.having(keys)
	if err == nil {
		err = c.copyOut(t.copyOut(clause), &unloading{w: w, out: &source.Result{}, t: t})
	}
	return ended(ctx, err)
}

// having is the clause for rows with one of the keys.
func (t *table) having(keys []source.Key) (string, error) {
	if len(keys) == 0 {
		return t.relation() + " WHERE false", nil
	}
	all := make([]string, len(keys))
	for i, key := range keys {
		var err error
		if all[i], err = t.values(key); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s WHERE (%s) IN (%s)", t.relation(), t.list(t.Key, (*column).ref), strings.Join(all, ", ")), nil
}

package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// replica applies changes as a target would, but lets nothing pass: a row that is
// inserted twice, or changed without being there, is an error.
type replica struct {
	tables  map[source.Name]map[string]string // Rows by key.
	pending []func() error
	ddl     []string
	commits int
	until   source.Position // Reached ends it.
	limit   int             // Commits after which it stops, when not 0.
	at      source.Position
}

var errReached = errors.New("the position is reached")

func newReplica(names ...source.Name) *replica {
	r := &replica{tables: map[source.Name]map[string]string{}}
	for _, n := range names {
		r.tables[n] = map[string]string{}
	}
	return r
}

func (r *replica) Wants(n source.Name) bool { return r.tables[n] != nil }

func (r *replica) Rows(rows *source.Rows) error {
	table := r.tables[rows.Table.Name]
	for i := range rows.Before.Len() {
		key, old := keyOf(rows.Table, &rows.Before, i), string(rows.Before.Row(i))
		r.pending = append(r.pending, func() error {
			if table[key] != old {
				return fmt.Errorf("%s of row %q, which is %q", rows.Op, old, table[key])
			}
			delete(table, key)
			return nil
		})
		if rows.Op == source.Update {
			r.insert(table, keyOf(rows.Table, &rows.After, i), string(rows.After.Row(i)))
		}
	}
	if rows.Op == source.Insert {
		for i := range rows.After.Len() {
			r.insert(table, keyOf(rows.Table, &rows.After, i), string(rows.After.Row(i)))
		}
	}
	return nil
}

func (r *replica) insert(table map[string]string, key, row string) {
	r.pending = append(r.pending, func() error {
		if old, ok := table[key]; ok {
			return fmt.Errorf("row %q comes again, as %q", old, row)
		}
		table[key] = row
		return nil
	})
}

func keyOf(t *source.Table, m *source.Images, row int) string {
	var key []byte
	for _, k := range t.Key {
		key = append(append(key, m.Field(row, k)...), 0)
	}
	return string(key)
}

func (r *replica) DDL(d *source.DDL) error {
	r.ddl = append(r.ddl, fmt.Sprint(d.Verb, " ", d.Table))
	table := r.tables[d.Table]
	if d.Verb == source.Truncate {
		r.pending = append(r.pending, func() error { clear(table); return nil })
	}
	return nil
}

func (r *replica) Commit(c source.Commit) error {
	for _, apply := range r.pending {
		if err := apply(); err != nil {
			return err
		}
	}
	r.pending = nil
	r.commits++
	if next := c.Position(); next < r.at {
		return fmt.Errorf("position %q comes after %q", next, r.at)
	} else {
		r.at = next
	}
	if age := time.Since(c.Time()); age < -time.Minute || age > time.Hour {
		return fmt.Errorf("committed at %v", c.Time())
	}
	if r.until != "" && r.at >= r.until {
		return errReached
	}
	if r.limit--; r.limit == 0 {
		return errReached
	}
	return nil
}

func (r *replica) Rollback() { r.pending = nil }

// follow applies changes until a position, or the replica's limit.
func (r *replica) follow(t testing.TB, src source.Source, from source.Position) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := src.Changes(ctx, from, r); !errors.Is(err, errReached) {
		t.Fatalf("changes from %q until %q, at %q: %v", from, r.until, r.at, err)
	}
	r.pending = nil
}

// equal compares a table with a snapshot of it.
func (r *replica) equal(t testing.TB, src source.Source, n source.Name) {
	t.Helper()
	want := snapshot(t, src, n)
	if len(want) == 1 && want[0] == "" {
		want = nil
	}
	var got []string
	for _, row := range r.tables[n] {
		got = append(got, row)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes to %s differ from the table (-table +changes):\n%s", n, diff)
	}
}

func position(t testing.TB, src source.Source) source.Position {
	t.Helper()
	p, err := src.Position(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

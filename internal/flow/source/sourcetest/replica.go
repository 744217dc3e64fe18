package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// replica applies changes as a target would, but lets nothing pass: a row that is
// inserted twice, or changed without being there, is an error.
type replica struct {
	tables  map[source.Name]map[string][]string // Fields of rows by key.
	pending []func() error
	ddl     []string
	commits int
	until   source.Position // Reached ends it.
	limit   int             // Commits after which it stops, when not 0.
	at      source.Position
}

var errReached = errors.New("the position is reached")

func newReplica(names ...source.Name) *replica {
	r := &replica{tables: map[source.Name]map[string][]string{}}
	for _, n := range names {
		r.tables[n] = map[string][]string{}
	}
	return r
}

func (r *replica) Wants(n source.Name) bool { return r.tables[n] != nil }

func (r *replica) Rows(rows *source.Rows) error {
	table := r.tables[rows.Table.Name]
	for i := range max(rows.Before.Len(), rows.After.Len()) {
		var old, row []string
		var oldKey, key string
		if rows.Op != source.Insert {
			old, oldKey = fields(rows.Table, &rows.Before, i), keyOf(rows.Table, &rows.Before, i)
		}
		if rows.Op != source.Delete {
			row, key = fields(rows.Table, &rows.After, i), keyOf(rows.Table, &rows.After, i)
		}
		r.pending = append(r.pending, func() error {
			was := table[oldKey]
			if old != nil && !same(was, old) {
				return fmt.Errorf("%s of row %q, which is %q", rows.Op, old, was)
			}
			if old != nil {
				delete(table, oldKey)
			}
			if row == nil {
				return nil
			}
			return put(table, key, row, was)
		})
	}
	return nil
}

func fields(t *source.Table, m *source.Images, row int) []string {
	all := make([]string, len(t.Columns))
	for i := range all {
		all[i] = string(m.Field(row, i))
	}
	return all
}

// same compares a row with what a source sent of it.
func same(row, sent []string) bool {
	for i := range sent {
		if len(row) != len(sent) || sent[i] != "" && sent[i] != row[i] {
			return false
		}
	}
	return true
}

// put keeps the value before where the source sent none.
func put(table map[string][]string, key string, row, was []string) error {
	if old, ok := table[key]; ok {
		return fmt.Errorf("row %q comes again, as %q", old, row)
	}
	for i := range row {
		if row[i] == "" && was == nil {
			return fmt.Errorf("row %q lacks a value", row)
		}
		if row[i] == "" {
			row[i] = was[i]
		}
	}
	table[key] = row
	return nil
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
		got = append(got, strings.Join(row, ","))
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

// Package sourcetest is what every source must pass, against a real server.
package sourcetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Server is a database server under test, with a schema to fill.
type Server interface {
	// Open returns a new source of the server.
	Open(t testing.TB) source.Source
	// Schema is an empty schema that exists.
	Schema() string
	// Exec runs statements as a user who may do anything.
	Exec(t testing.TB, statements ...string)
	// Restart ends the server as a crash does and starts it again.
	Restart(t testing.TB)
	// Purge removes the log up to now.
	Purge(t testing.TB)
	// Values are a value or more of each type.
	Values() []Value
}

// Value is a value of a type and what a source makes of both.
type Value struct {
	Declared string // As CREATE TABLE declares the column.
	Literal  string // As INSERT writes the value.
	CSV      string
	Type     string // Redshift's, as it prints it.
}

// Run runs the suite. The server's schema belongs to it.
func Run(t *testing.T, s Server) {
	t.Run("types", func(t *testing.T) { testTypes(t, s) })
	t.Run("shape", func(t *testing.T) { testShape(t, s) })
	t.Run("snapshot", func(t *testing.T) { testSnapshot(t, s) })
	t.Run("snapshot resumed", func(t *testing.T) { testSnapshotResumed(t, s) })
	t.Run("snapshot narrow", func(t *testing.T) { testSnapshotNarrow(t, s) })
	t.Run("snapshot ended", func(t *testing.T) { testSnapshotEnded(t, s) })
	t.Run("pick", func(t *testing.T) { testPick(t, s) })
	t.Run("types followed", func(t *testing.T) { testTypesFollowed(t, s) })
	t.Run("changes", func(t *testing.T) { testChanges(t, s) })
	t.Run("changes resumed", func(t *testing.T) { testChangesResumed(t, s) })
	t.Run("ddl", func(t *testing.T) { testDDL(t, s) })
	t.Run("restart", func(t *testing.T) { testRestart(t, s) })
	t.Run("purged", func(t *testing.T) { testPurged(t, s) })
}

// table names a table of the suite and drops it afterwards.
func table(t testing.TB, s Server, name, columns string) source.Name {
	t.Helper()
	n := source.Name{Schema: s.Schema(), Table: name}
	s.Exec(t, fmt.Sprintf("DROP TABLE IF EXISTS %s", n), fmt.Sprintf("CREATE TABLE %s (%s)", n, columns))
	return n
}

func open(t testing.TB, s Server) source.Source {
	t.Helper()
	src := s.Open(t)
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return src
}

func describe(t testing.TB, src source.Source, n source.Name) *source.Table {
	t.Helper()
	d, err := src.Describe(context.Background(), n)
	if err != nil {
		t.Fatalf("describe %s: %v", n, err)
	}
	return d
}

// snapshot reads a whole table in one range.
func snapshot(t testing.TB, src source.Source, n source.Name) []string {
	t.Helper()
	var b strings.Builder
	if _, err := src.Snapshot(context.Background(), describe(t, src, n), source.Range{}, &b); err != nil {
		t.Fatalf("snapshot of %s: %v", n, err)
	}
	return lines(b.String())
}

// lines cuts CSV whose values hold no newline.
func lines(csv string) []string {
	return strings.Split(strings.TrimSuffix(csv, "\n"), "\n")
}

// testTypes reads each value and NULL by snapshot.
func testTypes(t *testing.T, s Server) {
	src := open(t, s)
	for i, g := range groups(s.Values()) {
		t.Run(g[0].Declared, func(t *testing.T) {
			n := table(t, s, fmt.Sprintf("types_%d", i), "id int PRIMARY KEY, v "+g[0].Declared+" NULL")
			want := fill(t, s, n, g)
			d := describe(t, src, n)
			if got := d.Columns[1].Type.String(); got != g[0].Type {
				t.Errorf("type %s, want %s", got, g[0].Type)
			}
			if diff := cmp.Diff(want, snapshot(t, src, n)); diff != "" {
				t.Errorf("snapshot differs (-want +got):\n%s", diff)
			}
		})
	}
}

// fill inserts values and a NULL, and returns them as CSV.
func fill(t testing.TB, s Server, n source.Name, values []Value) []string {
	t.Helper()
	want := []string{"0," + source.Null}
	s.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES (0, NULL)", n))
	for i, v := range values {
		s.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES (%d, %s)", n, i+1, v.Literal))
		want = append(want, fmt.Sprintf("%d,%s", i+1, v.CSV))
	}
	return want
}

// groups puts values of one type together, in the order of their first.
func groups(values []Value) [][]Value {
	var all [][]Value
	at := map[string]int{}
	for _, v := range values {
		i, ok := at[v.Declared]
		if !ok {
			i = len(all)
			at[v.Declared] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], v)
	}
	return all
}

func testShape(t *testing.T, s Server) {
	src := open(t, s)
	n := table(t, s, "shape", "a int NOT NULL, b varchar(10) NOT NULL, c int, PRIMARY KEY (b, a)")
	d := describe(t, src, n)
	if diff := cmp.Diff([]int{1, 0}, d.Key); diff != "" {
		t.Errorf("key differs (-want +got):\n%s", diff)
	}
	names, err := src.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, name := range names {
		found = found || name == n
	}
	if !found {
		t.Errorf("%s is not among the tables %v", n, names)
	}
	if _, err := src.Describe(context.Background(), source.Name{Schema: s.Schema(), Table: "absent"}); err == nil {
		t.Error("a table that does not exist was described")
	}
}

package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// workload changes two tables at random, in transactions of which some are undone.
type workload struct {
	t      testing.TB
	s      Server
	r      *rand.Rand
	tables []source.Name
	next   int
}

func newWorkload(t testing.TB, s Server, seed uint64) *workload {
	w := &workload{t: t, s: s, r: rand.New(rand.NewPCG(seed, seed))}
	w.tables = []source.Name{
		table(t, s, "orders", "id int PRIMARY KEY, v varchar(40), n decimal(12,2)"),
		table(t, s, "lines", "id int, v varchar(40), n decimal(12,2), PRIMARY KEY (v, id)"),
	}
	return w
}

// run makes so many transactions.
func (w *workload) run(transactions int) {
	w.t.Helper()
	for range transactions {
		w.s.Exec(w.t, "BEGIN")
		for range 1 + w.r.IntN(4) {
			w.s.Exec(w.t, w.statement())
		}
		end := "COMMIT"
		if w.r.IntN(8) == 0 {
			end = "ROLLBACK"
		}
		w.s.Exec(w.t, end)
	}
}

func (w *workload) statement() string {
	n := w.tables[w.r.IntN(2)]
	low := w.r.IntN(w.next + 1)
	high := low + w.r.IntN(20)
	switch w.r.IntN(6) {
	case 0:
		return fmt.Sprintf("UPDATE %s SET v = concat('u', %d, '-', id), n = n + 0.25 WHERE id BETWEEN %d AND %d", n, w.next, low, high)
	case 1:
		return fmt.Sprintf("DELETE FROM %s WHERE id BETWEEN %d AND %d", n, low, low+4)
	case 2:
		w.next++
		return fmt.Sprintf("UPDATE %s SET id = id + 100000 * %d WHERE id BETWEEN %d AND %d", n, w.next, low, low+2) // The key changes.
	case 3:
		return fmt.Sprintf("UPDATE %s SET n = NULL WHERE id = %d", n, low)
	}
	rows := make([]string, 1+w.r.IntN(10))
	for i := range rows {
		w.next++
		rows[i] = fmt.Sprintf("(%d, 'it''s %d', %d.5)", w.next, w.r.IntN(1000), w.r.IntN(100000))
	}
	return fmt.Sprintf("INSERT INTO %s VALUES %s", n, strings.Join(rows, ", "))
}

// testTypesFollowed: a value is the same in changes as in a snapshot.
func testTypesFollowed(t *testing.T, s Server) {
	src := open(t, s)
	from := position(t, src)
	var names []source.Name
	for i, g := range groups(s.Values()) {
		n := table(t, s, fmt.Sprintf("types_%d", i), "id int PRIMARY KEY, v "+g[0].Declared+" NULL")
		fill(t, s, n, g)
		names = append(names, n)
	}
	r := newReplica(names...)
	r.until = position(t, src)
	r.follow(t, src, from)
	for i, g := range groups(s.Values()) {
		t.Run(g[0].Declared, func(t *testing.T) { r.equal(t, src, names[i]) })
	}
}

// testChanges: the changes in order make the table, for several seeds, while they happen.
func testChanges(t *testing.T, s Server) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			src := open(t, s)
			w := newWorkload(t, s, seed)
			from := position(t, src)
			w.run(60)
			r := newReplica(w.tables...)
			r.until = position(t, src)
			r.follow(t, src, from)
			for _, n := range w.tables {
				r.equal(t, src, n)
			}
		})
	}
}

// testChangesResumed stops after every few transactions and goes on with a new source.
func testChangesResumed(t *testing.T, s Server) {
	src := open(t, s)
	w := newWorkload(t, s, 7)
	r := newReplica(w.tables...)
	r.at = position(t, src)
	w.run(40)
	end := position(t, src)
	for rounds := 0; r.at < end; rounds++ {
		if rounds > 200 {
			t.Fatalf("at %q after %d rounds, want %q", r.at, rounds, end)
		}
		r.limit = 1 + rounds%4
		r.until = end
		r.follow(t, open(t, s), r.at)
	}
	for _, n := range w.tables {
		r.equal(t, src, n)
	}
}

// testRestart: the server crashes while it is followed, twice.
func testRestart(t *testing.T, s Server) {
	src := open(t, s)
	w := newWorkload(t, s, 11)
	r := newReplica(w.tables...)
	from := position(t, src)
	w.run(5)
	started := make(chan struct{})
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sink := &gate{replica: r, started: started}
	go func() { done <- src.Changes(ctx, from, sink) }()
	<-started
	for range 2 {
		s.Restart(t)
		w.run(5)
	}
	s.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES (-1, 'last', 1)", w.tables[0]))
	if err := <-done; !errors.Is(err, errReached) {
		t.Fatalf("changes: %v", err)
	}
	for _, n := range w.tables {
		r.equal(t, src, n)
	}
}

// gate is a replica that tells of its first commit and ends with the row -1.
type gate struct {
	*replica
	started chan struct{}
	last    bool
}

func (g *gate) Rows(rows *source.Rows) error {
	g.last = g.last || rows.Op == source.Insert && string(rows.After.Field(0, 0)) == "-1"
	return g.replica.Rows(rows)
}

func (g *gate) Commit(c source.Commit) error {
	if g.started != nil {
		close(g.started)
		g.started = nil
	}
	if err := g.replica.Commit(c); err != nil || !g.last {
		return err
	}
	return errReached
}

// testDDL follows a table long after it was altered: rows have the shape of their time.
func testDDL(t *testing.T, s Server) {
	src := open(t, s)
	n := table(t, s, "altered", "id int PRIMARY KEY, a varchar(10), b int")
	from := position(t, src)
	s.Exec(t,
		fmt.Sprintf("INSERT INTO %s VALUES (1, 'x', 10)", n),
		fmt.Sprintf("ALTER TABLE %s DROP COLUMN a", n),
		fmt.Sprintf("INSERT INTO %s VALUES (2, 20)", n),
		fmt.Sprintf("ALTER TABLE %s ADD COLUMN c varchar(20)", n),
		fmt.Sprintf("INSERT INTO %s VALUES (3, 30, 'y')", n),
		fmt.Sprintf("TRUNCATE TABLE %s", n),
		fmt.Sprintf("INSERT INTO %s VALUES (4, 40, 'z')", n))
	j := &journal{replica: newReplica(n)}
	j.until = position(t, src)
	ctx := context.Background()
	if err := src.Changes(ctx, from, j); !errors.Is(err, errReached) {
		t.Fatal(err)
	}
	want := []string{
		`INSERT id,a,b: 1,"x",10`, "ALTER TABLE", "INSERT id,b: 2,20", "ALTER TABLE", `INSERT id,b,c: 3,30,"y"`,
		"TRUNCATE TABLE", `INSERT id,b,c: 4,40,"z"`,
	}
	if diff := cmp.Diff(want, j.lines); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
}

// journal writes changes down.
type journal struct {
	*replica
	lines []string
}

func (j *journal) Rows(rows *source.Rows) error {
	names := make([]string, len(rows.Table.Columns))
	for i, c := range rows.Table.Columns {
		names[i] = c.Name
	}
	for i := range rows.After.Len() {
		j.lines = append(j.lines, fmt.Sprintf("%s %s: %s", rows.Op, strings.Join(names, ","), rows.After.Row(i)))
	}
	return nil
}

func (j *journal) DDL(d *source.DDL) error {
	j.lines = append(j.lines, d.Verb.String())
	return nil
}

// testPurged: a position that is gone is an error that says so.
func testPurged(t *testing.T, s Server) {
	src := open(t, s)
	w := newWorkload(t, s, 13)
	from := position(t, src)
	w.run(3)
	s.Purge(t)
	err := src.Changes(context.Background(), from, newReplica(w.tables...))
	if fault.CodeOf(err) != "SourceLogPurged" {
		t.Errorf("changes from a purged position: %v, want SourceLogPurged", err)
	}
}

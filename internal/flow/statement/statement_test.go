package statement_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/statement"
)

func TestExecute(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, sql, error string
		status           statement.Status
		rows             int64
		result           []string
	}{
		{"create", "CREATE TABLE t (id INT, name VARCHAR(10))", "", statement.Finished, 0, nil},
		{"insert", "INSERT INTO t VALUES (1, 'one'), (2, NULL);", "", statement.Finished, 2, nil},
		{"select", "SELECT * FROM t ORDER BY id", "", statement.Finished, 2, []string{`[{"longValue":1},{"stringValue":"one"}]`, `[{"longValue":2},{"isNull":true}]`}},
		{"no rows", "SELECT * FROM t WHERE id = 7", "", statement.Finished, 0, []string{}},
		{"update", "UPDATE t SET name = 'x'", "", statement.Finished, 2, nil},
		{"missing table", "SELECT * FROM nowhere", `ERROR: relation "nowhere" does not exist`, statement.Failed, -1, nil},
		{"syntax", "SELEC 1", `ERROR: syntax error at or near "SELEC"`, statement.Failed, -1, nil},
		{"two statements", "SELECT 1; SELECT 2", "ERROR: cannot insert multiple commands into a prepared statement", statement.Failed, -1, nil},
		{"comment only", "-- nothing", "ERROR: syntax error at end of input", statement.Failed, -1, nil},
		{"rows fail late", "SELECT 1 / (id - 2) FROM t", "ERROR: Divide by zero", statement.Failed, -1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := *w
			w.TB = t
			st := w.run(sql(c.sql))
			if st.Status != c.status || st.Rows != c.rows || !strings.HasPrefix(st.Error, c.error) || (c.error == "") != (st.Error == "") {
				t.Errorf("got %s, %d rows, %q", st.Status, st.Rows, st.Error)
			}
			if st.HasResult != (c.result != nil) || st.PID == 0 || st.Duration <= 0 {
				t.Errorf("got %+v", st)
			}
			if c.status == statement.Finished && c.result != nil {
				if d := cmp.Diff(c.result, append([]string{}, w.rows(st.ID, statement.JSON)...)); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func TestValues(t *testing.T) {
	w := newWorld(t)
	const values = `SELECT 1::SMALLINT, 9223372036854775807, 1.5::REAL, 1e300::FLOAT, true, 12.30::DECIMAL(10,2), -0.05::DECIMAL(38,2), 'a"b', ''::VARCHAR, 'ab'::CHAR(4),
		DATE '2024-02-29', TIMESTAMP '2024-02-29 10:20:30.5', TIMESTAMPTZ '2024-02-29 10:20:30+02', TIME '23:59:59', NULL::INT, DATE '0044-03-15 (BC)'`
	in := sql(values)
	st := w.run(in)
	want := []string{`[{"longValue":1},{"longValue":9223372036854775807},{"doubleValue":1.5},{"doubleValue":1e+300},{"booleanValue":true},{"stringValue":"12.30"},` +
		`{"stringValue":"-0.05"},{"stringValue":"a\"b"},{"stringValue":""},{"stringValue":"ab  "},{"stringValue":"2024-02-29"},{"stringValue":"2024-02-29 10:20:30.5"},` +
		`{"stringValue":"2024-02-29 08:20:30+00"},{"stringValue":"23:59:59"},{"isNull":true},{"stringValue":"0044-03-15 BC"}]`}
	if d := cmp.Diff(want, w.rows(st.ID, statement.JSON)); d != "" {
		t.Error(d, st.Error)
	}
	in.Format = statement.CSV
	st = w.run(in)
	line := `1,9223372036854775807,1.5,1e+300,true,12.30,-0.05,"a""b","",ab  ,2024-02-29,2024-02-29 10:20:30.5,2024-02-29 08:20:30+00,23:59:59,,0044-03-15 BC` + "\n"
	if d := cmp.Diff([]string{line}, w.rows(st.ID, statement.CSV)); d != "" {
		t.Error(d)
	}
	_, err := w.store.As(w.admin).Result(w.ctx, st.ID, "", statement.JSON)
	w.refused(err, "ValidationException")
}

func TestColumns(t *testing.T) {
	w := newWorld(t)
	st := w.run(sql("SELECT 1 AS n, 'x'::VARCHAR(20) AS s, 1.5::DECIMAL(10,2) AS d"))
	r, err := w.store.As(w.admin).Result(w.ctx, st.ID, "", statement.JSON)
	w.ok(err)
	want := []statement.Column{
		{Name: "n", Type: "int4", Precision: 10, Nullable: 1, Signed: true},
		{Name: "s", Type: "varchar", Precision: 20, Nullable: 1, CaseSensitive: true},
		{Name: "d", Type: "numeric", Precision: 10, Scale: 2, Nullable: 1, Signed: true},
	}
	if d := cmp.Diff(want, r.Columns); d != "" {
		t.Error(d)
	}
}

func TestParameters(t *testing.T) {
	w := newWorld(t)
	w.run(sql("CREATE TABLE t (id INT, name VARCHAR(10))"))
	in := sql("INSERT INTO t SELECT :id, :name || ':name' WHERE :id::INT > 0 -- :x")
	in.Parameters = []statement.Parameter{{Name: "id", Value: "7"}, {Name: "name", Value: "o'x"}}
	if st := w.run(in); st.Status != statement.Finished || st.Rows != 1 {
		t.Fatalf("got %+v", st)
	}
	st := w.run(sql("SELECT * FROM t"))
	if d := cmp.Diff([]string{`[{"longValue":7},{"stringValue":"o'x:name"}]`}, w.rows(st.ID, statement.JSON)); d != "" {
		t.Error(d)
	}
	for name, bad := range map[string][]statement.Parameter{
		"unused":    {{Name: "id", Value: "1"}, {Name: "name", Value: "1"}, {Name: "other", Value: "1"}},
		"twice":     {{Name: "id", Value: "1"}, {Name: "id", Value: "2"}, {Name: "name", Value: "1"}},
		"no value":  {{Name: "id"}, {Name: "name", Value: "1"}},
		"bad names": {{Name: "i d", Value: "1"}},
	} {
		in.Parameters = bad
		if _, err := w.store.As(w.admin).Submit(w.ctx, in); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			w.refused(err, "ValidationException")
		}
	}
	in = sql("SELECT :id + $2")
	in.Parameters = []statement.Parameter{{Name: "id", Value: "1"}}
	if st := w.run(in); st.Error != "ERROR: there is no parameter $2" {
		t.Errorf("got %q", st.Error)
	}
}

func TestBatch(t *testing.T) {
	w := newWorld(t)
	w.run(sql("CREATE TABLE t (id INT)"))
	st := w.run(sql("INSERT INTO t VALUES (1)", "SELECT count(*) FROM t", "INSERT INTO t VALUES (2), (3)"))
	if st.Status != statement.Finished || len(st.Subs) != 3 || st.Subs[2].Rows != 2 || !st.HasResult {
		t.Fatalf("got %+v", st)
	}
	if d := cmp.Diff([]string{`[{"longValue":1}]`}, w.rows(st.ID+":2", statement.JSON)); d != "" {
		t.Error(d)
	}
	if sub, err := w.store.As(w.admin).Describe(w.ctx, st.ID+":3"); err != nil || sub.Rows != 2 || sub.SQL[0] != "INSERT INTO t VALUES (2), (3)" {
		t.Errorf("a part: %+v, %v", sub, err)
	}
	for _, id := range []string{st.ID, st.ID + ":1", st.ID + ":4"} {
		_, err := w.store.As(w.admin).Result(w.ctx, id, "", statement.JSON)
		w.refused(err, "ResourceNotFoundException")
	}
	st = w.run(sql("INSERT INTO t VALUES (4)", "SELECT nothing", "INSERT INTO t VALUES (5)"))
	var states []statement.Status
	for _, s := range st.Subs {
		states = append(states, s.Status)
	}
	if d := cmp.Diff([]statement.Status{statement.Finished, statement.Failed, statement.Aborted}, states); d != "" || st.Status != statement.Failed {
		t.Error(st.Status, d)
	}
	if !strings.HasPrefix(st.Error, `Query #2 failed with ERROR: column "nothing" does not exist`) {
		t.Errorf("got %q", st.Error)
	}
	st = w.run(sql("SELECT count(*) FROM t"))
	if d := cmp.Diff([]string{`[{"longValue":3}]`}, w.rows(st.ID, statement.JSON)); d != "" {
		t.Error("the failed batch left something: ", d)
	}
}

const endless = "SELECT count(*) FROM generate_series(1, 1000000) AS a(x), generate_series(1, 1000000) AS b(y) WHERE x + y = 3"

func isStarted(st *statement.Statement) bool { return st.Status == statement.Started }

func TestCancel(t *testing.T) {
	w := newWorld(t)
	id := w.submit(sql(endless))
	w.until(id, isStarted)
	w.ok(w.store.As(w.admin).Cancel(w.ctx, id))
	if st := w.ended(id); st.Status != statement.Aborted || st.Error == "" {
		t.Errorf("got %s %q", st.Status, st.Error)
	}
	w.refused(w.store.As(w.admin).Cancel(w.ctx, id), "ValidationException")
	w.refused(w.store.As(w.admin).Cancel(w.ctx, "00000000-0000-4000-8000-000000000000"), "ResourceNotFoundException")
	batch := w.submit(sql("SELECT 1", endless, "SELECT 2"))
	w.until(batch, func(st *statement.Statement) bool { return st.Subs[1].Status == statement.Started })
	w.refused(w.store.As(w.admin).Cancel(w.ctx, batch+":2"), "ValidationException")
	w.ok(w.store.As(w.admin).Cancel(w.ctx, batch))
	if st := w.ended(batch); st.Status != statement.Aborted || st.Subs[1].Status != statement.Aborted || st.Subs[2].Status != statement.Aborted {
		t.Errorf("got %+v", st)
	}
}

// Statements beyond those that run side by side wait, and can be cancelled while they do.
func TestWaiting(t *testing.T) {
	w := newWorld(t)
	var all []string
	for range 10 {
		all = append(all, w.submit(sql(endless)))
	}
	for _, id := range all {
		w.until(id, isStarted)
	}
	waits := w.submit(sql("SELECT 1"))
	if st, err := w.store.As(w.admin).Describe(w.ctx, waits); err != nil || st.Status != statement.Submitted {
		t.Errorf("got %s, %v", st.Status, err)
	}
	w.ok(w.store.As(w.admin).Cancel(w.ctx, waits))
	if st := w.ended(waits); st.Status != statement.Aborted {
		t.Errorf("got %s", st.Status)
	}
	for _, id := range all {
		w.ok(w.store.As(w.admin).Cancel(w.ctx, id))
	}
}

func TestToken(t *testing.T) {
	w := newWorld(t)
	w.run(sql("CREATE TABLE t (id INT)"))
	in := sql("INSERT INTO t VALUES (1)")
	in.Token = "once"
	first := w.submit(in)
	if again := w.submit(in); again != first {
		t.Errorf("got %s and %s", first, again)
	}
	w.ended(first)
	w.restart()
	if again := w.submit(in); again != first {
		t.Errorf("after a restart: got %s and %s", first, again)
	}
	in.SQL = []string{"INSERT INTO t VALUES (2)"}
	_, err := w.store.As(w.admin).Submit(w.ctx, in)
	w.refused(err, "ValidationException")
	st := w.run(sql("SELECT id FROM t"))
	if d := cmp.Diff([]string{`[{"longValue":1}]`}, w.rows(st.ID, statement.JSON)); d != "" {
		t.Error(d)
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	st := w.run(sql("SELECT x, repeat('x', 1000) FROM generate_series(1, 5000) AS g(x) ORDER BY 1"))
	v := w.store.As(w.admin)
	r, err := v.Result(w.ctx, st.ID, "", statement.JSON)
	w.ok(err)
	if r.Total != 5000 || len(r.Rows) < 900 || len(r.Rows) > 1100 || r.Next == "" {
		t.Errorf("a page of %d rows of %d, next %q", len(r.Rows), r.Total, r.Next)
	}
	all := w.rows(st.ID, statement.JSON)
	if len(all) != 5000 || !strings.HasPrefix(all[4999], `[{"longValue":5000}`) {
		t.Errorf("%d rows, the last %.30s", len(all), all[len(all)-1])
	}
	other := w.run(sql("SELECT 1"))
	_, err = v.Result(w.ctx, other.ID, r.Next, statement.JSON)
	w.refused(err, "ValidationException")
	_, err = v.Result(w.ctx, st.ID, "nonsense", statement.JSON)
	w.refused(err, "ValidationException")
}

func TestList(t *testing.T) {
	w := newWorld(t)
	var want []string
	for range 5 {
		in := sql("SELECT 1")
		in.Name = "report-a"
		want = append([]string{w.run(in).ID}, want...)
	}
	failed := w.run(sql("SELECT nothing")).ID
	list := func(in statement.ListInput) (ids []string) {
		for {
			page, next, err := w.store.As(w.admin).List(w.ctx, in)
			w.ok(err)
			for _, st := range page {
				ids = append(ids, st.ID)
			}
			if in.Token = next; next == "" {
				return ids
			}
		}
	}
	for _, c := range []struct {
		name string
		in   statement.ListInput
		want []string
	}{
		{"finished", statement.ListInput{Limit: 2}, want},
		{"all", statement.ListInput{Status: statement.All, Limit: 3}, append([]string{failed}, want...)},
		{"failed", statement.ListInput{Status: statement.Failed}, []string{failed}},
		{"by name", statement.ListInput{Status: statement.All, Name: "report"}, want},
		{"another name", statement.ListInput{Status: statement.All, Name: "b"}, nil},
		{"this cluster", statement.ListInput{Place: statement.Place{Cluster: "wh"}}, want},
		{"another database", statement.ListInput{Place: statement.Place{Database: "x"}}, nil},
	} {
		if d := cmp.Diff(c.want, list(c.in)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	_, _, err := w.store.As(w.admin).List(w.ctx, statement.ListInput{Token: "x"})
	w.refused(err, "ValidationException")
}

func TestSession(t *testing.T) {
	w := newWorld(t)
	alive, over := 600, 0
	in := sql("CREATE TEMP TABLE s (id INT)")
	in.KeepAlive = &alive
	first := w.run(in)
	if first.SessionID == "" || first.Status != statement.Finished {
		t.Fatalf("got %+v", first)
	}
	next := statement.Input{SessionID: first.SessionID, SQL: []string{"INSERT INTO s VALUES (1)"}}
	if st := w.run(next); st.Status != statement.Finished || st.PID != first.PID {
		t.Errorf("got %+v", st)
	}
	busy := next
	busy.SQL = []string{endless}
	id := w.submit(busy)
	_, err := w.store.As(w.admin).Submit(w.ctx, next)
	w.refused(err, "ValidationException")
	w.ok(w.store.As(w.admin).Cancel(w.ctx, id))
	w.ended(id)
	last := next
	last.SQL, last.KeepAlive = []string{"SELECT id FROM s"}, &over
	st := w.run(last)
	if d := cmp.Diff([]string{`[{"longValue":1}]`}, w.rows(st.ID, statement.JSON)); d != "" {
		t.Error(d)
	}
	_, err = w.store.As(w.admin).Submit(w.ctx, next)
	w.refused(err, "ValidationException")
	next.Place = cluster
	_, err = w.store.As(w.admin).Submit(w.ctx, next)
	w.refused(err, "ValidationException")
}

func TestRestart(t *testing.T) {
	w := newWorld(t)
	done := w.run(sql("SELECT 1 AS n"))
	running := w.submit(sql(endless))
	w.until(running, isStarted)
	w.restart()
	st := w.ended(running)
	if st.Status != statement.Failed || !strings.Contains(st.Error, "administrator command") {
		t.Errorf("got %s %q", st.Status, st.Error)
	}
	if d := cmp.Diff([]string{`[{"longValue":1}]`}, w.rows(done.ID, statement.JSON)); d != "" {
		t.Error(d)
	}
	if again := w.ended(done.ID); !cmp.Equal(done, again) {
		t.Error(cmp.Diff(done, again))
	}
}

func TestLimits(t *testing.T) {
	w := newWorld(t)
	long := sql("SELECT '" + strings.Repeat("x", 100<<10) + "'")
	event := sql("SELECT 1")
	event.WithEvent = true
	many := sql("SELECT 1", "SELECT 2")
	for range 40 {
		many.SQL = append(many.SQL, "SELECT 3")
	}
	for name, in := range map[string]statement.Input{"long": long, "event": event, "many": many, "empty": sql(" "), "none": {Place: cluster}} {
		_, err := w.store.As(w.admin).Submit(w.ctx, in)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		w.refused(err, "ValidationException")
	}
}

func TestDuration(t *testing.T) {
	w := newWorld(t)
	begun := time.Now()
	st := w.run(sql("SELECT 1"))
	if st.Duration <= 0 || st.Duration > time.Since(begun) || st.Query <= 0 {
		t.Errorf("took %s, query %d", st.Duration, st.Query)
	}
}

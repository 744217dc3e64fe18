package task_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// values are some that a database holds and the warehouse does not take.
var values = map[string]struct {
	columns string
	odd     []string // One for each of the columns after id.
}{
	"postgres": {"(id INT PRIMARY KEY, a DATE, b TIMESTAMP, c TIMESTAMPTZ, d NUMERIC(10,2), e TIME, f NUMERIC(19,0))", []string{"'-infinity'", "'-infinity'", "'20000-01-01 00:00:00+00'", "'NaN'", "'24:00:00'", "9999999999999999999"}},
	"mariadb":  {"(id INT PRIMARY KEY, a DATE, b DATETIME, c DATETIME(6), d DECIMAL(19,0), e DATE, f DATE)", []string{"'0000-00-00'", "'0000-00-00 00:00:00'", "'2024-02-30 10:00:00'", "9999999999999999999", "'2024-00-10'", "'2024-10-00'"}},
}

// oddRow inserts the row of an id, with the value of one column after id odd; all are NULL for 0.
func oddRow(engine string, id, column int) string {
	v := []string{fmt.Sprint(id)}
	for i, odd := range values[engine].odd {
		if i+1 != column {
			odd = "NULL"
		}
		v = append(v, odd)
	}
	return "INSERT INTO demo1.odd VALUES (" + strings.Join(v, ", ") + ")"
}

// TestRefusedValues loads and follows rows that hold one such value each: all of them are in the
// target, with NULL there, and one exception for each names its place.
func TestRefusedValues(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.schema("demo1")
			v := values[engine]
			load := []string{"CREATE TABLE demo1.odd " + v.columns, oddRow(engine, 100, 0)}
			var change []string
			if engine == "mariadb" {
				load = append([]string{"SET SESSION sql_mode = 'ALLOW_INVALID_DATES'"}, load...)
			}
			for c := range v.odd {
				load, change = append(load, oddRow(engine, c+1, c+1)), append(change, oddRow(engine, c+11, c+1))
			}
			w.source.Exec(t, load...)
			w.check(task.StartReplication, len(v.odd)+1, len(v.odd))
			w.source.Exec(t, append(change, oddRow(engine, 101, 0), "UPDATE demo1.odd SET id = 21 WHERE id = 1", "DELETE FROM demo1.odd WHERE id = 2")...)
			w.check(task.ResumeProcessing, 2*len(v.odd)+1, 2*len(v.odd)+1)
			var want []string
			for c := range v.odd {
				name := string(rune('a' + c))
				want = append(want, fmt.Sprintf(`UPDATE "demo1"."odd" SET "%s" = NULL WHERE "id" = '%d'`, name, c+1), fmt.Sprintf(`UPDATE "demo1"."odd" SET "%s" = NULL WHERE "id" = '%d'`, name, c+11))
			}
			want = append(want, `UPDATE "demo1"."odd" SET "a" = NULL WHERE "id" = '21'`)
			for _, s := range want {
				if got := w.rows("SELECT count(*) FROM awsdms_apply_exceptions WHERE table_owner = 'demo1' AND table_name = 'odd' AND statement = '" + strings.ReplaceAll(s, "'", "''") + "'"); got != "1\n" {
					t.Errorf("%s is told of %s times", s, strings.TrimSpace(got))
				}
			}
		})
	}
}

// check runs the task and looks how many rows are in the target, and how many exceptions.
func (w *world) check(how task.Start, rows, exceptions int) {
	w.t.Helper()
	one, stop, err := w.run(w.config("demo1.odd", func(c *task.Config) { c.Until.CaughtUp = true }), how)
	if err != nil || stop != task.StopNormal || one.Tables()[0].State != task.Completed || one.Tables()[0].FullLoadErrorRows != 0 {
		w.t.Fatalf("%s, %v, %+v", stop, err, one.Tables())
	}
	if got := w.rows("SELECT count(*), count(coalesce(a::varchar, b::varchar, c::varchar, d::varchar, e::varchar, f::varchar)), (SELECT count(*) FROM awsdms_apply_exceptions) FROM demo1.odd"); got != fmt.Sprintf("%d|0|%d\n", rows, exceptions) {
		w.t.Errorf("rows, values and exceptions are %s, want %d, 0, %d: %s", got, rows, exceptions, w.rows("SELECT statement, error FROM awsdms_apply_exceptions"))
	}
}

// TestRefusedRows leaves a row out whose key, or whose column NOT NULL, cannot have its value; of a
// table made by hand that takes NULL it arrives. A chunk of nothing else is told of, too.
func TestRefusedRows(t *testing.T) {
	w := newWorldOf(t, "postgres")
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY, d DATE NOT NULL)", "CREATE TABLE demo1.b (id INT PRIMARY KEY, d DATE NOT NULL)", "CREATE TABLE demo1.c (d DATE PRIMARY KEY, n INT)",
		"INSERT INTO demo1.a VALUES (1, '-infinity'), (2, '2024-01-01')", "INSERT INTO demo1.b VALUES (1, '-infinity'), (2, '2024-01-01')", "INSERT INTO demo1.c VALUES ('-infinity', 1)")
	w.rows("CREATE SCHEMA demo1; CREATE TABLE demo1.b (id INT, d DATE)")
	run := func(how task.Start) map[source.Name]task.TableStatistics {
		one, stop, err := w.run(w.config("demo1.*", func(c *task.Config) { c.Until.CaughtUp = true }), how)
		if err != nil || stop != task.StopNormal {
			t.Fatalf("%s, %v", stop, err)
		}
		all := map[source.Name]task.TableStatistics{}
		for _, s := range one.Tables() {
			all[s.Name] = s
		}
		return all
	}
	s := run(task.StartReplication)
	for name, want := range map[string]string{"a": "1 1", "b": "2 0", "c": "0 1"} {
		if got := s[source.Name{Schema: "demo1", Table: name}]; fmt.Sprint(got.FullLoadRows, got.FullLoadErrorRows) != want || got.State != task.Completed {
			t.Errorf("%s: %+v", name, got)
		}
	}
	w.source.Exec(t, "UPDATE demo1.a SET d = '2024-02-02' WHERE id = 1", "UPDATE demo1.a SET d = 'infinity' WHERE id = 2", "INSERT INTO demo1.a VALUES (3, '-infinity')",
		"UPDATE demo1.b SET d = '-infinity' WHERE id = 2", "UPDATE demo1.c SET d = '2024-03-03'", "INSERT INTO demo1.c VALUES ('-infinity', 4)", "DELETE FROM demo1.c WHERE n = 4")
	run(task.ResumeProcessing)
	for query, want := range map[string]string{
		"SELECT id, d FROM demo1.a ORDER BY id": "1|2024-02-02\n2|9999-12-31\n", "SELECT id, d FROM demo1.b ORDER BY id": "1|\n2|\n", "SELECT d, n FROM demo1.c": "2024-03-03|1\n",
		"SELECT statement FROM awsdms_apply_exceptions WHERE error LIKE '%the row is left out%' ORDER BY 1": "COPY \"demo1\".\"a\": 1,-infinity\nCOPY \"demo1\".\"c\": -infinity,1\nINSERT \"demo1\".\"a\": 3,-infinity\nINSERT \"demo1\".\"c\": -infinity,4\n",
	} {
		if diff := cmp.Diff(want, w.rows(query)); diff != "" {
			t.Error(diff)
		}
	}
	if err := w.remove(); err != nil {
		t.Error(err)
	}
}

// remove takes the task away.
func (w *world) remove() error {
	one, err := task.New(w.config("demo1.*", nil))
	if err != nil {
		return err
	}
	return one.Remove(context.Background())
}

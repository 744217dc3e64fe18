package task_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestEscalation counts values that the target refuses in a load, and tables that are given up for them.
func TestEscalation(t *testing.T) {
	w := newWorldOf(t, "postgres")
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY, d DATE)", "INSERT INTO demo1.a VALUES (1, '-infinity'), (2, '-infinity'), (3, '2024-01-01')", "CREATE TABLE demo1.b (id INT PRIMARY KEY)")
	for _, tt := range []struct {
		name, settings string
		state          task.TableState
		code           string // Of the error that ends the task.
	}{
		{"as many as may be", `"DataErrorEscalationCount":2`, task.Completed, ""},
		{"suspended", `"DataErrorEscalationCount":1`, task.TableError, ""},
		{"stopped", `"DataErrorEscalationCount":1,"DataErrorEscalationPolicy":"STOP_TASK"`, task.TableError, "DataErrorEscalation"},
		{"table given up once too often", `"DataErrorEscalationCount":1,"TableErrorEscalationCount":1`, task.TableError, "TableErrorEscalation"},
		{"table given up less often", `"DataErrorEscalationCount":1,"TableErrorEscalationCount":2`, task.TableError, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			one := &world{t: t, source: w.source, url: w.url, engine: w.engine, node: w.node, sql: w.sql, dir: t.TempDir()}
			last, stop, err := one.run(one.config("demo1.*", func(c *task.Config) {
				c.Type, c.Settings = task.FullLoad, trapSettings(t, `,"ErrorBehavior":{"RecoverableErrorInterval":0,`+tt.settings+`}`)
			}), task.StartReplication)
			if fault.CodeOf(err) != tt.code || (err == nil) != (stop == task.StopFullLoadFinished) {
				t.Fatalf("%s, %v", stop, err)
			}
			if s := last.Tables()[0]; s.State != tt.state {
				t.Errorf("%+v", s)
			}
			if one.heard("has no effect") {
				t.Error("a setting is said to have no effect")
			}
		})
	}
}

// TestDeletePolicy tells of a row that is deleted at the source and that the target lost, when the settings say so.
func TestDeletePolicy(t *testing.T) {
	w := newWorld(t)
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.t (id INT PRIMARY KEY)", "INSERT INTO demo1.t VALUES (1), (2), (3)")
	config := func(policy string) task.Config {
		return w.config("demo1.t", func(c *task.Config) {
			c.Until.CaughtUp, c.Settings = true, trapSettings(t, `,"ErrorBehavior":{"RecoverableErrorInterval":0,"ApplyErrorDeletePolicy":"`+policy+`"}`)
		})
	}
	if _, _, err := w.run(config("LOG_ERROR"), task.StartReplication); err != nil {
		t.Fatal(err)
	}
	w.rows("DELETE FROM demo1.t WHERE id <> 3")
	w.source.Exec(t, "DELETE FROM demo1.t WHERE id = 1")
	if _, _, err := w.run(config("IGNORE_RECORD"), task.ResumeProcessing); err != nil {
		t.Fatal(err)
	}
	w.source.Exec(t, "DELETE FROM demo1.t WHERE id > 1")
	if _, _, err := w.run(config("LOG_ERROR"), task.ResumeProcessing); err != nil {
		t.Fatal(err)
	}
	if got := w.rows("SELECT statement FROM awsdms_apply_exceptions"); got != "DELETE FROM \"demo1\".\"t\" WHERE \"id\" = '2'\n" {
		t.Error(got)
	}
}

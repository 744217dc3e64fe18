package task_test

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// controls turns all control tables on.
func controls(c *task.Config) {
	s := &c.Settings.ControlTablesSettings
	s.StatusTableEnabled, s.SuspendedTablesTableEnabled, s.HistoryTableEnabled = true, true, true
	c.Settings.TargetMetadata.TaskRecoveryTableEnabled = true
}

// TestControlTables has a row for each thing DMS keeps, and the view on freshness.
func TestControlTables(t *testing.T) {
	w := newWorld(t)
	w.small()
	b := w.start(w.config("demo1.*", controls), task.StartReplication)
	w.until("SELECT task_status, pending_changes, source_current_position <> '' FROM awsdms_status", "CHANGE PROCESSING|0|t\n")
	w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (1000, 'x')")
	w.until("SELECT count(*) FROM demo1.cdcdata", "501\n")
	w.await("it is told after it can be seen", func() bool { return b.Tables()[0].AppliedInserts > 0 })
	if stop, err := b.end(); err != nil || stop != task.StopNormal {
		t.Fatalf("%s, %v", stop, err)
	}
	for query, want := range map[string]string{
		"SELECT task_status, count(*) FROM awsdms_status GROUP BY 1":                                                               "NOT RUNNING|1\n",
		"SELECT source_table, state, loaded_rows, applied_inserts, caught_up, silent_seconds < 60 FROM inlet_replication":          "cdcdata|Table completed|500|1|t|t\n",
		"SELECT timeslot_duration, timeslot_records > 0 FROM awsdms_history ORDER BY timeslot DESC, timeslot_records DESC LIMIT 1": "5|t\n",
		"SELECT count(*) FROM awsdms_apply_exceptions":                                                                             "0\n",
	} {
		if got := w.rows(query); got != want {
			t.Errorf("%s\nis %q, want %q", query, got, want)
		}
	}
	p, err := task.ParseCheckpoint(strings.TrimSpace(w.rows("SELECT checkpoint FROM awsdms_txn_state")))
	if err != nil || p != b.Statistics().Position {
		t.Errorf("checkpoint %q, %v", p, err)
	}
}

// TestSuspendedTable goes on without a table that cannot be applied, and loads it again when the task is resumed.
func TestSuspendedTable(t *testing.T) {
	w := newWorld(t)
	w.small()
	w.source.Exec(t, "CREATE TABLE demo1.b (id INT PRIMARY KEY, v INT)", "INSERT INTO demo1.b VALUES (1, 1)")
	w.rows("CREATE SCHEMA demo1; CREATE TABLE demo1.b (id INT, v SMALLINT)")
	strict := func(c *task.Config) {
		controls(c)
		e := &c.Settings.ErrorBehavior
		e.DataErrorPolicy, e.ApplyErrorInsertPolicy = "SUSPEND_TABLE", "SUSPEND_TABLE"
	}
	b := w.start(w.config("demo1.*", strict), task.StartReplication)
	w.until("SELECT count(*) FROM inlet_replication WHERE state = 'Table completed'", "2\n")
	w.source.Exec(t, "INSERT INTO demo1.b VALUES (2, 70000)", "INSERT INTO demo1.cdcdata VALUES (1000, 'x')")
	w.until("SELECT count(*) FROM demo1.cdcdata", "501\n")
	w.until("SELECT table_owner, table_name FROM awsdms_suspended_tables", "demo1|b\n")
	w.source.Exec(t, "INSERT INTO demo1.b VALUES (3, 3)")
	if _, err := b.end(); err != nil {
		t.Fatal(err)
	}
	w.rows("DROP TABLE demo1.b") // Its column cannot hold the value.
	one, stop, err := w.run(w.config("demo1.*", func(c *task.Config) { strict(c); c.Until.CaughtUp = true }), task.ResumeProcessing)
	if err != nil || stop != task.StopNormal {
		t.Fatalf("%s, %v", stop, err)
	}
	if got := w.rows("SELECT (SELECT count(*) FROM demo1.b), (SELECT count(*) FROM awsdms_suspended_tables)"); got != "3|0\n" {
		t.Errorf("%q; %+v", got, one.Tables())
	}
}

package task_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestTrap17Reload loads a hand-made table again in each mode: what is there twice, what survives and what is made anew.
func TestTrap17Reload(t *testing.T) {
	w := newWorld(t)
	w.small()
	w.rows("CREATE SCHEMA demo1; CREATE TABLE demo1.cdcdata (id BIGINT NOT NULL, name VARCHAR(400)) DISTSTYLE KEY DISTKEY (id); CREATE USER reader PASSWORD 'Secret123'; GRANT SELECT ON demo1.cdcdata TO reader")
	const hand, own = "bigint|t|t\n", "integer|f|f\n"
	made := `SELECT data_type, distkey, has_table_privilege('reader', 'demo1.cdcdata', 'select') FROM svv_redshift_columns WHERE schema_name = 'demo1' AND table_name = 'cdcdata' AND column_name = 'id'`
	how := task.StartReplication
	for _, tt := range []struct{ mode, rows, made string }{
		{"DO_NOTHING", "500\n", hand}, {"DO_NOTHING", "1000\n", hand}, {"TRUNCATE_BEFORE_LOAD", "500\n", hand}, {"DROP_AND_CREATE", "500\n", own},
	} {
		c := w.config("demo1.cdcdata", fullLoad)
		c.Settings.FullLoadSettings.TargetTablePrepMode = tt.mode
		one, stop, err := w.run(c, how)
		if err != nil || stop != task.StopFullLoadFinished {
			t.Fatalf("%s: %s, %v", tt.mode, stop, err)
		}
		if got := w.rows("SELECT count(*) FROM demo1.cdcdata"); got != tt.rows {
			t.Errorf("%s: %s rows, want %s", tt.mode, got, tt.rows)
		}
		if got := w.rows(made); got != tt.made {
			t.Errorf("%s: type, DISTKEY and grant are %s, want %s", tt.mode, got, tt.made)
		}
		if s := one.Tables()[0]; s.State != task.Completed || s.FullLoadRows != 500 {
			t.Errorf("%s: %+v", tt.mode, s)
		}
		how = task.ReloadTarget
	}
}

// document makes every selection and table setting a mapping.
func document(t *testing.T, rules string) *mapping.Document {
	t.Helper()
	d, err := mapping.Parse([]byte(`{"rules":[` + rules + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const everything = `{"rule-type":"selection","rule-id":"1","rule-name":"1","object-locator":{"schema-name":"%","table-name":"%"},"rule-action":"include"}`

// TestTrap21SystemSchemas takes no table of the system for a wildcard, and fails when there is no other.
func TestTrap21SystemSchemas(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			all := func(c *task.Config) { c.Type, c.Mapping = task.FullLoad, document(t, everything) }
			one, stop, err := w.run(w.config("x.y", all), task.StartReplication)
			if stop != task.StopFatal || fault.CodeOf(err) != task.CodeNoTables || len(one.Tables()) != 0 {
				t.Fatalf("%s, %v, %+v", stop, err, one.Tables())
			}
			if text := task.LastError(stop, err); !strings.HasPrefix(text, "Last Error  No tables were found at task initialization. Either the selected table(s) or schemas(s) no longer exist or no match was found for the table selection pattern(s).") || !strings.Contains(text, "[1021707]") {
				t.Error(text)
			}
			if !w.heard("]E:  No tables were found at task initialization.") {
				t.Error("the log does not say so")
			}
			w.small()
			one, stop, err = w.run(w.config("x.y", all), task.ReloadTarget)
			if err != nil || stop != task.StopFullLoadFinished || len(one.Tables()) != 1 || one.Tables()[0].Table != "cdcdata" {
				t.Fatalf("%s, %v, %+v", stop, err, one.Tables())
			}
		})
	}
}

// TestTrap25Segments loads the rows around a boundary of parallel-load, and the one that is in no range.
func TestTrap25Segments(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.schema("demo1")
			w.source.Exec(t, "CREATE TABLE demo1.t (k INT PRIMARY KEY, id INT)", "INSERT INTO demo1.t VALUES (1, 99), (2, 100), (3, 101), (4, NULL)")
			segments := `,{"rule-type":"table-settings","rule-id":"2","rule-name":"2","object-locator":{"schema-name":"demo1","table-name":"t"},"parallel-load":{"type":"ranges","columns":["id"],"boundaries":[["100"]]}}`
			c := w.config("demo1.t", func(c *task.Config) { c.Type, c.Mapping = task.FullLoad, document(t, everything+segments) })
			one, stop, err := w.run(c, task.StartReplication)
			if err != nil || stop != task.StopFullLoadFinished {
				t.Fatalf("%s, %v", stop, err)
			}
			if got := w.rows("SELECT k, id FROM demo1.t ORDER BY k"); got != "1|99\n2|100\n3|101\n4|\n" {
				t.Error(got)
			}
			if s := one.Tables()[0]; s.FullLoadRows != 4 || s.State != task.Completed || s.Chunks != 2 || !w.heard("segment 2: NOT (id < '100') OR id IS NULL") {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestTrap29Statement stops at a change whose rows the log lacks, and before it.
func TestTrap29Statement(t *testing.T) {
	w := newWorld(t)
	w.small()
	caughtUp := func(c *task.Config) { c.Until.CaughtUp = true }
	if _, stop, err := w.run(w.config("demo1.cdcdata", caughtUp), task.StartReplication); err != nil {
		t.Fatalf("%s, %v", stop, err)
	}
	w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (501, 'row')", "SET SESSION binlog_format = 'STATEMENT'", "INSERT INTO demo1.cdcdata VALUES (502, 'statement')", "SET SESSION binlog_format = 'ROW'", "INSERT INTO demo1.cdcdata VALUES (503, 'row')")
	for range 2 { // Trying again does not skip it.
		_, stop, err := w.run(w.config("demo1.cdcdata", caughtUp), task.ResumeProcessing)
		if stop != task.StopFatal || fault.CodeOf(err) != mysql.CodeFormat || !strings.Contains(task.LastError(stop, err), "a session with binlog_format other than ROW changed rows") {
			t.Fatalf("%s, %v", stop, err)
		}
		if !w.heard("]E:  ") || !w.heard("binlog_format other than ROW") {
			t.Error("the log does not say so")
		}
		if got := w.rows("SELECT count(*) FROM demo1.cdcdata WHERE id > 501"); got != "0\n" {
			t.Errorf("%s rows from behind it are in", got)
		}
	}
	if _, stop, err := w.run(w.config("demo1.cdcdata", caughtUp), task.ReloadTarget); err != nil || w.rows("SELECT count(*) FROM demo1.cdcdata") != "503\n" {
		t.Errorf("loaded again: %s, %v", stop, err)
	}
}

// TestTrap30OtherServer follows another server's log by GTID, and does not begin there without one.
func TestTrap30OtherServer(t *testing.T) {
	w := newWorld(t)
	w.small()
	a := w.source.(*mariadbtest.Server)
	b := mariadbtest.Start(t, "--server-id=102", "--log-slave-updates=ON", "--log-bin=green")
	host, port, _ := strings.Cut(a.Addr, ":")
	b.Exec(t, "CHANGE MASTER TO MASTER_HOST='"+host+"', MASTER_PORT="+port+", MASTER_USER='"+mariadbtest.User+"', MASTER_PASSWORD='"+mariadbtest.Password+"', MASTER_USE_GTID=slave_pos", "START SLAVE")
	open := func() *mysql.Source {
		src := mysql.New(mysql.Config{Addrs: []string{a.Addr, b.Addr}, User: mariadbtest.User, Password: mariadbtest.Password})
		t.Cleanup(func() { src.Close() })
		return src
	}
	file, offset := w.source.Value(t, "SHOW MASTER STATUS"), 4
	old, err := open().At(context.Background(), file, uint32(offset))
	if err != nil {
		t.Fatal(err)
	}
	both := func(c *task.Config) { c.Source, c.Until.CaughtUp = open(), true }
	if _, stop, err := w.run(w.config("demo1.cdcdata", both), task.StartReplication); err != nil {
		t.Fatalf("%s, %v", stop, err)
	}
	a.Exec(t, "INSERT INTO demo1.cdcdata VALUES (501, 'blue')")
	if got := b.Value(t, "SELECT MASTER_GTID_WAIT('"+a.Value(t, "SELECT @@gtid_binlog_pos")+"', 30)"); got != "0" {
		t.Fatalf("the other server does not follow: %s", got)
	}
	a.Kill()
	b.Exec(t, "STOP SLAVE", "INSERT INTO demo1.cdcdata VALUES (502, 'green')")
	one, stop, err := w.run(w.config("demo1.cdcdata", both), task.ResumeProcessing)
	if err != nil {
		t.Fatalf("%s, %v", stop, err)
	}
	if got := w.rows("SELECT count(*), max(name) FROM demo1.cdcdata WHERE id > 500"); got != "2|green\n" || one.Tables()[0].AppliedInserts != 2 {
		t.Errorf("%q, %+v", got, one.Tables())
	}
	w.dir = t.TempDir()
	_, stop, err = w.run(w.config("demo1.cdcdata", func(c *task.Config) { both(c); c.Type, c.From = task.CDC, old }), task.StartReplication)
	if stop != task.StopFatal || fault.CodeOf(err) != mysql.CodePurged || !strings.Contains(task.LastError(stop, err), "Error 1236 reading binary log") {
		t.Fatalf("%s, %v", stop, err)
	}
	if f := hintOf(err); !strings.Contains(f, "load the tables again") {
		t.Errorf("the hint is %q", f)
	}
}

// hintOf is what an error says would help.
func hintOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Hint
	}
	return ""
}

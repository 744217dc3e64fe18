package task_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// small makes a table of a few rows at the source.
func (w *world) small() {
	w.schema("demo1")
	w.source.Exec(w.t, "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40))", "INSERT INTO demo1.cdcdata SELECT seq, 'x' FROM "+w.series(500))
}

func fullLoad(c *task.Config) { c.Type = task.FullLoad }

// TestStartTypes has what DMS allows and refuses.
func TestStartTypes(t *testing.T) {
	w := newWorld(t)
	w.small()
	tests := []struct {
		name string
		how  task.Start
		code string // Of the refusal.
		rows string
	}{
		{"nothing to resume", task.ResumeProcessing, task.CodeNotBegun, ""},
		{"first start", task.StartReplication, "", "500\n"},
		{"second start", task.StartReplication, task.CodeStarted, "500\n"},
		{"resume of what is complete", task.ResumeProcessing, "", "500\n"},
		{"reload empties the table first", task.ReloadTarget, "", "500\n"},
	}
	for _, tt := range tests {
		_, stop, err := w.run(w.config("demo1.cdcdata", fullLoad), tt.how)
		if fault.CodeOf(err) != tt.code || tt.code == "" && stop != task.StopFullLoadFinished {
			t.Fatalf("%s: %s, %v", tt.name, stop, err)
		}
		if tt.rows != "" {
			if got := w.rows("SELECT count(*) FROM demo1.cdcdata"); got != tt.rows {
				t.Errorf("%s: %s rows", tt.name, got)
			}
		}
	}
}

// TestPrepareModes reloads over hand-made tables: rows twice, columns kept, columns made anew.
func TestPrepareModes(t *testing.T) {
	w := newWorld(t)
	w.small()
	w.rows("CREATE SCHEMA demo1; CREATE TABLE demo1.cdcdata (id BIGINT, name VARCHAR(400))")
	kind := "SELECT data_type FROM information_schema.columns WHERE table_schema = 'demo1' AND table_name = 'cdcdata' AND column_name = 'id'"
	for i, tt := range []struct{ mode, rows, kind string }{
		{"DO_NOTHING", "500\n", "bigint\n"}, {"DO_NOTHING", "1000\n", "bigint\n"}, {"TRUNCATE_BEFORE_LOAD", "500\n", "bigint\n"}, {"DROP_AND_CREATE", "500\n", "integer\n"},
	} {
		how := task.ReloadTarget
		if i == 0 {
			how = task.StartReplication
		}
		c := w.config("demo1.cdcdata", fullLoad)
		c.Settings.FullLoadSettings.TargetTablePrepMode = tt.mode
		if _, _, err := w.run(c, how); err != nil {
			t.Fatal(err)
		}
		if rows, k := w.rows("SELECT count(*) FROM demo1.cdcdata"), w.rows(kind); rows != tt.rows || k != tt.kind {
			t.Errorf("%s: %s rows of %s", tt.mode, rows, k)
		}
	}
}

// TestRoleNotAttached stops at the first load in the words of a cluster, and is mended.
func TestRoleNotAttached(t *testing.T) {
	w := newUnattached(t, "mariadb")
	w.small()
	one, stop, err := w.run(w.config("demo1.cdcdata", nil), task.StartReplication)
	if stop != task.StopFatal || err == nil || !strings.Contains(task.LastError(stop, err), "is not authorized to assume IAM Role "+role) {
		t.Fatalf("%s, %v", stop, err)
	}
	if s := one.Tables()[0]; s.State != task.TableError {
		t.Errorf("the table is %q", s.State)
	}
	if !w.heard("[TARGET_LOAD     ]E:  RetCode: SQL_ERROR  SqlState: XX000 NativeError: 30 Message: [Amazon][Amazon Redshift] (30) Error occurred while trying to execute a query: [SQLState XX000] ERROR:  User ") {
		t.Error("the log lacks the driver's line")
	}
	w.attach()
	if _, stop, err = w.run(w.config("demo1.cdcdata", func(c *task.Config) { c.Until.CaughtUp = true }), task.ReloadTarget); err != nil || stop != task.StopNormal {
		t.Fatalf("%s, %v", stop, err)
	}
	if got := w.rows("SELECT count(*) FROM demo1.cdcdata"); got != "500\n" {
		t.Error(got)
	}
}

// TestOneBadTable loads the others and is not green.
func TestOneBadTable(t *testing.T) {
	w := newWorld(t)
	w.small()
	w.source.Exec(t, "CREATE TABLE demo1.bad (id INT PRIMARY KEY, v INT)", "INSERT INTO demo1.bad VALUES (1, 70000)")
	w.rows("CREATE SCHEMA demo1; CREATE TABLE demo1.bad (id INT, v SMALLINT)")
	strict := func(c *task.Config) {
		c.Type, c.Settings.ErrorBehavior.DataErrorPolicy = task.FullLoad, "SUSPEND_TABLE"
	}
	one, stop, err := w.run(w.config("demo1.*", strict), task.StartReplication)
	if err != nil || stop != task.StopFullLoadFinished {
		t.Fatalf("%s, %v", stop, err)
	}
	for _, s := range one.Tables() {
		want := task.Completed
		if s.Table == "bad" {
			want = task.TableError
		}
		if s.State != want {
			t.Errorf("%s is %q: %s", s.Name, s.State, s.Error)
		}
	}
	w.rows("DROP TABLE demo1.bad; CREATE TABLE demo1.bad (id INT, v INT)")
	if one, stop, err = w.run(w.config("demo1.*", strict), task.ResumeProcessing); err != nil || stop != task.StopFullLoadFinished {
		t.Fatalf("%s, %v", stop, err)
	}
	if got := w.rows("SELECT (SELECT v FROM demo1.bad), (SELECT count(*) FROM demo1.cdcdata)"); got != "70000|500\n" || one.Statistics().TablesErrored != 0 {
		t.Error(got)
	}
}

// TestNoTables is loud about a selection that takes nothing.
func TestNoTables(t *testing.T) {
	w := newWorld(t)
	w.small()
	_, stop, err := w.run(w.config("demo1.CDCDATA", fullLoad), task.StartReplication)
	if stop != task.StopFatal || fault.CodeOf(err) != task.CodeNoTables && fault.CodeOf(err) != "SourceTable" {
		t.Errorf("%s, %v", stop, err)
	}
}

// TestBrokenConnections breaks the connection to the warehouse before each step of a
// run in turn; the task goes on by itself, and no row is there twice.
func TestBrokenConnections(t *testing.T) {
	w := newWorld(t)
	w.small()
	w.source.Exec(t, "CREATE TABLE demo1.log (v INT)", "INSERT INTO demo1.log VALUES (1), (1), (2)")
	steps := 1
	for n := 0; n < steps && n < 60; n++ {
		w.dir = t.TempDir()
		broken := &breaking{at: n}
		c := w.config("demo1.*", func(c *task.Config) { c.Until.CaughtUp, c.ChunkRows, c.Target.Between = true, 200, broken.step })
		c.Source = &late{Source: c.Source, after: func() {
			w.source.Exec(t, "UPDATE demo1.cdcdata SET name = 'y' WHERE id < 10", "INSERT INTO demo1.log VALUES (3)")
		}}
		if _, stop, err := w.run(c, task.StartReplication); err != nil || stop != task.StopNormal {
			t.Fatalf("broken at step %d (%s): %s, %v", n, broken.what, stop, err)
		}
		steps = broken.count
		got, want := w.rows("SELECT count(*), count(DISTINCT id) FROM demo1.cdcdata")+w.rows("SELECT count(*) FROM demo1.log"), "500|500\n"+w.source.Value(t, "SELECT count(*) FROM demo1.log")+"\n"
		if got != want {
			t.Fatalf("broken at step %d (%s): %q, want %q", n, broken.what, got, want)
		}
	}
}

// breaking ends a connection once.
type breaking struct {
	mu    sync.Mutex
	at    int
	count int
	what  string
}

func (b *breaking) step(what string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count++
	if b.count-1 != b.at {
		return nil
	}
	b.what = what
	return &lost{}
}

// lost is a network error.
type lost struct{}

func (*lost) Error() string   { return "the connection is cut by the test: connection reset" }
func (*lost) Timeout() bool   { return false }
func (*lost) Temporary() bool { return true }

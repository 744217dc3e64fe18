package task_test

import (
	"context"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestCreatedWhileFollowing makes tables that the mapping takes while changes are followed.
func TestCreatedWhileFollowing(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.schema("demo1")
			w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY)", "INSERT INTO demo1.a VALUES (1)")
			b := w.start(w.config("demo1.*", nil), task.StartReplication)
			w.until("SELECT count(*) FROM demo1.a", "1\n")
			w.source.Exec(t, "INSERT INTO demo1.a VALUES (2)")
			w.until("SELECT count(*) FROM demo1.a", "2\n")
			w.source.Exec(t, "CREATE TABLE demo1.later (id INT PRIMARY KEY, v INT)", "INSERT INTO demo1.later VALUES (1, 1), (2, 2)")
			w.until("SELECT count(*) FROM demo1.later", "2\n")
			w.source.Exec(t, "UPDATE demo1.later SET v = 3 WHERE id = 2")
			w.until("SELECT sum(v) FROM demo1.later", "4\n")
			w.source.Exec(t, "CREATE TABLE demo1.bare (id INT, v INT)", "INSERT INTO demo1.bare VALUES (1, 1)")
			if engine == "postgres" {
				w.await("the table without key is refused", func() bool { return len(b.Tables()) > 2 && b.Tables()[2].State == task.TableError })
			}
			w.source.Exec(t, "INSERT INTO demo1.bare VALUES (2, 1)", "UPDATE demo1.bare SET v = v + 1", "ALTER TABLE demo1.bare ADD PRIMARY KEY (id)")
			w.until("SELECT count(*), sum(v) FROM demo1.bare", "2|4\n")
			b.end()
			w.source.Exec(t, "CREATE TABLE demo1.night (id INT PRIMARY KEY, v INT)", "INSERT INTO demo1.night VALUES (1, 1), (2, 2)")
			w.start(w.config("demo1.*", nil), task.ResumeProcessing)
			w.until("SELECT count(*) FROM demo1.night", "2\n")
		})
	}
}

// TestResumeOfCreated takes up a table that was given up and was never loaded, since it
// was created while changes were followed: its rows are there once.
func TestResumeOfCreated(t *testing.T) {
	w := newWorld(t)
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY)", "INSERT INTO demo1.a VALUES (1)")
	appended := func(c *task.Config) {
		c.Settings.FullLoadSettings.TargetTablePrepMode = "DO_NOTHING"
		c.Settings.ErrorBehavior.TableErrorPolicy, c.Settings.ErrorBehavior.DataErrorPolicy, c.Settings.ErrorBehavior.ApplyErrorInsertPolicy = "SUSPEND_TABLE", "SUSPEND_TABLE", "SUSPEND_TABLE"
	}
	b := w.start(w.config("demo1.*", appended), task.StartReplication)
	w.until("SELECT count(*) FROM demo1.a", "1\n")
	w.source.Exec(t, "CREATE TABLE demo1.later (id INT PRIMARY KEY, v INT)", "INSERT INTO demo1.later VALUES (1, 1), (2, 2)")
	w.until("SELECT count(*) FROM demo1.later", "2\n")
	w.rows("ALTER TABLE demo1.later RENAME TO aside")
	w.rows("CREATE TABLE demo1.later (id INT PRIMARY KEY)")
	w.source.Exec(t, "INSERT INTO demo1.later VALUES (3, 3)")
	w.await("the table is suspended", func() bool { return b.Tables()[len(b.Tables())-1].State == task.TableError })
	b.end()
	w.rows("DROP TABLE demo1.later")
	w.rows("ALTER TABLE demo1.aside RENAME TO later")
	w.start(w.config("demo1.*", appended), task.ResumeProcessing)
	w.source.Exec(t, "INSERT INTO demo1.a VALUES (3)")
	w.until("SELECT count(*) FROM demo1.a", "2\n")
	w.until("SELECT count(*), count(DISTINCT id) FROM demo1.later", "3|3\n")
}

// TestRemade drops a table while changes are followed and makes it anew.
func TestRemade(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.schema("demo1")
			w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY)", "INSERT INTO demo1.a VALUES (1), (2)")
			w.start(w.config("demo1.*", nil), task.StartReplication)
			w.until("SELECT count(*) FROM demo1.a", "2\n")
			w.source.Exec(t, "INSERT INTO demo1.a VALUES (3)")
			w.until("SELECT count(*) FROM demo1.a", "3\n")
			w.source.Exec(t, "DROP TABLE demo1.a", "CREATE TABLE demo1.a (id INT PRIMARY KEY, v INT)", "INSERT INTO demo1.a VALUES (7, 1)")
			w.until("SELECT id, v FROM demo1.a", "7|1\n")
			w.source.Exec(t, "UPDATE demo1.a SET v = 2")
			w.until("SELECT id, v FROM demo1.a", "7|2\n")
		})
	}
}

// TestFullSpool reads a table after more changes than the spool takes: to apply them, it
// must first be known what happened to the table until then.
func TestFullSpool(t *testing.T) {
	w := newWorld(t)
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY, v VARCHAR(4000))")
	c := w.config("demo1.*", nil)
	c.SpoolBytes = 16 << 10
	c.Source = &late{Source: c.Source, after: func() {
		for range 20 {
			w.source.Exec(t, "INSERT INTO demo1.a SELECT COALESCE(MAX(id), 0) + 1, REPEAT('x', 4000) FROM demo1.a")
		}
	}}
	w.start(c, task.StartReplication)
	w.until("SELECT count(*) FROM demo1.a", "20\n")
	w.source.Exec(t, "INSERT INTO demo1.a VALUES (100, '')")
	w.until("SELECT count(*) FROM demo1.a", "21\n")
	for _, line := range []string{"[SORTER          ]I:  Reading from source is paused. Total storage used by swap files exceeded the limit 16384 bytes", "[SORTER          ]I:  Reading from source is resumed."} {
		w.await(line, func() bool { return w.heard(line) })
	}
}

// twice doubles what a load brought before it is complete, as a commit does that takes
// effect after it was given up for lost.
type twice struct {
	source.Source
	w    *world
	once sync.Once
}

func (d *twice) Position(ctx context.Context) (source.Position, error) {
	if d.w.try("SELECT count(*) FROM demo1.a") == "3\n" {
		d.once.Do(func() {
			d.w.rows("INSERT INTO demo1.a SELECT * FROM demo1.a; INSERT INTO inlet_load SELECT * FROM inlet_load WHERE chunk <> ''")
		})
	}
	return d.Source.Position(ctx)
}

// TestLoadedTwice loads a table again whose rows came twice.
func TestLoadedTwice(t *testing.T) {
	w := newWorld(t)
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY)", "INSERT INTO demo1.a VALUES (1), (2), (3)")
	c := w.config("demo1.a", func(c *task.Config) { c.Until.CaughtUp = true })
	c.Source = &twice{Source: c.Source, w: w}
	if _, _, err := w.run(c, task.StartReplication); err != nil {
		t.Fatal(err)
	}
	if !w.heard("in the target twice") {
		t.Error("nothing was noticed")
	}
	if got := w.rows("SELECT count(*) FROM demo1.a"); got != "3\n" {
		t.Error(got)
	}
}

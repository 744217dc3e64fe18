package task_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestKeyless loads a table whose rows cannot be told apart while it changes: what the
// snapshot has is not applied again.
func TestKeyless(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { testKeyless(t, newWorldOf(t, engine)) })
	}
}

func testKeyless(t *testing.T, w *world) {
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.log (n INT, text VARCHAR(20))", "INSERT INTO demo1.log SELECT seq % 100, 'x' FROM "+w.series(5000))
	remove := "DELETE FROM demo1.log WHERE n = 1000 LIMIT 1"
	if w.engine == "postgres" {
		w.source.Exec(t, "ALTER TABLE demo1.log REPLICA IDENTITY FULL")
		remove = "DELETE FROM demo1.log WHERE ctid = (SELECT ctid FROM demo1.log WHERE n = 1000 LIMIT 1)"
	}
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			w.source.Exec(t, "INSERT INTO demo1.log VALUES (1000, 'same'), (1000, 'same')", remove)
		}
	}()
	b := w.start(w.config("demo1.log", nil), task.StartReplication)
	w.until("SELECT count(*) >= 5050 FROM demo1.log", "t\n")
	close(stop)
	<-done
	w.until("SELECT count(*) FROM demo1.log", w.source.Value(t, "SELECT COUNT(*) FROM demo1.log")+"\n")
	if _, err := b.end(); err != nil {
		t.Fatal(err)
	}
}

// TestReload loads one table again while another goes on.
func TestReload(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { testReload(t, newWorldOf(t, engine)) })
	}
}

func testReload(t *testing.T, w *world) {
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY)", "CREATE TABLE demo1.b (id INT PRIMARY KEY)",
		"INSERT INTO demo1.a VALUES (1), (2)", "INSERT INTO demo1.b VALUES (1)")
	b := w.start(w.config("demo1.*", nil), task.StartReplication)
	w.until("SELECT count(*) FROM demo1.a", "2\n")
	w.source.Exec(t, "INSERT INTO demo1.b VALUES (2)")
	w.until("SELECT count(*) FROM demo1.b", "2\n")
	w.rows("DELETE FROM demo1.a; INSERT INTO demo1.a VALUES (77)")
	if err := b.Reload(b.Tables()[0].Name); err != nil {
		t.Fatal(err)
	}
	w.until("SELECT sum(id) FROM demo1.a", "3\n")
	w.source.Exec(t, "INSERT INTO demo1.a VALUES (3)", "INSERT INTO demo1.b VALUES (3)")
	w.until("SELECT (SELECT sum(id) FROM demo1.a), (SELECT sum(id) FROM demo1.b)", "6|6\n")
	if s := b.Tables()[0]; !s.FullLoadReloaded || s.State != task.Completed || s.FullLoadRows != 2 {
		t.Errorf("%+v", s)
	}
	if _, err := b.end(); err != nil {
		t.Fatal(err)
	}
}

// TestNewTable follows a table that did not exist at the start, and one that got its name later.
func TestNewTable(t *testing.T) {
	w := newWorld(t)
	w.source.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.a (id INT PRIMARY KEY)", "CREATE TABLE demo1.ghost (id INT PRIMARY KEY)", "CREATE DATABASE other",
		"CREATE TABLE other.moved (id INT PRIMARY KEY)", "INSERT INTO other.moved VALUES (1), (2), (3)")
	b := w.start(w.config("demo1.*", nil), task.StartReplication)
	w.until("SELECT count(*) FROM demo1.a", "0\n")
	w.source.Exec(t, "CREATE TABLE demo1.late (id INT PRIMARY KEY, name VARCHAR(10))", "INSERT INTO demo1.late VALUES (1, 'one')", "RENAME TABLE other.moved TO demo1.moved",
		"INSERT INTO demo1.moved VALUES (4)")
	w.until("SELECT id, name FROM demo1.late", "1|one\n")
	w.until("SELECT count(*) FROM demo1.moved", "4\n")
	if _, err := b.end(); err != nil {
		t.Fatal(err)
	}
}

// TestAlteredWhileLoading has the statement among the changes that wait, and the new
// shape in the load.
func TestAlteredWhileLoading(t *testing.T) {
	w := newWorld(t)
	w.source.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.a (id INT PRIMARY KEY, old INT)", "INSERT INTO demo1.a VALUES (1, 1), (2, 2)")
	src := &late{after: func() {
		w.source.Exec(t, "INSERT INTO demo1.a VALUES (3, 3)", "ALTER TABLE demo1.a ADD COLUMN fresh INT DEFAULT 7, DROP COLUMN old", "INSERT INTO demo1.a VALUES (4, 4)")
	}}
	b := w.start(w.config("demo1.a", func(c *task.Config) { src.Source, c.Source = c.Source, src }), task.StartReplication)
	w.until("SELECT count(*), sum(fresh) FROM demo1.a", "4|25\n")
	if _, err := b.end(); err != nil {
		t.Fatal(err)
	}
}

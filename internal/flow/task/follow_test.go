package task_test

import (
	"context"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// background is a task that runs until it is stopped.
type background struct {
	*task.Task
	cancel context.CancelFunc
	done   chan struct{}
	stop   task.Stop
	err    error
}

// start runs a task beside the test.
func (w *world) start(c task.Config, how task.Start) *background {
	w.t.Helper()
	t, err := task.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b := &background{Task: t, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		b.stop, b.err = t.Run(ctx, how)
	}()
	w.t.Cleanup(func() { cancel(); <-b.done })
	return b
}

// end stops the task and returns why it ended.
func (b *background) end() (task.Stop, error) {
	b.cancel()
	<-b.done
	return b.stop, b.err
}

// until waits for a query of the target to have an answer.
func (w *world) until(query, want string) {
	w.t.Helper()
	got := ""
	defer func() {
		if got != want {
			w.t.Logf("%s\nis   %q\nwant %q", query, got, want)
		}
	}()
	w.await("the target's answer", func() bool { got = w.try(query); return got == want })
}

func TestFollow(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { testFollow(t, newWorldOf(t, engine)) })
	}
}

func testFollow(t *testing.T, w *world) {
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40))",
		"INSERT INTO demo1.cdcdata SELECT seq, CONCAT('name ', seq) FROM "+w.series(1000))
	b := w.start(w.config("demo1.cdcdata", nil), task.StartReplication)
	w.until("SELECT count(*) FROM demo1.cdcdata", "1000\n")
	w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (1001, 'new')", "UPDATE demo1.cdcdata SET name = 'changed' WHERE id <= 3",
		"DELETE FROM demo1.cdcdata WHERE id BETWEEN 4 AND 10", "UPDATE demo1.cdcdata SET id = 2000 WHERE id = 11")
	w.until("SELECT count(*), sum(id), max(id) FROM demo1.cdcdata WHERE name <> 'changed'", "991|503435|2000\n")
	stop, err := b.end()
	if err != nil || stop != task.StopNormal {
		t.Fatalf("%s, %v", stop, err)
	}
	s := b.Tables()[0]
	if s.Inserts != 1 || s.Updates != 4 || s.Deletes != 7 || s.AppliedDeletes != 7 {
		t.Errorf("%+v", s)
	}

	w.source.Exec(t, "DELETE FROM demo1.cdcdata WHERE id = 2000")
	_, stop, err = w.run(w.config("demo1.cdcdata", func(c *task.Config) { c.Until.CaughtUp = true }), task.ResumeProcessing)
	if err != nil || stop != task.StopNormal {
		t.Fatalf("%s, %v", stop, err)
	}
	if got := w.rows("SELECT count(*), max(id) FROM demo1.cdcdata"); got != "993|1001\n" {
		t.Error(got)
	}
}

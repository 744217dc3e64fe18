package task_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// held lets a snapshot's rows go on only when the test does.
type held struct {
	source.Source
	once    sync.Once
	reached chan struct{}
	release chan struct{}
}

func hold(s source.Source) *held {
	return &held{Source: s, reached: make(chan struct{}), release: make(chan struct{})}
}

func (h *held) Snapshot(ctx context.Context, t *source.Table, r source.Range, w io.Writer) (source.Result, error) {
	res, err := h.Source.Snapshot(ctx, t, r, w)
	h.once.Do(func() { close(h.reached) })
	select {
	case <-h.release:
	case <-ctx.Done():
	}
	return res, err
}

// TestTwoRunners has a second machine that begins the same task while the first loads: it is
// refused, takes the task over when it is told to, and then the first one adds no row.
func TestTwoRunners(t *testing.T) {
	w := newWorld(t)
	w.small()
	first := w.config("demo1.cdcdata", func(c *task.Config) { c.Type, c.ChunkRows = task.FullLoad, 100 })
	first.Settings.FullLoadSettings.TargetTablePrepMode = "DO_NOTHING"
	stopped := hold(first.Source)
	first.Source = stopped
	a := w.start(first, task.StartReplication)
	<-stopped.reached

	mine := w.dir
	w.dir = t.TempDir()
	_, stop, err := w.run(w.config("demo1.cdcdata", fullLoad), task.StartReplication)
	if stop != task.StopFatal || fault.CodeOf(err) != target.CodeOwned || !strings.Contains(err.Error(), "directory "+mine) || !strings.Contains(hintOf(err), "--reload") {
		t.Fatalf("%s, %v, %q", stop, err, hintOf(err))
	}
	if got := w.rows("SELECT count(*) FROM pg_tables WHERE tablename = 'cdcdata'"); got != "1\n" {
		t.Errorf("%s tables", got)
	}
	b, stop, err := w.run(w.config("demo1.cdcdata", fullLoad), task.ReloadTarget)
	if err != nil || stop != task.StopFullLoadFinished {
		t.Fatalf("%s, %v", stop, err)
	}
	close(stopped.release)
	<-a.done
	if fault.CodeOf(a.err) != target.CodeTaken || !strings.Contains(a.err.Error(), "directory "+w.dir) {
		t.Errorf("the first: %s, %v", a.stop, a.err)
	}
	if got := w.rows("SELECT count(*), count(DISTINCT id) FROM demo1.cdcdata"); got != "500|500\n" || b.Tables()[0].FullLoadRows != 500 {
		t.Error(got)
	}
	w.dir = mine // It lost the task, and what it knows of it is no longer so.
	if _, _, err = w.run(w.config("demo1.cdcdata", fullLoad), task.ResumeProcessing); fault.CodeOf(err) != target.CodeOwned || !strings.Contains(err.Error(), "was taken over") {
		t.Errorf("the first goes on: %v", err)
	}
}

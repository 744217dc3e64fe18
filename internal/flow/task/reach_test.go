package task_test

import (
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// stopping is a server that can be away.
type stopping interface {
	server
	Kill()
	Run(t testing.TB)
}

// TestSourceAway follows a source that goes away and comes back: how far behind the task may
// be is told all the time, and nothing is lost.
func TestSourceAway(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.small()
			c := w.config("demo1.cdcdata", func(c *task.Config) { c.Settings.ControlTablesSettings.StatusTableEnabled = true })
			b := w.start(c, task.StartReplication)
			w.until("SELECT count(*) FROM demo1.cdcdata", "500\n")
			w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (501, 'before')")
			w.until("SELECT count(*) FROM demo1.cdcdata", "501\n")
			w.await("everything is applied", func() bool { return b.Statistics().CaughtUp })
			w.source.(stopping).Kill()
			w.await("the loss is told", func() bool { return !b.Statistics().Lost.IsZero() })
			for _, least := range []time.Duration{500 * time.Millisecond, 2 * time.Second} {
				w.await("the latency grows", func() bool {
					s := b.Statistics()
					if s.CaughtUp {
						t.Fatal("the task says that it is caught up, and the source is away")
					}
					return s.SourceLatency > least && s.TargetLatency > least
				})
			}
			w.until("SELECT caught_up, behind_seconds >= 0 FROM inlet_replication", "f|t\n")
			if !w.heard("[SOURCE_CAPTURE  ]E:") || !w.heard("The source cannot be reached") {
				t.Error("the log does not say so")
			}
			w.source.(stopping).Run(t)
			w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (502, 'after')")
			w.until("SELECT count(*) FROM demo1.cdcdata", "502\n")
			w.await("the source is back", func() bool { s := b.Statistics(); return s.CaughtUp && s.Lost.IsZero() })
			if !w.heard("The source can be reached again, after ") {
				t.Error("the log does not say that it is back")
			}
		})
	}
}

// TestSourceNeverRetried ends a task at once whose settings want no retry.
func TestSourceNeverRetried(t *testing.T) {
	w := newWorld(t)
	w.small()
	b := w.start(w.config("demo1.cdcdata", func(c *task.Config) { c.Settings.ErrorBehavior.RecoverableErrorCount = 0 }), task.StartReplication)
	w.until("SELECT count(*) FROM demo1.cdcdata", "500\n")
	w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (501, 'before')")
	w.until("SELECT count(*) FROM demo1.cdcdata", "501\n")
	w.source.(stopping).Kill()
	<-b.done
	if b.stop != task.StopRecoverable || fault.CodeOf(b.err) != task.CodeSourceLost {
		t.Errorf("%s, %v", b.stop, b.err)
	}
}

package copyjob_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
	"time"
)

func TestRestartRestoresPending(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	w.arrive("a@1")
	w.settled("j")
	w.stop()
	w.arrive("c@1")
	w.arrive("b@1", "c@2")
	w.restart()
	if err := w.jobs.Settled(ended(), "j"); !errors.Is(err, context.Canceled) {
		t.Errorf("pending files were forgotten: %v", err)
	}
	w.arrive("a@2", "b@2")
	w.run()
	w.settled("j")
	w.want(loaded, "a@1", "b@1", "c@1")
	w.restart()
	w.run()
	w.settled("j")
	w.want(loaded, "a@1", "b@1", "c@1")
}

func TestDropStopsALoad(t *testing.T) {
	w := newWorld(t)
	started := make(chan struct{})
	w.loader.started = started
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	w.arrive("a@1")
	<-started
	w.loader.set(func(l *fakeLoader) { l.started = nil })
	w.ok(w.jobs.Drop(w.ctx, "j"))
	w.want("SELECT name FROM inlet.copy_job")
	w.want("SELECT key FROM inlet.copy_job_file")
	w.refused(w.jobs.Drop(w.ctx, "j"), "42704", "does not exist")
	w.ok(w.create("j", "orders", "", "ON"))
	w.arrive("b@1")
	w.settled("j")
	w.want(loaded, "b@1")
}

func TestManyFiles(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	for i := range 5 {
		w.arrive(keys(1000, fmt.Sprintf("%d/%%04d", i))...)
	}
	w.settled("j")
	w.want("SELECT count(*) || ' ' || count(DISTINCT key) FROM public.orders", "5000 5000")
}

// BenchmarkOpen measures a start with a million files.
func BenchmarkOpen(b *testing.B) {
	w := newWorld(b)
	w.ok(w.create("j", "orders", "", "ON"))
	job, err := w.jobs.Find("j")
	w.ok(err)
	conn, err := w.engine.Connect(w.ctx)
	w.ok(err)
	for status, from := range map[string]int{"P": 0, "I": 2_000_000} {
		_, err = conn.Exec(w.ctx, `INSERT INTO inlet.copy_job_file SELECT i + ?, ?, 'drop', 'year=2026/month=01/part-' || i || '.csv', 'd41d8cd98f00b204e9800998ecf8427e',
			'', 100, ?, ?, ?, 1, ? FROM range(1000000) t(i)`, int64(from), job.ID, time.Now(), time.Now(), status, time.Now())
		w.ok(err)
	}
	w.ok(conn.Close())
	w.close()
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // The peak begins anew, where the system can do that.
	w.open()
	for b.Loop() {
		w.restart()
	}
	b.ReportMetric(resident("VmHWM")/1024, "MB-peak")
	w.settled("j")
}

func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

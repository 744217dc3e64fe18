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

// Where files stand is the same after a restart, whether a job tells them apart by key or by version.
func TestStatesOutliveARestart(t *testing.T) {
	for _, mode := range []string{"off", "on"} {
		t.Run("reload_changed "+mode, func(t *testing.T) {
			f := newFiles(t, t.TempDir())
			f.table("t", number)
			f.job("j", "t", "CSV", "OFF")
			f.ok(f.set("j", "reload_changed = "+mode))
			f.put("in/loaded", "1\n")
			f.put("in/unloaded", "2\n")
			f.put("in/again", "3\n")
			f.put("in/failed", "bad\n")
			if _, err := f.runNow("j"); err == nil {
				t.Error("a bad file was loaded")
			}
			for _, key := range []string{"in/unloaded", "in/again"} {
				f.unloaded(key, 1)
			}
			f.replayed("in/again", 1)
			f.put("in/skipped", "4\n")
			_, err := f.jobs.SkipFile(f.ctx, f.ref("in/skipped"))
			f.ok(err)
			f.put("in/pending", "5\n")
			f.reopen()
			for key := range f.folder {
				f.tell(key)
			}
			f.want("SELECT regexp_extract(url, '[^/]*$') || ' ' || state FROM inlet_files ORDER BY url",
				"again loaded", "failed failed", "loaded loaded", "pending pending", "skipped skipped", "unloaded unloaded")
			f.folder["in/failed"] = "6\n"
			f.rerun()
			f.want("SELECT a::VARCHAR FROM public.t ORDER BY a", "1", "3", "5", "6")
			f.reopen()
			if err := f.jobs.Settled(ended(), "j"); err != nil {
				t.Errorf("files wait: %v", err)
			}
		})
	}
}

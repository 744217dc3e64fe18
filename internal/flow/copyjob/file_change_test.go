package copyjob_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func (w *world) ref(key string) copyjob.FileRef {
	return copyjob.FileRef{Job: "j", URL: "s3://drop/" + key, User: w.owner, PID: 7}
}

func TestFileThatIsBeingLoaded(t *testing.T) {
	w := newWorld(t)
	started := make(chan struct{})
	w.loader.started = started
	w.ok(w.create("j", "orders", "", "ON"))
	w.run()
	w.arrive("a@1")
	<-started
	for name, change := range map[string]func() error{
		"replay": func() error { _, err := w.jobs.ReplayFile(w.ctx, w.ref("a")); return err },
		"skip":   func() error { _, err := w.jobs.SkipFile(w.ctx, w.ref("a")); return err },
		"unload": func() error { _, err := w.jobs.UnloadFile(w.ctx, w.ref("a")); return err },
	} {
		t.Run(name, func(t *testing.T) { w.refused(change(), "55006", `COPY job "j" is loading s3://drop/a`) })
	}
	w.loader.set(func(l *fakeLoader) { l.started = nil })
	w.stop()
}

// A file that is replayed is loaded before those that wait, and leaves the queue however long that is.
func TestReplayBeforeALongQueue(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "OFF"))
	w.loader.before = func([]load.Object) error { return &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad"} }
	w.arrive("bad@1")
	_, err := w.runNow("j")
	w.refused(err, "XX000", "bad")
	w.want(states, "bad E")
	w.arrive(keys(2500, "k%04d@1")...)
	w.loader.set(func(l *fakeLoader) { l.before = nil })
	out, err := w.jobs.ReplayFile(w.ctx, w.ref("bad"))
	w.ok(err)
	if out.Rows != 1 {
		t.Errorf("replayed %d rows", out.Rows)
	}
	w.want(loaded, "bad@1")
	_, err = w.jobs.ReplayFile(w.ctx, w.ref("k2000"))
	w.ok(err)
	changed, err := w.jobs.SkipFile(w.ctx, w.ref("k2300"))
	w.ok(err)
	if !changed {
		t.Error("nothing was skipped")
	}
	_, err = w.runNow("j")
	w.ok(err)
	w.want("SELECT count(*) || ' ' || count(DISTINCT key) FROM public.orders", "2500 2500")
	w.want("SELECT key FROM public.orders WHERE key LIKE 'k2300%'")
}

func TestReplayAfterAPassingFailure(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	w.arrive("a@1")
	changed, err := w.jobs.SkipFile(w.ctx, w.ref("a"))
	w.ok(err)
	if !changed {
		t.Error("nothing was skipped")
	}
	failed := false
	w.loader.before = func([]load.Object) error {
		if failed {
			return nil
		}
		failed = true
		return &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Please reduce your request rate."}
	}
	_, err = w.jobs.ReplayFile(w.ctx, w.ref("a"))
	w.refused(err, "SlowDown", "Please reduce")
	w.want(states, "a P")
	w.run()
	w.settled("j")
	w.want(loaded, "a@1")
}

// A change that was committed but reported as failed is found out at once.
func TestDoubtfulChange(t *testing.T) {
	f := newFiles(t, t.TempDir())
	plan := &faulty.Plan{}
	f.db = warehouse.NewDatabase(f.db.Namespace, "dev", faulty.Engine{Engine: f.engine, Plan: plan})
	log := slog.New(slog.DiscardHandler)
	var err error
	f.jobs, err = copyjob.Open(f.ctx, f.db, load.New(f.folder, log), log)
	f.ok(err)
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.put("in/a", "1,x\n")
	f.rerun()
	lost := func(change func() error) {
		t.Helper()
		plan.Add(unheard)
		if err := change(); err == nil {
			t.Error("nobody was told of the failure")
		}
	}
	lost(func() error { _, err := f.unload("in/a"); return err })
	f.want(both)
	f.rerun()
	f.want(both)
	if out, err := f.unload("in/a"); err != nil || out.Query != 0 {
		t.Errorf("unloading again gave %+v, %v", out, err)
	}
	lost(func() error { _, err := f.replay("in/a"); return err })
	f.want(stood, "a pending 0")
	f.replayed("in/a", 1)
	f.put("in/b", "2,y\n")
	lost(func() error { _, err := f.jobs.SkipFile(f.ctx, f.ref("in/b")); return err })
	f.rerun()
	f.want(stood, "a loaded 1", "b skipped 0")
	f.want(both, "1x")
}

// Many change the same files while others arrive: each is in the table once or not at all, as the ledger says.
func TestManyChangeFiles(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "ON")
	for i := range 40 {
		f.folder[fmt.Sprintf("in/%02d", i)] = fmt.Sprintf("%d,x\n%d,x\n", i, i)
	}
	arrive := func(i int) { f.tell(fmt.Sprintf("in/%02d", i)) }
	for i := range 5 {
		arrive(i)
	}
	f.run()
	f.settled("j")
	var work sync.WaitGroup
	for worker := range 4 {
		work.Go(func() {
			for i := range 12 {
				key := fmt.Sprintf("in/%02d", (i*7+worker)%5)
				_, err := f.change(key, (i+worker)%3)
				if code := fault.CodeOf(err); err != nil && code != "55000" && code != "55006" {
					t.Errorf("%s: %v", key, err)
				}
			}
		})
	}
	for i := 5; i < 40; i++ {
		arrive(i)
	}
	work.Wait()
	f.settled("j")
	f.stop()
	want := f.rows("SELECT regexp_extract(url, '[^/]*$') FROM inlet_files WHERE state = 'loaded' ORDER BY url")
	got := f.rows("SELECT printf('%02d', a) FROM public.t GROUP BY a HAVING count(*) = 2 ORDER BY a")
	if !slices.Equal(got, want) || len(want) < 35 {
		t.Errorf("in the table are %s\nthe ledger has %s", strings.Join(got, " "), strings.Join(want, " "))
	}
	f.want("SELECT a::VARCHAR FROM public.t GROUP BY a HAVING count(*) <> 2")
}

func (f *files) change(key string, how int) (load.Outcome, error) {
	switch how {
	case 0:
		return f.unload(key)
	case 1:
		_, err := f.jobs.SkipFile(f.ctx, f.ref(key))
		return load.Outcome{}, err
	}
	return f.replay(key)
}

// A data directory from before there were un-loads opens, and its files are shown and can be unloaded.
func TestOldDirectory(t *testing.T) {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.put("in/a", "1,x\n")
	f.rerun()
	f.within(func(c *warehouse.Client) {
		_, err := c.Conn().Exec(f.ctx, "DROP VIEW overlay.main.inlet_freshness; DROP VIEW overlay.main.inlet_files; DROP VIEW overlay.main.stl_load_commits; DROP TABLE inlet.unload; DROP TABLE inlet.load_visible")
		f.ok(err)
	})
	f.restart()
	f.reopen()
	f.want(stood, "a loaded 1")
	f.unloaded("in/a", 1)
	f.want(stood, "a unloaded 0")
}

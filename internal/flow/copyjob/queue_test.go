package copyjob_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
)

// allOnce is how many rows and keys a table has.
const allOnce = "SELECT count(*) || ' ' || count(DISTINCT key) FROM public.orders"

// arrivals says that n files were put, in pages, each a second after the one before.
func (w *world) arrivals(n int, format string) {
	w.Helper()
	for from := 0; from < n; from += 1000 {
		var page []copyjob.Arrival
		for i := from; i < min(n, from+1000); i++ {
			page = append(page, copyjob.Arrival{Bucket: "drop", Key: fmt.Sprintf(format, i), ETag: "d41d8cd98f00b204e9800998ecf8427e", Size: 5, Time: time.Now()})
		}
		w.ok(w.jobs.Arrived(w.ctx, page))
	}
}

// More files than memory holds wait in the ledger, through restarts and while others come.
func TestMoreWaitThanMemoryHolds(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "OFF"))
	w.ok(w.create("k", "other", "9", "ON"))
	w.run()
	w.arrivals(9000, "%05d")
	w.settled("k")
	w.restart()
	w.run()
	w.arrivals(9000, "%05d")
	w.arrive("late@1")
	changed, err := w.jobs.SkipFile(w.ctx, copyjob.FileRef{Job: "j", URL: "s3://drop/08999", User: w.owner})
	w.ok(err)
	out, err := w.jobs.ReplayFile(w.ctx, copyjob.FileRef{Job: "j", URL: "s3://drop/08888", User: w.owner})
	w.ok(err)
	if !changed || out.Rows != 1 {
		t.Errorf("skipped %v, replayed %+v", changed, out)
	}
	w.want(allOnce, "1 1")
	w.ok(w.jobs.Alter(w.ctx, "j", true))
	w.arrivals(2000, "more%05d")
	w.settled("j")
	w.want(allOnce, "11000 11000")
	w.want("SELECT key FROM public.orders WHERE key LIKE '08999%'")
	w.want("SELECT count(DISTINCT key)::VARCHAR FROM public.other", "0")
	w.restart()
	if err := w.jobs.Settled(ended(), "j"); err != nil {
		t.Errorf("files wait after all were loaded: %v", err)
	}
}

// What waits is loaded in the order it came, also when files among it failed and were queued again.
func TestOrderOfTheQueue(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "OFF"))
	w.arrivals(6000, "%05d")
	var order []string
	w.loader.before = func(files []load.Object) error {
		for _, f := range files {
			order = append(order, f.Key)
		}
		return nil
	}
	w.restart()
	w.run()
	w.ok(w.jobs.Alter(w.ctx, "j", true))
	w.settled("j")
	if len(order) != 6000 || !slices.IsSorted(order) {
		t.Errorf("%d files, sorted %v", len(order), slices.IsSorted(order))
	}
}

// RUN takes all that waits, and what failed before, once.
func TestRunOverMoreThanMemoryHolds(t *testing.T) {
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "OFF"))
	w.arrivals(7000, "%05d")
	w.loader.lister = func(f func([]load.Object) error) error {
		for from := range 3 {
			var page []load.Object
			for i := range 3000 {
				page = append(page, load.Object{Bucket: "drop", Key: fmt.Sprintf("%05d", from*3000+i), ETag: "e"})
			}
			if err := f(page); err != nil {
				return err
			}
		}
		return nil
	}
	out, err := w.runNow("j")
	w.ok(err)
	if out.Rows != 9000 {
		t.Errorf("loaded %d", out.Rows)
	}
	w.want(allOnce, "9000 9000")
}

// BenchmarkPaused measures the memory that a paused job with a million files takes, and how fast they are queued.
func BenchmarkPaused(b *testing.B) {
	for b.Loop() {
		w := newWorld(b)
		w.ok(w.create("j", "orders", "", "OFF"))
		started := time.Now()
		before := heap()
		w.arrivals(1_000_000, "year=2026/month=01/day=01/part-%07d.csv")
		b.ReportMetric(1_000_000/time.Since(started).Seconds(), "files/s")
		b.ReportMetric(float64(heap()-before)/(1<<20), "MB-heap")
		b.ReportMetric(resident("VmRSS")/1024, "MB-resident")
		w.close()
		w.open()
		runtime.KeepAlive(w)
	}
}

// BenchmarkSmallFiles measures how fast small files are loaded by the loader of this program, batch by batch.
func BenchmarkSmallFiles(b *testing.B) {
	for b.Loop() {
		f := newFiles(b, b.TempDir())
		f.table("t", number, words)
		f.job("j", "t", "CSV", "OFF")
		for i := range 20_000 {
			f.folder[fmt.Sprintf("in/%06d.csv", i)] = "1,one\n2,two\n3,three\n"
		}
		started := time.Now()
		f.rerun()
		b.ReportMetric(20_000/time.Since(started).Seconds(), "files/s")
		b.ReportMetric(resident("VmHWM")/1024, "MB-peak")
		f.want("SELECT count(*)::VARCHAR FROM public.t", "60000")
	}
}

// heap is how many bytes are in use after everything else was freed.
func heap() int64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// resident is a line of the process's status in kilobytes, 0 where the system does not tell.
func resident(line string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), line+":")
	n, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		return 0
	}
	return n
}

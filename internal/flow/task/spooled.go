package task

import (
	"cmp"
	"os"
	"time"

	"github.com/inlet-data/inlet/internal/flow/spool"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Spooled is how many bytes captured changes take on disk, also while the task does not run.
func (t *Task) Spooled() int64 {
	files, err := os.ReadDir(t.spoolDir())
	if err != nil {
		return 0 // There is none.
	}
	var bytes int64
	for _, f := range files {
		if info, err := f.Info(); err == nil { // Else it went meanwhile.
			bytes += info.Size()
		}
	}
	return bytes
}

// spoolOptions are how the run's spool is kept.
func (r *run) spoolOptions() spool.Options {
	return spool.Options{Dir: r.spoolDir(), MaxBytes: r.c.SpoolBytes, Paused: r.paused}
}

// paused tells that the spool is full, so that nothing more is read of the source, which must
// keep its log meanwhile; and that there is room again.
func (r *run) paused(on bool) {
	most := cmp.Or(r.c.SpoolBytes, spool.DefaultMaxBytes)
	r.mu.Lock()
	if on {
		r.lag.paused = time.Now()
	} else {
		r.lag.paused = time.Time{}
	}
	r.mu.Unlock()
	if on {
		r.log.Printf(tasklog.Sorter, tasklog.Info, "Reading from source is paused. Total storage used by swap files exceeded the limit %d bytes", most)
	} else {
		r.log.Printf(tasklog.Sorter, tasklog.Info, "Reading from source is resumed.")
	}
}

package task

import (
	"context"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// How often a task tells of tables that changed, and how many of these times make a beat.
const (
	glance = 250 * time.Millisecond
	beat   = 4
)

// watch tells those who listen of progress until the returned function is called.
func (r *run) watch(ctx context.Context) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() { r.note(ctx) })
	done.Go(func() {
		tick := time.NewTicker(glance)
		defer tick.Stop()
		for n := 1; ; n++ {
			select {
			case <-ctx.Done():
				r.announce()
				return
			case <-tick.C:
			}
			r.announce()
			if n%beat == 0 {
				r.beat(n / beat)
			}
		}
	})
	return func() { end(); done.Wait() }
}

// beat does what is due each second.
func (r *run) beat(n int) {
	if r.follows() {
		r.letGo()
	}
	if n%60 == 0 && r.follows() {
		s := r.Statistics()
		r.log.Printf(tasklog.Performance, tasklog.Info, "Source latency %.2f seconds, Target latency %.2f seconds, Handling latency %.2f seconds",
			s.SourceLatency.Seconds(), s.TargetLatency.Seconds(), max(0, (s.TargetLatency-s.SourceLatency).Seconds()))
	}
}

// tell marks a table whose figures changed; r.mu is held.
func (r *run) tell(one *table) { one.changed = true }

// announce hands the figures that changed to who listens, without the lock.
func (r *run) announce() {
	if r.c.Progress == nil {
		return
	}
	r.mu.Lock()
	var all []TableStatistics
	for _, t := range r.order {
		if t.changed {
			t.changed = false
			all = append(all, t.statistics())
		}
	}
	r.mu.Unlock()
	task := r.Statistics()
	for i := range all {
		r.c.Progress(Event{Table: &all[i], Task: task})
	}
	r.c.Progress(Event{Task: task})
}

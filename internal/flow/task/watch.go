package task

import (
	"context"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// beat is how often a task tells what it does and lets go of what is safe.
const beat = time.Second

// watch tells those who listen of progress until the returned function is called.
func (r *run) watch(ctx context.Context) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for n := 1; ; n++ {
			select {
			case <-ctx.Done():
				r.announce()
				return
			case <-r.changed:
				r.announce()
			case <-tick.C:
				r.announce()
				r.beat(ctx, n)
			}
		}
	})
	return func() { end(); done.Wait() }
}

// beat does what is due each second.
func (r *run) beat(ctx context.Context, n int) {
	if r.follows() {
		r.letGo()
	}
	if n%60 == 0 && r.follows() {
		s := r.Statistics()
		r.log.Printf(tasklog.Performance, tasklog.Info, "Source latency %.2f seconds, Target latency %.2f seconds, Handling latency %.2f seconds",
			s.SourceLatency.Seconds(), s.TargetLatency.Seconds(), max(0, (s.TargetLatency-s.SourceLatency).Seconds()))
	}
	r.noteStatus(ctx, n)
}

// tell marks a table whose figures changed; r.mu is held.
func (r *run) tell(one *table) {
	one.changed = true
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

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

package task

import (
	"context"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// loads is the work of a full load: tables to be opened and the chunks of those that are.
type loads struct {
	r    *run
	ctx  context.Context
	fail context.CancelCauseFunc

	mu      sync.Mutex
	changed *sync.Cond
	waiting []*table // Not opened yet, in the order of their loads.
	open    []*table // With chunks to do, the first opened first.
	busy    int

	staged chan struct{} // One for each chunk that is written and not yet in the target.
	copies sync.WaitGroup
}

// job is a table to be opened, or one chunk of it.
type job struct {
	table *table
	chunk int // -1 to open the table.
}

// load loads the tables that are not complete, several chunks at the same time, and
// returns when none is left. A chunk is written while those before it are copied.
func (r *run) load(ctx context.Context) error {
	tables := r.unloaded()
	if len(tables) == 0 {
		return nil
	}
	l := &loads{r: r, waiting: tables}
	l.changed = sync.NewCond(&l.mu)
	l.ctx, l.fail = context.WithCancelCause(ctx)
	defer l.fail(nil)
	defer context.AfterFunc(l.ctx, l.wake)()
	tasks := int(r.c.Settings.FullLoadSettings.MaxFullLoadSubTasks)
	l.staged = make(chan struct{}, tasks)
	var workers sync.WaitGroup
	for n := range tasks {
		workers.Go(func() { l.work(n + 1) })
	}
	workers.Wait()
	l.copies.Wait()
	if err := context.Cause(l.ctx); err != nil {
		return err
	}
	return r.noteLoaded(ctx, tables)
}

// work does jobs until there are none.
func (l *loads) work(subtask int) {
	for {
		j, ok := l.next()
		if !ok {
			return
		}
		if j.chunk < 0 {
			l.r.log.Printf(tasklog.TaskManager, tasklog.Info, "Start loading table %s by subtask %d", j.table.label(), subtask)
			l.finish(j, l.r.openTable(l.ctx, j.table))
			continue
		}
		staged, err := l.r.unload(l.ctx, j)
		if err != nil || staged == nil {
			l.finish(j, err)
			continue
		}
		l.staged <- struct{}{}
		l.copies.Go(func() {
			err := l.r.copy(l.ctx, j, staged)
			<-l.staged
			l.finish(j, err)
		})
	}
}

// next waits for a job: chunks go before tables that are not opened yet.
func (l *loads) next() (job, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		if l.ctx.Err() != nil {
			return job{}, false
		}
		for len(l.open) > 0 {
			t := l.open[0]
			if n, ok := l.r.take(t); ok {
				l.busy++
				return job{t, n}, true
			}
			l.open = l.open[1:]
		}
		if len(l.waiting) > 0 {
			t := l.waiting[0]
			l.waiting = l.waiting[1:]
			l.busy++
			return job{t, -1}, true
		}
		if l.busy == 0 {
			return job{}, false
		}
		l.changed.Wait()
	}
}

// finish notes what became of a job.
func (l *loads) finish(j job, err error) {
	again, err := l.r.settle(l.ctx, j, err)
	if err != nil {
		l.fail(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy--
	switch {
	case again:
		l.waiting = append(l.waiting, j.table)
	case j.chunk < 0 && err == nil:
		l.open = append(l.open, j.table)
	}
	l.changed.Broadcast()
}

// wake makes those who wait look again.
func (l *loads) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed.Broadcast()
}

// take is the next chunk of a table that nobody has begun.
func (r *run) take(t *table) (int, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(t.todo) == 0 {
		return 0, false
	}
	n := t.todo[0]
	t.todo = t.todo[1:]
	t.busy++
	return n, true
}

// unloaded are the tables that are to be loaded, in order.
func (r *run) unloaded() []*table {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []*table
	for _, t := range r.order {
		if t.State == BeforeLoad || t.State == Loading || t.State == BeingReloaded {
			all = append(all, t)
		}
	}
	return all
}

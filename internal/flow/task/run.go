package task

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/spool"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// run is a task while it runs, with what it has open.
type run struct {
	*Task
	patience patience
	store    *store
	spool    *spool.Spool // Nil for a task that follows nothing.
	stage    *stage.Stage
	target   *target.Target
	asked    chan struct{} // A reload is wanted.
	news     chan struct{} // There is something to note in the control tables.
	slot     *timeslot
	changed  chan struct{} // Figures of a table did.
	broken   error         // Why state could not be kept.
	sharing  sync.Mutex    // One table of several that share the target's is prepared at a time.
	places   map[source.Name]mapping.Place
	began    time.Time
}

// open opens what the run needs: the state first, which one process alone can have.
func (t *Task) open(ctx context.Context) (_ *run, err error) {
	r := &run{Task: t, patience: t.patience(), asked: make(chan struct{}, 1), news: make(chan struct{}, 1), began: time.Now().UTC(), places: map[source.Name]mapping.Place{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.release())
		}
	}()
	if r.store, err = openStore(t.c.Dir); err != nil {
		return nil, err
	}
	if err := t.recall(r.store); err != nil {
		return nil, err
	}
	if t.follows() {
		if r.spool, err = spool.Open(r.spoolOptions()); err != nil {
			return nil, err
		}
	}
	t.c.Stage.Log, t.c.Target.Log = t.log, t.log
	r.stage = stage.New(t.c.Stage)
	err = r.again(ctx, tasklog.TaskManager, "connecting to the target", func(ctx context.Context, _ func()) (err error) {
		r.target, err = target.Open(ctx, t.c.Target)
		return err
	})
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running = r
	return r, nil
}

// release closes what is open.
func (r *run) release() error {
	var all []error
	if r.target != nil {
		r.target.Close()
	}
	if r.spool != nil {
		all = append(all, r.spool.Close())
	}
	if r.store != nil {
		all = append(all, r.store.close())
	}
	return errors.Join(all...)
}

// work loads the tables and then follows changes, loading again what is asked for.
func (r *run) work(ctx context.Context) (err error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	defer func() { err = causeOf(ctx, err) }()
	watched := r.watch(ctx)
	defer watched()
	if r.follows() {
		if _, err := r.checkpoint(ctx); err != nil {
			return err
		}
		captured := r.startCapture(ctx, fail)
		defer captured()
		met := r.meet(ctx)
		defer met()
	}
	for {
		if err := r.restartWanted(); err != nil {
			return err
		}
		if err := r.load(ctx); err != nil {
			return err
		}
		if r.wanting() {
			continue
		}
		if r.c.Type == FullLoad {
			r.validate(ctx)
		}
		if err := r.loadedAll(ctx); err != nil {
			return err
		}
		if err := r.followCompared(ctx); !errors.Is(err, errReload) {
			return err
		}
	}
}

// loadedAll notes the end of the full load and ends a task that has no more to do.
func (r *run) loadedAll(ctx context.Context) error {
	var end source.Position
	if r.follows() {
		var err error
		if end, err = r.position(ctx); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var bad []string
	for _, t := range r.order {
		if t.State == TableError {
			bad = append(bad, t.Name.String())
		}
	}
	if r.state.Phase != following {
		r.state.Phase, r.state.Loaded, r.state.Cached = following, time.Now().UTC(), end
		r.tellNews()
		r.log.Printf(tasklog.TaskManager, tasklog.Info, "All tables are loaded: %d loaded, %d with errors", len(r.order)-len(bad), len(bad))
	}
	if len(bad) > 0 && r.c.Type == FullLoad {
		r.state.Phase = loading // A resume loads them.
	}
	if err := r.store.write(r.state); err != nil {
		return err
	}
	full := &r.c.Settings.FullLoadSettings
	switch {
	case r.c.Type == FullLoad && len(bad) > 0 && len(bad) == len(r.order):
		return fmt.Errorf("no table could be loaded: %w", r.tables[r.order[0].Name].failed)
	case r.c.Type == FullLoad:
		return &ended{StopFullLoadFinished}
	case r.c.Type == FullLoadAndCDC && full.StopTaskCachedChangesNotApplied:
		return &ended{StopAfterFullLoad}
	}
	return nil
}

// keep writes a table's state; r.mu is held.
func (r *run) keep(t *table) error {
	r.tell(t)
	return r.store.write(r.state, t.tableState)
}

// wake tells a run that a reload is wanted.
func (r *run) wake() {
	select {
	case r.asked <- struct{}{}:
	default:
	}
}

// wanting reports whether a reload was asked for.
func (r *run) wanting() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.order, func(t *table) bool { return t.Wanted })
}

// restartWanted makes tables whose reload was asked for ready for a load from their beginning.
func (r *run) restartWanted() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wantShared()
	for _, t := range r.order {
		if !t.Wanted {
			continue
		}
		t.restart(&r.state)
		t.State, t.FullLoadReloaded = BeingReloaded, true
		if err := r.keep(t); err != nil {
			return err
		}
	}
	return nil
}

// wordsOf is a type as the first line of a log says it.
func wordsOf(t Type) string {
	switch t {
	case FullLoad:
		return "full load only"
	case CDC:
		return "CDC only"
	}
	return "full load and CDC"
}

// close ends the run and keeps what it reached.
func (r *run) close(stop Stop, err error) error {
	r.mu.Lock()
	r.running = nil
	r.state.Ended = time.Now().UTC()
	var all []tableState
	for _, t := range r.order {
		all = append(all, t.tableState)
	}
	kept := r.store.write(r.state, all...)
	r.mu.Unlock()
	if err != nil {
		r.say(tasklog.TaskManager, tasklog.Error, err)
	}
	r.log.Printf(tasklog.TaskManager, tasklog.Info, "Task '%s' stopped. %s", r.c.Name, stop)
	if unnoted := errors.Join(r.noteStopped(), r.leave()); unnoted != nil {
		r.say(tasklog.TaskManager, tasklog.Warning, unnoted)
	}
	return errors.Join(kept, r.release())
}

package task

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// newcomers is how often tables are looked for that a source does not tell of by itself.
const newcomers = 2 * time.Second

// publisher is a source that tells only of the tables it was told of.
type publisher interface{ Select(tables []source.Name) }

// meet takes in tables that the mapping takes and the task does not know: those that came
// while it did not run, and, of a source that has to publish them, those that come while
// it does. It looks until the returned function is called.
func (r *run) meet(ctx context.Context) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	_, publishes := r.c.Source.(publisher)
	var done sync.WaitGroup
	done.Go(func() {
		for first := true; ; first = false {
			err := r.meetOnce(ctx, first)
			if err != nil && ctx.Err() == nil {
				r.say(tasklog.TablesManager, tasklog.Warning, err)
			}
			if err == nil && !publishes || pause(ctx, newcomers) != nil {
				return
			}
		}
	})
	return func() { end(); done.Wait() }
}

// meetOnce looks once. A task that loads nothing follows what was there before it ran.
func (r *run) meetOnce(ctx context.Context, first bool) error {
	unknown, known, err := r.unknown(ctx)
	if err != nil {
		return err
	}
	var fit []source.Name
	for _, n := range unknown {
		err := r.fits(ctx, n)
		if err != nil && (recoverable(err) || ctx.Err() != nil) {
			return err
		}
		if err == nil {
			fit = append(fit, n)
		} else if err = r.refuse(ctx, n, err); err != nil {
			return err
		}
	}
	if len(fit) == 0 {
		return nil
	}
	if s, ok := r.c.Source.(publisher); ok {
		s.Select(append(known, fit...))
		if _, err := r.c.Source.Position(ctx); err != nil {
			return err
		}
	}
	for _, n := range fit {
		if err := r.welcome(n, r.c.Type != CDC || !first); err != nil {
			return err
		}
	}
	r.wake()
	return nil
}

// unknown are the tables of the mapping that are there and not yet the task's, and those that are.
func (r *run) unknown(ctx context.Context) (unknown, known []source.Name, err error) {
	all, err := r.c.Source.Tables(ctx)
	if err != nil {
		return nil, nil, err
	}
	s, err := r.c.Mapping.Select(all)
	if err != nil {
		return nil, nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range s.Tables {
		if t := r.tables[n]; t == nil || t.Unmet || t.State == DoesNotExist {
			unknown = append(unknown, n)
		} else {
			known = append(known, n)
		}
	}
	return unknown, known, nil
}

// fits reports why a table cannot be published: one that is in spite of that could not be changed any more.
func (r *run) fits(ctx context.Context, n source.Name) error {
	if _, ok := r.c.Source.(publisher); !ok {
		return nil
	}
	return r.c.Source.Check(ctx, []source.Name{n})
}

// refuse shows a table that is not fit as one in error, until it is fit.
func (r *run) refuse(ctx context.Context, n source.Name, why error) error {
	r.mu.Lock()
	if r.tables[n] != nil {
		r.mu.Unlock()
		return nil // That was told.
	}
	err := r.found(n)
	r.tables[n].Unmet = true
	r.mu.Unlock()
	if err != nil {
		return err
	}
	return r.giveUp(ctx, n, why)
}

// welcome makes a table one of the task's, to be loaded unless only its changes count.
func (r *run) welcome(n source.Name, load bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tables[n]
	switch {
	case t == nil:
		if err := r.found(n); err != nil {
			return err
		}
		t = r.tables[n]
	case t.State == DoesNotExist: // It was made anew, and the old one may still be in the target.
		t.Refit = true
	case !t.Unmet:
		return nil // The log told of it meanwhile.
	}
	t.Unmet, t.Wanted = false, load
	if !load {
		t.State, t.Error = Completed, ""
	}
	return r.keep(t)
}

// miss notes that a table is gone: one that takes its name has to be published and loaded.
func (r *run) miss(n source.Name) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.tables[n]; t != nil && t.State == Completed {
		t.State = DoesNotExist
		r.broken = errors.Join(r.broken, r.keep(t))
	}
}

// missing reports whether a table was not there when it was to be loaded, or is gone.
func (r *run) missing(n source.Name) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tables[n]
	return t != nil && t.State == DoesNotExist
}

package apply

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// flush is one batch on its way into the target.
type flush struct {
	a   *Applier
	ctx context.Context
	b   *batch

	exceptions []target.Exception    // Changes that are left out.
	missing    []target.Exception    // What the running transaction found missing.
	dropped    []*tableRun           // Of tables that are suspended.
	heeded     map[source.Name]int64 // Refused values that are counted as errors.
}

// due reports whether a batch is to be applied now.
func (a *Applier) due(b *batch, now time.Time) bool {
	if !b.ended || a.within || a.busy {
		return false
	}
	if a.done || a.full(b) {
		return true
	}
	return now.Sub(b.first) >= a.patience(b)
}

// patience is how long a batch waits for more.
func (a *Applier) patience(b *batch) time.Duration {
	if len(b.steps) == 0 {
		return a.c.Idle
	}
	return a.c.Limits.Time
}

// flushAll applies batches until nothing more comes.
func (a *Applier) flushAll(ctx context.Context) error {
	for {
		b := a.next()
		if b == nil {
			return nil
		}
		f := &flush{a: a, ctx: ctx, b: b}
		err := f.run()
		if err = errors.Join(err, f.clean()); err != nil {
			return err
		}
	}
}

// next waits for a batch that is due, and puts an empty one in its place.
func (a *Applier) next() *batch {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy {
		a.busy = false
		a.moved.Broadcast()
	}
	for {
		b := a.open
		switch {
		case a.err != nil, a.done && !b.ended:
			return nil
		case a.due(b, time.Now()):
			a.busy = true
			a.open = newBatch(&a.spare)
			a.moved.Broadcast()
			return b
		}
		a.sleep(b)
	}
}

// sleep waits until something moves, or until the batch has waited long enough.
func (a *Applier) sleep(b *batch) {
	if !b.ended || a.within {
		a.unset = true
		a.moved.Wait()
		a.unset = false
		return
	}
	timer := time.AfterFunc(time.Until(b.first.Add(a.patience(b))), func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.moved.Broadcast()
	})
	a.moved.Wait()
	timer.Stop()
}

// run stages and applies the batch.
func (f *flush) run() error {
	began := time.Now()
	if err := f.heedMany(); err != nil {
		return err
	}
	if err := f.stage(); err != nil {
		return err
	}
	for {
		err := f.a.c.Target.Apply(f.ctx, f.b.pos, f.b.at, f.transaction)
		if err == nil {
			break
		}
		if err := f.settle(err); err != nil {
			f.unheed(err)
			return err
		}
	}
	f.a.mu.Lock()
	for _, m := range f.missing {
		f.b.of(m.Table).Errors++
	}
	done := f.a.total.add(f.b)
	f.a.mu.Unlock()
	done.Took = time.Since(began)
	f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Debug, "Applied %d changes up to position %s in %s", done.Rows, done.Position, done.Took.Round(time.Millisecond))
	if f.a.c.Told != nil {
		f.a.c.Told(done)
	}
	return f.missed()
}

// stage makes all steps ready.
func (f *flush) stage() error {
	f.a.mu.Lock()
	for table := range f.a.suspended {
		f.exclude(table)
	}
	f.a.mu.Unlock()
	for _, s := range f.b.steps {
		if err := s.stage(f); err != nil {
			if err = f.settle(err); err != nil {
				return err
			}
		}
	}
	return nil
}

// transaction does all steps; it may be run again.
func (f *flush) transaction(ctx context.Context, x *target.Tx) error {
	f.missing = nil
	for _, s := range f.b.steps {
		if err := s.apply(f, x); err != nil {
			return err
		}
	}
	return x.Except(ctx, slices.Concat(f.missing, f.exceptions, f.refusals()))
}

// clean frees what the batch has in memory and in the bucket.
func (f *flush) clean() error {
	f.a.mu.Lock()
	f.b.release()
	f.a.mu.Unlock()
	var all []error
	for _, s := range f.b.steps {
		if r, ok := s.(*run); ok {
			all = append(all, r.unstage(context.WithoutCancel(f.ctx)))
		}
	}
	for _, t := range f.dropped {
		all = append(all, t.unstage(context.WithoutCancel(f.ctx)))
	}
	if err := errors.Join(all...); err != nil {
		f.a.c.Log.Printf(tasklog.FileTransfer, tasklog.Warning, "Staged changes could not be removed and will be swept later: %v", err)
	}
	return nil
}

// set begins files with a name that no other has.
func (f *flush) set(what string) *stage.Set {
	n := f.a.number.Add(1)
	return f.a.c.Stage.Set(f.ctx, path.Join(f.a.c.Folder, fmt.Sprintf("%s-%d-%s", strconv.FormatInt(time.Now().UnixNano(), 36), n, what)))
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

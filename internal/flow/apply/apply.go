// Package apply brings changes of source tables into the warehouse: net changes by
// key, many source transactions in one transaction of the target, which also holds
// the position. What was applied before a crash is never applied twice.
package apply

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Limits say when a batch is applied. Zero values stand for defaults.
type Limits struct {
	Time  time.Duration // After its first change.
	Rows  int64         // When it has so many changes.
	Bytes int64         // When it takes so much memory; twice as much may be in use.
}

// The limits of a batch unless told otherwise.
const (
	DefaultTime  = 200 * time.Millisecond
	DefaultRows  = 1 << 20
	DefaultBytes = 32 << 20
)

// Config says whose changes go where, and how.
type Config struct {
	Target   *target.Target
	Stage    *stage.Stage
	Folder   string                                     // Of the stage, for this task alone.
	Plan     func(*source.Table) (*mapping.Plan, error) // Asked once for each shape of a table.
	Wants    func(source.Name) bool                     // Nil wants all.
	Shares   func(source.Name) bool                     // Whether rows of other tables go to the same table of the target; may be nil.
	Limits   Limits
	Handle   Handle
	Policies Policies
	Suspend  func(source.Name, error) error          // Hears of a table that is given up, before the batch without it is applied; nil stops instead.
	Tolerate func(source.Name, source.Position) bool // Whether rows may be missing, since a load after this position is being caught up with; may be nil.
	Idle     time.Duration                           // How long a position without changes may wait to be noted; zero is ten seconds.
	Told     func(Applied)                           // Hears of every transaction of the target; may be nil.
	Log      *tasklog.Log
}

// Applied is what one transaction of the target did.
type Applied struct {
	Position source.Position
	Time     time.Time // When the source committed the last of it.
	Rows     int64
	Took     time.Duration
	Tables   map[source.Name]Changes
}

// Applier takes changes in the source's order and applies them in batches.
type Applier struct {
	c Config

	mu     sync.Mutex
	moved  *sync.Cond     // The batch or the flusher went on.
	open   *batch         // Takes changes.
	within bool           // A transaction of the source is open.
	header mapping.Header // Of the open transaction, as far as it was told.
	busy   bool           // A batch is being applied.
	unset  bool           // The flusher sleeps without a clock: the next commit wakes it.
	err    error          // What ended the applier.
	done   bool           // The feed ended; what is left is applied at once.

	tables    tables
	finer     finer
	spare     spare
	suspended map[source.Name]bool
	errors    map[source.Name]int64
	careful   map[source.Name]bool // Tables that have values which the warehouse refuses.
	total     statistics
	ctx       context.Context // Of the run.
	number    atomic.Int64    // Of the last staged set.
}

// New makes an applier; Run sets it to work.
func New(c Config) *Applier {
	c.Limits.Time = cmp.Or(c.Limits.Time, DefaultTime)
	c.Limits.Rows = cmp.Or(c.Limits.Rows, DefaultRows)
	c.Limits.Bytes = cmp.Or(c.Limits.Bytes, DefaultBytes)
	c.Idle = cmp.Or(c.Idle, 10*time.Second)
	a := &Applier{c: c, suspended: map[source.Name]bool{}, errors: map[source.Name]int64{}, careful: map[source.Name]bool{}}
	a.moved = sync.NewCond(&a.mu)
	return a
}

// errAgain ends a feed that is to begin anew from the checkpoint.
var errAgain = errors.New("changes are read again from the checkpoint")

// Run feeds the applier with the changes after the target's checkpoint, or after start
// when there is none, until the context ends or something fails. When the feed ends,
// whole transactions it delivered are applied before Run returns its error.
func (a *Applier) Run(ctx context.Context, start source.Position, feed func(ctx context.Context, from source.Position, to source.Sink) error) error {
	for {
		from, _, err := a.c.Target.Position(ctx)
		if err != nil {
			return err
		}
		err = a.run(ctx, cmp.Or(from, start), feed)
		if !errors.Is(err, errAgain) {
			return err
		}
	}
}

func (a *Applier) run(ctx context.Context, from source.Position, feed func(ctx context.Context, from source.Position, to source.Sink) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	a.reset(ctx, from)
	var flusher sync.WaitGroup
	flusher.Go(func() {
		if err := a.flushAll(ctx); err != nil {
			a.fail(err)
			cancel(err)
		}
	})
	defer context.AfterFunc(ctx, func() { a.fail(context.Cause(ctx)) })()
	err := feed(ctx, from, a)
	a.finish()
	flusher.Wait()
	_ = (&flush{a: a, ctx: ctx, b: a.open}).clean()
	if failed := a.failed(); failed != nil {
		return failed
	}
	return err
}

// reset forgets what was not applied, and what tables were like.
func (a *Applier) reset(ctx context.Context, from source.Position) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open != nil {
		a.open.release()
	}
	a.open, a.within, a.busy, a.err, a.done = newBatch(&a.spare), false, false, nil, false
	a.header = mapping.Header{}
	a.tables, a.ctx, a.total.Position = tables{}, ctx, from
}

func (a *Applier) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = err
	}
	a.moved.Broadcast()
}

func (a *Applier) failed() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// finish tells the flusher that nothing more comes.
func (a *Applier) finish() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = true
	a.moved.Broadcast()
}

// Resume takes a suspended table back, after it was loaded again.
func (a *Applier) Resume(table source.Name) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.suspended, table)
	delete(a.errors, table)
}

// applied is the position that the target has.
func (a *Applier) applied() source.Position {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.total.Position
}

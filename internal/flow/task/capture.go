package task

import (
	"context"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// startCapture writes changes into the spool, from where the spool or the target is,
// until the returned function is called. It begins before the first table is read.
func (r *run) startCapture(ctx context.Context, fail context.CancelCauseFunc) (stop func()) {
	r.reached() // Nothing is known of it yet.
	ctx, end := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		err := r.again(ctx, tasklog.SourceCapture, "capturing changes", func(ctx context.Context, progress func()) error {
			from, err := r.captured(ctx)
			if err != nil {
				return err
			}
			r.log.Printf(tasklog.SourceCapture, tasklog.Info, "Position of the source's log from which changes are read: %s", from)
			ctx, end := context.WithCancelCause(ctx)
			defer end(nil)
			err = r.c.Source.Changes(ctx, from, &capture{Sink: r.spool.Sink(ctx, r.wants), r: r, progress: progress, end: end})
			return causeOf(ctx, err)
		})
		if err != nil && ctx.Err() == nil {
			fail(err)
		}
	})
	return func() { end(); done.Wait() }
}

// captured is the position up to which changes are safe: in the spool, or else in the target.
func (r *run) captured(ctx context.Context) (source.Position, error) {
	if end := r.spool.End(); end != "" {
		return end, nil
	}
	return r.checkpoint(ctx)
}

// checkpoint is the position up to which the target has the changes.
func (r *run) checkpoint(ctx context.Context) (source.Position, error) {
	pos, at, err := r.target.Position(ctx)
	if err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if pos == "" {
		pos = r.state.Start
	}
	r.lag.apply(pos, at)
	return pos, nil
}

// capture counts what goes into the spool.
type capture struct {
	source.Sink
	r        *run
	progress func()
	end      context.CancelCauseFunc
	open     map[source.Name]*counts // Of the transaction.
}

// counts are the changes of one table.
type counts struct{ inserts, updates, deletes, ddls int64 }

func (c *capture) of(n source.Name) *counts {
	if c.open == nil {
		c.open = map[source.Name]*counts{}
	}
	if c.open[n] == nil {
		c.open[n] = &counts{}
	}
	return c.open[n]
}

// Rows counts and passes on.
func (c *capture) Rows(rows *source.Rows) error {
	n := c.of(rows.Table.Name)
	switch rows.Op {
	case source.Insert:
		n.inserts += int64(rows.After.Len())
	case source.Update:
		n.updates += int64(rows.After.Len())
	case source.Delete:
		n.deletes += int64(rows.Before.Len())
	}
	return c.Sink.Rows(rows)
}

// DDL counts and passes on.
func (c *capture) DDL(d *source.DDL) error {
	c.of(d.Table).ddls++
	return c.Sink.DDL(d)
}

// Commit adds up what the transaction brought.
func (c *capture) Commit(commit source.Commit) error {
	if err := c.Sink.Commit(commit); err != nil {
		return err
	}
	c.progress()
	c.r.mu.Lock()
	defer c.r.mu.Unlock()
	c.r.lag.read(commit)
	for name, n := range c.open {
		if t := c.r.tables[name]; t != nil {
			t.Inserts, t.Updates, t.Deletes, t.Ddls = t.Inserts+n.inserts, t.Updates+n.updates, t.Deletes+n.deletes, t.Ddls+n.ddls
			c.r.tell(t)
		}
	}
	clear(c.open)
	return nil
}

// Rollback forgets the transaction.
func (c *capture) Rollback() {
	clear(c.open)
	c.Sink.Rollback()
}

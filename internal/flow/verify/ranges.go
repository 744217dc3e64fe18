package verify

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// ranges compares a table in ranges of its key, several at the same time.
func (c *check) ranges(ctx context.Context) error {
	all, err := c.v.Source.Split(ctx, c.plan.From, c.v.Rows)
	if err != nil {
		return err
	}
	c.result.Ranges = len(all)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan source.Range)
	errs := make([]error, c.v.Parallel)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for r := range next {
				if errs[i] = c.compareRange(ctx, r); errs[i] != nil {
					cancel()
					return
				}
			}
		})
	}
	for _, r := range all {
		select {
		case next <- r:
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
	return first(errs)
}

func (c *check) compareRange(ctx context.Context, r source.Range) error {
	src, tgt, err := c.sums(ctx, r)
	if err != nil {
		return err
	}
	p := part{src: src, tgt: tgt}
	if src != tgt {
		if p, err = c.examine(ctx, func(ctx context.Context) (*pairing, error) { return c.windows(ctx, r) }); err != nil {
			return err
		}
	}
	c.found(p)
	return nil
}

// examine sets rows against each other until each that differs stays as it is, or is
// equal after all. Where more rows differ than are looked at, it begins again.
func (c *check) examine(ctx context.Context, pair func(context.Context) (*pairing, error)) (part, error) {
	out := part{unequal: true}
	for attempt := 1; ; attempt++ {
		p, err := pair(ctx)
		if err != nil {
			return out, err
		}
		out.src, out.tgt = p.src, p.tgt
		found, moving, err := c.settle(ctx, p.keys)
		if err != nil {
			return out, err
		}
		out.moved += int64(len(p.keys) - len(found) - moving)
		out.differences, out.moving, out.more = found, int64(moving), p.more
		if !p.more || len(found) > 0 || attempt >= c.v.Attempts || c.v.Applied == nil {
			out.balance()
			return out, nil
		}
	}
}

// balance counts the warehouse's rows as they are once what was in flight has arrived.
func (p *part) balance() {
	if p.more || p.moving > 0 {
		return
	}
	if len(p.differences) == 0 {
		p.tgt = p.src
		return
	}
	p.tgt.rows = p.src.rows
	for _, d := range p.differences {
		switch d.Kind {
		case MissingTarget:
			p.tgt.rows--
		case MissingSource:
			p.tgt.rows += d.extra
		}
	}
}

const (
	window     = 20_000 // Rows that are set against each other at a time.
	candidates = 5_000  // Keys that are read again at a time.
)

var errWindow = errors.New("the window is full")

// windows goes through a range in parts that fit into memory.
func (c *check) windows(ctx context.Context, r source.Range) (*pairing, error) {
	all := &pairing{}
	for at := r; ; {
		p := newPairing()
		last, err := c.sourceWindow(ctx, at, p)
		if err != nil {
			return nil, err
		}
		part := at
		if last != nil {
			part.Through = last
		}
		err = c.fromTarget(ctx, c.within(part), p.target)
		if err != nil && !errors.Is(err, errWindow) {
			return nil, err
		}
		all.take(p)
		if last == nil || all.more || errors.Is(err, errWindow) {
			all.more = all.more || errors.Is(err, errWindow)
			return all, nil
		}
		at.After = last
	}
}

// sourceWindow reads rows of a range until there are enough, and tells the key of the
// last: nil when the range has ended.
func (c *check) sourceWindow(ctx context.Context, r source.Range, p *pairing) (source.Key, error) {
	w := &rows{ctx: ctx, line: line{shape: c.shape}, take: p.source}
	res, err := c.v.Source.Snapshot(ctx, c.plan.From, r, &limited{rows: c.plan.Writer(w), p: p})
	if errors.Is(err, errWindow) {
		if res.Last == nil {
			return nil, fmt.Errorf("read part of %s: the source does not tell where it stopped", c.plan.From.Name)
		}
		return res.Last, nil
	}
	return nil, err
}

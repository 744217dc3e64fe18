package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// check is the comparison of one table.
type check struct {
	v     *Verifier
	plan  *mapping.Plan
	shape *shape
	sql   string // SELECT of all columns, without a condition.

	mu     sync.Mutex
	result Result
	done   int
}

// run compares the table in the way that its key allows.
func (c *check) run(ctx context.Context) error {
	if err := c.prepare(ctx); err != nil {
		return err
	}
	switch {
	case len(c.shape.key) == 0:
		c.result.Keyless = true
		return c.multiset(ctx)
	case c.ordered():
		return c.ranges(ctx)
	}
	return c.buckets(ctx)
}

// prepare learns how the warehouse tells values of the table apart.
func (c *check) prepare(ctx context.Context) error {
	s := &shape{emptyIsNull: c.v.EmptyIsNull, key: c.plan.Key}
	if len(c.plan.Key) != len(c.plan.From.Key) {
		s.key = nil // The source tells rows apart by other columns.
	}
	quoted := make([]string, len(c.plan.Columns))
	for i, col := range c.plan.Columns {
		s.names = append(s.names, col.Name)
		s.skip = append(s.skip, !c.plan.Steady(i))
		quoted[i] = ident(col.Name)
		if s.skip[i] {
			c.result.Skipped = append(c.result.Skipped, col.Name)
		}
	}
	c.sql = "SELECT " + strings.Join(quoted, ", ") + " FROM " + ident(c.plan.Schema) + "." + ident(c.plan.Table)
	var err error
	if s.types, err = c.v.types(ctx, c.sql); err != nil {
		return err
	}
	if len(s.types) != len(s.names) {
		return &fault.Error{Kind: fault.Internal, Code: "Verify", Message: fmt.Sprintf("the warehouse answers with %d columns, not %d", len(s.types), len(s.names))}
	}
	c.shape = s
	return c.heed(ctx)
}

// heed expects of the warehouse what loads make of values that it does not take: NULL in
// their place, or, where there is no NULL, no row.
func (c *check) heed(ctx context.Context) error {
	full, err := c.v.full(ctx, c.plan.Schema, c.plan.Table)
	if err != nil {
		return err
	}
	c.plan = c.plan.Careful(mapping.Care{Have: func(name string) (mapping.Held, bool) {
		i := slices.Index(c.shape.names, name)
		return mapping.Held{Type: c.shape.types[i], Nullable: !full[strings.ToLower(name)]}, true
	}})
	return nil
}

// ordered reports whether both sides put keys into the same order, as they do with numbers.
func (c *check) ordered() bool {
	for i, k := range c.shape.key {
		if !numeric(c.shape.types[k]) || !numeric(c.plan.From.Columns[c.plan.From.Key[i]].Type) {
			return false
		}
	}
	return true
}

// fromSource takes the source's rows of a range, as the warehouse should have them.
func (c *check) fromSource(ctx context.Context, r source.Range, take func(*line) error) error {
	w := &rows{ctx: ctx, line: line{shape: c.shape}, take: take}
	_, err := c.v.Source.Snapshot(ctx, c.plan.From, r, c.plan.Writer(w))
	return err
}

// fromTarget takes the warehouse's rows that a condition lets through.
func (c *check) fromTarget(ctx context.Context, where string, take func(*line) error) error {
	return c.v.read(ctx, c.sql+where, c.shape, take)
}

// sides runs the reading of both sides at the same time; the first that fails ends the other.
func sides(ctx context.Context, read ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(read))
	var wg sync.WaitGroup
	for i, f := range read {
		wg.Go(func() {
			if errs[i] = f(ctx); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	return first(errs)
}

// first is the error that the others follow from.
func first(errs []error) error {
	var other error
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		if other == nil {
			other = err
		}
	}
	return other
}

// sums counts and sums both sides of a range.
func (c *check) sums(ctx context.Context, r source.Range) (src, tgt tally, err error) {
	err = sides(ctx, func(ctx context.Context) error {
		return c.fromSource(ctx, r, func(l *line) error { src.add(l.sum()); return nil })
	}, func(ctx context.Context) error {
		return c.fromTarget(ctx, c.within(r), func(l *line) error { tgt.add(l.sum()); return nil })
	})
	return src, tgt, err
}

// await waits until the task has applied what is committed now.
func (c *check) await(ctx context.Context) error {
	if c.v.Applied == nil {
		return nil
	}
	p, err := c.v.Source.Position(ctx)
	if err != nil {
		return fmt.Errorf("ask for the source's position: %w", err)
	}
	if err := c.v.Applied(ctx, p); err != nil {
		return fmt.Errorf("wait until position %s is applied: %w", p, err)
	}
	c.mu.Lock()
	c.result.Position = max(c.result.Position, p)
	c.mu.Unlock()
	return nil
}

// found adds what a part of the table brought.
func (c *check) found(p part) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := &c.result
	r.SourceRows, r.TargetRows = r.SourceRows+p.src.rows, r.TargetRows+p.tgt.rows
	r.SourceSum.add(p.src.sum)
	r.TargetSum.add(p.tgt.sum)
	r.Moved, r.Moving, r.More = r.Moved+p.moved, r.Moving+p.moving, r.More || p.more
	if p.unequal {
		r.Unequal++
	}
	for _, d := range p.differences {
		if len(r.Differences) >= c.v.Differences {
			r.More = true
			break
		}
		r.Differences = append(r.Differences, d)
	}
	c.done++
	c.v.Progress(Progress{Table: r.Table, Ranges: r.Ranges, Done: c.done, Rows: r.SourceRows})
}

// part is what was found in a part of a table.
type part struct {
	src, tgt      tally
	unequal       bool
	differences   []Difference
	more          bool
	moved, moving int64
}

package verify

import (
	"context"
	"errors"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// buckets are how many parts a table is cut into by the hashes of its keys, where both
// sides sort keys by rules of their own.
const buckets = 4096

// bucketsOf is the sum of each bucket.
type bucketsOf [buckets]tally

func bucket(key Checksum) int { return int(key.A % buckets) }

func (b *bucketsOf) take(l *line) error {
	sum := l.sum()
	key := sum
	if len(l.key) > 0 {
		key = l.keySum()
	}
	b[bucket(key)].add(sum)
	return nil
}

func (b *bucketsOf) total() (t tally) {
	for i := range b {
		t.merge(b[i])
	}
	return t
}

// buckets compares a table as a whole, and then the rows of the buckets that are unequal.
func (c *check) buckets(ctx context.Context) error {
	c.result.Ranges = 1
	src, tgt, err := c.spread(ctx)
	if err != nil {
		return err
	}
	p := part{src: src.total(), tgt: tgt.total()}
	if *src != *tgt {
		first := true
		p, err = c.examine(ctx, func(ctx context.Context) (*pairing, error) {
			if !first {
				if src, tgt, err = c.spread(ctx); err != nil {
					return nil, err
				}
			}
			first = false
			return c.pick(ctx, src, tgt)
		})
	}
	if err == nil {
		c.found(p)
	}
	return err
}

// spread sums all rows of both sides into buckets.
func (c *check) spread(ctx context.Context) (src, tgt *bucketsOf, err error) {
	src, tgt = new(bucketsOf), new(bucketsOf)
	err = sides(ctx,
		func(ctx context.Context) error { return c.fromSource(ctx, source.Range{}, src.take) },
		func(ctx context.Context) error { return c.fromTarget(ctx, "", tgt.take) })
	return src, tgt, err
}

// pick pairs the rows of as many unequal buckets as fit into memory.
func (c *check) pick(ctx context.Context, src, tgt *bucketsOf) (*pairing, error) {
	var in [buckets]bool
	p, all := newPairing(), &pairing{src: src.total(), tgt: tgt.total()}
	held := int64(0)
	for i := range in {
		if src[i] == tgt[i] {
			continue
		}
		if n := src[i].rows + tgt[i].rows; held == 0 || held+n <= window {
			in[i], held = true, held+n
		} else {
			all.more = true
		}
	}
	mine := func(take func(*line) error) func(*line) error {
		return func(l *line) error {
			if in[bucket(l.keySum())] {
				return take(l)
			}
			return nil
		}
	}
	if err := c.fromSource(ctx, source.Range{}, mine(p.source)); err != nil {
		return nil, err
	}
	if err := c.fromTarget(ctx, "", mine(p.target)); errors.Is(err, errWindow) {
		all.more = true
	} else if err != nil {
		return nil, err
	}
	s, t := all.src, all.tgt
	all.take(p)
	all.src, all.tgt = s, t
	return all, nil
}

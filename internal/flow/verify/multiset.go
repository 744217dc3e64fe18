package verify

import (
	"context"
	"slices"
)

// multiset compares a table without a key: how many there are of each row.
func (c *check) multiset(ctx context.Context) error {
	c.result.Ranges = 1
	var p part
	var before []Difference
	for attempt, same := 0, 0; attempt <= c.v.Attempts; attempt++ {
		src, tgt, err := c.spread(ctx)
		if err != nil {
			return err
		}
		p.src, p.tgt, p.moving, p.more, p.differences = src.total(), tgt.total(), 0, false, nil
		if *src == *tgt {
			break
		}
		p.unequal = true
		if p.differences, p.more, err = c.unpaired(ctx, src, tgt); err != nil {
			return err
		}
		if c.v.Applied == nil {
			break
		}
		if same++; !slices.EqualFunc(before, p.differences, func(a, b Difference) bool { return a.unchanged(b) }) {
			same = 0
		}
		if same >= stays {
			break
		}
		before, p.moving = p.differences, int64(len(p.differences))
		if err := c.await(ctx); err != nil {
			return err
		}
	}
	if p.moving > 0 {
		p.differences = nil
	}
	c.found(p)
	return nil
}

// unpaired lists rows that one side has more often, in an order that is always the same.
func (c *check) unpaired(ctx context.Context, src, tgt *bucketsOf) ([]Difference, bool, error) {
	p, err := c.pick(ctx, src, tgt)
	if err != nil {
		return nil, false, err
	}
	var all []Difference
	for _, it := range p.pairs {
		d := Difference{Key: it.key, Kind: MissingTarget, Copies: int(it.tgt.rows), extra: it.tgt.rows - it.src.rows, source: it.src.sum, target: it.tgt.sum}
		if d.extra > 0 {
			d.Kind = MissingSource
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b Difference) int { return slices.Compare(a.Key, b.Key) })
	more := p.more || len(all) > c.v.Differences
	return all[:min(len(all), c.v.Differences)], more, nil
}

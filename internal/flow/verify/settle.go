package verify

import (
	"context"
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/source"
)

const (
	atOnce = 200 // Keys in one statement.
	stays  = 2   // How often a row that differs must be read again, unchanged on both sides.
)

// settle reads rows that differed again, each time after the task has applied what was
// committed before, until they are equal or stay as they are. It returns those that stay,
// and how many never stood still.
func (c *check) settle(ctx context.Context, keys []source.Key) (found []Difference, moving int, err error) {
	open, err := c.compare(ctx, keys)
	if err != nil || c.v.Applied == nil {
		return open, 0, err
	}
	same := map[string]int{}
	for attempt := 0; len(open) > 0 && attempt < c.v.Attempts; attempt++ {
		if err := c.await(ctx); err != nil {
			return nil, 0, err
		}
		before := open
		if open, err = c.compare(ctx, keysOf(open)); err != nil {
			return nil, 0, err
		}
		open = slices.DeleteFunc(open, func(d Difference) bool {
			id := fmt.Sprintf("%q", d.Key)
			if same[id]++; !slices.ContainsFunc(before, d.unchanged) {
				same[id] = 0
			}
			if same[id] < stays {
				return false
			}
			found = append(found, d)
			return true
		})
	}
	return found, len(open), nil
}

func (d *Difference) unchanged(o Difference) bool {
	return d.source == o.source && d.target == o.target && slices.Equal(d.Key, o.Key)
}

func keysOf(all []Difference) []source.Key {
	keys := make([]source.Key, len(all))
	for i := range all {
		keys[i] = all[i].Key
	}
	return keys
}

// compare reads rows by their keys and returns those that differ now.
func (c *check) compare(ctx context.Context, keys []source.Key) ([]Difference, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var all []Difference
	for part := range slices.Chunk(keys, atOnce) {
		found := newRecords()
		w := &rows{ctx: ctx, line: line{shape: c.shape}, take: found.source}
		if err := c.v.Source.Pick(ctx, c.plan.From, part, c.plan.Writer(w)); err != nil {
			return nil, err
		}
		if err := c.fromTarget(ctx, c.having(part), found.target); err != nil {
			return nil, err
		}
		all = append(all, found.differences(c.shape)...)
	}
	return all, nil
}

// records are whole rows of both sides by their keys.
type records struct {
	rows  map[Checksum]*record
	order []*record
}

type record struct {
	key      source.Key
	src, tgt line // The last row of each side.
	s, t     tally
}

func newRecords() *records { return &records{rows: map[Checksum]*record{}} }

func (r *records) of(l *line) *record {
	k := l.keySum()
	it := r.rows[k]
	if it == nil {
		it = &record{key: l.keyText()}
		r.rows[k] = it
		r.order = append(r.order, it)
	}
	return it
}

func (r *records) source(l *line) error {
	it := r.of(l)
	it.s.add(l.sum())
	it.src = line{shape: l.shape, data: slices.Clone(l.data), ends: slices.Clone(l.ends)}
	return nil
}

func (r *records) target(l *line) error {
	it := r.of(l)
	it.t.add(l.sum())
	it.tgt = line{shape: l.shape, data: slices.Clone(l.data), ends: slices.Clone(l.ends)}
	return nil
}

func (r *records) differences(s *shape) []Difference {
	var all []Difference
	for _, it := range r.order {
		if it.s == it.t {
			continue
		}
		d := Difference{Key: it.key, Copies: int(it.t.rows), extra: it.t.rows - it.s.rows, source: it.s.sum, target: it.t.sum}
		for _, k := range s.key {
			d.Names = append(d.Names, s.names[k])
		}
		switch {
		case it.t.rows < it.s.rows:
			d.Kind = MissingTarget
		case it.t.rows > it.s.rows:
			d.Kind = MissingSource
		default:
			d.Kind = RecordDiff
			d.values(s, it)
		}
		all = append(all, d)
	}
	return all
}

// values names the columns that differ.
func (d *Difference) values(s *shape, it *record) {
	for i, name := range s.names {
		if src, tgt := it.src.cell(i), it.tgt.cell(i); string(src) != string(tgt) {
			d.Columns = append(d.Columns, name)
			d.Source, d.Target = append(d.Source, shown(src)), append(d.Target, shown(tgt))
		}
	}
}

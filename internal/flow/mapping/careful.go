package mapping

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Held is a column as the warehouse has it.
type Held struct {
	Type     sqltype.Type
	Nullable bool
}

// Care is what a careful plan needs to know.
type Care struct {
	Have    func(column string) (Held, bool) // The warehouse's table; nil, and columns it does not know, are as planned.
	AnyDate bool                             // COPY puts NULL for dates that are none by itself, where there may be NULL.
	Told    func(Refusal)                    // Hears of each value, from the goroutine that hands rows on; may be nil.
}

// Careful is the plan that looks into every row for values that the source holds and COPY
// refuses, such as -infinity, dates that no calendar has, and NaN in decimals. NULL takes
// their place. A row is left out when such a value belongs to a column that takes no NULL, or
// to the key: then a row that was in the warehouse before goes. Rows take longer so, and
// few tables have such values: it is for those of which COPY refused rows.
func (p *Plan) Careful(c Care) *Plan {
	q := *p
	q.same, q.through, q.careful, q.told = false, false, true, c.Told
	q.steps = slices.Clone(p.steps)
	for i := range q.steps {
		held := Held{Type: p.Columns[i].Type, Nullable: p.Columns[i].Nullable}
		if c.Have != nil {
			if h, ok := c.Have(p.Columns[i].Name); ok {
				held = h
			}
		}
		s := &q.steps[i]
		s.holds = holdingOf(held.Type, c.AnyDate && held.Nullable)
		s.apart = len(p.Key) == 0 || p.isKey(i)
		s.needed = !held.Nullable || p.isKey(i)
	}
	q.free = &sync.Pool{New: func() any { return newRewriter(&q) }}
	return &q
}

// errRefused leaves out a row that the warehouse cannot have.
var errRefused = fmt.Errorf("a value that the warehouse refuses stands where it takes no NULL: %w", errLeft)

// refuse appends NULL for a value that the warehouse does not take, or leaves the row out. Of
// a row before a change only matters what tells it apart.
func (w *rewriter) refuse(dst []byte, s *step, field []byte) ([]byte, error) {
	left := s.needed && (s.apart || !w.quiet)
	if !w.quiet {
		value, _ := source.Text(field)
		w.refused = append(w.refused, Refusal{Table: w.p.table.Name, Column: s.name, Type: s.holds.of, Value: value, Op: w.op, Key: w.key(), NotNull: left})
	}
	if left {
		return dst, errRefused
	}
	return append(dst, source.Null...), nil
}

// absent reports whether the row before a change is one that the warehouse cannot have.
func (w *rewriter) absent() bool {
	now := w.row
	w.quiet, w.row = true, w.was
	defer func() { w.quiet, w.row = false, now }()
	for i := range w.p.steps {
		s := &w.p.steps[i]
		if !s.apart || s.holds.kind == all || !s.known() && !w.p.isKey(i) {
			continue
		}
		var err error
		if w.trial, err = w.field(w.trial[:0], i); errors.Is(err, errRefused) {
			return true
		}
	}
	return false
}

// confess tells what was refused of a row that is finished, or that ended with an error.
func (w *rewriter) confess(err error) {
	if len(w.refused) == 0 {
		return
	}
	for i := range w.refused {
		r := &w.refused[i]
		r.Left = err != nil
		if r.Left || len(r.Key) == 0 {
			r.Row = w.text()
		}
		if w.p.told != nil {
			w.p.told(*r)
		}
	}
	w.refused = w.refused[:0]
}

// text is the source's row as CSV, as far as it was read or sent.
func (w *rewriter) text() string {
	var row []byte
	for i, place := range w.p.places {
		if i > 0 {
			row = append(row, ',')
		}
		if string(w.row[place]) != source.Null {
			row = append(row, w.row[place]...)
		}
	}
	return string(row)
}

// Named is what the warehouse calls a column of the source or of a rule; its own name when
// the warehouse does not have it.
func (p *Plan) Named(column string) string {
	for i := range p.steps {
		if s := &p.steps[i]; s.kind != former && s.name == column {
			return p.Columns[i].Name
		}
	}
	return column
}

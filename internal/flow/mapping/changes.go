package mapping

import (
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// changes are rows of one kind on their way out.
type changes struct {
	rows source.Rows
	to   func(*source.Rows) error
}

// Rows hands changes on as changes of the target's table: in the order and with the
// names of Columns and Key, each call with rows of one kind. Rows that leave what
// the filters let through come as deletes, rows that enter it as inserts. The rows
// before a change hold what the source sent of them, and nothing for columns that are
// computed. What is handed on is valid until to returns.
func (p *Plan) Rows(rows *source.Rows, h Header, to func(*source.Rows) error) error {
	if len(rows.Table.Columns) != len(p.table.Columns) {
		return fmt.Errorf("rows of %s have %d columns, and the plan is for %d", rows.Table.Name, len(rows.Table.Columns), len(p.table.Columns))
	}
	if p.through && (p.bound == 0 || p.short(&rows.After)) {
		same := *rows
		same.Table = p.target
		return to(&same)
	}
	w := p.take()
	defer p.give(w)
	w.header = h
	w.changes.to = to
	w.changes.open(p, rows)
	for i := range max(rows.Before.Len(), rows.After.Len()) {
		if err := w.change(rows, i); err != nil {
			return err
		}
	}
	return w.changes.flush()
}

// short reports whether no row can hold a value that is too long.
func (p *Plan) short(rows *source.Images) bool {
	n := rows.Len()
	for i := range n {
		if len(rows.Row(i)) > p.bound {
			return false
		}
	}
	return true
}

// change maps one change.
func (w *rewriter) change(rows *source.Rows, i int) error {
	clear(w.was)
	fieldsAt(w.was, &rows.Before, i)
	w.op = rows.Op
	if rows.Op == source.Delete {
		return w.gone()
	}
	fieldsAt(w.row, &rows.After, i)
	if rows.Op == source.Insert {
		if w.p.filter.pass(w.row, &w.plain) != in {
			return nil
		}
		return w.put(source.Insert)
	}
	return w.updated()
}

// fieldsAt takes the fields of a row, when there is one.
func fieldsAt(to [][]byte, from *source.Images, row int) {
	if row >= from.Len() {
		return
	}
	for c := range to {
		to[c] = from.Field(row, c)
	}
}

// updated follows a row into what the filters let through, or out of it.
func (w *rewriter) updated() error {
	f := w.p.filter
	if len(f.rules) == 0 {
		return w.put(source.Update)
	}
	w.sent = append(w.sent[:0], w.row...)
	for _, place := range f.places {
		if len(w.row[place]) == 0 {
			w.row[place] = w.was[place] // What is not sent is as it was.
		}
	}
	after, before := f.pass(w.row, &w.plain), f.pass(w.was, &w.plain)
	copy(w.row, w.sent)
	switch {
	case after == unknown:
		return w.p.partial(w.p.table.Columns[f.places[0]].Name)
	case after == out && before == out:
		return nil
	case after == out:
		return w.gone()
	case before == out:
		return w.enters()
	}
	return w.put(source.Update)
}

// enters makes a row whole that was not in the target.
func (w *rewriter) enters() error {
	for i, field := range w.row {
		if len(field) > 0 {
			continue
		}
		if w.row[i] = w.was[i]; len(w.row[i]) == 0 && w.p.reads(i) {
			return w.p.partial(w.p.table.Columns[i].Name)
		}
	}
	w.op = source.Insert
	return w.put(source.Insert)
}

// reads reports whether a column of the table matters to the target.
func (p *Plan) reads(column int) bool {
	for _, place := range p.places {
		if place == column {
			return true
		}
	}
	return false
}

// gone takes a row away, unless it never was in the target. When its filter's columns
// are not known it is taken away too: what is not there cannot be missed.
func (w *rewriter) gone() error {
	if w.op == source.Delete && w.p.filter.pass(w.was, &w.plain) == out {
		return nil
	}
	w.op = source.Delete
	copy(w.row, w.was)
	if w.p.soft {
		return w.put(source.Update)
	}
	return w.put(source.Delete)
}

// put adds the row to those of its kind. It is left out when the policy of values that are too long says so,
// or when the warehouse cannot have it at all: then one that it has goes.
func (w *rewriter) put(op source.Op) error {
	if w.p.careful && op != source.Insert && w.absent() {
		if w.op == source.Delete {
			return nil
		}
		return w.enters()
	}
	c := &w.changes
	if c.rows.Op != op {
		if err := c.flush(); err != nil {
			return err
		}
		c.rows.Op = op
	}
	if op != source.Delete {
		if err := w.image(&c.rows.After, false); err != nil {
			if errors.Is(err, errRefused) && w.op == source.Update {
				return w.gone()
			}
			if errors.Is(err, errLeft) {
				return nil
			}
			return err
		}
	}
	if op == source.Insert {
		return nil
	}
	now := w.row
	w.quiet, w.row = true, w.was
	err := w.image(&c.rows.Before, true)
	w.quiet, w.row = false, now
	return err
}

// image adds one row. Of a row before a change, only what the source has is known,
// besides the key.
func (w *rewriter) image(to *source.Images, before bool) error {
	for i := range w.p.steps {
		dst := to.Buffer()
		var err error
		if !before || w.p.steps[i].known() || w.p.isKey(i) {
			dst, err = w.field(dst, i)
		}
		if err != nil {
			to.Undo()
			w.confess(err)
			return err
		}
		to.End(dst)
	}
	w.confess(nil)
	return nil
}

// known reports whether a column's value can be told again from the row before a change.
func (s *step) known() bool { return s.kind == copied && (s.mask == nil || !s.mask.random) }

func (p *Plan) isKey(column int) bool {
	for _, k := range p.Key {
		if k == column {
			return true
		}
	}
	return false
}

// open begins rows that are as many as the source's at most.
func (c *changes) open(p *Plan, rows *source.Rows) {
	c.rows.Table, c.rows.Op, c.rows.NULs = p.target, rows.Op, rows.NULs
	c.rows.Before.Reset(len(p.steps))
	c.rows.After.Reset(len(p.steps))
}

// flush hands on what is collected.
func (c *changes) flush() error {
	if c.rows.Before.Len()+c.rows.After.Len() == 0 && c.rows.NULs == 0 {
		return nil
	}
	if c.rows.Before.Len()+c.rows.After.Len() > 0 {
		if err := c.to(&c.rows); err != nil {
			return err
		}
		c.rows.NULs = 0
	}
	c.rows.Before.Reset(len(c.rows.Table.Columns))
	c.rows.After.Reset(len(c.rows.Table.Columns))
	return nil
}

// Row is one row of the table the plan was made for.
type Row struct {
	Op     source.Op
	Field  func(column int) []byte // As CSV, by the columns of that table.
	Header Header
}

// Row appends one row of the target, ended by a newline. It is not kept when the
// filters leave it out.
func (p *Plan) Row(dst []byte, r Row) (line []byte, keep bool, err error) {
	w := p.take()
	defer p.give(w)
	for i := range w.row {
		w.row[i] = r.Field(i)
	}
	w.op, w.header = r.Op, r.Header
	if r.Op == source.Delete {
		copy(w.was, w.row)
	}
	return w.kept(dst)
}

// kept appends the row when the filters and the policy let it through.
func (w *rewriter) kept(dst []byte) (line []byte, keep bool, err error) {
	if w.p.filter.pass(w.row, &w.plain) != in {
		return dst, false, nil
	}
	line, err = w.line(dst)
	w.confess(err)
	if errors.Is(err, errLeft) {
		return dst, false, nil
	}
	return line, err == nil, err
}

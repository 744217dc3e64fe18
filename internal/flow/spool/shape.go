package spool

import (
	"slices"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// shapes are the tables that the written segment has told of.
type shapes struct {
	known map[source.Name]shape
	next  uint64
	undo  []shapeChange // Of the open transaction.
}

type shape struct {
	id    uint64
	table *source.Table
}

type shapeChange struct {
	name   source.Name
	before shape // No table when there was none.
}

// reset forgets all, for a new segment.
func (h *shapes) reset() { *h = shapes{known: map[source.Name]shape{}} }

// number is a table's number, and whether the segment does not know this shape yet.
func (h *shapes) number(t *source.Table) (id uint64, fresh bool) {
	old := h.known[t.Name]
	if old.table == t || old.table != nil && equal(old.table, t) {
		return old.id, false
	}
	h.undo = append(h.undo, shapeChange{t.Name, old})
	h.known[t.Name] = shape{h.next, t}
	h.next++
	return h.next - 1, true
}

// forget has all tables told again.
func (h *shapes) forget() { h.known, h.undo = map[source.Name]shape{}, nil }

// rollback forgets what the open transaction told.
func (h *shapes) rollback() {
	for _, c := range slices.Backward(h.undo) {
		if c.before.table == nil {
			delete(h.known, c.name)
		} else {
			h.known[c.name] = c.before
		}
	}
	h.commit()
}

func (h *shapes) commit() { h.undo = h.undo[:0] }

// equal compares all but the number of rows.
func equal(a, b *source.Table) bool {
	return a.Name == b.Name && slices.Equal(a.Columns, b.Columns) && slices.Equal(a.Key, b.Key)
}

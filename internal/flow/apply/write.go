package apply

import (
	"bytes"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// What becomes of a key, in the column of that name.
const (
	opGone = 'd' // Delete it.
	opDrop = 'x' // The same, of a row that should be there.
	opRow  = 'u' // Delete it, and insert this row.
	opKeep = 'k' // The same, with the columns of the old row that the source does not know of.
)

// write stages what becomes of a key.
func (n *net) write(w *writer, e int) error {
	at := &n.entries[e]
	base, based := n.bases[e]
	if at.state == full && !(based && n.based) {
		s := w.open(&w.t.rows, "rows")
		buf := append(w.begin(s, e), opRow, ',')
		return s.end(append(buf, n.text.get(at.row)...))
	}
	if err := n.writeGone(w, e); err != nil || at.state == gone {
		return err
	}
	s := w.open(&w.t.gaps, "gaps")
	row := n.text.get(at.row)
	n.ends = fields(n.ends[:0], row)
	buf := w.begin(s, e)
	for i := range n.ends {
		buf = append(buf, sent(field(row, n.ends, i)))
	}
	buf = append(buf, ',')
	if based {
		buf = append(buf, n.text.get(base)...)
	} else {
		buf = append(buf, bytes.Repeat([]byte("\x00,"), len(n.key)-1)...)
		buf = append(buf, 0)
	}
	buf = append(buf, ',')
	return s.end(append(buf, row...))
}

// lines is how many rows write stages for a key.
func (n *net) lines(e int) int {
	_, based := n.bases[e]
	if s := n.entries[e].state; s == gone || s == full && !(based && n.based) {
		return 1
	}
	return 2
}

// lines is how many rows write stages for a row.
func (c *counts) lines(e int) int {
	if c.entries[e].more == 0 {
		return 0
	}
	return 1
}

func sent(f []byte) byte {
	if len(f) == 0 {
		return '0'
	}
	return '1'
}

// writeGone stages a key with nothing else.
func (n *net) writeGone(w *writer, e int) error {
	s := w.open(&w.t.rows, "rows")
	op := byte(opGone)
	if at := &n.entries[e]; at.state == gone && at.last == source.Delete && !at.born && w.f.a.c.Policies.Delete != IgnoreRecord {
		op, w.t.drops = opDrop, true
	}
	buf := append(w.begin(s, e), op)
	key := n.keyOf(e)
	n.ends = fields(n.ends[:0], key)
	for c := range n.columns {
		buf = append(buf, ',')
		for i, k := range n.key {
			if k == c {
				buf = append(buf, field(key, n.ends, i)...)
			}
		}
	}
	return s.end(buf)
}

// write stages a row with how many more of it there are.
func (c *counts) write(w *writer, e int) error {
	n := c.entries[e]
	if n.more == 0 {
		return nil
	}
	w.t.most = max(w.t.most, n.more)
	w.t.less += max(0, -n.more)
	s := w.open(&w.t.rows, "rows")
	buf := appendInt(w.begin(s, e), n.more)
	buf = append(buf, ',')
	return s.end(append(buf, c.rowOf(e)...))
}

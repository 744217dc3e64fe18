package apply

import (
	"bytes"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// net are the net changes of one table by key. Every key that was touched is deleted;
// the rows that live in the end are then inserted. So replaying changes harms nothing,
// and keys may be exchanged in any order.
type net struct {
	columns int
	key     []int
	based   bool // Updates remember the key whose old row has what the source does not know of.
	text    arena
	index   index
	entries []entry
	bases   map[int]span // Of entries whose row was updated: the key it had before the batch.
	crowded map[int]bool // Keys that a row took in this transaction while another may still have it.
	run     *run         // Is told of the first of them.

	key1, key2, row1 []byte
	ends             []int
}

// entry is what becomes of one key.
type entry struct {
	key, row span
	state    state
	again    bool // More than one change of the batch touched it.
	born     bool // It had no row before the batch.
	last     source.Op
}

type state uint8

const (
	gone    state = iota // The key has no row in the end.
	full                 // It has this one.
	partial              // It has this one, with gaps that the target's old row fills.
)

func newNet(t *tablePlan, r *run, spare *spare) *net {
	return &net{run: r, columns: len(t.columns), key: t.key, based: t.based, text: arena{spare: spare}, bases: map[int]span{}, crowded: map[int]bool{}}
}

func (n *net) keyOf(e int) []byte { return n.text.get(n.entries[e].key) }

// entry finds a key or makes it known; fresh keys are gone until told otherwise.
func (n *net) entry(key []byte) (e int, fresh bool) {
	e, hash := n.index.find(key, n.keyOf)
	if e >= 0 {
		n.entries[e].again = true
		return e, false
	}
	e = n.index.add(hash)
	n.entries = append(n.entries, entry{key: n.text.add(key)})
	return e, true
}

// put makes a row the one of its key. Bytes must not be the arena's own.
func (n *net) put(e int, row []byte, s state) {
	n.entries[e].row = n.text.replace(n.entries[e].row, row)
	n.entries[e].state = s
}

// add takes changes in.
func (n *net) add(rows *source.Rows) error {
	switch rows.Op {
	case source.Insert:
		for i := range rows.After.Len() {
			if err := n.insert(&rows.After, i); err != nil {
				return err
			}
		}
	case source.Update:
		for i := range rows.After.Len() {
			if err := n.update(rows, i); err != nil {
				return err
			}
		}
	case source.Delete:
		for i := range rows.Before.Len() {
			if err := n.delete(&rows.Before, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *net) insert(m *source.Images, i int) error {
	var ok bool
	if n.key1, ok = appendKey(n.key1[:0], m, i, n.key); !ok {
		return noKey("INSERT")
	}
	e, fresh := n.entry(n.key1)
	n.entries[e].born = n.entries[e].born || fresh
	n.put(e, m.Row(i), full)
	n.entries[e].last = source.Insert
	delete(n.bases, e)
	return nil
}

func (n *net) delete(m *source.Images, i int) error {
	var ok bool
	if n.key1, ok = appendKey(n.key1[:0], m, i, n.key); !ok {
		return noKey("DELETE")
	}
	e, _ := n.entry(n.key1)
	if n.another(e, m, i) {
		return nil
	}
	n.entries[e].state, n.entries[e].last = gone, source.Delete
	delete(n.bases, e)
	return nil
}

// another reports whether a change of a key means not the row that took the key in this
// transaction, but the one that had it before: keys may meet until constraints are checked.
func (n *net) another(e int, before *source.Images, i int) bool {
	if len(n.crowded) == 0 || !n.crowded[e] || n.entries[e].state != full || !whole(before, i, n.columns) {
		return false
	}
	delete(n.crowded, e)
	return !bytes.Equal(before.Row(i), n.text.get(n.entries[e].row))
}

func (n *net) update(rows *source.Rows, i int) error {
	var ok bool
	if n.key2, ok = appendKey(n.key2[:0], &rows.After, i, n.key); !ok {
		return noKey("UPDATE")
	}
	sent := false
	if i < rows.Before.Len() {
		n.key1, sent = appendKey(n.key1[:0], &rows.Before, i, n.key)
	}
	if !sent {
		n.key1 = append(n.key1[:0], n.key2...)
	}
	e1, fresh := n.entry(n.key1)
	if bytes.Equal(n.key1, n.key2) {
		n.change(e1, e1, fresh, rows, i)
		return nil
	}
	e2, arrived := n.entry(n.key2)
	n.entries[e2].born = n.entries[e2].born || arrived
	stays := n.another(e1, &rows.Before, i)
	n.change(e1, e2, fresh, rows, i)
	if !stays {
		n.entries[e1].state = gone
		delete(n.bases, e1)
	}
	if len(n.crowded) == 0 {
		n.run.crowded = append(n.run.crowded, n)
	}
	n.crowded[e2] = true
	return nil
}

// change gives the row of one key new values at the same or another key.
func (n *net) change(from, to int, fresh bool, rows *source.Rows, i int) {
	n.entries[to].last = source.Update
	base, had := n.bases[from]
	if !had && fresh {
		base, had = n.entries[from].key, true
	}
	row, state := n.filled(from, rows, i)
	if state == gone {
		n.entries[to].state = gone
		return
	}
	n.put(to, row, state)
	if had && (n.based || state == partial) {
		n.bases[to] = base
	} else {
		delete(n.bases, to)
	}
}

// filled is an updated row, with the values that were not sent from the batch where it has them.
func (n *net) filled(from int, rows *source.Rows, i int) ([]byte, state) {
	after := &rows.After
	if whole(after, i, n.columns) {
		return after.Row(i), full
	}
	var complete bool
	if i < rows.Before.Len() && whole(&rows.Before, i, n.columns) {
		old := rows.Before.Row(i)
		n.ends = fields(n.ends[:0], old)
		n.row1, _ = merged(n.row1[:0], after, i, old, n.ends)
		return n.row1, full
	}
	if n.entries[from].state == gone {
		return after.Row(i), partial
	}
	old := n.text.get(n.entries[from].row)
	n.ends = fields(n.ends[:0], old)
	if n.row1, complete = merged(n.row1[:0], after, i, old, n.ends); complete {
		return n.row1, full
	}
	return n.row1, partial
}

// bytes is about how much memory the changes take.
func (n *net) bytes() int64 {
	return n.text.bytes + n.index.bytes() + int64(cap(n.entries))*36 + int64(len(n.bases)+len(n.crowded))*64
}

func (n *net) size() int { return len(n.entries) }

// folded reports whether an entry stands for several changes.
func (n *net) folded(e int) bool { return n.entries[e].again }

// lastOp is what the last change of an entry was.
func (n *net) lastOp(e int) source.Op { return n.entries[e].last }

func (n *net) release() {
	n.text.release()
	n.index, n.entries, n.bases = index{}, nil, nil
}

func noKey(what string) error {
	return fmt.Errorf("%s without the value of a key column: the source does not send enough of the row (MySQL: binlog_row_image, PostgreSQL: REPLICA IDENTITY)", what)
}

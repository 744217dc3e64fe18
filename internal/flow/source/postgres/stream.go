package postgres

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// stream turns the messages of pgoutput into transactions.
type stream struct {
	shape   func(*relation) (*table, error)
	there   func(oid uint32) (bool, error) // Whether a table exists still.
	members *membership
	seen    map[uint32]*followed // By the numbers of tables; it outlives connections.
	chose   []source.Name        // Tables that were there from the start; none when not known.

	at     lsn // After the last transaction.
	done   atomic.Uint64
	when   time.Time
	inside bool // A transaction is open.

	news *finding // Not yet reached.
	undo []func() // What the open transaction made of seen and chose.

	rows    source.Batch // Not yet delivered.
	current *followed    // Whose rows they are.
	wanted  bool
}

// followed is a table as it was last announced.
type followed struct {
	relation *relation
	table    *table // Made when it is first wanted.
	was      *table // Before it was altered, until that is told.
}

// Position is the place after the transaction.
func (f *stream) Position() source.Position {
	return source.Position(f.at.String() + f.members.suffix())
}

// Time is when the source committed.
func (f *stream) Time() time.Time { return f.when }

// message takes one message of pgoutput; it is valid until message returns.
func (f *stream) message(b []byte) error {
	if len(b) == 0 {
		return errMalformed
	}
	c := &cursor{b: b[1:]}
	switch b[0] {
	case 'I', 'U', 'D':
		return f.change(b[0], c)
	case 'B':
		f.inside = true
		return nil
	case 'C':
		c.take(1 + 8) // Flags, and where the commit begins.
		end, when := lsn(c.uint(8)), int64(c.uint(8))
		if c.short {
			return errMalformed
		}
		return f.commit(end, moment2000(when))
	case 'R':
		return f.announce(c)
	case 'T':
		return f.truncate(c)
	case 'O', 'Y', 'M': // Origin, type, message of an application.
		return nil
	}
	return fmt.Errorf("%w: message of type %q", errMalformed, b[0])
}

func moment2000(microseconds int64) time.Time {
	return epoch.Add(time.Duration(microseconds) * time.Microsecond)
}

// commit ends the open transaction, or none: then it tells how far the log is.
func (f *stream) commit(end lsn, when time.Time) error {
	if err := f.rows.Deliver(); err != nil {
		return err
	}
	f.at, f.when, f.inside = max(f.at, end), when, false
	if err := f.rows.Commit(f); err != nil {
		return err
	}
	f.undo = nil
	f.done.Store(uint64(f.at))
	return nil
}

// idle takes the place up to which the server has decoded everything.
func (f *stream) idle(end lsn, when time.Time) error {
	if f.inside || end <= f.at {
		return nil
	}
	return f.commit(end, when)
}

// turn makes a table the one whose rows are collected; it reports whether they are wanted.
func (f *stream) turn(oid uint32) (bool, error) {
	if f.current != nil && f.current.relation.oid == oid {
		return f.wanted, nil
	}
	t := f.seen[oid]
	if t == nil {
		return false, errMalformed
	}
	if err := f.rows.Deliver(); err != nil {
		return false, err
	}
	if f.current, f.wanted = t, f.rows.Sink.Wants(t.relation.name); !f.wanted {
		return false, nil
	}
	if err := f.load(t); err != nil {
		return false, err
	}
	return true, f.altered(t)
}

// change takes an INSERT, UPDATE or DELETE.
func (f *stream) change(kind byte, c *cursor) error {
	wanted, err := f.turn(uint32(c.uint(4)))
	if err != nil || !wanted || c.short {
		if c.short {
			return errMalformed
		}
		return err
	}
	t := f.current.table
	op := source.Insert
	switch kind {
	case 'U':
		op = source.Update
	case 'D':
		op = source.Delete
	}
	if err := f.rows.Begin(&t.Table, op); err != nil {
		return err
	}
	if err := f.read(t, op, c); err != nil {
		return fmt.Errorf("rows of %s: %w", t.Name, err)
	}
	return f.rows.Added()
}

// read takes the row before, where it is told, and the row after.
func (f *stream) read(t *table, op source.Op, c *cursor) error {
	before := tuple{table: t, into: &f.rows.Before}
	after := tuple{table: t, into: &f.rows.After}
	kind := c.uint(1)
	if op != source.Insert && (kind == 'K' || kind == 'O') {
		if before.key = kind == 'K'; before.key && len(t.Key) == 0 {
			return strange(t)
		}
		if err := before.read(c); err != nil || op == source.Delete {
			return err
		}
		after.old = before.into
		kind = c.uint(1)
	}
	if kind != 'N' || op == source.Delete {
		return errMalformed
	}
	if err := after.read(c); err != nil {
		return err
	}
	if op == source.Update && after.old == nil {
		return f.same(t)
	}
	return nil
}

// same writes the row before an update that left the key alone: of it, only the key is known.
func (f *stream) same(t *table) error {
	if len(t.Key) == 0 {
		return strange(t)
	}
	row := f.rows.After.Len() - 1
	for i := range t.columns {
		dst := f.rows.Before.Buffer()
		if t.columns[i].key {
			dst = append(dst, f.rows.After.Field(row, i)...)
		}
		f.rows.Before.End(dst)
	}
	return nil
}

func (f *stream) truncate(c *cursor) error {
	n := c.uint(4)
	options := c.uint(1)
	for range n {
		wanted, err := f.turn(uint32(c.uint(4)))
		if c.short {
			return errMalformed
		}
		if err != nil {
			return err
		}
		if !wanted {
			continue
		}
		d := &source.DDL{Verb: source.Truncate, Table: f.current.table.Name, Statement: "TRUNCATE TABLE " + identOf(f.current.table.Name), Shape: &f.current.table.Table}
		if options&1 != 0 {
			d.Statement += " CASCADE"
		}
		if err := f.rows.Tell(d); err != nil {
			return err
		}
	}
	return nil
}

// drop forgets the transaction that is not complete; it will come again.
func (f *stream) drop() {
	for _, undo := range slices.Backward(f.undo) {
		undo()
	}
	f.rows.Undo()
	f.current, f.undo, f.inside = nil, nil, false
}

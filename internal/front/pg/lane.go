package pg

import (
	"encoding/binary"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

const (
	// blockRows is how many rows are made at once: their lanes and bytes stay in the processor's nearest memory.
	blockRows = 128
	// slotSize is room for every value that a fillFunc writes.
	slotSize = 32
	// blockBytes is when a column of long values has enough for a block.
	blockBytes = 128 << 10
)

var littleEndian = binary.LittleEndian

// lane holds a column's values of a block of rows. A row has the place row%blockRows.
type lane struct {
	source source
	vec    *warehouse.Vector
	spill  []byte
	at     int // where in spill layRows is
	bytes  int // how long the values are together, unless they are in slots

	sizes [blockRows]int32                 // -1 is NULL
	slots [(blockRows + 2) * slotSize]byte // two more, since there has to be something behind every value
}

// source is where the values are.
type source uint8

const (
	inSlots  source = iota // each at the end of its slot
	inVector               // as text in vec
	inSpill                // one after the other
)

// lanes are kept from result to result.
var lanes = sync.Pool{New: func() any { return new(lane) }}

// slot gives room for a row's value, which has to end where the slot ends.
func (l *lane) slot(row uint16) *[slotSize]byte {
	return (*[slotSize]byte)(l.slots[uint(row%blockRows)*slotSize:])
}

// room is the most that the values of so many rows need.
func (l *lane) room(rows int) int {
	if l.source == inSlots {
		return rows * slotSize
	}
	return l.bytes
}

// fill makes the values of rows, which are those before to that have one. It returns to,
// or the row before which it had to stop, and why when that is an error.
func (c *column) fill(rows []uint16, to int) (int, error) {
	l := c.lane
	switch {
	case c.fast != nil && c.fast(c, rows):
		l.source = inSlots
		return to, nil
	case c.text:
		l.source, l.vec = inVector, c.vec
		return l.measure(rows, to), nil
	}
	l.source = inSpill
	return c.putAll(rows, to)
}

// measure notes the lengths of text that is copied from the vector.
func (l *lane) measure(rows []uint16, to int) int {
	l.bytes = 0
	for _, row := range rows {
		n := len(l.vec.Bytes(int(row)))
		l.sizes[row%blockRows] = int32(n)
		if l.bytes += n; l.bytes >= blockBytes {
			return int(row) + 1
		}
	}
	return to
}

// putAll makes values of any length and type one by one.
func (c *column) putAll(rows []uint16, to int) (int, error) {
	l, spill := c.lane, c.lane.spill[:0]
	defer func() { l.spill, l.at, l.bytes = spill, 0, len(spill) }()
	for _, row := range rows {
		start := len(spill)
		spill = c.put(c, spill, int(row))
		if c.err != nil {
			spill = spill[:start]
			return int(row), c.takeErr()
		}
		l.sizes[row%blockRows] = int32(len(spill) - start)
		if len(spill) >= blockBytes {
			return int(row) + 1, nil
		}
	}
	return to, nil
}

// release gives the lane back for other results.
func (l *lane) release() {
	l.vec = nil
	if cap(l.spill) > 4*blockBytes {
		l.spill = nil
	}
	lanes.Put(l)
}

package pg

import (
	"encoding/binary"
	"sync"
)

const (
	// blockRows is how many rows are made at once: their lanes and bytes stay in the processor's nearest memory.
	blockRows = 128
	// slotSize is room for every value that a fillFunc writes.
	slotSize = 32
	// blockBytes is when a column of long values has enough for a block.
	blockBytes = flushSize
)

var littleEndian = binary.LittleEndian

// lane holds a column's values of a block of rows, each at the end of a slot. A row has the place row%blockRows.
type lane struct {
	sizes [blockRows]int32 // -1 is NULL
	slots [(blockRows + 2) * slotSize]byte
}

// lanes are kept from result to result.
var lanes = sync.Pool{New: func() any { return new(lane) }}

// slot gives room for a row's value, which has to end where the slot ends.
func (l *lane) slot(row uint16) *[slotSize]byte {
	return (*[slotSize]byte)(l.slots[int(row%blockRows)*slotSize:])
}

// copyTo copies the value of a row and what lies behind it, always a whole slot: there is
// something behind every slot, and behind NULL.
func (l *lane) copyTo(dst []byte, place uint, size int32) {
	from := l.slots[(place+1)*slotSize-uint(size):]
	from = from[:slotSize]
	dst = dst[:slotSize]
	copy(dst[:slotSize/2], from[:slotSize/2]) // Two halves: up to 16 bytes the compiler needs no call.
	copy(dst[slotSize/2:], from[slotSize/2:])
}

// fill makes the values of rows, which are the rows from..to without those of NULL. It returns to,
// or the row before which it had to stop, and why when that is an error.
func (c *column) fill(rows []uint16, from, to int) (int, error) {
	switch {
	case c.fast != nil && c.fast(c, rows):
		c.source = inSlots
		return to, nil
	case c.text:
		c.source = inVector
		return c.measure(rows, to), nil
	}
	c.source = inSpill
	return c.putAll(rows, to)
}

// measure notes the lengths of text that assemble copies from the vector.
func (c *column) measure(rows []uint16, to int) int {
	c.bytes = 0
	for _, row := range rows {
		n := len(c.vec.Bytes(int(row)))
		c.lane.sizes[row%blockRows] = int32(n)
		if c.bytes += n; c.bytes >= blockBytes {
			return int(row) + 1
		}
	}
	return to
}

// putAll makes values of any length and type one by one.
func (c *column) putAll(rows []uint16, to int) (int, error) {
	if cap(c.spill) > 4*blockBytes {
		c.spill = nil
	}
	c.spill, c.at = c.spill[:0], 0
	for _, row := range rows {
		start := len(c.spill)
		c.spill = c.put(c, c.spill, int(row))
		if c.err != nil {
			c.spill = c.spill[:start]
			return int(row), c.takeErr()
		}
		c.lane.sizes[row%blockRows] = int32(len(c.spill) - start)
		if len(c.spill) >= blockBytes {
			return int(row) + 1, nil
		}
	}
	return to, nil
}

// length is the most that so many values of the block need.
func (c *column) length(rows int) int {
	switch c.source {
	case inVector:
		return c.bytes
	case inSpill:
		return len(c.spill)
	}
	return rows * slotSize
}

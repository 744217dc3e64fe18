package pg

import (
	"math/bits"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

const (
	// shortScale is how many digits behind the point share a word with the point and a digit before it.
	shortScale = 6
	// shortLimit is above numbers of sixteen digits, which fit two words.
	shortLimit = 1e16
)

func (c *column) chooseFastDecimal() {
	if c.from.Kind != warehouse.KindDecimal || int(c.from.Scale) != c.want.Scale {
		return
	}
	kind := warehouse.DecimalKind(c.from.Precision)
	switch {
	case c.binary:
		c.fast = binaryDecimalsBy.of(kind)
	case c.from.Scale == 0:
		c.fast = textIntegersBy.of(kind)
	case c.from.Scale <= shortScale:
		c.fast = textDecimalsBy.of(kind)
	}
}

func textDecimals[T integer](c *column, rows []uint16) bool {
	values, l, p := integers[T](c), c.lane, newPoint(int(c.from.Scale))
	for _, row := range rows {
		v := int64(values[row%warehouse.ChunkSize])
		u := uint64(max(v, -v))
		if u >= shortLimit {
			return false
		}
		slot, high := l.slot(row), uint64(0)
		if u >= 1e8 {
			u, high = u%1e8, u/1e8
		}
		low := eightDigits(u)
		n := max(count8(low)+1, p.least)
		p.set(slot, low+zeros)
		if high > 0 {
			n = 9 + setHigh(slot, high)
		}
		if v < 0 {
			n++
			slot[(slotSize-n)%slotSize] = '-'
		}
		l.sizes[row%blockRows] = int32(n)
	}
	return true
}

// point says how eight digits make room for the point between them.
type point struct {
	fraction uint64 // covers the digits behind it
	whole    uint64 // covers the digits before it, one place to the left
	mark     uint64 // is the point itself
	least    int    // how long the shortest number is
}

func newPoint(scale int) point {
	at := 8 * (7 - scale)
	return point{fraction: ^(1<<(at+8) - 1), whole: 1<<at - 1, mark: '.' << at, least: scale + 2}
}

// set writes eight digits with the point between them at the end of a slot.
func (p *point) set(slot *[slotSize]byte, digits uint64) {
	slot[slotSize-9] = byte(digits)
	littleEndian.PutUint64(slot[slotSize-8:], digits&p.fraction|p.mark|digits>>8&p.whole)
}

// setHigh writes the digits before those that set wrote, and returns how many there are.
func setHigh(slot *[slotSize]byte, u uint64) int {
	high := eightDigits(u)
	littleEndian.PutUint64(slot[slotSize-17:], high+zeros)
	return count8(high)
}

// binaryDecimals writes PostgreSQL's numeric, see binaryDecimal.
func binaryDecimals[T integer](c *column, rows []uint16) bool {
	values, l, scale := integers[T](c), c.lane, uint64(c.from.Scale)
	fill := [...]uint64{1, 1000, 100, 10}[scale%4] // up to whole groups of four digits
	for _, row := range rows {
		v := int64(values[row%warehouse.ChunkSize])
		u := uint64(max(v, -v))
		if u >= shortLimit {
			return false
		}
		sign := uint64(0)
		if v < 0 {
			sign = 0x4000
		}
		n := setGroups(l.slot(row), u*fill, sign<<16|scale)
		l.sizes[row%blockRows] = int32(n)
	}
	return true
}

// setGroups writes a numeric at the end of a slot and returns its length. signScale is its sign and scale as they are written.
func setGroups(slot *[slotSize]byte, u, signScale uint64) int {
	if u == 0 || u >= shortLimit {
		return setAnyGroups(slot, u, signScale)
	}
	high, low := u/1e8, u%1e8
	groups := high/1e4<<48 | high%1e4<<32 | low/1e4<<16 | low%1e4
	before, after := bits.LeadingZeros64(groups)/16, bits.TrailingZeros64(groups)/16 // Groups of zeros at the ends are left out.
	bigEndian.PutUint64(slot[slotSize-8:], groups>>(16*after))
	return setNumericHead(slot, 4-before-after, 4-before, signScale)
}

func setAnyGroups(slot *[slotSize]byte, u, signScale uint64) int {
	left, count := 0, 0
	for ; u > 0 && u%1e4 == 0; u /= 1e4 {
		left++
	}
	for ; u > 0; u /= 1e4 {
		count++
		bigEndian.PutUint16(slot[slotSize-2*count:], uint16(u%1e4))
	}
	return setNumericHead(slot, count, left+count, signScale)
}

// setNumericHead writes what stands before count groups, which are all groups but those of zeros at the end.
func setNumericHead(slot *[slotSize]byte, count, all int, signScale uint64) int {
	weight := all - int(signScale&0xffff+3)/4 - 1
	if count == 0 {
		weight = 0
	}
	size := 8 + 2*count
	bigEndian.PutUint64(slot[slotSize-size:], uint64(count)<<48|uint64(uint16(weight))<<32|signScale)
	return size
}

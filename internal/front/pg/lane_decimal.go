package pg

import "github.com/inlet-data/inlet/internal/flow/warehouse"

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
		c.fast = fastInteger(kind, nil, binaryDecimals[int16], binaryDecimals[int32], binaryDecimals[int64])
	case c.from.Scale == 0:
		c.fast = fastInteger(kind, nil, textIntegers[int16], textIntegers[int32], textIntegers[int64])
	case c.from.Scale <= shortScale:
		c.fast = fastInteger(kind, nil, textDecimals[int16], textDecimals[int32], textDecimals[int64])
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
		n := p.set(slot, u)
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

// set writes a number below 10⁸ at the end of a slot, and returns its length.
func (p *point) set(slot *[slotSize]byte, u uint64) int {
	low := eightDigits(u)
	text := low + zeros
	slot[slotSize-9] = byte(text)
	littleEndian.PutUint64(slot[slotSize-8:], text&p.fraction|p.mark|text>>8&p.whole)
	return max(count8(low)+1, p.least)
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

// setGroups writes a numeric at the end of a slot. signScale is its sign and scale as they are written.
func setGroups(slot *[slotSize]byte, u, signScale uint64) int {
	first, at := -int((signScale&0xffff+3)/4)-1, slotSize
	for ; u > 0 && u%10000 == 0; u /= 10000 { // Groups of zeros at the end are left out.
		first++
	}
	for ; u > 0; u /= 10000 {
		first++
		at -= 2
		bigEndian.PutUint16(slot[at:], uint16(u%10000))
	}
	count := (slotSize - at) / 2
	if count == 0 {
		first = 0
	}
	at -= 8
	bigEndian.PutUint64(slot[at:], uint64(count)<<48|uint64(uint16(first))<<32|signScale)
	return slotSize - at
}

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
	values, l, scale := integers[T](c), c.lane, int(c.from.Scale)
	for _, row := range rows {
		v := int64(values[row%warehouse.ChunkSize])
		u := uint64(max(v, -v))
		if u >= shortLimit {
			return false
		}
		slot := l.slot(row)
		n := setPoint(slot, u, scale)
		if v < 0 {
			n++
			slot[(slotSize-n)%slotSize] = '-'
		}
		l.sizes[row%blockRows] = int32(n)
	}
	return true
}

// setPoint writes a number with scale digits behind the point at the end of a slot, and returns its length.
func setPoint(slot *[slotSize]byte, u uint64, scale int) int {
	point := 8 * (7 - scale) // where the point is in the last word, in bits
	low := eightDigits(u % 1e8)
	last := low + zeros
	whole := last >> 8 & (1<<point - 1) // one place to the left, to make room
	littleEndian.PutUint64(slot[24:], last&^(1<<(point+8)-1)|'.'<<point|whole)
	slot[23] = byte(last)
	if u < 1e8 {
		return max(count8(low), scale+1) + 1
	}
	high := eightDigits(u / 1e8)
	littleEndian.PutUint64(slot[15:], high+zeros)
	return 8 + count8(high) + 1
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

package pg

import (
	"math"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// integer is what vectors hold integers, decimals, dates and times in.
type integer interface{ int8 | int16 | int32 | int64 }

// integers views a vector of integers.
func integers[T integer](c *column) *[warehouse.ChunkSize]T {
	return (*[warehouse.ChunkSize]T)(warehouse.Values[T](c.vec))
}

// byWidth is one function for each width of a vector's integers.
type byWidth struct{ of8, of16, of32, of64 fillFunc }

var (
	textIntegersBy   = byWidth{textIntegers[int8], textIntegers[int16], textIntegers[int32], textIntegers[int64]}
	binaryIntegersBy = byWidth{binaryIntegers[int8], binaryIntegers[int16], binaryIntegers[int32], binaryIntegers[int64]}
	textDecimalsBy   = byWidth{nil, textDecimals[int16], textDecimals[int32], textDecimals[int64]}
	binaryDecimalsBy = byWidth{nil, binaryDecimals[int16], binaryDecimals[int32], binaryDecimals[int64]}
)

// of is the function for a kind, nil when that is no integer or a wider one.
func (b *byWidth) of(kind warehouse.Kind) fillFunc {
	switch kind {
	case warehouse.KindInt8:
		return b.of8
	case warehouse.KindInt16:
		return b.of16
	case warehouse.KindInt32:
		return b.of32
	case warehouse.KindInt64:
		return b.of64
	}
	return nil
}

// chooseFast picks fast where put's values mostly are short and simple.
func (c *column) chooseFast() {
	switch c.want.ID {
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Oid:
		c.fast = pick(c.binary, binaryIntegersBy.of(c.from.Kind), textIntegersBy.of(c.from.Kind))
	case sqltype.Boolean:
		if c.from.Kind == warehouse.KindBool {
			c.fast = booleans
		}
	case sqltype.Real, sqltype.Double:
		c.chooseFastFloat()
	case sqltype.Decimal:
		c.chooseFastDecimal()
	case sqltype.Date, sqltype.Timestamp, sqltype.TimestampTZ, sqltype.Time:
		c.chooseFastMoment()
	}
}

func pick(binary bool, asBinary, asText fillFunc) fillFunc {
	if binary {
		return asBinary
	}
	return asText
}

func (c *column) chooseFastFloat() {
	switch {
	case c.binary && c.want.ID == sqltype.Double && c.from.Kind == warehouse.KindDouble:
		c.fast = binaryDoubles
	case c.binary && c.want.ID == sqltype.Real && c.from.Kind == warehouse.KindFloat:
		c.fast = binaryReals
	}
}

// limits are the smallest and largest value of an integer type.
func (c *column) limits() (low, high int64) {
	switch c.want.ID {
	case sqltype.Smallint:
		return math.MinInt16, math.MaxInt16
	case sqltype.Integer:
		return math.MinInt32, math.MaxInt32
	case sqltype.Oid:
		return 0, math.MaxUint32
	}
	return math.MinInt64, math.MaxInt64
}

func textIntegers[T integer](c *column, rows []uint16) bool {
	values, l := integers[T](c), c.lane
	low, high := c.limits()
	for _, row := range rows {
		v := int64(values[row%warehouse.ChunkSize])
		if v < low || v > high {
			return false
		}
		slot := l.slot(row)
		if v >= 0 {
			l.sizes[row%blockRows] = int32(setDigits(slot, uint64(v)))
			continue
		}
		n := setDigits(slot, -uint64(v)) + 1
		slot[(slotSize-n)%slotSize] = '-'
		l.sizes[row%blockRows] = int32(n)
	}
	return true
}

// binaryIntegers writes eight bytes, of which the last count.
func binaryIntegers[T integer](c *column, rows []uint16) bool {
	values, l, size := integers[T](c), c.lane, int32(c.want.Size())
	low, high := c.limits()
	for _, row := range rows {
		v := int64(values[row%warehouse.ChunkSize])
		if v < low || v > high {
			return false
		}
		bigEndian.PutUint64(l.slot(row)[24:], uint64(v))
		l.sizes[row%blockRows] = size
	}
	return true
}

func booleans(c *column, rows []uint16) bool {
	values, l := (*[warehouse.ChunkSize]uint8)(warehouse.Values[uint8](c.vec)), c.lane
	yes, no := byte('t'), byte('f')
	if c.binary {
		yes, no = 1, 0
	}
	for _, row := range rows {
		b := no
		if values[row%warehouse.ChunkSize]&1 != 0 {
			b = yes
		}
		l.slot(row)[31] = b
		l.sizes[row%blockRows] = 1
	}
	return true
}

func binaryDoubles(c *column, rows []uint16) bool {
	values, l := (*[warehouse.ChunkSize]float64)(warehouse.Values[float64](c.vec)), c.lane
	for _, row := range rows {
		bigEndian.PutUint64(l.slot(row)[24:], math.Float64bits(values[row%warehouse.ChunkSize]))
		l.sizes[row%blockRows] = 8
	}
	return true
}

func binaryReals(c *column, rows []uint16) bool {
	values, l := (*[warehouse.ChunkSize]float32)(warehouse.Values[float32](c.vec)), c.lane
	for _, row := range rows {
		bigEndian.PutUint32(l.slot(row)[28:], math.Float32bits(values[row%warehouse.ChunkSize]))
		l.sizes[row%blockRows] = 4
	}
	return true
}

package pg

import (
	"fmt"
	"math"
	"strconv"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// integer reads a number as int64; fractions are rounded half away from zero.
func (c *column) integer(row int) int64 {
	switch c.from.Kind {
	case warehouse.KindInt32:
		return int64(warehouse.Values[int32](c.vec)[row])
	case warehouse.KindInt64:
		return warehouse.Values[int64](c.vec)[row]
	case warehouse.KindInt16:
		return int64(warehouse.Values[int16](c.vec)[row])
	case warehouse.KindInt8:
		return int64(warehouse.Values[int8](c.vec)[row])
	case warehouse.KindBool:
		return int64(warehouse.Values[uint8](c.vec)[row] & 1)
	case warehouse.KindFloat, warehouse.KindDouble:
		f := math.Round(c.float(row))
		if !(f >= math.MinInt64 && f < math.MaxInt64) { // False for NaN too.
			c.outOfRange()
			return 0
		}
		return int64(f)
	}
	n := c.number(row)
	n.rescale(0)
	i, ok := n.int64()
	if !ok {
		c.outOfRange()
	}
	return i
}

// float reads a number as float64.
func (c *column) float(row int) float64 {
	switch c.from.Kind {
	case warehouse.KindDouble:
		return warehouse.Values[float64](c.vec)[row]
	case warehouse.KindFloat:
		return float64(warehouse.Values[float32](c.vec)[row])
	case warehouse.KindDecimal, warehouse.KindInt128:
		var text [64]byte
		f, err := strconv.ParseFloat(string(c.number(row).text(text[:0])), 64)
		if err != nil {
			c.outOfRange()
		}
		return f
	}
	return float64(c.integer(row))
}

func (c *column) outOfRange() {
	names := map[sqltype.ID]string{sqltype.Smallint: "smallint", sqltype.Integer: "integer", sqltype.Bigint: "bigint", sqltype.Oid: "OID"}
	name, ok := names[c.want.ID]
	if !ok {
		name = "value"
	}
	c.err = &fault.Error{Kind: fault.Invalid, Code: stateRange, Message: name + " out of range",
		Detail: fmt.Sprintf("column %q", c.name)}
}

// within reads an integer that has to lie in low..high.
func (c *column) within(row int, low, high int64) int64 {
	i := c.integer(row)
	if i < low || i > high {
		c.outOfRange()
	}
	return i
}

func textBool(c *column, dst []byte, row int) []byte {
	if c.integer(row) != 0 {
		return append(dst, 't')
	}
	return append(dst, 'f')
}

func textInt(c *column, dst []byte, row int) []byte {
	i := c.integer(row)
	switch c.want.ID {
	case sqltype.Integer:
		if i != int64(int32(i)) {
			c.outOfRange()
		}
	case sqltype.Smallint:
		if i != int64(int16(i)) {
			c.outOfRange()
		}
	case sqltype.Oid:
		if i != int64(uint32(i)) {
			c.outOfRange()
		}
	}
	return strconv.AppendInt(dst, i, 10)
}

func textReal(c *column, dst []byte, row int) []byte {
	return appendFloat(dst, c.float(row), 32, c.style.floatDigits)
}

func textDouble(c *column, dst []byte, row int) []byte {
	return appendFloat(dst, c.float(row), 64, c.style.floatDigits)
}

// appendFloat prints as PostgreSQL does: the shortest text that reads back the
// same, or fewer digits when extra_float_digits is not above zero.
func appendFloat(dst []byte, f float64, bits, extra int) []byte {
	digits := 15
	if bits == 32 {
		digits = 6
		f = float64(float32(f))
	}
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case extra <= 0:
		return strconv.AppendFloat(dst, f, 'g', max(digits+extra, 1), bits)
	}
	limit := 1e15
	if bits == 32 {
		limit = 1e6
	}
	if a := math.Abs(f); a == 0 || a >= float64(smallest(bits)) && a < limit {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	return strconv.AppendFloat(dst, f, 'e', -1, bits)
}

// smallest is where exponents begin, 0.0001 as the type has it.
func smallest(bits int) float64 {
	if bits == 32 {
		return float64(float32(1e-4))
	}
	return 1e-4
}

func binaryBool(c *column, dst []byte, row int) []byte {
	if c.integer(row) != 0 {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func binaryInt2(c *column, dst []byte, row int) []byte {
	return bigEndian.AppendUint16(dst, uint16(c.within(row, math.MinInt16, math.MaxInt16)))
}

func binaryInt4(c *column, dst []byte, row int) []byte {
	return bigEndian.AppendUint32(dst, uint32(c.within(row, math.MinInt32, math.MaxInt32)))
}

func binaryInt8(c *column, dst []byte, row int) []byte {
	return bigEndian.AppendUint64(dst, uint64(c.integer(row)))
}

func binaryOid(c *column, dst []byte, row int) []byte {
	return bigEndian.AppendUint32(dst, uint32(c.within(row, 0, math.MaxUint32)))
}

func binaryReal(c *column, dst []byte, row int) []byte {
	return bigEndian.AppendUint32(dst, math.Float32bits(float32(c.float(row))))
}

func binaryDouble(c *column, dst []byte, row int) []byte {
	return bigEndian.AppendUint64(dst, math.Float64bits(c.float(row)))
}

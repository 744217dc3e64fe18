package delimited

import (
	"bytes"
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

func badDigit(b []byte, at int, typ string) *problem {
	return fail(codeDigit, at, fmt.Sprintf("Invalid digit, Value '%s', Pos %d, Type: %s", character(b[at:]), at, typ))
}

var integerNames = map[int]string{16: "Short", 32: "Integer", 64: "Long"}

// parseInteger reads an optional minus and digits.
func parseInteger(b []byte, size int) (int64, *problem) {
	i := 0
	if b[0] == '-' && len(b) > 1 {
		i = 1
	}
	most := uint64(1) << (size - 1)
	if i == 0 {
		most--
	}
	v, over := uint64(0), false
	for ; i < len(b); i++ {
		d := uint64(b[i] - '0')
		if d > 9 {
			return 0, badDigit(b, i, integerNames[size])
		}
		over = over || v > (most-d)/10
		v = v*10 + d
	}
	if over {
		return 0, fail(codeOverflow, 0, fmt.Sprintf("Overflow (%s valid range %d to %d)", integerNames[size], int64(-1)<<(size-1), uint64(1)<<(size-1)-1))
	}
	if b[0] == '-' {
		v = -v
	}
	return int64(v), nil
}

// parseDecimal reads digits with a point and scales them: decimals over the
// column's scale are cut, or rounded half away from zero.
func parseDecimal(b []byte, t sqltype.Type, round bool) (warehouse.Int128, *problem) {
	i := 0
	if b[0] == '-' {
		i = 1
	}
	var v uint128
	digits, decimals, significant, point, up := 0, 0, 0, false, false
	for ; i < len(b); i++ {
		if b[i] == '.' && !point {
			point = true
			continue
		}
		d := b[i] - '0'
		if d > 9 {
			return warehouse.Int128{}, badDigit(b, i, "Decimal")
		}
		digits++
		if point && decimals == t.Scale {
			up = up || round && d >= 5
			round = false // Only the first digit that is cut decides.
			continue
		}
		if point {
			decimals++
		}
		if significant > 0 || d > 0 {
			significant++
		}
		if significant <= sqltype.MaxPrecision {
			v = v.times10(uint64(d))
		}
	}
	if digits == 0 {
		return warehouse.Int128{}, fail(codeDecimal, 0, "Invalid decimal value")
	}
	for ; decimals < t.Scale && significant <= sqltype.MaxPrecision; decimals++ {
		v = v.times10(0)
		if significant > 0 {
			significant++
		}
	}
	if up {
		v = v.plus(1)
	}
	if significant > sqltype.MaxPrecision || v.more(largest(t.Precision)) {
		return warehouse.Int128{}, fail(codeOverflow, 0, fmt.Sprintf("Overflow for NUMERIC(%d,%d)", t.Precision, t.Scale))
	}
	return v.signed(b[0] == '-'), nil
}

// largest is the largest unscaled value of a precision. Redshift keeps up to 19 digits in 8 bytes.
func largest(precision int) uint128 {
	if precision == 19 {
		return uint128{lo: 1<<63 - 1}
	}
	var v uint128
	for range precision {
		v = v.times10(9)
	}
	return v
}

// setDecimal stores an unscaled value in the column's integer.
func (c *column) setDecimal(row int, v warehouse.Int128) {
	if c.kind == warehouse.KindInt128 {
		warehouse.Values[warehouse.Int128](c.vec)[row] = v
		return
	}
	c.setInteger(row, int64(v.Lo))
}

// uint128 is an unsigned integer of 128 bits.
type uint128 struct{ hi, lo uint64 }

// times10 is 10·v + d.
func (v uint128) times10(d uint64) uint128 {
	hi, lo := bits.Mul64(v.lo, 10)
	return uint128{hi: hi + 10*v.hi, lo: lo}.plus(d)
}

func (v uint128) plus(d uint64) uint128 {
	lo, carry := bits.Add64(v.lo, d, 0)
	return uint128{hi: v.hi + carry, lo: lo}
}

func (v uint128) more(w uint128) bool { return v.hi > w.hi || v.hi == w.hi && v.lo > w.lo }

func (v uint128) signed(negative bool) warehouse.Int128 {
	if negative {
		lo, borrow := bits.Sub64(0, v.lo, 0)
		hi, _ := bits.Sub64(0, v.hi, borrow)
		v = uint128{hi: hi, lo: lo}
	}
	return warehouse.Int128{Lo: v.lo, Hi: int64(v.hi)}
}

// parseFloat reads a decimal floating point number.
func parseFloat(b []byte, size int) (float64, *problem) {
	if !plainFloat(b) {
		return 0, fail(codeFloat, 0, "Invalid floating point value")
	}
	v, err := strconv.ParseFloat(string(b), size)
	if errors.Is(err, strconv.ErrSyntax) {
		return 0, fail(codeFloat, 0, "Invalid floating point value")
	}
	if err != nil {
		return 0, fail(codeOutOfRange, 0, fmt.Sprintf("Floating point value is out of range for FLOAT%d", size/8))
	}
	return v, nil
}

// plainFloat keeps out what Go's parser takes and Redshift does not: hexadecimal digits and underscores.
func plainFloat(b []byte) bool {
	if b[0] == '-' || b[0] == '+' {
		b = b[1:]
	}
	if len(b) > 0 && (b[0]|0x20 == 'i' || b[0]|0x20 == 'n') {
		return bytes.EqualFold(b, []byte("infinity")) || bytes.EqualFold(b, []byte("inf")) || bytes.EqualFold(b, []byte("nan"))
	}
	digits := 0
	for len(b) > 0 && (isDigit(b[0]) || b[0] == '.') {
		if b[0] != '.' {
			digits++
		} else if bytes.IndexByte(b[1:], '.') >= 0 {
			return false
		}
		b = b[1:]
	}
	if len(b) == 0 || digits == 0 {
		return digits > 0
	}
	if b[0]|0x20 != 'e' {
		return false
	}
	b = b[1:]
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

var booleans = map[string]bool{"t": true, "true": true, "y": true, "yes": true, "1": true,
	"f": false, "false": false, "n": false, "no": false, "0": false}

func parseBoolean(b []byte) (bool, *problem) {
	if v, ok := booleans[string(b)]; ok {
		return v, nil
	}
	v, ok := booleans[string(bytes.ToLower(b))]
	if !ok {
		return false, fail(codeBoolean, 0, "Unknown boolean format")
	}
	return v, nil
}

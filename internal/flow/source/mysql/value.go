package mysql

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// moment is a date with a time of day, or a duration with its hours.
type moment struct {
	year, month, day           int
	hour, minute, second, frac int // frac in microseconds.
	negative                   bool
}

func two(dst []byte, n int) []byte { return append(dst, byte('0'+n/10%10), byte('0'+n%10)) }

func appendDate(dst []byte, m moment) []byte {
	dst = two(two(dst, m.year/100), m.year)
	dst = two(append(dst, '-'), m.month)
	return two(append(dst, '-'), m.day)
}

func appendClock(dst []byte, m moment) []byte {
	dst = two(append(dst, ':'), m.minute)
	dst = two(append(dst, ':'), m.second)
	if m.frac != 0 {
		dst = append(dst, '.')
		for unit := 100000; unit > 0; unit /= 10 {
			dst = append(dst, byte('0'+m.frac/unit%10))
		}
	}
	return dst
}

func appendDateTime(dst []byte, m moment) []byte {
	return appendClock(two(append(appendDate(dst, m), ' '), m.hour), m)
}

// appendTime prints a TIME, which has up to 838 hours and a sign.
func appendTime(dst []byte, m moment) []byte {
	if m.negative {
		dst = append(dst, '-')
	}
	if m.hour > 99 {
		dst = append(dst, byte('0'+m.hour/100%10))
	}
	return appendClock(two(dst, m.hour), m)
}

func appendYear(dst []byte, year int) []byte { return strconv.AppendInt(dst, int64(year), 10) }

// appendFloat prints the shortest text that reads back as the same number; the
// server's own text of a FLOAT has six digits and loses the rest.
func appendFloat(dst []byte, bits uint32) []byte {
	return strconv.AppendFloat(dst, float64(math.Float32frombits(bits)), 'g', -1, 32)
}

func appendDouble(dst []byte, bits uint64) []byte {
	return strconv.AppendFloat(dst, math.Float64frombits(bits), 'g', -1, 64)
}

// appendBits prints a BIT: a boolean when it is one wide, else a number.
func appendBits(dst, value []byte, width int) []byte {
	var n uint64
	for _, b := range value {
		n = n<<8 | uint64(b)
	}
	if width == 1 {
		return source.AppendBool(dst, n != 0)
	}
	return strconv.AppendUint(dst, n, 10)
}

// appendGeometry prints WKB in hexadecimal; a reference system is kept as in EWKB.
func appendGeometry(dst, value []byte) []byte {
	if len(value) < 9 || value[4] != 1 {
		return source.AppendHex(dst, value)
	}
	srid, wkb := value[:4], value[4:]
	if binary.LittleEndian.Uint32(srid) == 0 {
		return source.AppendHex(dst, wkb)
	}
	ewkb := binary.LittleEndian.AppendUint32([]byte{1}, binary.LittleEndian.Uint32(wkb[1:])|0x20000000)
	return source.AppendHex(dst, append(append(ewkb, srid...), wkb[5:]...))
}

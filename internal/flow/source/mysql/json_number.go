package mysql

import (
	"bytes"
	"math"
	"strconv"
)

// wide is up to which power of ten the server prints a number without an exponent.
const wide = 15

// appendJSONDouble prints a number as the server does in JSON: with .0 when it is
// whole, and with a bare exponent when zeros would fill it up.
func appendJSONDouble(dst []byte, bits uint64) []byte {
	f := math.Float64frombits(bits)
	var b [32]byte
	text := strconv.AppendFloat(b[:0], f, 'e', -1, 64) // d.ddde±xx
	mantissa, exponent, _ := bytes.Cut(text, []byte("e"))
	power, err := strconv.Atoi(string(exponent))
	digits := len(bytes.TrimLeft(mantissa, "-"))
	if digits > 1 {
		digits-- // The point.
	}
	if err == nil && (power < -wide || power >= wide && digits <= power+1) {
		return strconv.AppendInt(append(append(dst, mantissa...), 'e'), int64(power), 10)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if bytes.IndexByte(dst[start:], '.') < 0 {
		dst = append(dst, ".0"...)
	}
	return dst
}

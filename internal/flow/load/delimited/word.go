package delimited

import (
	"encoding/binary"
	"math/bits"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// textEnd finds the first delimiter, newline or quote from pos on, eight bytes
// at a time, and reports whether a byte before it is not ASCII. The block's slack
// makes the last load safe, and its last newline ends the search.
func (w *worker) textEnd(pos int) (end int, high bool) {
	delim, quote := w.delims, w.quotes
	const newline = ones * '\n'
	var seen uint64
	for mem := w.mem; ; pos += 8 {
		x := binary.LittleEndian.Uint64(mem[pos : pos+8 : pos+8])
		if found := zeros(x^delim) | zeros(x^newline) | zeros(x^quote); found != 0 {
			n := bits.TrailingZeros64(found) &^ 7
			seen |= x & (1<<n - 1)
			return pos + n>>3, seen&highs != 0
		}
		seen |= x
	}
}

// digitRun reads the digits at the start of b, which has eight bytes, if they are fewer than eight.
func digitRun(b []byte) (v uint64, n int) {
	t := binary.LittleEndian.Uint64(b) ^ ones*'0'
	other := (t + ones*0x76 | t) & highs
	n = bits.TrailingZeros64(other) >> 3
	// The digits move to the upper end; what comes before them is zeros.
	t = t << 8 << (56 - 8*uint(n)&63)
	t = t*10 + t>>8
	const pairs = 0x000000ff000000ff
	return (t&pairs*(100+1000000<<32) + t>>16&pairs*(1+10000<<32)) >> 32, n
}

// zeros sets the high bit of the lowest byte of x that is zero, and perhaps of higher ones.
func zeros(x uint64) uint64 { return (x - ones) &^ x & highs }

// highBits reports whether a byte of b is not ASCII.
func highBits(b []byte) bool {
	var seen uint64
	for ; len(b) >= 8; b = b[8:] {
		seen |= binary.LittleEndian.Uint64(b)
	}
	for _, c := range b {
		seen |= uint64(c)
	}
	return seen&highs != 0
}

// isSpace reports ASCII white space.
func isSpace(c byte) bool { return c == ' ' || c-'\t' < 5 }

func isDigit(c byte) bool { return c-'0' <= 9 }

// allSpace reports text of white space only; empty text is that too.
func allSpace(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// two reads two digits; the result is over every limit if they are none.
func two(a, b byte) int {
	x, y := a-'0', b-'0'
	if x > 9 || y > 9 {
		return 1 << 20
	}
	return int(x)*10 + int(y)
}

var powers = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// power10 is 10ⁿ, for n up to 19.
func power10(n int) uint64 { return powers[n] }

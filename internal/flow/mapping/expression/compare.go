package expression

import (
	"cmp"
	"math"
	"strings"
)

// affinity is what an operand would rather be when it is compared.
type affinity uint8

const (
	none affinity = iota
	textual
	numeric
)

// lean brings two operands nearer to each other before they are compared.
func lean(a, b Value, x, y affinity) (Value, Value) {
	switch {
	case x == numeric && y != numeric:
		return a, wholly(b)
	case y == numeric && x != numeric:
		return wholly(a), b
	case x == textual && y == none:
		return a, texted(b)
	case y == textual && x == none:
		return texted(a), b
	}
	return a, b
}

// wholly makes a number of a text that is one from end to end.
func wholly(v Value) Value {
	if v.Kind != Text {
		return v
	}
	s := strings.Trim(v.Text, blanks)
	if end, _ := numeral(s); end == 0 || end != len(s) {
		return v
	}
	return leading(s)
}

func texted(v Value) Value {
	if v.Kind == Integer || v.Kind == Real {
		return String(v.text())
	}
	return v
}

// compare orders two values, neither of them NULL: numbers before text before blobs.
func compare(a, b Value) int {
	x, y := max(a.Kind, Real), max(b.Kind, Real)
	if x != y {
		return cmp.Compare(x, y)
	}
	if x > Real {
		return strings.Compare(a.Text, b.Text)
	}
	switch {
	case a.Kind == Integer && b.Kind == Integer:
		return cmp.Compare(a.Int, b.Int)
	case a.Kind == Integer:
		return -mixed(b.Float, a.Int)
	case b.Kind == Integer:
		return mixed(a.Float, b.Int)
	}
	return cmp.Compare(a.Float, b.Float)
}

// mixed compares without losing the last digits of a great integer.
func mixed(f float64, n int64) int {
	switch {
	case f >= math.MaxInt64:
		return 1
	case f < math.MinInt64:
		return -1
	}
	if c := cmp.Compare(int64(f), n); c != 0 {
		return c
	}
	return cmp.Compare(f, math.Trunc(f))
}

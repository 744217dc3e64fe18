// Package expression reads and evaluates the expressions of mapping rules, which are
// SQLite's: its literals, operators, order of binding, functions and loose types.
package expression

import (
	"math"
	"strconv"
	"strings"
)

// Kind is the class of a value.
type Kind uint8

// The kinds of values, in the order in which they sort; integers and reals are one.
const (
	Null Kind = iota
	Integer
	Real
	Text
	Blob
)

// Value is what an expression is made of and comes to.
type Value struct {
	Kind  Kind
	Int   int64
	Float float64
	Text  string // Of Text and Blob; of a Real that a source wrote, as it wrote it.
}

// Int makes an integer.
func Int(n int64) Value { return Value{Kind: Integer, Int: n} }

// Float makes a real number; there is none that is not a number.
func Float(f float64) Value {
	if math.IsNaN(f) {
		return Value{}
	}
	return Value{Kind: Real, Float: f}
}

// String makes a text.
func String(s string) Value { return Value{Kind: Text, Text: s} }

// Bytes makes a blob.
func Bytes(s string) Value { return Value{Kind: Blob, Text: s} }

// Number makes a number of its text, which is kept where a real could not hold all of
// it; text that is no number stays text.
func Number(s string) Value {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Int(n)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return String(s)
	}
	return Value{Kind: Real, Float: f, Text: s}
}

func truth(b bool) Value {
	if b {
		return Int(1)
	}
	return Int(0)
}

// text is the value as text; of NULL it is empty.
func (v Value) text() string {
	switch v.Kind {
	case Integer:
		return strconv.FormatInt(v.Int, 10)
	case Real:
		if v.Text != "" {
			return v.Text
		}
		return printReal(v.Float)
	}
	return v.Text
}

// AppendText appends the value as text, with nothing for NULL.
func (v Value) AppendText(dst []byte) []byte {
	if v.Kind == Integer {
		return strconv.AppendInt(dst, v.Int, 10)
	}
	return append(dst, v.text()...)
}

// printReal prints fifteen digits, and always a point.
func printReal(f float64) string {
	if math.IsInf(f, 0) {
		return strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+")
	}
	s := strconv.FormatFloat(f, 'g', 15, 64)
	if f == 0 {
		s = "0" // There is no minus zero.
	}
	mantissa, exponent, found := strings.Cut(s, "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if found {
		return mantissa + "e" + exponent
	}
	return mantissa
}

// number is the value as a number: of text, the number it begins with.
func (v Value) number() Value {
	switch v.Kind {
	case Text, Blob:
		return leading(v.Text)
	}
	return v
}

// leading is the number a text begins with, 0 when there is none.
func leading(s string) Value {
	s = strings.TrimLeft(s, blanks)
	end, whole := numeral(s)
	if end == 0 {
		return Int(0)
	}
	if whole {
		if n, err := strconv.ParseInt(s[:end], 10, 64); err == nil {
			return Int(n)
		}
	}
	f, _ := strconv.ParseFloat(s[:end], 64)
	return Float(f)
}

const blanks = " \t\n\v\f\r"

// numeral tells how long the number is that a text begins with, and whether it is a whole one.
func numeral(s string) (end int, whole bool) {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := run(s[i:])
	i, whole = i+digits, true
	if i < len(s) && s[i] == '.' {
		if fraction := run(s[i+1:]); fraction+digits > 0 {
			digits, whole = digits+fraction, false
			i += 1 + fraction
		}
	}
	if digits == 0 {
		return 0, false
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if n := run(s[j:]); n > 0 {
			return j + n, false
		}
	}
	return i, whole
}

// run is how many digits a text begins with.
func run(s string) int {
	n := 0
	for n < len(s) && s[n]-'0' <= 9 {
		n++
	}
	return n
}

// real is a number's value in floating point.
func (v Value) real() float64 {
	v = v.number()
	if v.Kind == Integer {
		return float64(v.Int)
	}
	return v.Float
}

// integer is a number's value without its fraction, at the ends of the range when it is beyond.
func (v Value) integer() int64 {
	v = v.number()
	if v.Kind == Integer {
		return v.Int
	}
	switch {
	case v.Float >= math.MaxInt64:
		return math.MaxInt64
	case v.Float <= math.MinInt64:
		return math.MinInt64
	}
	return int64(v.Float)
}

// holds is a condition's outcome: NULL is neither.
func (v Value) holds() (yes, null bool) {
	if v.Kind == Null {
		return false, true
	}
	v = v.number()
	return v.Int != 0 || v.Float != 0, false
}

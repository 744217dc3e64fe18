// Package infer finds the narrowest Redshift type that takes every value of a
// column, value by value and in little memory.
package infer

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// Fits asks whether COPY takes a value for a type, of which Asked has all.
type Fits func(t sqltype.ID, value []byte) bool

// Asked are the types that Fits is asked about.
var Asked = []sqltype.ID{sqltype.Double, sqltype.Date, sqltype.Timestamp, sqltype.TimestampTZ, sqltype.Time}

// candidate is a kind of values that a column may still hold only.
type candidate uint16

const (
	number candidate = 1 << iota // digits with or without a point
	float
	boolean
	date
	stamp
	stampZone
	clock
	document // a JSON object or array
	every    = document<<1 - 1
	moment   = date | stamp | stampZone | clock
)

// Tally is what was seen of one column. The zero Tally has seen nothing.
type Tally struct {
	Values int64 // that are not NULL
	Nulls  int64
	Blanks int64 // values of white space only, which are NULL for all but text
	Bytes  int   // the longest value

	out          candidate // those that some value is not
	whole, part  int       // most digits before and behind the point
	point, zoned bool
	low, high    int64
	wide         bool // An integer is over 64 bits.
}

// Filled reports a value that is more than white space.
func (t *Tally) Filled() bool { return t.Values > t.Blanks }

// Null counts a NULL.
func (t *Tally) Null() { t.Nulls++ }

// Add counts a value. fits is asked only while it matters.
func (t *Tally) Add(b []byte, fits Fits) {
	t.Values++
	t.Bytes = max(t.Bytes, len(b))
	if len(bytes.TrimSpace(b)) == 0 {
		t.Blanks++
		return
	}
	if t.out == every {
		return
	}
	if !(t.left(number) && t.number(b)) || len(b) > sqltype.MaxPrecision {
		code := leadingZero(b) || b[0] == '+' // a postcode, a telephone number: more than its value
		t.keep(float, func() bool { return !code && fits(sqltype.Double, b) })
	}
	t.keep(boolean, func() bool { return isBoolean(b) })
	t.moments(b, fits)
	t.keep(document, func() bool { return (b[0] == '{' || b[0] == '[') && json.Valid(b) })
}

func (t *Tally) left(c candidate) bool { return t.out&c == 0 }

// keep drops a candidate that the value is not.
func (t *Tally) keep(c candidate, is func() bool) {
	if t.left(c) && !is() {
		t.out |= c
	}
}

// shortestMoment is the length of the shortest text taken for a date or time: formats found automatically take nearly anything.
const shortestMoment = 6

func (t *Tally) moments(b []byte, fits Fits) {
	if t.out&moment == moment {
		return
	}
	if len(b) < shortestMoment || bytes.IndexFunc(b, isDigit) < 0 {
		t.out |= moment
		return
	}
	colon := bytes.IndexByte(b, ':')
	t.keep(date, func() bool { return colon < 0 && fits(sqltype.Date, b) })
	t.keep(stamp, func() bool { return fits(sqltype.Timestamp, b) })
	t.keep(stampZone, func() bool { return t.left(stamp) || fits(sqltype.TimestampTZ, b) }) // Where no zone is needed, none is missed.
	t.keep(clock, func() bool { return colon >= 0 && fits(sqltype.Time, b) })
	t.zoned = t.zoned || colon >= 0 && bytes.IndexFunc(b[colon:], isZone) >= 0
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

// isZone reports what begins a zone behind a time.
func isZone(c rune) bool { return c == '+' || c == '-' || c == 'Z' || c == 'z' }

var booleans = map[string]bool{"true": true, "false": true, "t": true, "f": true, "yes": true, "no": true}

// isBoolean knows fewer words than COPY: 1 and 0 are numbers, and a lone y or n may be followed by any letter.
func isBoolean(b []byte) bool {
	return len(b) <= 5 && bytes.IndexByte([]byte("tTfFyYnN"), b[0]) >= 0 && booleans[string(bytes.ToLower(b))]
}

// leadingZero reports a zero that a number would not keep.
func leadingZero(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte{'-'})
	return len(b) > 1 && b[0] == '0' && b[1] >= '0' && b[1] <= '9'
}

// number counts the digits of -digits.digits, and drops the candidate for anything else.
func (t *Tally) number(b []byte) bool {
	digits := bytes.TrimPrefix(b, []byte{'-'})
	whole, part, point := bytes.Cut(digits, []byte{'.'})
	if len(whole)+len(part) == 0 || !allDigits(whole) || !allDigits(part) || leadingZero(b) {
		t.out |= number
		return false
	}
	if len(whole) == 1 && whole[0] == '0' && len(part) > 0 {
		whole = nil
	}
	t.whole, t.part, t.point = max(t.whole, len(whole)), max(t.part, len(part)), t.point || point
	if point {
		return true
	}
	v, err := strconv.ParseInt(string(b), 10, 64)
	t.low, t.high, t.wide = min(t.low, v), max(t.high, v), t.wide || err != nil
	return true
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// Merge adds what another tally saw of the same column.
func (t *Tally) Merge(o *Tally) {
	t.Values += o.Values
	t.Nulls += o.Nulls
	t.Blanks += o.Blanks
	t.Bytes = max(t.Bytes, o.Bytes)
	t.out |= o.out
	t.whole, t.part = max(t.whole, o.whole), max(t.part, o.part)
	t.point, t.zoned, t.wide = t.point || o.point, t.zoned || o.zoned, t.wide || o.wide
	t.low, t.high = min(t.low, o.low), max(t.high, o.high)
}

package mapping

import (
	"bytes"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// holding says what a column of the warehouse takes of what sources hold. It knows
// only what COPY surely refuses; of all else COPY is the judge.
type holding struct {
	kind holdingKind
	of   sqltype.Type
}

type holdingKind uint8

const (
	all      holdingKind = iota // Whatever there is.
	dates                       // Days that a calendar has, 4713 BC to 9999.
	clocks                      // Times of one day, which ends before 24:00.
	decimals                    // So many digits, and neither NaN nor infinity.
)

func holdingOf(t sqltype.Type, anyDate bool) holding {
	h := holding{of: t}
	switch t.ID {
	case sqltype.Date, sqltype.Timestamp, sqltype.TimestampTZ:
		if !anyDate {
			h.kind = dates
		}
	case sqltype.Time, sqltype.TimeTZ:
		h.kind = clocks
	case sqltype.Decimal:
		h.kind = decimals
	}
	return h
}

func (h *holding) refuses(v []byte) bool {
	switch h.kind {
	case dates:
		return noDate(v)
	case clocks:
		return len(v) > 2 && v[2] == ':' && (v[0] > '2' || v[0] == '2' && v[1] > '3')
	case decimals:
		return h.overflows(v)
	}
	return false
}

var (
	infinity  = []byte("infinity")
	christian = []byte(" BC")
)

// noDate reports whether a date, or the date of a moment, is infinite, not of any calendar,
// or of a year with more than four digits, which no date format of COPY reads.
func noDate(v []byte) bool {
	if bytes.EqualFold(bytes.TrimLeft(v, "+-"), infinity) {
		return true
	}
	n := 0
	for n < len(v) && v[n]-'0' <= 9 {
		n++
	}
	if n > 4 && n < len(v) && v[n] == '-' {
		return true
	}
	if n != 4 || len(v) < 10 || v[4] != '-' || v[7] != '-' {
		return false // In another form, which COPY may know.
	}
	year, month, day := pair(v)*100+pair(v[2:]), pair(v[5:]), pair(v[8:])
	if year == 0 || month < 1 || month > 12 || day < 1 {
		return true
	}
	if bytes.HasSuffix(v, christian) {
		if year > 4713 {
			return true
		}
		year = 1 - year
	}
	return day > daysOf(year, month)
}

func pair(v []byte) int { return int(v[0]-'0')*10 + int(v[1]-'0') }

var monthDays = [...]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysOf(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month]
}

// largest19 is what a DECIMAL of 19 digits holds at most: Redshift keeps it in 8 bytes.
const largest19 = "9223372036854775807"

// overflows reports whether a number has more digits before the point than the column, or is none.
func (h *holding) overflows(v []byte) bool {
	v = bytes.TrimLeft(v, "+-")
	if bytes.EqualFold(v, []byte("nan")) || bytes.EqualFold(v, infinity) {
		return true
	}
	if h.of.Precision == 0 {
		return false // It is not known.
	}
	whole, fraction, _ := bytes.Cut(v, []byte("."))
	for _, c := range whole {
		if c < '0' || c > '9' {
			return false
		}
	}
	whole = bytes.TrimLeft(whole, "0")
	if len(whole) != h.of.Precision-h.of.Scale || h.of.Precision != len(largest19) {
		return len(whole) > h.of.Precision-h.of.Scale
	}
	digits := append(append(make([]byte, 0, len(largest19)), whole...), fraction[:min(len(fraction), h.of.Scale)]...)
	for len(digits) < len(largest19) {
		digits = append(digits, '0')
	}
	return string(digits) > largest19
}

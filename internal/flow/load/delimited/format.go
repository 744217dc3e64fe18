package delimited

import (
	"fmt"
	"strings"
)

// formats are how dates and timestamps are written.
type formats struct {
	date, stamp format
}

// format is one of them: a pattern, or a way of its own.
type format struct {
	text   string // as error messages name it
	auto   bool
	strict bool  // The default, or a pattern that says the same.
	epoch  int64 // microseconds per unit of epochsecs and epochmillisecs
	items  []item
	timed  bool // The pattern has a time.
}

// item is an element of a pattern, or a character that must stand there.
type item struct {
	element string
	literal byte
	exact   bool // Digits follow without a separator: all of the element's digits are there.
}

const (
	defaultDate  = "YYYY-MM-DD"
	defaultStamp = "YYYY-MM-DD HH24:MI:SS"
)

// formats reads DATEFORMAT and TIMEFORMAT.
func (o *Options) formats() (date, stamp format, err error) {
	if date, err = newFormat(o.DateFormat, defaultDate); err != nil {
		return date, stamp, invalid(fmt.Sprintf("invalid DATEFORMAT %q: %v", o.DateFormat, err))
	}
	if o.DateFormat == "epochsecs" || o.DateFormat == "epochmillisecs" {
		return date, stamp, invalid(fmt.Sprintf("invalid DATEFORMAT %q", o.DateFormat))
	}
	if stamp, err = newFormat(o.TimeFormat, defaultStamp); err != nil {
		return date, stamp, invalid(fmt.Sprintf("invalid TIMEFORMAT %q: %v", o.TimeFormat, err))
	}
	return date, stamp, nil
}

func newFormat(text, def string) (format, error) {
	switch text {
	case "auto":
		return format{text: def, auto: true}, nil
	case "epochsecs":
		return format{text: text, epoch: microsPerSecond}, nil
	case "epochmillisecs":
		return format{text: text, epoch: microsPerSecond / 1000}, nil
	case "", def, "YYYY-MM-DD HH:MI:SS":
		if text != "YYYY-MM-DD HH:MI:SS" || def == defaultStamp {
			return format{text: def, strict: true}, nil
		}
	}
	f := format{text: text}
	return f, f.parse(text)
}

// elements are the words of a pattern; longer ones come before their beginnings.
var elements = []string{"YYYY", "YY", "MM", "MON", "MI", "DD", "HH24", "HH12", "HH", "SS", "AM", "PM"}

// parse splits a pattern into its items.
func (f *format) parse(text string) error {
	seen := map[string]bool{}
	for rest := text; rest != ""; {
		e := element(rest)
		if e == "" {
			f.items = append(f.items, item{literal: rest[0]})
			rest = rest[1:]
			continue
		}
		kind := elementKind[e]
		if seen[kind] {
			return fmt.Errorf("%s stands in it twice", e)
		}
		seen[kind] = true
		f.timed = f.timed || kind == "hour" || kind == "minute" || kind == "second"
		rest = rest[len(e):]
		f.items = append(f.items, item{element: e, exact: rest != "" && digits[element(rest)] > 0})
	}
	if !seen["year"] || !seen["month"] || !seen["day"] {
		return fmt.Errorf("it needs year, month and day")
	}
	return nil
}

var elementKind = map[string]string{"YYYY": "year", "YY": "year", "MM": "month", "MON": "month", "DD": "day", "HH": "hour",
	"HH24": "hour", "HH12": "hour", "MI": "minute", "SS": "second", "AM": "half", "PM": "half"}

var digits = map[string]int{"YYYY": 4, "YY": 2, "MM": 2, "DD": 2, "HH": 2, "HH24": 2, "HH12": 2, "MI": 2, "SS": 2}

func element(s string) string {
	for _, e := range elements {
		if len(s) >= len(e) && strings.EqualFold(s[:len(e)], e) {
			return e
		}
	}
	return ""
}

// reading is the state of reading a value by a pattern.
type reading struct {
	civil
	rest                 []byte
	hour, minute, second int
	fraction             int64
	afternoon, marked    bool
	twelve               bool
}

// read reads a value up to where the pattern ends and returns the rest of it.
func (f *format) read(b []byte) (civil, []byte, bool) {
	r := reading{rest: b}
	for _, it := range f.items {
		if it.element == "" {
			if len(r.rest) == 0 || r.rest[0] != it.literal {
				return civil{}, nil, false
			}
			r.rest = r.rest[1:]
			continue
		}
		if !r.element(it) {
			return civil{}, nil, false
		}
	}
	return r.civil, r.rest, r.complete()
}

func (r *reading) element(it item) bool {
	switch it.element {
	case "MON":
		month, n := monthName(r.rest)
		r.month, r.rest = month, r.rest[n:]
		return n > 0
	case "AM", "PM":
		if len(r.rest) < 2 || r.rest[1]|0x20 != 'm' {
			return false
		}
		r.marked, r.afternoon = true, r.rest[0]|0x20 == 'p'
		ok := r.afternoon || r.rest[0]|0x20 == 'a'
		r.rest = r.rest[2:]
		return ok
	}
	v, n := number(r.rest, digits[it.element])
	if n == 0 || it.exact && n != digits[it.element] || digits[it.element] == 4 && n != 4 {
		return false
	}
	r.rest = r.rest[n:]
	switch it.element {
	case "YYYY":
		r.year = v
		return v > 0
	case "YY":
		r.year = century(v)
		return n == 2
	case "MM":
		r.month = v
	case "DD":
		r.day = v
	case "HH12":
		r.hour, r.twelve = v, true
	case "HH", "HH24":
		r.hour = v
	case "MI":
		r.minute = v
	case "SS":
		r.second = v
		r.fraction, r.rest = fraction(r.rest)
	}
	return true
}

// complete puts the time together.
func (r *reading) complete() bool {
	if r.twelve && (r.hour < 1 || r.hour > 12) {
		return false
	}
	if (r.marked || r.twelve) && r.hour <= 12 {
		r.hour %= 12
		if r.afternoon {
			r.hour += 12
		}
	}
	r.micros = int64(r.hour*3600+r.minute*60+r.second)*microsPerSecond + r.fraction
	return r.hour <= 23 && r.minute <= 59 && r.second <= 59 && r.valid()
}

// number reads up to most digits.
func number(b []byte, most int) (v, n int) {
	for n < len(b) && n < most && isDigit(b[n]) {
		v = v*10 + int(b[n]-'0')
		n++
	}
	return v, n
}

// fraction reads a point and digits as microseconds; more than six are cut.
func fraction(b []byte) (micros int64, rest []byte) {
	if len(b) < 2 || b[0] != '.' || !isDigit(b[1]) {
		return 0, b
	}
	i := 1
	for unit := int64(100_000); i < len(b) && isDigit(b[i]); i++ {
		micros += int64(b[i]-'0') * unit
		unit /= 10
	}
	return micros, b[i:]
}

// century completes a year of two digits as PostgreSQL does.
func century(v int) int {
	if v < 70 {
		return v + 2000
	}
	return v + 1900
}

var monthNames = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// monthName reads an English month, in full or its first three letters.
func monthName(b []byte) (month, n int) {
	for n < len(b) && (b[n]|0x20)-'a' < 26 {
		n++
	}
	word := strings.ToLower(string(b[:n]))
	for i, name := range monthNames {
		if word == name || word == name[:3] || word == "sept" && i == 8 {
			return i + 1, n
		}
	}
	return 0, 0
}

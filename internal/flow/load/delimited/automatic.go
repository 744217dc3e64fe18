package delimited

import (
	"bytes"
	"strings"
)

// automatic recognises a date with or without a time as DATEFORMAT 'auto' and
// TIMEFORMAT 'auto' do.
func automatic(b []byte) (civil, bool) {
	a := recogniser{rest: bytes.TrimRight(b, " ")}
	for len(a.rest) > 0 {
		if !a.token() {
			return civil{}, false
		}
	}
	return a.result()
}

// recogniser reads a value token by token; what a number means depends on
// what was found before it.
type recogniser struct {
	civil
	rest []byte

	date, time         bool // A whole date, a time was found.
	haveYear           bool
	haveMonth, haveDay bool
	bc                 bool
	halfday, afternoon bool
	zoned, afterT      bool
}

func (a *recogniser) token() bool {
	switch c := a.rest[0]; {
	case c == ' ' || c == ',':
		a.rest = a.rest[1:]
		return true
	case isDigit(c):
		return a.numeric()
	case (c == '+' || c == '-') && a.time && !a.zoned:
		return a.offset()
	case (c|0x20)-'a' < 26:
		return a.word()
	}
	return false
}

// run returns the length of the digits at the start of b.
func run(b []byte) int {
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return n
}

// numeric reads what begins with a digit.
func (a *recogniser) numeric() bool {
	n := run(a.rest)
	after := byte(0)
	if n < len(a.rest) {
		after = a.rest[n]
	}
	switch {
	case after == ':' && n <= 2 && !a.time:
		return a.clock(n)
	case (after == '-' || after == '/' || after == '.') && !a.date && !a.haveMonth:
		return a.separated(n, after)
	}
	text := a.rest[:n]
	a.rest = a.rest[n:]
	switch {
	case !a.date && !a.haveMonth && n == 8:
		return a.ymd(number4(text[:4]), two(text[4], text[5]), two(text[6], text[7]))
	case !a.date && !a.haveMonth && n == 6:
		return a.ymd(century(two(text[0], text[1])), two(text[2], text[3]), two(text[4], text[5]))
	case a.date && !a.time && (n == 6 || n == 4 && a.afterT):
		return a.compactTime(text)
	}
	return a.loose(text)
}

func number4(b []byte) int { return two(b[0], b[1])*100 + two(b[2], b[3]) }

// clock reads a time whose hour has n digits.
func (a *recogniser) clock(n int) bool {
	if n == 1 {
		a.rest = append([]byte{'0'}, a.rest...)
	}
	micros, rest, ok := clock(a.rest)
	a.micros, a.rest, a.time = micros, rest, true
	return ok
}

// compactTime reads HHMI or HHMISS, with a fraction.
func (a *recogniser) compactTime(b []byte) bool {
	hour, minute, second := two(b[0], b[1]), two(b[2], b[3]), 0
	if len(b) == 6 {
		second = two(b[4], b[5])
		a.micros, a.rest = fraction(a.rest)
	}
	a.micros += int64(hour*3600+minute*60+second) * microsPerSecond
	a.time = true
	return hour <= 23 && minute <= 59 && second <= 59
}

// loose reads a number that stands alone beside the name of a month: the day or the year.
func (a *recogniser) loose(b []byte) bool {
	if a.date || len(b) > 4 {
		return false
	}
	v, n := number(b, 4)
	switch {
	case n <= 2 && !a.haveDay:
		a.day, a.haveDay = v, true
	case n <= 2 && !a.haveYear:
		a.year, a.haveYear = century(v), true
	case n == 4 && !a.haveYear:
		a.year, a.haveYear = v, true
	default:
		return false
	}
	a.date = a.haveYear && a.haveMonth && a.haveDay
	return true
}

// separated reads a date of two or three parts; the first has n digits.
func (a *recogniser) separated(n int, sep byte) bool {
	first := a.rest[:n]
	rest := a.rest[n+1:]
	month, k := 0, run(rest)
	if k == 0 {
		if month, k = monthName(rest); k == 0 {
			return false
		}
	}
	second := rest[:k]
	if rest = rest[k:]; len(rest) == 0 || rest[0] != sep {
		if sep == '.' && n == 4 && k == 3 && month == 0 {
			a.rest = rest
			return a.dayOfYear(number4(first), second)
		}
		return false
	}
	k = run(rest[1:])
	third := rest[1 : 1+k]
	a.rest = rest[1+k:]
	if k == 0 || n > 4 || k > 4 || n == 3 || k == 3 {
		return false
	}
	return a.parts(first, second, third, sep, month)
}

// parts decides which part of a separated date is what.
func (a *recogniser) parts(first, second, third []byte, sep byte, month int) bool {
	x, _ := number(first, 4)
	y, _ := number(second, 4)
	z, _ := number(third, 4)
	if len(second) > 2 && month == 0 {
		return false
	}
	switch {
	case len(first) == 4 && month > 0:
		return a.ymd(x, month, z)
	case len(first) == 4:
		return len(third) <= 2 && a.ymd(x, y, z)
	}
	if len(third) <= 2 {
		z = century(z)
	}
	switch {
	case month > 0:
		return a.ymd(z, month, x)
	case sep == '.':
		return a.ymd(z, y, x)
	}
	return a.ymd(z, x, y)
}

// dayOfYear reads YYYY.DDD.
func (a *recogniser) dayOfYear(year int, b []byte) bool {
	day, _ := number(b, 3)
	for month := 1; month <= 12; month++ {
		if n := daysIn(year, month); day > n {
			day -= n
			continue
		}
		return a.ymd(year, month, day)
	}
	return false
}

func (a *recogniser) ymd(year, month, day int) bool {
	if a.date || a.haveMonth || a.haveDay || a.haveYear {
		return false
	}
	a.year, a.month, a.day = year, month, day
	a.date, a.haveYear, a.haveMonth, a.haveDay = true, true, true, true
	return year > 0
}

func (a *recogniser) offset() bool {
	n := 1
	for n < len(a.rest) && (isDigit(a.rest[n]) || a.rest[n] == ':') {
		n++
	}
	ok := false
	a.zone, ok = parseOffset(a.rest[:n])
	a.rest, a.zoned = a.rest[n:], true
	return ok
}

var weekdays = map[string]bool{"mon": true, "monday": true, "tue": true, "tues": true, "tuesday": true, "wed": true, "wednesday": true,
	"thu": true, "thur": true, "thurs": true, "thursday": true, "fri": true, "friday": true, "sat": true, "saturday": true, "sun": true, "sunday": true}

// word reads what begins with a letter.
func (a *recogniser) word() bool {
	n := 0
	for n < len(a.rest) && ((a.rest[n]|0x20)-'a' < 26 || n > 0 && (a.rest[n] == '/' || a.rest[n] == '_')) {
		n++
	}
	text := a.rest[:n]
	word := strings.ToLower(string(text))
	a.rest = a.rest[n:]
	next := byte(0)
	if len(a.rest) > 0 {
		next = a.rest[0]
	}
	switch {
	case word == "t" && a.date && !a.time && isDigit(next):
		a.afterT = true
	case word == "j" && isDigit(next):
		return a.julian()
	case word == "bc" && !a.bc:
		a.bc = true
	case word == "ad":
	case (word == "am" || word == "pm") && a.time && !a.halfday:
		a.halfday, a.afternoon = true, word == "pm"
	case weekdays[word] && !a.date:
	case !a.date && !a.haveMonth:
		return a.monthWord(text)
	case a.time && !a.zoned:
		at := a.civil
		ok := false
		a.zone, ok = parseZoneOn(text, &at)
		a.zoned = true
		return ok
	default:
		return false
	}
	return true
}

// julian reads J and a day number.
func (a *recogniser) julian() bool {
	n := run(a.rest)
	day, _ := number(a.rest, 7)
	a.rest = a.rest[n:]
	if n > 7 {
		return false
	}
	y, m, d := civilFromDays(day - julianEpoch)
	ok := a.ymd(max(y, 1), m, d)
	a.year = y
	return ok
}

// monthWord reads a month's name, alone or as Jan-08-1999.
func (a *recogniser) monthWord(b []byte) bool {
	month, n := monthName(b)
	if n != len(b) || n == 0 {
		return false
	}
	a.month, a.haveMonth = month, true
	if a.haveDay || a.haveYear || len(a.rest) == 0 || a.rest[0] != '-' {
		a.date = a.haveYear && a.haveDay
		return true
	}
	day, d := number(a.rest[1:], 2)
	if rest := a.rest[1+d:]; d > 0 && len(rest) > 1 && rest[0] == '-' {
		year, y := number(rest[1:], 4)
		if y == 2 {
			year = century(year)
		}
		a.rest = rest[1+y:]
		a.haveMonth = false
		return (y == 2 || y == 4) && a.ymd(year, month, day)
	}
	return false
}

// result puts the parts together.
func (a *recogniser) result() (civil, bool) {
	if !a.date {
		return civil{}, false
	}
	if a.bc {
		a.year = 1 - a.year
	}
	if a.halfday {
		hour := a.micros / (3600 * microsPerSecond)
		if hour < 1 || hour > 12 {
			return civil{}, false
		}
		a.micros -= hour / 12 * 12 * 3600 * microsPerSecond
		if a.afternoon {
			a.micros += 12 * 3600 * microsPerSecond
		}
	}
	return a.civil, a.valid()
}

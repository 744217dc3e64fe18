package verify

import (
	"bytes"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// appendMoment writes a date or a timestamp without zeros at its end, in UTC where it has
// a zone. Dates that no calendar has are NULL, as ACCEPTANYDATE makes them.
func appendMoment(dst []byte, id sqltype.ID, v []byte) (out []byte, null bool) {
	if !dated(v) {
		return append(dst, v...), false
	}
	if !existing(v) {
		return dst, true
	}
	date, rest := v[:10], v[10:]
	if id == sqltype.Date {
		return append(dst, date...), false
	}
	clock := bytes.TrimLeft(rest, " T")
	at := zoneAt(clock)
	if id == sqltype.TimestampTZ && at >= 0 && timed(clock[:at]) {
		if offset, ok := zone(clock[at:]); ok && offset != 0 {
			return appendShifted(dst, date, clock[:at], offset), false
		}
	}
	if at >= 0 {
		clock = clock[:at]
	}
	if len(clock) == 0 && len(rest) == 0 {
		clock = []byte("00:00:00")
	}
	if !timed(clock) {
		return append(dst, v...), false
	}
	return appendClock(append(append(dst, date...), ' '), clock), false
}

// dated reports whether a text begins as 2024-02-29 does and has no era behind it.
func dated(v []byte) bool {
	if len(v) < 10 || v[4] != '-' || v[7] != '-' || bytes.HasSuffix(v, []byte("BC")) {
		return false
	}
	for _, i := range []int{0, 1, 2, 3, 5, 6, 8, 9} {
		if v[i] < '0' || v[i] > '9' {
			return false
		}
	}
	return true
}

var lengths = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// existing reports whether the calendar has the date.
func existing(v []byte) bool {
	two := func(i int) int { return int(v[i]-'0')*10 + int(v[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(5), two(8)
	if month < 1 || month > 12 || day < 1 || day > lengths[month] || year == 0 {
		return false
	}
	return month != 2 || day < 29 || year%4 == 0 && (year%100 != 0 || year%400 == 0)
}

// timed reports whether a text is a time of day: 23:59, 23:59:59 or with a fraction.
func timed(v []byte) bool {
	if len(v) != 5 && len(v) != 8 && len(v) < 10 {
		return false
	}
	for i, c := range v {
		switch {
		case i == 2 || i == 5:
			if c != ':' {
				return false
			}
		case i == 8:
			if c != '.' {
				return false
			}
		case c < '0' || c > '9':
			return false
		}
	}
	return true
}

// zoneAt is where the zone of a time begins, -1 without one.
func zoneAt(clock []byte) int { return bytes.IndexAny(clock, "+-Z") }

// zone reads +02, +02:00, +0200 and Z, in minutes.
func zone(v []byte) (int, bool) {
	if string(v) == "Z" {
		return 0, true
	}
	text := bytes.ReplaceAll(v[1:], []byte(":"), nil)
	n, err := strconv.Atoi(string(text))
	if err != nil || len(text) != 2 && len(text) != 4 {
		return 0, false
	}
	if len(text) == 2 {
		n *= 100
	}
	n = n/100*60 + n%100
	if v[0] == '-' {
		n = -n
	}
	return n, true
}

func appendShifted(dst, date, clock []byte, minutes int) []byte {
	t, err := time.Parse("2006-01-02 15:04:05", string(date)+" "+string(appendClock(nil, clock)))
	if err != nil {
		return append(append(append(dst, date...), ' '), clock...)
	}
	return t.Add(-time.Duration(minutes)*time.Minute).AppendFormat(dst, "2006-01-02 15:04:05.999999")
}

// appendClock writes a time of day without zeros at the end of its fraction.
func appendClock(dst, clock []byte) []byte {
	if len(clock) == 5 {
		return append(append(dst, clock...), ":00"...)
	}
	if len(clock) > 8 && clock[8] == '.' {
		clock = bytes.TrimRight(bytes.TrimRight(clock, "0"), ".")
	}
	return append(dst, clock...)
}

// appendTime writes a time of day, in UTC where it has a zone.
func appendTime(dst []byte, id sqltype.ID, v []byte) []byte {
	at := zoneAt(v)
	if at < 0 {
		at = len(v)
	}
	if !timed(v[:at]) {
		return append(dst, v...)
	}
	if at == len(v) {
		return appendClock(dst, v)
	}
	clock, offset := v[:at], 0
	if n, ok := zone(v[at:]); ok && id == sqltype.TimeTZ {
		offset = n
	}
	t, err := time.Parse("15:04:05", string(clock))
	if err != nil || offset == 0 {
		return appendClock(dst, clock)
	}
	return t.Add(-time.Duration(offset)*time.Minute).AppendFormat(dst, "15:04:05.999999")
}

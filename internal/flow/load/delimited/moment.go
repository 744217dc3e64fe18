package delimited

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// storeTime converts a field to one of the date and time types.
func (w *worker) storeTime(c *column, row int, b []byte) *problem {
	switch c.Type.ID {
	case sqltype.Date:
		v, p := w.scan.formats.date.parseDate(b)
		if p == nil {
			warehouse.Values[int32](c.vec)[row] = v.days()
		}
		return p
	case sqltype.Timestamp:
		v, p := w.scan.formats.stamp.parseStamp(b, false)
		warehouse.Values[int64](c.vec)[row] = v.timestamp()
		return p
	case sqltype.TimestampTZ:
		v, p := w.scan.formats.stamp.parseStamp(b, true)
		warehouse.Values[int64](c.vec)[row] = v.utc()
		return p
	}
	micros, rest, ok := clock(b)
	if c.Type.ID == sqltype.Time && (!ok || len(rest) > 0) {
		return fail(codeTimestamp, 0, "Invalid time format or value [HH24:MI:SS]")
	}
	if c.Type.ID == sqltype.Time {
		warehouse.Values[int64](c.vec)[row] = micros
		return nil
	}
	zone, zoned := parseZone(rest)
	if !ok || !zoned || zone < -57599 || zone > 57599 {
		return fail(codeTimestamp, 0, "Invalid time format or value [HH24:MI:SSOF]")
	}
	warehouse.Values[uint64](c.vec)[row] = uint64(micros)<<24 | uint64(57599-zone)
	return nil
}

// parseDate reads a DATE. A time that follows is read and dropped.
func (f *format) parseDate(b []byte) (civil, *problem) {
	if f.strict && len(b) < len(defaultDate) {
		return civil{}, fail(codeDate, 0, "Invalid Date Format - length must be 10 or more")
	}
	v, rest, ok := f.day(b)
	if !ok || len(rest) > 0 && (f.timed || !isTime(rest)) {
		return v, fail(codeDate, 0, fmt.Sprintf("Invalid date format or value [%s]", f.text))
	}
	return v, nil
}

// day reads the date at the start of b.
func (f *format) day(b []byte) (civil, []byte, bool) {
	if f.auto {
		v, ok := automatic(b)
		return v, nil, ok
	}
	if !f.strict {
		return f.read(b)
	}
	if len(b) < 10 || b[4] != '-' || b[7] != '-' {
		return civil{}, nil, false
	}
	v := civil{year: two(b[0], b[1])*100 + two(b[2], b[3]), month: two(b[5], b[6]), day: two(b[8], b[9])}
	return v, b[10:], v.year > 0 && v.valid()
}

// isTime reports what may follow a date: a blank or T, a time, a zone.
func isTime(b []byte) bool {
	if b[0] != ' ' && b[0] != 'T' {
		return false
	}
	_, rest, ok := clock(b[1:])
	if !ok {
		return false
	}
	_, ok = parseZone(rest)
	return ok
}

// parseStamp reads a TIMESTAMP, or with a zone a TIMESTAMPTZ.
func (f *format) parseStamp(b []byte, zoned bool) (civil, *problem) {
	v, rest, ok := f.stamp(b)
	if ok && len(rest) > 0 {
		ok = false
		if zoned && !f.auto && f.epoch == 0 {
			v.zone, ok = parseZoneOn(rest, &v)
		}
	}
	if !ok {
		text := f.text
		if zoned && text == defaultStamp {
			text += "OF"
		}
		return civil{year: 1970, month: 1, day: 1}, fail(codeTimestamp, 0, fmt.Sprintf("Invalid timestamp format or value [%s]", text))
	}
	return v, nil
}

// stamp reads date and time at the start of b.
func (f *format) stamp(b []byte) (civil, []byte, bool) {
	switch {
	case f.auto:
		v, ok := automatic(b)
		return v, nil, ok
	case f.epoch > 0:
		v, ok := fromEpoch(b, f.epoch)
		return v, nil, ok
	case !f.strict:
		return f.read(b)
	}
	if len(b) < 19 || b[10] != ' ' {
		return civil{}, nil, false
	}
	v, _, ok := f.day(b)
	if !ok || b[13] != ':' || b[16] != ':' {
		return v, nil, false
	}
	v.micros, b, ok = clock(b[11:])
	return v, b, ok
}

// fromEpoch reads a count of units since 1970.
func fromEpoch(b []byte, unit int64) (civil, bool) {
	n, p := parseInteger(b, 64)
	if p != nil || n > 9_000_000_000_000_000_000/unit || n < -9_000_000_000_000_000_000/unit {
		return civil{}, false
	}
	t := time.UnixMicro(n * unit).UTC()
	v := civil{year: t.Year(), month: int(t.Month()), day: t.Day()}
	v.micros = int64(t.Hour()*3600+t.Minute()*60+t.Second())*microsPerSecond + int64(t.Nanosecond()/1000)
	return v, v.valid()
}

// clock reads HH:MI with optional seconds and fraction at the start of b.
func clock(b []byte) (micros int64, rest []byte, ok bool) {
	if len(b) < 5 || b[2] != ':' {
		return 0, nil, false
	}
	hour, minute, second := two(b[0], b[1]), two(b[3], b[4]), 0
	rest = b[5:]
	if len(rest) >= 3 && rest[0] == ':' {
		second = two(rest[1], rest[2])
		micros, rest = fraction(rest[3:])
	}
	if hour > 23 || minute > 59 || second > 59 {
		return 0, nil, false
	}
	return micros + int64(hour*3600+minute*60+second)*microsPerSecond, rest, true
}

// parseZone reads what follows a time to its end: nothing, an offset or the name of a zone.
func parseZone(b []byte) (seconds int, ok bool) {
	return parseZoneOn(b, &civil{year: 1970, month: 1, day: 1})
}

// parseZoneOn is parseZone for zones whose offset depends on the moment.
func parseZoneOn(b []byte, at *civil) (seconds int, ok bool) {
	if len(b) == 0 {
		return 0, true
	}
	b = bytes.TrimLeft(b, " ")
	switch {
	case len(b) == 0:
		return 0, false
	case b[0] == '+' || b[0] == '-':
		return parseOffset(b)
	}
	name := string(b)
	if s, ok := abbreviations[strings.ToUpper(name)]; ok {
		return s, true
	}
	zone := zoneNamed(name)
	if zone == nil {
		return 0, false
	}
	_, seconds = time.Date(at.year, time.Month(at.month), at.day, 0, 0, int(at.micros/microsPerSecond), 0, zone).Zone()
	return seconds, true
}

// zones keeps the zones that were used.
var zones sync.Map

// zoneNamed finds a zone such as Europe/Berlin, nil if there is none.
func zoneNamed(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	if !strings.Contains(name, "/") {
		return nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	zones.Store(name, z)
	return z
}

// abbreviations are the zones that are written with letters only.
var abbreviations = map[string]int{"Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 3600, "BST": 3600, "CET": 3600, "CEST": 7200,
	"EET": 7200, "EEST": 10800, "MSK": 10800, "JST": 32400, "KST": 32400, "EST": -18000, "EDT": -14400, "CST": -21600,
	"CDT": -18000, "MST": -25200, "MDT": -21600, "PST": -28800, "PDT": -25200, "AKST": -32400, "AKDT": -28800, "HST": -36000}

// parseOffset reads ±HH, ±HHMI, ±HH:MI or ±HH:MI:SS.
func parseOffset(b []byte) (seconds int, ok bool) {
	sign := 1
	if b[0] == '-' {
		sign = -1
	}
	b = b[1:]
	if len(b) == 1 && isDigit(b[0]) {
		return sign * int(b[0]-'0') * 3600, true
	}
	for unit := 3600; unit > 0 && (unit == 3600 || len(b) > 0); unit /= 60 {
		if unit < 3600 && b[0] == ':' {
			b = b[1:]
		}
		if len(b) < 2 || two(b[0], b[1]) > 59 {
			return 0, false
		}
		seconds += two(b[0], b[1]) * unit
		b = b[2:]
	}
	return sign * seconds, len(b) == 0 && seconds <= 16*3600
}

package pg

import (
	"math"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

const (
	microsPerSecond = 1_000_000
	microsPerMinute = 60 * microsPerSecond
	microsPerHour   = 60 * microsPerMinute
	microsPerDay    = 24 * microsPerHour

	// epochDays is from 1970-01-01, where the engine counts from, to 2000-01-01, where the wire does.
	epochDays   = 10957
	epochMicros = epochDays * microsPerDay

	// The engine's infinities are the largest value and its negative.
	infiniteDay    = math.MaxInt32
	infiniteMoment = math.MaxInt64
)

// micros reads a date or timestamp as microseconds since 1970, infinities included.
func (c *column) micros(row int) int64 {
	if c.from.Kind != warehouse.KindDate {
		return warehouse.Values[int64](c.vec)[row]
	}
	switch day := warehouse.Values[int32](c.vec)[row]; day {
	case infiniteDay:
		return infiniteMoment
	case -infiniteDay:
		return -infiniteMoment
	default:
		if int64(day) > math.MaxInt64/microsPerDay || int64(day) < math.MinInt64/microsPerDay {
			c.outOfRange()
			return 0
		}
		return int64(day) * microsPerDay
	}
}

// days reads a date or timestamp as days since 1970, infinities included.
func (c *column) days(row int) int64 {
	if c.from.Kind == warehouse.KindDate {
		return int64(warehouse.Values[int32](c.vec)[row])
	}
	switch us := warehouse.Values[int64](c.vec)[row]; us {
	case infiniteMoment:
		return infiniteDay
	case -infiniteMoment:
		return -infiniteDay
	default:
		day, _ := splitDay(c.local(us))
		return day
	}
}

// local shifts a moment of TIMESTAMPTZ into the session's zone.
func (c *column) local(us int64) int64 {
	if c.from.Kind == warehouse.KindTimestampTZ {
		return us + int64(c.offset(us))*microsPerSecond
	}
	return us
}

// offset is the session zone's distance from UTC in seconds.
func (c *column) offset(us int64) int {
	if c.style.zone == time.UTC {
		return 0
	}
	_, seconds := time.UnixMicro(us).In(c.style.zone).Zone()
	return seconds
}

func splitDay(us int64) (day, rest int64) {
	day, rest = us/microsPerDay, us%microsPerDay
	if rest < 0 {
		day--
		rest += microsPerDay
	}
	return day, rest
}

func textDate(c *column, dst []byte, row int) []byte {
	switch day := c.days(row); day {
	case infiniteDay:
		return append(dst, "infinity"...)
	case -infiniteDay:
		return append(dst, "-infinity"...)
	default:
		return c.era(c.appendDay(dst, day))
	}
}

func textTimestamp(c *column, dst []byte, row int) []byte {
	us := c.micros(row)
	if us == infiniteMoment || us == -infiniteMoment {
		return appendInfinity(dst, us)
	}
	return c.era(c.appendMoment(dst, c.local(us)))
}

func textTimestampTZ(c *column, dst []byte, row int) []byte {
	us := c.micros(row)
	if us == infiniteMoment || us == -infiniteMoment {
		return appendInfinity(dst, us)
	}
	seconds := c.offset(us)
	dst = c.appendMoment(dst, us+int64(seconds)*microsPerSecond)
	return c.era(appendOffset(dst, seconds))
}

func appendInfinity(dst []byte, us int64) []byte {
	if us < 0 {
		dst = append(dst, '-')
	}
	return append(dst, "infinity"...)
}

func (c *column) appendMoment(dst []byte, us int64) []byte {
	day, rest := splitDay(us)
	dst = append(c.appendDay(dst, day), ' ')
	return appendClock(dst, rest)
}

// appendDay prints a day without its era. Neighbouring rows often share the day, so the last text is kept.
func (c *column) appendDay(dst []byte, day int64) []byte {
	if len(c.dayText) == 0 || day != c.day {
		year, month, d := civil(day)
		c.day, c.bc = day, year <= 0
		if c.bc {
			year = 1 - year
		}
		t := c.dayText[:0]
		for limit := int64(1000); limit > 1 && year < limit; limit /= 10 {
			t = append(t, '0')
		}
		t = strconv.AppendInt(t, year, 10)
		t = appendTwo(append(t, '-'), month)
		c.dayText = appendTwo(append(t, '-'), d)
	}
	return append(dst, c.dayText...)
}

// era closes a date before Christ.
func (c *column) era(dst []byte) []byte {
	if c.bc {
		return append(dst, " BC"...)
	}
	return dst
}

// civil turns days since 1970 into a date of the Gregorian calendar. Years are counted
// from March, so that the leap day is a year's last.
func civil(days int64) (year, month, day int64) {
	const perEra = 146097 // days in 400 years
	days += 719468        // 0000-03-01
	era := days / perEra
	if days < 0 {
		era = (days - perEra + 1) / perEra
	}
	inEra := days - era*perEra
	ofEra := (inEra - inEra/1460 + inEra/36524 - inEra/146096) / 365
	inYear := inEra - (365*ofEra + ofEra/4 - ofEra/100)
	m := (5*inYear + 2) / 153
	day = inYear - (153*m+2)/5 + 1
	month = m + 3
	year = ofEra + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

func appendTwo(dst []byte, n int64) []byte {
	return append(dst, digitPairs[2*n], digitPairs[2*n+1])
}

// appendClock prints a time of day, up to and including 24:00:00.
func appendClock(dst []byte, us int64) []byte {
	seconds, fraction := us/microsPerSecond, us%microsPerSecond
	minutes := seconds / 60
	hours := minutes / 60
	if hours > 99 {
		dst = strconv.AppendInt(dst, hours, 10)
	} else {
		dst = appendTwo(dst, hours)
	}
	dst = appendTwo(append(dst, ':'), minutes%60)
	dst = appendTwo(append(dst, ':'), seconds%60)
	return appendFraction(dst, fraction)
}

// appendFraction prints microseconds without trailing zeros.
func appendFraction(dst []byte, us int64) []byte {
	if us == 0 {
		return dst
	}
	dst = append(dst, '.')
	dst = appendTwo(dst, us/10000)
	dst = appendTwo(dst, us/100%100)
	dst = appendTwo(dst, us%100)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// appendOffset prints a zone as +02, +05:30 or -03:30:52.
func appendOffset(dst []byte, seconds int) []byte {
	sign := byte('+')
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	s := int64(seconds)
	dst = appendTwo(append(dst, sign), s/3600)
	if s%3600 == 0 {
		return dst
	}
	dst = appendTwo(append(dst, ':'), s/60%60)
	if s%60 == 0 {
		return dst
	}
	return appendTwo(append(dst, ':'), s%60)
}

// clock reads TIME and TIMETZ: microseconds since midnight, and seconds east of UTC.
func (c *column) clock(row int) (us int64, seconds int) {
	if c.from.Kind == warehouse.KindTimeTZ {
		const highest = 16*3600 - 1
		v := warehouse.Values[uint64](c.vec)[row]
		return int64(v >> 24), highest - int(v&0xffffff)
	}
	return warehouse.Values[int64](c.vec)[row], 0
}

func textTime(c *column, dst []byte, row int) []byte {
	us, _ := c.clock(row)
	return appendClock(dst, us)
}

func textTimeTZ(c *column, dst []byte, row int) []byte {
	us, seconds := c.clock(row)
	return appendOffset(appendClock(dst, us), seconds)
}

func binaryDate(c *column, dst []byte, row int) []byte {
	switch day := c.days(row); day {
	case infiniteDay:
		return bigEndian.AppendUint32(dst, math.MaxInt32)
	case -infiniteDay:
		return bigEndian.AppendUint32(dst, 1<<31)
	default:
		return bigEndian.AppendUint32(dst, uint32(int32(day-epochDays)))
	}
}

func binaryTimestamp(c *column, dst []byte, row int) []byte {
	us := c.micros(row)
	switch {
	case us == infiniteMoment:
		return bigEndian.AppendUint64(dst, math.MaxInt64)
	case us == -infiniteMoment:
		return bigEndian.AppendUint64(dst, 1<<63)
	case c.want.ID == sqltype.Timestamp:
		us = c.local(us)
	}
	if us < math.MinInt64+epochMicros {
		c.outOfRange()
	}
	return bigEndian.AppendUint64(dst, uint64(us-epochMicros))
}

func binaryTime(c *column, dst []byte, row int) []byte {
	us, _ := c.clock(row)
	return bigEndian.AppendUint64(dst, uint64(us))
}

// binaryTimeTZ counts the zone westward, as PostgreSQL does.
func binaryTimeTZ(c *column, dst []byte, row int) []byte {
	us, seconds := c.clock(row)
	dst = bigEndian.AppendUint64(dst, uint64(us))
	return bigEndian.AppendUint32(dst, uint32(int32(-seconds)))
}

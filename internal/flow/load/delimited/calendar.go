package delimited

import "encoding/binary"

const (
	microsPerDay    = 86_400_000_000
	microsPerSecond = 1_000_000
)

// civil is a date and time as it is written. Year 0 is 1 BC.
type civil struct {
	year, month, day int
	micros           int64 // since midnight
	zone             int   // seconds east of UTC
}

var monthDays = [...]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// valid reports a date that exists and is in the range of Redshift's DATE.
func (c *civil) valid() bool {
	return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.year >= -4712 && c.year <= 294276 && c.day <= daysIn(c.year, c.month)
}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month]
}

// days counts from 1970-01-01.
func (c *civil) days() int32 { return int32(daysSince1970(c.year, c.month, c.day)) }

// timestamp is microseconds since 1970 as written, and utc those of the moment.
func (c *civil) timestamp() int64 { return int64(c.days())*microsPerDay + c.micros }
func (c *civil) utc() int64       { return c.timestamp() - int64(c.zone)*microsPerSecond }

// shift makes years positive; it is a multiple of the calendar's 400 years.
const shift = 8000

// daysSince1970 lets the year begin in March, so that a leap day is its last day.
func daysSince1970(year, month, day int) int {
	year += shift
	if month <= 2 {
		year--
		month += 12
	}
	const epoch = (shift+1969)*365 + (shift+1969)/4 - (shift+1969)/100 + (shift+1969)/400 + 306
	return year*365 + year/4 - year/100 + year/400 + ((month-3)*153+2)/5 + day - 1 - epoch
}

// julianEpoch is the Julian day of 1970-01-01.
const julianEpoch = 2440588

// quickDays reads YYYY-MM-DD from the start of b, which has twelve bytes. It is not ok for anything else
// and for dates that do not exist.
func quickDays(b []byte) (days int32, ok bool) {
	x, okX := pairs(binary.LittleEndian.Uint64(b), 0x7f76767f76767676, 0x2d30302d30303030)
	y, okY := pairs(uint64(binary.LittleEndian.Uint32(b[8:])&0xffff), 0x7676, 0x3030)
	year, month, day := int(x&0xff)*100+int(x>>16&0xff), int(x>>40&0xff), int(y&0xff)
	if !okX || !okY || year == 0 || month-1 > 11 || month == 0 || day == 0 || day > 28 && day > daysIn(year, month) {
		return 0, false
	}
	return int32(daysSince1970(year, month, day)), true
}

// quickSeconds reads HH:MI:SS from the start of b, which has eight bytes.
func quickSeconds(b []byte) (seconds int, ok bool) {
	x, ok := pairs(binary.LittleEndian.Uint64(b), 0x76767f76767f7676, 0x30303a30303a3030)
	hour, minute, second := int(x&0xff), int(x>>24&0xff), int(x>>48&0xff)
	return hour*3600 + minute*60 + second, ok && hour <= 23 && minute <= 59 && second <= 59
}

// pairs reads eight bytes of digits and separators at once. like is the text
// with every digit zero, and check is 0x76 for digits and 0x7f for separators:
// added to a byte that fits it stays below 0x80. Each byte of the result is the
// number made of the digits at it and at the next byte.
func pairs(x, check, like uint64) (uint64, bool) {
	x ^= like
	return x*10 + x>>8, (x+check|x)&highs == 0
}

// civilFromDays is the date so many days after 1970-01-01.
func civilFromDays(days int) (year, month, day int) {
	const cycle = 146097 // days in 400 years
	z := days + 719468 + shift/400*cycle
	era, rest := z/cycle, z%cycle
	years := (rest - rest/1460 + rest/36524 - rest/146096) / 365
	ofYear := rest - (years*365 + years/4 - years/100)
	m := (5*ofYear + 2) / 153
	year, month, day = years+era*400-shift, m+3, ofYear-(153*m+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

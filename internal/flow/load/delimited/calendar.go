package delimited

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

// quickDays reads YYYY-MM-DD. It is not ok for anything else and for dates that do not exist.
func quickDays(b []byte) (days int32, ok bool) {
	_ = b[9]
	year := two(b[0], b[1])*100 + two(b[2], b[3])
	month, day := two(b[5], b[6]), two(b[8], b[9])
	if b[4] != '-' || b[7] != '-' || year > 9999 || year == 0 || month > 12 || month == 0 || day == 0 || day > daysIn(year, month) {
		return 0, false
	}
	return int32(daysSince1970(year, month, day)), true
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

package pg

import (
	"math"
	"math/bits"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

const (
	// firstDay to lastDay are the years 1 to 9999, whose dates have ten characters.
	firstDay = -719162
	lastDay  = 2932896
	// marchDays is from 0000-03-01, where civilShort counts from, to 1970-01-01.
	marchDays = 719468
)

// chooseFastMoment leaves all that depends on a zone other than UTC.
func (c *column) chooseFastMoment() {
	utc := c.style.zone == time.UTC
	zoned := c.from.Kind == warehouse.KindTimestampTZ
	switch {
	case c.want.ID == sqltype.Date && c.from.Kind == warehouse.KindDate:
		c.fast = pick(c.binary, binaryDates, textDates)
	case c.want.ID == sqltype.Time && c.from.Kind == warehouse.KindTime:
		c.fast = pick(c.binary, binaryTimes, textTimes)
	case c.from.Kind != warehouse.KindTimestamp && !zoned:
	case c.want.ID == sqltype.Timestamp && (utc || !zoned), c.want.ID == sqltype.TimestampTZ && utc:
		c.fast = pick(c.binary, binaryTimestamps, textTimestamps)
	}
}

func textDates(c *column, rows []uint16) bool {
	values, l := integers[int32](c), c.lane
	var d date
	for _, row := range rows {
		day := values[row%warehouse.ChunkSize]
		if day < firstDay || day > lastDay {
			return false
		}
		d.move(uint32(day + marchDays))
		d.set(l.slot(row), slotSize)
		l.sizes[row%blockRows] = 10
	}
	return true
}

func textTimes(c *column, rows []uint16) bool {
	values, l := integers[int64](c), c.lane
	for _, row := range rows {
		us := values[row%warehouse.ChunkSize]
		if us < 0 || us > microsPerDay {
			return false
		}
		at := setClock(l.slot(row), slotSize, uint64(us))
		l.sizes[row%blockRows] = int32(slotSize - at)
	}
	return true
}

func textTimestamps(c *column, rows []uint16) bool {
	values, l := integers[int64](c), c.lane
	var d date
	end := slotSize
	if c.want.ID == sqltype.TimestampTZ {
		end -= len(utcOffset)
	}
	for _, row := range rows {
		us := values[row%warehouse.ChunkSize]
		if us < firstDay*microsPerDay || us >= (lastDay+1)*microsPerDay {
			return false
		}
		u := uint64(us + marchDays*microsPerDay)
		slot := l.slot(row)
		copy(slot[slotSize-len(utcOffset):], utcOffset) // Written over where there is no offset.
		at := setClock(slot, end, u%microsPerDay) - 1
		slot[at] = ' '
		d.move(uint32(u / microsPerDay))
		d.set(slot, at)
		l.sizes[row%blockRows] = int32(slotSize - at + 10)
	}
	return true
}

const utcOffset = "+00"

// date is the text of a day. Neighbouring rows often share the day.
type date struct {
	day       uint32 // since 0000-03-01, of which day 0 is none that is printed
	yearMonth uint64 // YYYY-MM-
	dayText   uint16 // DD
}

func (d *date) move(day uint32) {
	if day != d.day {
		d.make(day)
	}
}

func (d *date) make(day uint32) {
	year, month, ofMonth := civilShort(day)
	digits := pairDigits(uint64(year/100)|uint64(year%100)<<16|uint64(month)<<32|uint64(ofMonth)<<48) + zeros
	d.day, d.dayText = day, uint16(digits>>48)
	d.yearMonth = digits&0xffffffff | '-'<<32 | (digits>>32&0xffff)<<40 | '-'<<56
}

// set writes the date before end.
func (d *date) set(slot *[slotSize]byte, end int) {
	littleEndian.PutUint64(slot[end-10:], d.yearMonth)
	littleEndian.PutUint16(slot[end-2:], d.dayText)
}

// setClock writes a time of day before end, up to and including 24:00:00, and returns where it begins.
func setClock(slot *[slotSize]byte, end int, us uint64) int {
	seconds, fraction := uint32(us/microsPerSecond), us%microsPerSecond
	if fraction != 0 {
		six := eightDigits(fraction)
		cut := bits.LeadingZeros64(six) / 8 // zeros at its end
		littleEndian.PutUint64(slot[end-8:], ((six+zeros)&^0xffff|'.'<<8)<<(8*cut))
		end -= 7 - cut
	}
	minutes := seconds / 60
	digits := pairDigits(uint64(minutes/60)|uint64(minutes%60)<<16|uint64(seconds%60)<<32) + zeros
	littleEndian.PutUint64(slot[end-8:], digits&0xffff|':'<<16|(digits>>16&0xffff)<<24|':'<<40|(digits>>32&0xffff)<<48)
	return end - 8
}

// civilShort is civil for days since 0000-03-01 and years below 10000, by Neri and Schneider's
// Euclidean affine functions: divisions become multiplications.
func civilShort(days uint32) (year, month, day uint32) {
	n := 4*days + 3
	century := n / 146097
	product := 2939745 * uint64(n%146097|3)
	inYear := uint32(product) / 2939745 / 4
	m := 2141*inYear + 197913
	year, month, day = 100*century+uint32(product>>32), m>>16, (m&0xffff)/2141+1
	if inYear >= 306 { // January and February, counted to the year before.
		year++
		month -= 12
	}
	return year, month, day
}

func binaryDates(c *column, rows []uint16) bool {
	values, l := integers[int32](c), c.lane
	for _, row := range rows {
		day := values[row%warehouse.ChunkSize]
		if day == infiniteDay || day == -infiniteDay {
			return false
		}
		bigEndian.PutUint32(l.slot(row)[28:], uint32(day-epochDays))
		l.sizes[row%blockRows] = 4
	}
	return true
}

func binaryTimestamps(c *column, rows []uint16) bool {
	values, l := integers[int64](c), c.lane
	for _, row := range rows {
		us := values[row%warehouse.ChunkSize]
		if us == infiniteMoment || us < math.MinInt64+epochMicros {
			return false
		}
		bigEndian.PutUint64(l.slot(row)[24:], uint64(us-epochMicros))
		l.sizes[row%blockRows] = 8
	}
	return true
}

func binaryTimes(c *column, rows []uint16) bool {
	values, l := integers[int64](c), c.lane
	for _, row := range rows {
		bigEndian.PutUint64(l.slot(row)[24:], uint64(values[row%warehouse.ChunkSize]))
		l.sizes[row%blockRows] = 8
	}
	return true
}

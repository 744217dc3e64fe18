package pg

import (
	"encoding/hex"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func textHex(c *column, dst []byte, row int) []byte { return hex.AppendEncode(dst, c.vec.Bytes(row)) }

// textInterval prints as PostgreSQL's default style does: 1 year 2 mons -3 days +04:05:06.7.
func textInterval(c *column, dst []byte, row int) []byte {
	v := warehouse.Values[warehouse.Interval](c.vec)[row]
	p := spanPrinter{dst: dst, start: len(dst)}
	p.part(int64(v.Months/12), "year")
	p.part(int64(v.Months%12), "mon")
	p.part(int64(v.Days), "day")
	if v.Micros != 0 || len(p.dst) == p.start {
		p.clock(v.Micros)
	}
	return p.dst
}

type spanPrinter struct {
	dst      []byte
	start    int
	negative bool // the part before was, so that a positive one shows its sign
}

func (p *spanPrinter) part(n int64, unit string) {
	if n == 0 {
		return
	}
	p.blank()
	if p.negative && n > 0 {
		p.dst = append(p.dst, '+')
	}
	p.dst = strconv.AppendInt(p.dst, n, 10)
	p.dst = append(append(p.dst, ' '), unit...)
	if n != 1 {
		p.dst = append(p.dst, 's')
	}
	p.negative = n < 0
}

func (p *spanPrinter) clock(us int64) {
	p.blank()
	u := uint64(us)
	switch {
	case us < 0:
		p.dst = append(p.dst, '-')
		u = -u
	case p.negative:
		p.dst = append(p.dst, '+')
	}
	if u > 1<<63-1 { // One microsecond beyond what int64 holds; no clock shows the difference.
		u--
	}
	p.dst = appendClock(p.dst, int64(u))
}

func (p *spanPrinter) blank() {
	if len(p.dst) > p.start {
		p.dst = append(p.dst, ' ')
	}
}

// binaryMonths is Redshift's form of INTERVAL YEAR TO MONTH.
func binaryMonths(c *column, dst []byte, row int) []byte {
	v := warehouse.Values[warehouse.Interval](c.vec)[row]
	return bigEndian.AppendUint32(dst, uint32(v.Months))
}

// binaryMicros is Redshift's form of INTERVAL DAY TO SECOND. Months count 30 days, as in PostgreSQL's comparisons.
func binaryMicros(c *column, dst []byte, row int) []byte {
	v := warehouse.Values[warehouse.Interval](c.vec)[row]
	days := int64(v.Months)*30 + int64(v.Days)
	return bigEndian.AppendUint64(dst, uint64(days*microsPerDay+v.Micros))
}

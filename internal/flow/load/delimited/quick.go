package delimited

import (
	"bytes"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// ends returns what follows the terminator at i, 0 if another byte is there.
func (c *column) ends(mem []byte, i int) int {
	if mem[i] == c.term {
		return i + 1
	}
	if c.last {
		return c.endsRecord(mem, i)
	}
	return 0
}

// endsRecord is ends for line ends of two characters and, in text, one more delimiter.
func (c *column) endsRecord(mem []byte, i int) int {
	if c.trailing && mem[i] == c.delim {
		i++
	}
	if mem[i] == '\r' {
		i++
	}
	if mem[i] == '\n' {
		return i + 1
	}
	return 0
}

func (c *column) quickInteger(mem []byte, pos, row int) int {
	i := pos
	negative := mem[i] == '-'
	if negative {
		i++
	}
	u, n := digitRun(mem[i : i+8 : i+8])
	if n == 8 {
		u, n = moreDigits(mem, i)
	}
	next := c.ends(mem, i+n)
	v := int64(u)
	if negative {
		v = -v
	}
	if next == 0 || n == 0 || n > 18 || !c.fits(v) {
		return 0
	}
	c.setInteger(row, v)
	return next
}

// moreDigits reads any run of digits; the value is good for up to 18.
func moreDigits(mem []byte, i int) (v uint64, n int) {
	for {
		d := mem[i+n] - '0'
		if d > 9 {
			return v, n
		}
		v = v*10 + uint64(d)
		n++
	}
}

// fits reports whether an integer column holds v.
func (c *column) fits(v int64) bool {
	shift := 64 - c.limit
	return v<<shift>>shift == v
}

func (c *column) setInteger(row int, v int64) {
	switch c.kind {
	case warehouse.KindInt16:
		warehouse.Values[int16](c.vec)[row] = int16(v)
	case warehouse.KindInt32:
		warehouse.Values[int32](c.vec)[row] = int32(v)
	default:
		warehouse.Values[int64](c.vec)[row] = v
	}
}

// quickDecimal reads digits with at least one before the point, and cuts decimals the column has not.
func (c *column) quickDecimal(mem []byte, pos, row int) int {
	i := pos
	negative := mem[i] == '-'
	if negative {
		i++
	}
	v, n := digitRun(mem[i : i+8 : i+8])
	if n == 8 {
		v, n = moreDigits(mem, i)
	}
	i += n
	missing := c.scale
	if mem[i] == '.' {
		for i++; missing > 0; i++ {
			d := mem[i] - '0'
			if d > 9 {
				break
			}
			v = v*10 + uint64(d)
			missing--
		}
		for c.cut && isDigit(mem[i]) {
			i++
		}
	}
	next := c.ends(mem, i)
	if next == 0 || n == 0 || n+c.scale > 18 {
		return 0
	}
	if missing > 0 {
		v *= power10(missing)
	}
	if v > c.unscaled {
		return 0
	}
	signed := int64(v)
	if negative {
		signed = -signed
	}
	c.setInteger(row, signed)
	return next
}

// quickDate reads YYYY-MM-DD.
func (c *column) quickDate(mem []byte, pos, row int) int {
	days, ok := quickDays(mem[pos : pos+12 : pos+12])
	next := c.ends(mem, pos+10)
	if !ok || next == 0 {
		return 0
	}
	warehouse.Values[int32](c.vec)[row] = days
	return next
}

// quickTimestamp reads YYYY-MM-DD HH:MI:SS without a fraction.
func (c *column) quickTimestamp(mem []byte, pos, row int) int {
	b := mem[pos : pos+19 : pos+19]
	days, ok := quickDays(b)
	seconds, okTime := quickSeconds(b[11:])
	next := c.ends(mem, pos+19)
	if !ok || !okTime || b[10] != ' ' || next == 0 {
		return 0
	}
	warehouse.Values[int64](c.vec)[row] = int64(days)*microsPerDay + int64(seconds)*microsPerSecond
	return next
}

// quickOther reads what stands instead of a plain number or date: nothing, or the same in quotes.
func (w *worker) quickOther(c *column, pos, row int) int {
	if next := c.ends(w.mem, pos); next > 0 && !c.NotNull {
		c.vec.SetNull(row)
		return next
	}
	if w.nul && w.mem[pos] == 0 && !c.NotNull {
		next := c.ends(w.mem, pos+1)
		if next > 0 {
			c.vec.SetNull(row)
		}
		return next
	}
	if !w.syntax.csv || w.mem[pos] != w.syntax.quote {
		return 0
	}
	inner := *c
	inner.last, inner.term = false, w.syntax.quote
	next := 0
	switch pos++; c.quick {
	case quickInteger:
		next = inner.quickInteger(w.mem, pos, row)
	case quickDecimal:
		next = inner.quickDecimal(w.mem, pos, row)
	case quickTimestamp:
		next = inner.quickTimestamp(w.mem, pos, row)
	case quickDate:
		next = inner.quickDate(w.mem, pos, row)
	}
	if next == 0 {
		return 0
	}
	return c.ends(w.mem, next)
}

// quickText reads unquoted text, and quoted text without a quote in it.
func (w *worker) quickText(c *column, pos, row int) int {
	i, high := w.textEnd(pos)
	end := i
	next := i + 1
	if b := w.mem[i]; b != c.term {
		if b == w.syntax.quote && i == pos && w.syntax.csv {
			return w.quickQuoted(c, pos+1, row)
		}
		if next = c.ends(w.mem, i); next == 0 {
			return 0
		}
	} else if c.last && i > pos && w.mem[i-1] == '\r' {
		end--
	}
	if !w.quickValue(c, pos, end, high, row) {
		return 0
	}
	return next
}

func (w *worker) quickQuoted(c *column, pos, row int) int {
	k := bytes.IndexByte(w.mem[pos:w.end], w.syntax.quote)
	if k < 0 {
		return 0
	}
	next := c.ends(w.mem, pos+k+1)
	if next == 0 || !w.quickValue(c, pos, pos+k, highBits(w.mem[pos:pos+k]), row) {
		return 0
	}
	return next
}

// quickValue stores text unless a rule might change or refuse it.
func (w *worker) quickValue(c *column, pos, end int, high bool, row int) bool {
	text := w.mem[pos:end]
	if len(text) > c.limit || len(text) == len(w.null) && string(text) == string(w.null) {
		return false
	}
	if w.nul && bytes.IndexByte(text, 0) >= 0 {
		return false
	}
	if high && (c.ascii || !utf8.Valid(text)) {
		return false
	}
	if c.edges && (len(text) == 0 || isSpace(text[len(text)-1])) {
		return false
	}
	c.vec.SetPadded(row, w.mem[pos:pos+16:pos+16], len(text))
	return true
}

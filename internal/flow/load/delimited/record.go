package delimited

import (
	"bytes"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// record reads the record at pos into row and returns where the next one
// begins, or -1 with w.bad set. For each field a fast path is tried that
// understands the plain cases; it returns 0 for anything else and has then changed nothing.
func (w *worker) record(pos, row int) int {
	for i := range w.cols {
		c := &w.cols[i]
		next := 0
		switch c.quick {
		case quickInteger:
			next = c.quickInteger(w.mem, pos, row)
		case quickText:
			next = w.quickText(c, pos, row)
		case quickDecimal:
			next = c.quickDecimal(w.mem, pos, row)
		case quickTimestamp:
			next = c.quickTimestamp(w.mem, pos, row)
		case quickDate:
			next = c.quickDate(w.mem, pos, row)
		}
		if next == 0 {
			var done bool
			if next, done = w.slow(i, pos, row); done {
				return next
			}
		}
		pos = next
	}
	return pos
}

// slow reads any field, exactly. It returns where the next field begins, or
// where the next record does and that this one is done, or -1 and done.
func (w *worker) slow(i, pos, row int) (next int, done bool) {
	c := &w.cols[i]
	f := w.field(pos)
	if f.fault != nil {
		return w.refuse(i, &f, f.fault)
	}
	if f.ended && !c.last && !w.opt.FillRecord {
		return w.refuse(i, &f, fail(codeNoDelimiter, len(f.value), "Delimiter not found"))
	}
	if p := w.store(c, row, &f); p != nil {
		return w.refuse(i, &f, p)
	}
	switch {
	case c.last && f.ended:
		return f.next, true
	case c.last:
		return w.afterLast(f.next)
	case f.ended:
		return w.fillRecord(i+1, row, f.next)
	}
	return f.next, false
}

// afterLast passes what follows the last column's delimiter: text may have one more than it needs.
func (w *worker) afterLast(pos int) (int, bool) {
	if !w.syntax.csv {
		if n := w.lineEnd(pos); n > 0 {
			return pos + n, true
		}
		if w.syntax.escape && w.mem[pos] == 0 {
			return pos + 1, true
		}
	}
	p := fail(codeExtraColumns, 0, "Extra column(s) found")
	p.whole = true
	f := w.field(pos)
	return w.refuse(len(w.cols), &f, p)
}

// fillRecord gives the columns from i on, which the record lacks, their FILLRECORD value.
func (w *worker) fillRecord(i, row, next int) (int, bool) {
	for ; i < len(w.cols); i++ {
		c := &w.cols[i]
		if c.Type.ID == sqltype.Varchar && !w.opt.EmptyAsNull {
			c.vec.SetBytes(row, nil)
			continue
		}
		if p := c.setNull(row); p != nil {
			return w.refuse(i, &field{}, p)
		}
	}
	return next, true
}

// refuse notes why the record is rejected.
func (w *worker) refuse(i int, f *field, p *problem) (int, bool) {
	w.bad = rejection{column: i, field: *f, problem: *p, null: p.code == codeMissingData}
	return -1, true
}

// setNull stores NULL, or says why it must not.
func (c *column) setNull(row int) *problem {
	if c.NotNull {
		return fail(codeMissingData, 0, "Missing data for not-null field")
	}
	if c.kind == warehouse.KindVarchar || c.kind == warehouse.KindBlob {
		c.vec.SetBytes(row, nil)
	}
	c.vec.SetNull(row)
	return nil
}

// ends returns what follows the terminator at i, 0 if another byte is there.
func (c *column) ends(mem []byte, i int) int {
	b := mem[i]
	if b == c.term {
		return i + 1
	}
	if c.last && b == '\r' && mem[i+1] == '\n' {
		return i + 2
	}
	return 0
}

func (c *column) quickInteger(mem []byte, pos, row int) int {
	i := pos
	negative := mem[i] == '-'
	if negative {
		i++
	}
	start := i
	v := int64(0)
	for {
		d := mem[i] - '0'
		if d > 9 {
			break
		}
		v = v*10 + int64(d)
		i++
	}
	if i == start || i-start > 18 {
		return 0
	}
	next := c.ends(mem, i)
	if negative {
		v = -v
	}
	if next == 0 || !c.fits(v) {
		return 0
	}
	c.setInteger(row, v)
	return next
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

// quickDecimal reads digits with at most as many decimals as the column has.
func (c *column) quickDecimal(mem []byte, pos, row int) int {
	i := pos
	negative := mem[i] == '-'
	if negative {
		i++
	}
	start := i
	v := uint64(0)
	for {
		d := mem[i] - '0'
		if d > 9 {
			break
		}
		v = v*10 + uint64(d)
		i++
	}
	digits := i - start
	if digits == 0 {
		return 0
	}
	missing := c.scale
	if mem[i] == '.' {
		i++
		for missing > 0 {
			d := mem[i] - '0'
			if d > 9 {
				break
			}
			v = v*10 + uint64(d)
			i++
			missing--
		}
		digits += c.scale - missing
	}
	next := c.ends(mem, i)
	if next == 0 || digits+missing > 18 {
		return 0
	}
	v *= power10(missing)
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
	days, ok := quickDays(mem[pos : pos+10 : pos+10])
	if !ok {
		return 0
	}
	next := c.ends(mem, pos+10)
	if next != 0 {
		warehouse.Values[int32](c.vec)[row] = days
	}
	return next
}

// quickTimestamp reads YYYY-MM-DD HH:MI:SS without a fraction.
func (c *column) quickTimestamp(mem []byte, pos, row int) int {
	b := mem[pos : pos+19 : pos+19]
	if b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0
	}
	next := c.ends(mem, pos+19)
	days, ok := quickDays(b[:10])
	hour, minute, second := two(b[11], b[12]), two(b[14], b[15]), two(b[17], b[18])
	if next == 0 || !ok || hour > 23 || minute > 59 || second > 59 {
		return 0
	}
	warehouse.Values[int64](c.vec)[row] = int64(days)*microsPerDay + int64(hour*3600+minute*60+second)*1e6
	return next
}

// quickText reads unquoted text, and quoted text without a quote in it.
func (w *worker) quickText(c *column, pos, row int) int {
	i, high := w.textEnd(pos)
	end, next := i, 0
	switch b := w.mem[i]; {
	case b == c.term:
		next = i + 1
		if c.last && i > pos && w.mem[i-1] == '\r' {
			end--
		}
	case b == w.syntax.quote && i == pos && w.syntax.csv:
		return w.quickQuoted(c, pos+1, row)
	default:
		return 0
	}
	if !w.quickValue(c, w.mem[pos:end], high, row) {
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
	if next == 0 {
		return 0
	}
	text := w.mem[pos : pos+k]
	if !w.quickValue(c, text, highBits(text), row) {
		return 0
	}
	return next
}

// quickValue stores text unless a rule might change or refuse it.
func (w *worker) quickValue(c *column, text []byte, high bool, row int) bool {
	if len(text) > c.limit || len(text) == len(w.null) && string(text) == string(w.null) {
		return false
	}
	if high && (c.Type.ID == sqltype.Char || !utf8.Valid(text)) {
		return false
	}
	if len(text) == 0 {
		if w.opt.EmptyAsNull {
			return false
		}
	} else if last := text[len(text)-1]; isSpace(last) && (c.Type.ID == sqltype.Char || w.opt.TrimBlanks || w.opt.BlanksAsNull) {
		return false
	}
	c.vec.SetBytes(row, text)
	return true
}

package delimited

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

func badQuoting(b byte, at int) string {
	return fmt.Sprintf("Invalid quote formatting for CSV. Unexpected character 0x%02x found at location %d", b, at)
}

// isNull reports whether a field means NULL. Quotes make no difference.
func (w *worker) isNull(c *column, f *field) bool {
	if bytes.Equal(f.value, w.null) || w.syntax.escape && bytes.Equal(f.raw, w.null) {
		return true
	}
	return w.isEmpty(c, f)
}

// isEmpty reports whether a field holds so little that it means NULL.
func (w *worker) isEmpty(c *column, f *field) bool {
	if c.Type.ID != sqltype.Varchar && c.Type.ID != sqltype.Char {
		return allSpace(f.value)
	}
	if len(f.value) == 0 {
		return w.opt.EmptyAsNull
	}
	return w.opt.BlanksAsNull && allSpace(f.value)
}

// store converts a field to the column's type, or says why it cannot.
func (w *worker) store(c *column, row int, f *field) *problem {
	if w.isNull(c, f) {
		return c.setNull(row)
	}
	return w.convert(c, row, f)
}

// storeValue is store for a field in which no null string is looked for.
func (w *worker) storeValue(c *column, row int, f *field) *problem {
	if w.isEmpty(c, f) {
		return c.setNull(row)
	}
	return w.convert(c, row, f)
}

// convert stores a field that is not NULL.
func (w *worker) convert(c *column, row int, f *field) *problem {
	if p := w.nullByte(f.value); p != nil {
		return p
	}
	switch c.Type.ID {
	case sqltype.Varchar:
		return w.storeVarchar(c, row, f.value)
	case sqltype.Char:
		return w.storeChar(c, row, f.value)
	case sqltype.Super:
		return w.storeSuper(c, row, f.value)
	case sqltype.Varbyte:
		return w.storeVarbyte(c, row, f.value)
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint:
		v, p := parseInteger(f.value, c.limit)
		if p == nil {
			c.setInteger(row, v)
		}
		return p
	case sqltype.Decimal:
		v, p := parseDecimal(f.value, c.Type, w.opt.RoundDec)
		if p == nil {
			c.setDecimal(row, v)
		}
		return p
	}
	return w.storeOther(c, row, f.value)
}

func (w *worker) storeOther(c *column, row int, b []byte) *problem {
	switch c.Type.ID {
	case sqltype.Boolean:
		v, p := parseBoolean(b)
		warehouse.Values[bool](c.vec)[row] = v
		return p
	case sqltype.Real:
		v, p := parseFloat(b, 32)
		warehouse.Values[float32](c.vec)[row] = float32(v)
		return p
	case sqltype.Double:
		v, p := parseFloat(b, 64)
		warehouse.Values[float64](c.vec)[row] = v
		return p
	}
	p := w.storeTime(c, row, b)
	if p != nil && w.opt.AcceptAnyDate && (p.code == codeDate || p.code == codeTimestamp) {
		return c.setNull(row)
	}
	return p
}

// nullByte refuses a NUL among others when a lone one means NULL. One at the end is text.
func (w *worker) nullByte(b []byte) *problem {
	if len(w.null) != 1 || w.null[0] != 0 {
		return nil
	}
	if i := bytes.IndexByte(b, 0); i >= 0 && i < len(b)-1 {
		return fail(codeNullByte, i, "Invalid null byte - field longer than 1 byte")
	}
	return nil
}

func (w *worker) storeVarchar(c *column, row int, b []byte) *problem {
	if !utf8.Valid(b) {
		if !w.opt.AcceptInvChars {
			return badUTF8(b)
		}
		b = w.replaceInvalid(c, b)
	}
	if w.opt.TrimBlanks {
		b = trimSpace(b)
		if len(b) == 0 && w.opt.EmptyAsNull {
			return c.setNull(row)
		}
	}
	if len(b) > c.limit {
		switch {
		case w.opt.TruncateColumns:
			b = truncate(b, c.limit)
		case len(bytes.TrimRight(b[c.limit:], " ")) == 0:
			b = b[:c.limit]
		default:
			return fail(codeOutOfRange, 0, "String length exceeds DDL length")
		}
	}
	c.vec.SetBytes(row, b)
	return nil
}

// storeChar keeps no trailing blanks: they mean nothing in CHAR.
func (w *worker) storeChar(c *column, row int, b []byte) *problem {
	for i, x := range b {
		if x >= utf8.RuneSelf {
			seq, _ := badSequence(b[i:])
			return fail(codeUTF8, i, "Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: "+spacedHex(seq))
		}
	}
	b = bytes.TrimRight(b, " ")
	if len(b) > c.limit {
		if !w.opt.TruncateColumns {
			return fail(codeOutOfRange, 0, "Char length exceeds DDL length")
		}
		b = bytes.TrimRight(b[:c.limit], " ")
	}
	c.vec.SetBytes(row, b)
	return nil
}

func (w *worker) storeSuper(c *column, row int, b []byte) *problem {
	if !utf8.Valid(b) {
		return badUTF8(b)
	}
	if !json.Valid(b) {
		return fail(codeMalformedJSON, 0, "Invalid value.")
	}
	c.vec.SetBytes(row, b)
	return nil
}

func (w *worker) storeVarbyte(c *column, row int, b []byte) *problem {
	for i, x := range b {
		if !isDigit(x) && (x|0x20 < 'a' || x|0x20 > 'f') {
			return fail(codeHexDigit, i, fmt.Sprintf("Invalid hexadecimal digit, Value '%s', Pos %d", character(b[i:]), i))
		}
	}
	if len(b)%2 != 0 {
		return fail(codeHexDigit, len(b), "Invalid hexadecimal value: odd number of digits")
	}
	if len(b)/2 > c.limit {
		return fail(codeOutOfRange, 0, "String length exceeds DDL length")
	}
	out := w.alloc(len(b) / 2)
	_, _ = hex.Decode(out, b) // All digits were checked.
	c.vec.SetBytes(row, out)
	return nil
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// badUTF8 describes the first broken sequence in b.
func badUTF8(b []byte) *problem {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			seq, kind := badSequence(b[i:])
			return fail(codeUTF8, i, fmt.Sprintf("String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: %s (error %d)", spacedHex(seq), kind))
		}
		i += n
	}
	return nil
}

// badSequence returns the bytes of the sequence at the start of b and
// Redshift's number for what is wrong with it, 0 when nothing is.
func badSequence(b []byte) (seq []byte, kind int) {
	lead := b[0]
	want := 0
	switch {
	case lead < 0x80:
		return b[:1], 0
	case lead < 0xc0, lead >= 0xfe:
		return b[:1], 3
	case lead >= 0xf8:
		return b[:1], 1
	case lead < 0xe0:
		want = 2
	case lead < 0xf0:
		want = 3
	default:
		want = 4
	}
	for i := 1; i < want; i++ {
		if i >= len(b) {
			return b[:i], 2
		}
		if b[i]&0xc0 != 0x80 {
			return b[:i+1], 4
		}
	}
	switch {
	case utf8.Valid(b[:want]):
		return b[:want], 0
	case lead == 0xed && b[1] >= 0xa0:
		return b[:want], 5
	}
	return b[:want], 6
}

// spacedHex prints bytes as "c3 a9".
func spacedHex(b []byte) string { return fmt.Sprintf("% x", b) }

// character is the first character of b for a message; bytes that are none show as \x and digits.
func character(b []byte) string {
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n <= 1 {
		return fmt.Sprintf(`\x%02x`, b[0])
	}
	return string(r)
}

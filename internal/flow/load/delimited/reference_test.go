package delimited

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// reference is the scanner as plainly as it can be written: one record at a
// time, one character at a time. FuzzScan holds the real one against it.
type reference struct {
	opt  Options
	cols []Column

	data string
	pos  int
	line int64
}

// outcome of a scan, in the words both scanners share.
type outcome struct {
	Rows   []string
	Errors []string
	Failed string
}

type refField struct {
	value, raw string
	broken     int // load error code
}

func (r *reference) scan(data string) outcome {
	r.data, r.pos, r.line = data, 0, 1
	var out outcome
	switch {
	case strings.HasPrefix(data, "\xef\xbb\xbf"):
		r.pos = 3
	case !r.opt.AcceptInvChars && (strings.HasPrefix(data, "\xff\xfe") || strings.HasPrefix(data, "\xfe\xff")):
		return outcome{Failed: "file at 0"} // It is UTF-16, whatever follows.
	}
	for range r.opt.IgnoreHeader {
		for r.pos < len(r.data) && r.data[r.pos] != '\n' {
			r.pos++
		}
		if r.pos < len(r.data) {
			r.pos++
			r.line++
		}
	}
	for r.pos < len(r.data) {
		start, line := r.pos, r.line
		fields := r.record()
		text := r.data[start:r.pos]
		r.line += int64(strings.Count(text, "\n"))
		length := len(r.withoutEnd(text))
		if r.opt.CSV && fields[len(fields)-1].broken == 1214 {
			length = len(text) // Its last newline is in quotes.
		}
		if length > r.opt.maxRecord {
			out.Failed = fmt.Sprintf("file at %d", start)
			out.Rows = nil
			return out
		}
		if r.opt.IgnoreBlankLines && (text == "\n" || text == "\r\n" || text == "\r") {
			continue
		}
		values, column, code := r.row(fields)
		if code == 0 {
			out.Rows = append(out.Rows, strings.Join(values, "|"))
			continue
		}
		out.Errors = append(out.Errors, fmt.Sprintf("line %d at %d column %q: %d", line, start, column, code))
		if r.opt.MaxErrors > 0 && len(out.Errors) >= int(r.opt.MaxErrors) {
			out.Failed = "errors"
			out.Rows = nil
			return out
		}
	}
	return out
}

func (r *reference) withoutEnd(text string) string {
	if strings.HasSuffix(text, "\n") && !(r.opt.Escape && r.pos == len(r.data) && r.escapedEnd(text)) {
		return text[:len(text)-1]
	}
	if r.opt.Escape && strings.HasSuffix(text, "\x00") && !r.escapedEnd(text) {
		return text[:len(text)-1]
	}
	return text
}

func (r *reference) escapedEnd(text string) bool {
	body := text[:len(text)-1]
	return (len(body)-len(strings.TrimRight(body, "\\")))%2 == 1
}

// record splits the record at pos and moves behind it.
func (r *reference) record() []refField {
	var all []refField
	for {
		f, ended := r.field()
		all = append(all, f)
		if f.broken != 0 {
			// A broken record ends with its line, wherever the trouble began.
			for f.broken == 1216 && r.pos < len(r.data) && r.data[r.pos] != '\n' {
				r.pos++
			}
			if f.broken == 1214 && !r.opt.CSV {
				r.skipText()
			}
			if f.broken == 1216 && r.pos < len(r.data) {
				r.pos++
			}
			return all
		}
		if ended {
			return all
		}
	}
}

func (r *reference) peek() (byte, bool) {
	if r.pos >= len(r.data) {
		return 0, false
	}
	return r.data[r.pos], true
}

func (r *reference) field() (f refField, ended bool) {
	if r.opt.CSV {
		return r.csvField()
	}
	if c, ok := r.peek(); ok && r.opt.RemoveQuotes && (c == '"' || c == '\'') {
		return r.removeQuotes(c)
	}
	return r.textField()
}

func (r *reference) blank(c byte) bool { return (c == ' ' || c == '\t') && c != r.opt.Delimiter }

func (r *reference) csvField() (f refField, ended bool) {
	start := r.pos
	for {
		c, ok := r.peek()
		switch {
		case ok && c == r.opt.Quote:
			if strings.Trim(r.data[start:r.pos], " \t") != "" || strings.IndexByte(r.data[start:r.pos], r.opt.Delimiter) >= 0 {
				return refField{broken: 1216}, true
			}
			return r.quotedField()
		case ok && c == r.opt.Delimiter:
			f.value = r.data[start:r.pos]
			r.pos++
			return f, false
		case !ok || c == '\n':
			f.value = strings.TrimSuffix(r.data[start:r.pos], "\r")
			r.pos = min(r.pos+1, len(r.data))
			return f, true
		}
		r.pos++
	}
}

func (r *reference) quotedField() (f refField, ended bool) {
	var b strings.Builder
	for r.pos++; ; r.pos++ {
		c, ok := r.peek()
		if !ok {
			return refField{broken: 1214}, true
		}
		if c != r.opt.Quote {
			b.WriteByte(c)
			continue
		}
		if r.pos+1 < len(r.data) && r.data[r.pos+1] == r.opt.Quote {
			b.WriteByte(c)
			r.pos++
			continue
		}
		break
	}
	r.pos++
	for r.pos < len(r.data) && r.blank(r.data[r.pos]) {
		r.pos++
	}
	f.value = b.String()
	rest := r.data[r.pos:]
	switch {
	case rest == "" || rest == "\r":
		r.pos = len(r.data)
		return f, true
	case rest[0] == r.opt.Delimiter:
		r.pos++
		return f, false
	case rest[0] == '\n':
		r.pos++
		return f, true
	case strings.HasPrefix(rest, "\r\n"):
		r.pos += 2
		return f, true
	}
	return refField{broken: 1216}, true
}

// atEnd reports a record end at pos of a text file, and its length.
func (r *reference) atEnd(escapedBefore bool) (int, bool) {
	rest := r.data[r.pos:]
	switch {
	case rest == "":
		return 0, true
	case rest[0] == '\n' || rest[0] == 0 && r.opt.Escape:
		return 1, true
	case strings.HasPrefix(rest, "\r\n") && !escapedBefore:
		return 2, true
	case rest == "\r" && !escapedBefore:
		return 1, true
	}
	return 0, false
}

func (r *reference) textField() (f refField, ended bool) {
	var value, raw strings.Builder
	for {
		if n, ok := r.atEnd(false); ok {
			r.pos += n
			return refField{value: value.String(), raw: raw.String()}, true
		}
		c := r.data[r.pos]
		switch {
		case c == '\\' && r.opt.Escape && r.pos+1 < len(r.data):
			raw.WriteString(r.data[r.pos : r.pos+2])
			value.WriteByte(r.data[r.pos+1])
			r.pos += 2
		case c == '\\' && r.opt.Escape:
			raw.WriteString(`\\`) // The last character of the file stands for itself.
			value.WriteByte('\\')
			r.pos++
		case c == r.opt.Delimiter:
			r.pos++
			return refField{value: value.String(), raw: raw.String()}, false
		default:
			raw.WriteByte(c)
			value.WriteByte(c)
			r.pos++
		}
	}
}

func (r *reference) removeQuotes(quote byte) (f refField, ended bool) {
	start := r.pos
	var value, raw strings.Builder
	r.pos++
	for {
		if n, ok := r.atEnd(false); ok && (n < 2 || r.data[r.pos] != '\r') && !(n == 1 && r.data[r.pos] == '\r') {
			r.pos = start
			return refField{broken: 1214}, true
		}
		c := r.data[r.pos]
		if c == '\\' && r.opt.Escape {
			next := "\\"
			if r.pos+1 < len(r.data) {
				next = r.data[r.pos+1 : r.pos+2]
			}
			raw.WriteString("\\" + next)
			value.WriteString(next)
			r.pos += 1 + len(next)
			r.pos = min(r.pos, len(r.data))
			continue
		}
		if c == quote {
			r.pos++
			if r.pos < len(r.data) && r.data[r.pos] == r.opt.Delimiter {
				r.pos++
				return refField{value: value.String(), raw: raw.String()}, false
			}
			if n, ok := r.atEnd(false); ok {
				r.pos += n
				return refField{value: value.String(), raw: raw.String()}, true
			}
			raw.WriteByte(c)
			value.WriteByte(c)
			continue
		}
		raw.WriteByte(c)
		value.WriteByte(c)
		r.pos++
	}
}

// skipText moves behind the record of a text file.
func (r *reference) skipText() {
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		r.pos++
		if c == '\\' && r.opt.Escape {
			r.pos = min(r.pos+1, len(r.data))
			continue
		}
		if c == '\n' || c == 0 && r.opt.Escape {
			return
		}
	}
}

// row converts the fields of a record, or says which column is bad.
func (r *reference) row(fields []refField) (values []string, column string, code int) {
	for i, c := range r.cols {
		if i >= len(fields) {
			if !r.opt.FillRecord {
				panic("a missing field was not reported")
			}
			v := "NULL"
			if c.Type.ID == sqltype.Varchar && !r.opt.EmptyAsNull {
				v = `""`
			} else if c.NotNull {
				return nil, c.Name, 1213
			}
			values = append(values, v)
			continue
		}
		f := fields[i]
		if f.broken != 0 {
			return nil, c.Name, f.broken
		}
		if i == len(fields)-1 && i < len(r.cols)-1 && !r.opt.FillRecord {
			return nil, c.Name, 1214
		}
		v, code := r.value(f, c)
		if code != 0 {
			return nil, c.Name, code
		}
		values = append(values, v)
	}
	extra := fields[min(len(fields), len(r.cols)):]
	trailing := !r.opt.CSV && len(extra) == 1 && extra[0].broken == 0 && extra[0].value == "" && extra[0].raw == ""
	if len(extra) > 0 && !(trailing && !r.lastFieldQuoted()) {
		return nil, "", 1202
	}
	return values, "", 0
}

// lastFieldQuoted reports that the empty field before pos was written as a pair of quotes.
func (r *reference) lastFieldQuoted() bool {
	text := strings.TrimSuffix(r.data[:r.pos], "\x00")
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	return r.opt.RemoveQuotes && (strings.HasSuffix(text, `""`) || strings.HasSuffix(text, `''`))
}

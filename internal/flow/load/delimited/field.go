package delimited

import "bytes"

// field is one field as it stands in the file.
type field struct {
	value []byte // without quotes and escapes
	raw   []byte // in ESCAPE mode: with them
	next  int    // where the next field or record begins
	ended bool   // The record ends with this field.
	fault *problem
}

// field reads the field at pos, whatever is in it.
func (w *worker) field(pos int) field {
	switch {
	case w.syntax.csv:
		return w.csvField(pos)
	case w.syntax.removeQuotes && (w.mem[pos] == '"' || w.mem[pos] == '\''):
		return w.removeQuotes(pos)
	}
	return w.textField(pos)
}

func (w *worker) csvField(pos int) field {
	p := pos
	for w.syntax.isBlank(w.mem[p]) {
		p++
	}
	if w.mem[p] == w.syntax.quote {
		return w.quotedField(pos, p)
	}
	for ; ; p++ {
		switch w.mem[p] {
		case w.syntax.delim:
			return field{value: w.mem[pos:p], next: p + 1}
		case '\n':
			return field{value: bytes.TrimSuffix(w.mem[pos:p], []byte{'\r'}), next: p + 1, ended: true}
		case w.syntax.quote:
			return w.misquoted(pos, p)
		}
	}
}

// quotedField reads the field at pos whose quote opens at k.
func (w *worker) quotedField(pos, k int) field {
	end, doubled := w.syntax.closing(w.mem[:w.end], k+1)
	if end < 0 {
		return field{value: w.mem[pos:w.end], fault: fail(codeNoDelimiter, 0, reasonEndQuote)}
	}
	f := field{value: w.mem[k+1 : end]}
	if doubled {
		f.value = w.undouble(f.value)
	}
	i := end + 1
	for w.syntax.isBlank(w.mem[i]) {
		i++
	}
	if w.mem[i] == w.syntax.delim {
		f.next = i + 1
		return f
	}
	if n := w.lineEnd(i); n > 0 {
		f.next, f.ended = i+n, true
		return f
	}
	return w.misquoted(pos, i)
}

// undouble makes one quote of each two.
func (w *worker) undouble(b []byte) []byte {
	out := w.alloc(len(b))[:0]
	for {
		k := bytes.IndexByte(b, w.syntax.quote)
		if k < 0 {
			return append(out, b...)
		}
		out = append(out, b[:k+1]...)
		b = b[k+2:]
	}
}

// misquoted is the field at pos whose quoting is broken by the byte at k.
func (w *worker) misquoted(pos, k int) field {
	end := k + max(0, bytes.IndexByte(w.mem[k:w.end], '\n'))
	p := fail(codeInputLine, k-w.pos, badQuoting(w.mem[k], k-w.pos))
	return field{value: w.mem[pos:end], fault: p}
}

// textField reads a field without quotes, with backslashes in ESCAPE mode.
func (w *worker) textField(pos int) field {
	escaped := false
	for p := pos; ; p++ {
		switch b := w.mem[p]; {
		case b == '\\' && w.syntax.escape:
			escaped = true
			p++
		case b == w.syntax.delim:
			return w.unescaped(field{value: w.mem[pos:p], next: p + 1}, escaped)
		case b == '\n':
			return w.unescaped(field{value: w.beforeLineEnd(pos, p), next: p + 1, ended: true}, escaped)
		case b == 0 && w.syntax.escape:
			return w.unescaped(field{value: w.mem[pos:p], next: p + 1, ended: true}, escaped)
		}
	}
}

// beforeLineEnd is the text before the newline at p, without a carriage return that belongs to it.
func (w *worker) beforeLineEnd(pos, p int) []byte {
	if p == pos || w.mem[p-1] != '\r' {
		return w.mem[pos:p]
	}
	if w.syntax.escape { // An escaped carriage return is text.
		run := 0
		for i := p - 2; i >= pos && w.mem[i] == '\\'; i-- {
			run++
		}
		if run%2 == 1 {
			return w.mem[pos:p]
		}
	}
	return w.mem[pos : p-1]
}

// unescaped takes the backslashes out of a field's value and keeps it raw as well.
func (w *worker) unescaped(f field, escaped bool) field {
	f.raw = f.value
	if !escaped {
		return f
	}
	out := w.alloc(len(f.raw))[:0]
	for i := 0; i < len(f.raw); i++ {
		if f.raw[i] == '\\' && i+1 < len(f.raw) {
			i++
		}
		out = append(out, f.raw[i])
	}
	f.value = out
	return f
}

// removeQuotes reads a field that begins with a quote. It ends with the same
// quote before a delimiter or the end of the record; other quotes are text.
func (w *worker) removeQuotes(pos int) field {
	quote := w.mem[pos]
	escaped := false
	for p := pos + 1; ; p++ {
		switch b := w.mem[p]; {
		case b == '\\' && w.syntax.escape:
			escaped = true
			p++
		case b == '\n' || b == 0 && w.syntax.escape:
			return field{value: w.mem[pos:p], fault: fail(codeNoDelimiter, 0, reasonEndQuote)}
		case b == quote:
			f := field{value: w.mem[pos+1 : p]}
			if f.next, f.ended = w.afterField(p + 1); f.next > 0 {
				return w.unescaped(f, escaped)
			}
		}
	}
}

// afterField returns what follows the delimiter or record end at i, 0 when there is none.
func (w *worker) afterField(i int) (next int, ended bool) {
	if w.mem[i] == w.syntax.delim {
		return i + 1, false
	}
	if n := w.lineEnd(i); n > 0 {
		return i + n, true
	}
	if w.mem[i] == 0 && w.syntax.escape {
		return i + 1, true
	}
	return 0, false
}

package delimited

import "bytes"

// syntax is where records and fields end. The readers, which cut files into
// blocks, and the workers, which scan the blocks, ask the same methods.
type syntax struct {
	csv          bool
	escape       bool
	removeQuotes bool
	delim, quote byte
}

func (o *Options) syntax() syntax {
	return syntax{csv: o.CSV, escape: o.Escape, removeQuotes: o.RemoveQuotes, delim: o.Delimiter, quote: o.Quote}
}

// isBlank reports white space that may surround a quoted CSV field.
func (s *syntax) isBlank(c byte) bool { return (c == ' ' || c == '\t') && c != s.delim }

// cut returns the length of the whole records at the start of b, which begins
// with a record: b[:cut] ends with the last record end, 0 when there is none.
func (s *syntax) cut(b []byte) int {
	switch {
	case s.csv:
		return s.cutCSV(b)
	case s.escape:
		n := s.cutEscaped(b, '\n')
		return n + s.cutEscaped(b[n:], 0)
	}
	return bytes.LastIndexByte(b, '\n') + 1
}

// cutEscaped finds the last end byte that has no backslash of its own before it.
func (s *syntax) cutEscaped(b []byte, end byte) int {
	for {
		i := bytes.LastIndexByte(b, end)
		if i < 0 {
			return 0
		}
		run := 0
		for run < i && b[i-1-run] == '\\' {
			run++
		}
		if run%2 == 0 {
			return i + 1
		}
		b = b[:i]
	}
}

// cutCSV looks at quotes only: between two of them every newline ends a
// record, or none does.
func (s *syntax) cutCSV(b []byte) int {
	cut := 0
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], s.quote)
		if k < 0 {
			k = len(b) - i
		}
		if n := bytes.LastIndexByte(b[i:i+k], '\n'); n >= 0 {
			cut = i + n + 1
		}
		if i+k == len(b) {
			return cut
		}
		next, broken := s.afterQuote(b, max(i, cut), i+k)
		if next < 0 {
			return cut
		}
		if broken {
			n := bytes.IndexByte(b[next:], '\n')
			if n < 0 {
				return cut
			}
			next += n + 1
			cut = next
		}
		i = next
	}
}

// afterQuote passes what begins with the quote at k, the first one since from,
// where a field or a record began. It returns where the unquoted text goes on, or that
// quoting is broken there and the record ends with the next newline. It returns
// -1 when b ends before that is clear.
func (s *syntax) afterQuote(b []byte, from, k int) (next int, broken bool) {
	if !s.opens(b, from, k) {
		return k + 1, true
	}
	end, _ := s.closing(b, k+1)
	if end < 0 {
		return -1, false
	}
	i := end + 1
	for i < len(b) && s.isBlank(b[i]) {
		i++
	}
	switch {
	case i >= len(b), b[i] == '\r' && i+1 >= len(b):
		return -1, false
	case b[i] == s.delim, b[i] == '\n', b[i] == '\r' && b[i+1] == '\n':
		return i, false
	}
	return i, true
}

// opens reports whether the quote at k is the first thing in its field but for blanks.
func (s *syntax) opens(b []byte, from, k int) bool {
	for k > from && s.isBlank(b[k-1]) {
		k--
	}
	return k == from || b[k-1] == s.delim || b[k-1] == '\n'
}

// closing finds the quote that ends quoted text that begins at i, and whether
// there were doubled ones before it. It returns -1 when b ends first, and also when
// the quote is b's last byte: another may follow it.
func (s *syntax) closing(b []byte, i int) (end int, doubled bool) {
	for {
		k := bytes.IndexByte(b[i:], s.quote)
		if k < 0 || i+k+1 >= len(b) {
			return -1, doubled
		}
		if b[i+k+1] != s.quote {
			return i + k, doubled
		}
		i += k + 2
		doubled = true
	}
}

// recordEnd returns the length of the first record of b with its end, and
// whether it has one: text in quotes that are never closed runs to b's end. b ends
// with a newline that ends a record, or is what is left of a file.
func (s *syntax) recordEnd(b []byte) (n int, ended bool) {
	switch {
	case s.csv:
		return s.recordEndCSV(b)
	case s.escape:
		return s.recordEndEscaped(b)
	}
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1, true
	}
	return len(b), false
}

func (s *syntax) recordEndCSV(b []byte) (int, bool) {
	for i, from := 0, 0; ; {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			n = len(b) - i
		}
		k := bytes.IndexByte(b[i:i+n], s.quote)
		if k < 0 {
			return min(i+n+1, len(b)), i+n < len(b)
		}
		next, broken := s.afterQuote(b, from, i+k)
		if next < 0 {
			return len(b), false
		}
		if broken {
			n := bytes.IndexByte(b[next:], '\n')
			if n < 0 {
				return len(b), false
			}
			return next + n + 1, true
		}
		i, from = next, next
	}
}

func (s *syntax) recordEndEscaped(b []byte) (int, bool) {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '\n', 0:
			return i + 1, true
		}
	}
	return len(b), false
}

package jsontext

import "bytes"

// space reports JSON's white space.
func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// blank returns the length of the white space at the start of b.
func blank(b []byte) int {
	i := 0
	for i < len(b) && space(b[i]) {
		i++
	}
	return i
}

// Classes of bytes for span: those that change how deep we are.
const (
	plain = iota
	quote
	open
	closed
)

var class = [256]uint8{'"': quote, '{': open, '[': open, '}': closed, ']': closed}

// span returns the length of the record at the start of b, which begins with
// no white space, and whether its end is in b. A record is an object or an array,
// well-formed or not: only quotes and brackets are looked at. What begins
// otherwise is no record; it ends before white space and before a bracket.
func span(b []byte) (n int, whole bool) {
	if class[b[0]] != open {
		for i := 1; i < len(b); i++ {
			if space(b[i]) || class[b[i]] == open {
				return i, true
			}
		}
		return len(b), false
	}
	depth := 0
	for i := 0; i < len(b); i++ {
		switch class[b[i]] {
		case quote:
			k := endQuote(b, i+1)
			if k < 0 {
				return len(b), false
			}
			i = k
		case open:
			depth++
		case closed:
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(b), false
}

// endQuote finds the quote that ends the string whose text begins at i, -1 when b ends first.
func endQuote(b []byte, i int) int {
	for {
		k := bytes.IndexByte(b[i:], '"')
		if k < 0 {
			return -1
		}
		k += i
		run := 0
		for k-1-run >= i && b[k-1-run] == '\\' {
			run++
		}
		if run%2 == 0 {
			return k
		}
		i = k + 1
	}
}

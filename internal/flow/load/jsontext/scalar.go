package jsontext

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// find looks a key up among the members of n.
func (p *parser) find(n *node, key []byte) *node {
	if bytes.IndexByte(key, '\\') >= 0 {
		key = p.unquote(key)
	}
	if p.layout.fold {
		key = p.lower(key)
	}
	return n.members[string(key)]
}

// lower folds a key into memory of the parser.
func (p *parser) lower(key []byte) []byte {
	p.folded = p.folded[:0]
	for _, c := range key {
		if c >= utf8.RuneSelf {
			return bytes.ToLower(key)
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		p.folded = append(p.folded, c)
	}
	return p.folded
}

// text reads a string with its quotes.
func (p *parser) text(i int) int {
	for k := i + 1; k < len(p.b); k++ {
		switch c := p.b[k]; {
		case c == '"':
			return k + 1
		case c == '\\':
			n := escape(p.b[k:])
			if n == 0 {
				return p.invalid(k)
			}
			k += n - 1
		case c < 0x20 && c != '\t':
			return p.invalid(k)
		}
	}
	return p.invalid(len(p.b))
}

// escape returns the length of the escape sequence at the start of b, 0 when it is none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(b[2:]); ok {
			return 6
		}
	}
	return 0
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	v := rune(0)
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

// unquote undoes escapes; text without any stays where it is.
func (p *parser) unquote(b []byte) []byte {
	k := bytes.IndexByte(b, '\\')
	if k < 0 {
		return b
	}
	out := p.row.Alloc(len(b))[:0]
	for k >= 0 {
		out = append(out, b[:k]...)
		b = b[k:]
		if b[1] == 'u' {
			out, b = unicode(out, b)
		} else {
			out = append(out, "\b\f\n\r\t\"\\/"[bytes.IndexByte([]byte(`bfnrt"\/`), b[1])])
			b = b[2:]
		}
		k = bytes.IndexByte(b, '\\')
	}
	return append(out, b...)
}

// unicode writes the character of the \u sequence at the start of b, or of two
// that are a pair. Half of a pair becomes bytes that no column takes.
func unicode(out, b []byte) (written, rest []byte) {
	r, _ := hex4(b[2:])
	b = b[6:]
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(out, r), b
	}
	if len(b) >= 6 && b[0] == '\\' && b[1] == 'u' {
		low, _ := hex4(b[2:])
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return utf8.AppendRune(out, pair), b[6:]
		}
	}
	return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f), b
}

// scalar reads a number or one of the three words.
func (p *parser) scalar(i int) int {
	switch p.at(i) {
	case 't':
		return p.word(i, "true")
	case 'f':
		return p.word(i, "false")
	case 'n':
		return p.word(i, "null")
	}
	k := i
	if p.at(k) == '-' {
		k++
	}
	digits := p.digits(k)
	if digits == k || p.at(k) == '0' && digits > k+1 {
		return p.invalid(i)
	}
	k = digits
	if p.at(k) == '.' {
		if digits = p.digits(k + 1); digits == k+1 {
			return p.invalid(i)
		}
		k = digits
	}
	if p.at(k)|0x20 == 'e' {
		return p.exponent(k + 1)
	}
	return k
}

func (p *parser) word(i int, word string) int {
	if bytes.HasPrefix(p.b[i:], []byte(word)) {
		return i + len(word)
	}
	return p.invalid(i)
}

// exponent reads what follows the letter e of a number.
func (p *parser) exponent(i int) int {
	if c := p.at(i); c == '+' || c == '-' {
		i++
	}
	end := p.digits(i)
	if end == i {
		return p.invalid(i)
	}
	return end
}

func (p *parser) digits(i int) int {
	for i < len(p.b) && p.b[i]-'0' <= 9 {
		i++
	}
	return i
}

// positional writes a number without its exponent, for columns that take none.
func (p *parser) positional(raw []byte) []byte {
	if raw[0] > '9' || !exponential(raw) {
		return raw
	}
	v, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || v > 1e38 || v < -1e38 {
		return raw // The column refuses it.
	}
	text := strconv.AppendFloat(nil, v, 'f', -1, 64)
	out := p.row.Alloc(len(text))
	copy(out, text)
	return out
}

// exponential reports an exponent in a number.
func exponential(raw []byte) bool {
	for _, c := range raw {
		if c|0x20 == 'e' {
			return true
		}
	}
	return false
}

// compact drops the white space between the values of a document.
func (p *parser) compact(raw []byte) []byte {
	if raw[0] != '{' && raw[0] != '[' || bytes.IndexAny(raw, " \n\r\t") < 0 {
		return raw
	}
	out := p.row.Alloc(len(raw))[:0]
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			end := endQuote(raw, i+1)
			out = append(out, raw[i:end+1]...)
			i = end
		case !space(c):
			out = append(out, c)
		}
	}
	return out
}

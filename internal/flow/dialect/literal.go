package dialect

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// plainString reads '…' at l.pos; a backslash is an ordinary character in it.
// Literals that only a line break separates are one.
func (l *lexer) plainString(start int) error {
	var b strings.Builder
	for {
		part, ok := l.delimited('\'')
		if !ok {
			return l.unterminated("quoted string", start)
		}
		b.WriteString(part)
		if !l.continued() {
			break
		}
	}
	l.add(tokenString, start, b.String())
	return nil
}

// delimited reads up to the closing quote, which stands for itself when doubled.
func (l *lexer) delimited(quote byte) (string, bool) {
	l.pos++
	from := l.pos
	doubled := false
	for l.pos < len(l.src) {
		if l.src[l.pos] != quote {
			l.pos++
			continue
		}
		if l.at(1) == quote {
			doubled = true
			l.pos += 2
			continue
		}
		s := l.src[from:l.pos]
		l.pos++
		if doubled {
			q := string(quote)
			s = strings.ReplaceAll(s, q+q, q)
		}
		return s, true
	}
	return "", false
}

// continued moves to the next part of a literal written over several lines.
func (l *lexer) continued() bool {
	p := l.pos
	for p < len(l.src) && isSpace(l.src[p]) {
		p++
	}
	if p >= len(l.src) || l.src[p] != '\'' || !strings.ContainsAny(l.src[l.pos:p], "\r\n") {
		return false
	}
	l.pos = p
	return true
}

func (l *lexer) quotedName() error {
	start := l.pos
	s, ok := l.delimited('"')
	if !ok {
		return l.unterminated("quoted identifier", start)
	}
	if s == "" {
		return syntaxFault(l.src, start, `zero-length delimited identifier at or near """"`)
	}
	l.add(tokenQuoted, start, foldName(s, l.keepCase))
	return nil
}

func (l *lexer) escapeString() error {
	start := l.pos
	l.pos += 2
	var b strings.Builder
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == '\'' && l.at(1) == '\'':
			b.WriteByte('\'')
			l.pos += 2
		case c == '\'':
			l.pos++
			return l.finishEscape(start, b.String())
		case c == '\\':
			l.escape(&b)
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
	return l.unterminated("quoted string", start)
}

func (l *lexer) finishEscape(start int, s string) error {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		e := syntaxFault(l.src, start, `invalid byte sequence for encoding "UTF8"`)
		e.Code = codeEncoding
		return e
	}
	l.add(tokenString, start, s)
	return nil
}

// escape reads one backslash sequence of an E” literal.
func (l *lexer) escape(b *strings.Builder) {
	l.pos++
	c := l.at(0)
	if i := strings.IndexByte("bfnrt", c); c != 0 && i >= 0 {
		b.WriteByte("\b\f\n\r\t"[i])
		l.pos++
		return
	}
	switch {
	case c >= '0' && c <= '7':
		v, n := l.coded(0, 3, 8)
		b.WriteByte(byte(v))
		l.pos += n
	case c == 'x':
		v, n := l.coded(1, 2, 16)
		b.WriteByte(byte(v))
		l.pos += 1 + n
	case c == 'u', c == 'U':
		width := 4
		if c == 'U' {
			width = 8
		}
		v, n := l.coded(1, width, 16)
		b.WriteRune(rune(v))
		l.pos += 1 + n
	case l.pos < len(l.src):
		b.WriteByte(c)
		l.pos++
	}
}

// coded reads up to width digits that start at l.pos+from.
func (l *lexer) coded(from, width, base int) (value uint64, n int) {
	for n < width && isDigitOf(l.at(from+n), base) {
		n++
	}
	value, err := strconv.ParseUint(l.src[l.pos+from:l.pos+from+n], base, 32)
	if err != nil { // No digit at all, as in \x followed by something else.
		return 'x', 0
	}
	return value, n
}

func isDigitOf(c byte, base int) bool {
	if base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f' {
		return true
	}
	return c >= '0' && c < '0'+byte(min(base, 10))
}

// dollarString reads $tag$ … $tag$.
func (l *lexer) dollarString() error {
	start := l.pos
	end := start + 1
	for end < len(l.src) && (isLetter(l.src[end]) || isDigit(l.src[end])) {
		end++
	}
	if end >= len(l.src) || l.src[end] != '$' {
		return syntaxFault(l.src, start, `syntax error at or near "$"`)
	}
	tag := l.src[start : end+1]
	n := strings.Index(l.src[end+1:], tag)
	if n < 0 {
		return l.unterminated("dollar-quoted string", start)
	}
	l.pos = end + 1 + n + len(tag)
	l.add(tokenString, start, l.src[end+1:end+1+n])
	return nil
}

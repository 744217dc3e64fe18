package dialect

import (
	"strings"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/fault"
)

// lexer cuts source text into tokens.
type lexer struct {
	src      string
	pos      int
	keepCase bool // enable_case_sensitive_identifier
	toks     []token
	open     []int // indexes of brackets that wait for their partner
}

// scan returns the tokens of src; the last one is always tokenEnd.
func scan(src string, keepCase bool) ([]token, error) {
	l := &lexer{src: src, keepCase: keepCase, toks: make([]token, 0, len(src)/4+2)}
	if err := l.checkEncoding(); err != nil {
		return nil, err
	}
	for {
		if err := l.skipBlank(); err != nil {
			return nil, err
		}
		if l.pos >= len(l.src) {
			l.toks = append(l.toks, token{kind: tokenEnd, start: len(src), end: len(src), match: -1})
			return l.toks, nil
		}
		if err := l.token(); err != nil {
			return nil, err
		}
	}
}

func (l *lexer) checkEncoding() error {
	if !utf8.ValidString(l.src) {
		return &fault.Error{Kind: fault.Invalid, Code: codeEncoding, Message: `invalid byte sequence for encoding "UTF8"`}
	}
	if i := strings.IndexByte(l.src, 0); i >= 0 {
		e := syntaxFault(l.src, i, `invalid byte sequence for encoding "UTF8": 0x00`)
		e.Code = codeEncoding
		return e
	}
	return nil
}

func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

// skipBlank passes white space and comments; block comments nest.
func (l *lexer) skipBlank() error {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case isSpace(c):
			l.pos++
		case c == '-' && l.at(1) == '-':
			if n := strings.IndexByte(l.src[l.pos:], '\n'); n >= 0 {
				l.pos += n
			} else {
				l.pos = len(l.src)
			}
		case c == '/' && l.at(1) == '*':
			if err := l.blockComment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) blockComment() error {
	start := l.pos
	depth := 0
	for l.pos < len(l.src) {
		switch {
		case l.src[l.pos] == '/' && l.at(1) == '*':
			depth++
			l.pos += 2
		case l.src[l.pos] == '*' && l.at(1) == '/':
			depth--
			l.pos += 2
			if depth == 0 {
				return nil
			}
		default:
			l.pos++
		}
	}
	return l.unterminated("/* comment", start)
}

func (l *lexer) unterminated(what string, start int) error {
	return syntaxFault(l.src, start, "unterminated "+what+` at or near "`+firstLine(l.src[start:])+`"`)
}

// firstLine keeps error texts short.
func firstLine(s string) string {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		s = s[:n]
	}
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40])
	}
	return s
}

func (l *lexer) token() error {
	c := l.src[l.pos]
	switch {
	case c == '\'':
		return l.plainString(l.pos)
	case (c == 'e' || c == 'E') && l.at(1) == '\'':
		return l.escapeString()
	case (c == 'n' || c == 'N') && l.at(1) == '\'': // National character literals are ordinary ones.
		l.pos++
		return l.plainString(l.pos - 1)
	case c == '"':
		return l.quotedName()
	case isLetter(c), c == '#' && isLetter(l.at(1)):
		l.word()
	case isDigit(c), c == '.' && isDigit(l.at(1)):
		l.number()
	case c == '$' && isDigit(l.at(1)):
		l.param()
	case c == '$':
		return l.dollarString()
	case strings.IndexByte("()[],;.:{}", c) >= 0:
		l.punctuation()
	case isOperator(c):
		l.operator()
	default:
		return syntaxFault(l.src, l.pos, `syntax error at or near "`+string(c)+`"`)
	}
	return nil
}

func (l *lexer) add(kind tokenKind, start int, val string) {
	l.toks = append(l.toks, token{kind: kind, start: start, end: l.pos, val: val, match: -1})
}

func (l *lexer) word() {
	start := l.pos
	l.pos++
	for l.pos < len(l.src) && (isLetter(l.src[l.pos]) || isDigit(l.src[l.pos]) || l.src[l.pos] == '$') {
		l.pos++
	}
	l.add(tokenWord, start, foldName(l.src[start:l.pos], false))
}

func (l *lexer) number() {
	start := l.pos
	l.digits()
	if l.at(0) == '.' && l.at(1) != '.' {
		l.pos++
		l.digits()
	}
	if c := l.at(0); c == 'e' || c == 'E' {
		sign := 1
		if s := l.at(1); s == '+' || s == '-' {
			sign = 2
		}
		if isDigit(l.at(sign)) {
			l.pos += sign
			l.digits()
		}
	}
	l.add(tokenNumber, start, l.src[start:l.pos])
}

func (l *lexer) digits() {
	for isDigit(l.at(0)) {
		l.pos++
	}
}

func (l *lexer) param() {
	start := l.pos
	l.pos++
	l.digits()
	l.add(tokenParam, start, l.src[start:l.pos])
}

func (l *lexer) punctuation() {
	start := l.pos
	l.pos++
	if l.src[start] == ':' && (l.at(0) == ':' || l.at(0) == '=') {
		l.pos++
	}
	l.add(tokenOp, start, l.src[start:l.pos])
	switch i := len(l.toks) - 1; l.src[start] {
	case '(', '[':
		l.open = append(l.open, i)
	case ')', ']':
		l.close(i)
	}
}

// close pairs a bracket with the last one that is open, if it is of its kind.
func (l *lexer) close(i int) {
	if len(l.open) == 0 {
		return
	}
	o := l.open[len(l.open)-1]
	if (l.toks[o].val == "(") != (l.toks[i].val == ")") {
		return
	}
	l.open = l.open[:len(l.open)-1]
	l.toks[o].match, l.toks[i].match = i, o
}

// operator follows PostgreSQL's rule: the longest run of operator characters,
// not starting a comment, that ends in + or - only if it has a special character.
func (l *lexer) operator() {
	start := l.pos
	end := start
	for end < len(l.src) && isOperator(l.src[end]) {
		if rest := l.src[end:]; strings.HasPrefix(rest, "--") || strings.HasPrefix(rest, "/*") {
			break
		}
		end++
	}
	if !strings.ContainsAny(l.src[start:end], "~!@#%^&|`?") {
		for end > start+1 && (l.src[end-1] == '+' || l.src[end-1] == '-') {
			end--
		}
	}
	l.pos = end
	l.add(tokenOp, start, l.src[start:end])
}

func isSpace(c byte) bool    { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool    { return c >= '0' && c <= '9' }
func isLetter(c byte) bool   { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= utf8.RuneSelf }
func isOperator(c byte) bool { return strings.IndexByte("+-*/<>=~!@#%^&|`?", c) >= 0 && c != 0 }

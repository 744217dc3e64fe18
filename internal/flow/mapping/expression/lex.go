package expression

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// sort is the class of a token.
type sort uint8

const (
	end sort = iota
	numberToken
	stringToken
	blobToken
	wordToken   // A keyword or a function.
	columnToken // $NAME.
	signToken
)

type token struct {
	sort sort
	text string // Of a word in lower case, of a string without quotes.
	at   int
}

// Error is a mistake in an expression's text.
type Error struct {
	At      int // The character it is at, from 1.
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("%s at character %d", e.Message, e.At) }

func mistake(at int, format string, args ...any) error {
	return &Error{At: at + 1, Message: fmt.Sprintf(format, args...)}
}

// signs are the operators, the longer ones first.
var signs = []string{"||", "<<", ">>", "<=", ">=", "==", "<>", "!=", "<", ">", "=", "+", "-", "*", "/", "%", "&", "|", "~", "(", ")", ","}

// lex takes a text apart.
func lex(s string) ([]token, error) {
	var all []token
	for i := 0; ; {
		i += len(s[i:]) - len(strings.TrimLeft(s[i:], blanks))
		if i == len(s) {
			return append(all, token{sort: end, at: i}), nil
		}
		t, n, err := next(s[i:], i)
		if err != nil {
			return nil, err
		}
		t.at = i
		all = append(all, t)
		i += n
	}
}

// next reads the token a text begins with and tells how long it is.
func next(s string, at int) (token, int, error) {
	switch c := s[0]; {
	case c == '\'' || c == '"':
		return quoted(s, at)
	case c|0x20 == 'x' && len(s) > 1 && s[1] == '\'':
		t, n, err := quoted(s[1:], at)
		t.sort = blobToken
		return t, n + 1, err
	case c == '$':
		return column(s, at)
	case c-'0' <= 9 || c == '.' && len(s) > 1 && s[1]-'0' <= 9:
		n, _ := numeral(s)
		if n < len(s) && letter(s[n:]) > 0 {
			return token{}, 0, mistake(at, "%q is not a number", s[:n+1])
		}
		return token{sort: numberToken, text: s[:n]}, n, nil
	}
	if n := word(s); n > 0 {
		return token{sort: wordToken, text: strings.ToLower(s[:n])}, n, nil
	}
	for _, sign := range signs {
		if strings.HasPrefix(s, sign) {
			return token{sort: signToken, text: sign}, len(sign), nil
		}
	}
	r, _ := utf8.DecodeRuneInString(s)
	return token{}, 0, mistake(at, "%q means nothing here", r)
}

func quoted(s string, at int) (token, int, error) {
	quote := s[:1]
	for i := 1; ; i++ {
		n := strings.Index(s[i:], quote)
		if n < 0 {
			return token{}, 0, mistake(at, "the text in quotes has no end")
		}
		if i += n + 1; i >= len(s) || s[i] != quote[0] {
			return token{sort: stringToken, text: strings.ReplaceAll(s[1:i-1], quote+quote, quote)}, i, nil
		}
	}
}

// column reads $NAME, or ${NAME} when the name has other characters than letters and digits.
func column(s string, at int) (token, int, error) {
	if strings.HasPrefix(s, "${") {
		if n := strings.IndexByte(s, '}'); n > 2 {
			return token{sort: columnToken, text: s[2:n]}, n + 1, nil
		}
		return token{}, 0, mistake(at, "the column's name has no end")
	}
	n := word(s[1:])
	if n == 0 {
		n = run(s[1:])
		n += word(s[1+n:])
	}
	if n == 0 {
		return token{}, 0, mistake(at, "a column's name must follow $")
	}
	return token{sort: columnToken, text: s[1 : 1+n]}, n + 1, nil
}

// word is how long the name is that a text begins with.
func word(s string) int {
	n := 0
	for n < len(s) {
		width := letter(s[n:])
		if width == 0 && n > 0 && (s[n]-'0' <= 9 || s[n] == '$') {
			width = 1
		}
		if width == 0 {
			break
		}
		n += width
	}
	return n
}

// letter is how many bytes the letter has that a text begins with.
func letter(s string) int {
	c := s[0]
	if c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' {
		return 1
	}
	if c < utf8.RuneSelf {
		return 0
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

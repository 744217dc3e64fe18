package expression

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// matching is LIKE, which takes capitals of ASCII for small letters, or GLOB, which does not.
type matching struct {
	of, pattern node
	glob        bool
	escape      rune
}

var errPattern = errors.New("LIKE or GLOB pattern too complex")

func (n matching) eval(env *Env) (Value, error) {
	v, pattern, err := both(env, n.of, n.pattern)
	if err != nil || v.Kind == Null || pattern.Kind == Null {
		return Value{}, err
	}
	text := pattern.text()
	if len(text) > 50000 { // As SQLite limits it.
		return Value{}, errPattern
	}
	return truth(n.matches(text, v.text())), nil
}

// matches needs no stack: only the last wildcard for many can still take more.
func (n matching) matches(pattern, s string) bool {
	retry, rest := "", ""
	again := false
	for {
		if many, after := n.many(pattern); many {
			pattern, retry, rest, again = after, after, s, true
			continue
		}
		if s == "" && pattern == "" {
			return true
		}
		if after, width, ok := n.one(pattern, s); ok {
			pattern, s = after, s[width:]
			continue
		}
		if !again || rest == "" {
			return false
		}
		_, width := utf8.DecodeRuneInString(rest)
		rest = rest[width:]
		pattern, s = retry, rest
	}
}

// many reports whether the pattern begins with the wildcard for any characters.
func (n matching) many(pattern string) (many bool, after string) {
	c := byte('%')
	if n.glob {
		c = '*'
	}
	if pattern == "" || pattern[0] != c || n.escape == rune(c) {
		return false, pattern
	}
	return true, pattern[1:]
}

// one matches one character with the first part of the pattern.
func (n matching) one(pattern, s string) (after string, width int, ok bool) {
	if pattern == "" || s == "" {
		return "", 0, false
	}
	r, width := utf8.DecodeRuneInString(s)
	p, size := utf8.DecodeRuneInString(pattern)
	after = pattern[size:]
	switch {
	case n.escape != 0 && p == n.escape && after != "":
		p, size = utf8.DecodeRuneInString(after)
		return after[size:], width, small(p) == small(r)
	case n.glob && p == '?', !n.glob && p == '_':
		return after, width, true
	case n.glob && p == '[':
		after, ok = set(after, r)
		return after, width, ok
	case n.glob:
		return after, width, p == r
	}
	return after, width, small(p) == small(r)
}

func small(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// set matches a character with what follows an opening bracket.
func set(pattern string, r rune) (after string, ok bool) {
	inverted := strings.HasPrefix(pattern, "^")
	pattern = strings.TrimPrefix(pattern, "^")
	found, before := false, rune(-1)
	for i, c := range pattern {
		switch {
		case c == ']' && i > 0:
			return pattern[i+1:], found != inverted
		case c == '-' && before >= 0 && i+1 < len(pattern) && pattern[i+1] != ']':
			high, _ := utf8.DecodeRuneInString(pattern[i+1:])
			found = found || before <= r && r <= high
			before = -1
		default:
			found = found || c == r
			before = c
		}
	}
	return "", false // The bracket is not closed: nothing matches.
}

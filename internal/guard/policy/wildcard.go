package policy

import (
	"strings"
	"unicode/utf8"
)

// Runes that stand for wildcards in a pattern; no text contains them.
const (
	anyRun rune = -1
	anyOne rune = -2
)

// wildcard is a compiled text pattern. The usual forms, exact and prefix, are told apart when it is made.
type wildcard struct {
	form form
	text string // of exact and prefix
	seq  []rune // of mixed
	fold bool   // ASCII case is ignored; text and seq are in lower case
}

type form uint8

const (
	exact form = iota
	prefix
	mixed
	everything
)

// literalRunes is s without wildcards.
func literalRunes(s string) []rune { return []rune(s) }

// wildRunes is s with * and ? as wildcards.
func wildRunes(s string) []rune {
	seq := []rune(s)
	for i, c := range seq {
		switch c {
		case '*':
			seq[i] = anyRun
		case '?':
			seq[i] = anyOne
		}
	}
	return seq
}

// compileWildcard makes a pattern of seq.
func compileWildcard(seq []rune, fold bool) wildcard {
	seq = lowerRunes(seq, fold)
	w := wildcard{fold: fold}
	n := 0
	for n < len(seq) && seq[n] >= 0 {
		n++
	}
	switch {
	case n == len(seq):
		w.form, w.text = exact, string(seq)
	case n == len(seq)-1 && seq[n] == anyRun && n == 0:
		w.form = everything
	case n == len(seq)-1 && seq[n] == anyRun:
		w.form, w.text = prefix, string(seq[:n])
	default:
		w.form, w.seq = mixed, seq
	}
	return w
}

func lowerRunes(seq []rune, fold bool) []rune {
	if !fold {
		return seq
	}
	out := make([]rune, len(seq))
	for i, c := range seq {
		out[i] = lower(c)
	}
	return out
}

func lower(c rune) rune {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// match reports whether the pattern covers all of s.
func (w *wildcard) match(s string) bool {
	switch w.form {
	case everything:
		return true
	case exact:
		return len(s) == len(w.text) && w.begins(s)
	case prefix:
		return len(s) >= len(w.text) && w.begins(s)
	}
	return matchRunes(w.seq, s, w.fold)
}

// begins reports whether s, which is long enough, begins with the text.
func (w *wildcard) begins(s string) bool {
	if !w.fold {
		return s[:len(w.text)] == w.text
	}
	for i := range len(w.text) {
		if byte(lower(rune(s[i]))) != w.text[i] {
			return false
		}
	}
	return true
}

// matchRunes goes back only to the last run of anything, so it takes at most len(seq)*len(s) steps.
func matchRunes(seq []rune, s string, fold bool) bool {
	p, star, resume := 0, -1, 0
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		if fold {
			c = lower(c)
		}
		switch {
		case p < len(seq) && seq[p] == anyRun:
			star, resume = p, i
			p++
		case p < len(seq) && (seq[p] == anyOne || seq[p] == c):
			p++
			i += size
		case star >= 0:
			_, skip := utf8.DecodeRuneInString(s[resume:])
			resume += skip
			p, i = star+1, resume
		default:
			return false
		}
	}
	for p < len(seq) && seq[p] == anyRun {
		p++
	}
	return p == len(seq)
}

// hasWildcard reports whether a policy value holds a wildcard.
func hasWildcard(s string) bool { return strings.ContainsAny(s, "*?") }

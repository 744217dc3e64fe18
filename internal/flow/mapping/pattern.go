package mapping

import (
	"fmt"
	"strings"
)

// pattern is a name of an object locator: literal, or with the wildcards % _ [ab] [a-d].
type pattern struct {
	text    string
	literal bool
}

// matches reports whether a name is one the pattern means. Names count as the catalog spells them.
func (p pattern) matches(name string) bool {
	if p.literal {
		return p.text == name
	}
	return like(p.text, name, false)
}

// wild reports whether the pattern can mean more than one name.
func (p pattern) wild() bool { return !p.literal && strings.ContainsAny(p.text, "%_[") }

// like matches with a stack of one: only the last % can still take more. With exact,
// _ stands for itself.
func like(pattern, name string, exact bool) bool {
	retry, rest := -1, ""
	at := 0
	for {
		if at < len(pattern) && pattern[at] == '%' {
			at++
			retry, rest = at, name
			continue
		}
		if name == "" && at == len(pattern) {
			return true
		}
		if n, width := one(pattern[at:], name, exact); n > 0 {
			at, name = at+n, name[width:]
			continue
		}
		if retry < 0 || rest == "" {
			return false
		}
		_, width := first(rest)
		rest = rest[width:]
		at, name = retry, rest
	}
}

// one matches one character and tells how long the pattern's part and the character are; 0 when it is another.
func one(pattern, name string, exact bool) (n, width int) {
	if pattern == "" || name == "" {
		return 0, 0
	}
	r, width := first(name)
	if pattern[0] == '_' && !exact {
		return 1, width
	}
	if pattern[0] == '[' {
		if end := strings.IndexByte(pattern[1:], ']'); end > 0 {
			if within(pattern[1:1+end], r) {
				return end + 2, width
			}
			return 0, 0
		}
	}
	p, n := first(pattern)
	if p != r {
		return 0, 0
	}
	return n, width
}

func first(s string) (r rune, width int) {
	for i, c := range s {
		if i > 0 {
			return r, i
		}
		r = c
	}
	return r, len(s)
}

// within reports whether a set such as ab or a-d holds a character.
func within(set string, r rune) bool {
	all := []rune(set)
	for i := 0; i < len(all); i++ {
		if i+2 < len(all) && all[i+1] == '-' {
			if all[i] <= r && r <= all[i+2] {
				return true
			}
			i += 2
			continue
		}
		if all[i] == r {
			return true
		}
	}
	return false
}

// check refuses brackets that are not closed or empty.
func check(p pattern) error {
	for i := 0; i < len(p.text) && !p.literal; i++ {
		if p.text[i] != '[' {
			continue
		}
		end := strings.IndexByte(p.text[i+1:], ']')
		if end < 1 {
			return fmt.Errorf("%q has a bracket that holds nothing or is not closed", p.text)
		}
		i += end + 1
	}
	return nil
}

// Package charset replaces characters of texts on their way: what a task's
// CharacterSetSettings ask for (dms.md, 3.2).
package charset

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

// Rules are replacements of characters. They may be used from several goroutines.
type Rules struct {
	replaced   map[rune]rune
	holds      func(rune) bool // Whether the character set has a character; nil when it has all.
	substitute rune
}

// New makes rules. Pairs put one character in another's place, 0 removes it, and the last pair
// of a character counts. What the named character set lacks becomes the substitute, 0 for none;
// without a name nothing does.
func New(pairs [][2]rune, set string, substitute rune) (*Rules, error) {
	r := &Rules{replaced: make(map[rune]rune, len(pairs)), substitute: substitute}
	for _, p := range pairs {
		r.replaced[p[0]] = p[1]
	}
	var err error
	r.holds, err = holder(set)
	return r, err
}

// holder finds a character set by the name that ICU or IANA has for it.
func holder(name string) (func(rune) bool, error) {
	bare := strings.NewReplacer("_PlatformEndian", "", "_OppositeEndian", "", "_", "-").Replace(name)
	if plain := strings.ToUpper(strings.ReplaceAll(bare, "-", "")); plain == "" || strings.HasPrefix(plain, "UTF") {
		return nil, nil
	}
	if upper := strings.ToUpper(bare); upper == "US-ASCII" || upper == "ASCII" {
		return func(r rune) bool { return r < utf8.RuneSelf }, nil
	}
	e, err := ianaindex.IANA.Encoding(bare)
	if err != nil || e == nil {
		return nil, fmt.Errorf("%q is no known character set; known are UTF-8, UTF16_PlatformEndian and IANA's names such as US-ASCII, ISO-8859-1, windows-1252 and GB18030", name)
	}
	if table, ok := e.(interface{ EncodeRune(rune) (byte, bool) }); ok {
		return func(r rune) bool { _, ok := table.EncodeRune(r); return ok }, nil
	}
	return func(r rune) bool { return encodes(e, r) }, nil
}

func encodes(e encoding.Encoding, r rune) bool {
	if r < utf8.RuneSelf {
		return true
	}
	_, err := e.NewEncoder().String(string(r))
	return err == nil
}

// Append appends the text with its characters replaced.
func (r *Rules) Append(dst, text []byte) []byte {
	for len(text) > 0 {
		c, n := utf8.DecodeRune(text)
		if c == utf8.RuneError && n == 1 {
			dst, text = append(dst, text[0]), text[1:]
			continue
		}
		if c = r.of(c); c != 0 {
			dst = utf8.AppendRune(dst, c)
		}
		text = text[n:]
	}
	return dst
}

// of is what becomes of a character; 0 when it goes.
func (r *Rules) of(c rune) rune {
	if other, ok := r.replaced[c]; ok {
		if c = other; c == 0 {
			return 0
		}
	}
	if r.holds != nil && !r.holds(c) {
		return r.substitute
	}
	return c
}

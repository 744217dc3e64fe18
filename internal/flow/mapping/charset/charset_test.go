package charset_test

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/mapping/charset"
)

func TestRules(t *testing.T) {
	for _, test := range []struct {
		name       string
		pairs      [][2]rune
		set        string
		substitute rune
		text, want string
	}{
		{"replaced", [][2]rune{{'ß', 's'}}, "", 0, "Straße", "Strase"},
		{"removed", [][2]rune{{'\t', 0}}, "", 0, "a\tb", "ab"},
		{"the last counts", [][2]rune{{'a', 'b'}, {'a', 'c'}}, "", 0, "a", "c"},
		{"once only", [][2]rune{{'a', 'b'}, {'b', 'c'}}, "", 0, "ab", "bc"},
		{"UTF-16 has all", nil, "UTF16_PlatformEndian", '?', "a😀", "a😀"},
		{"ASCII", nil, "US-ASCII", '?', "é€a", "??a"},
		{"Latin 1", nil, "ISO-8859-1", '?', "é€a", "é?a"},
		{"windows", nil, "windows-1252", '?', "é€你", "é€?"},
		{"GBK", nil, "GBK", '*', "你😀", "你*"},
		{"dropped", nil, "US-ASCII", 0, "é€a", "a"},
		{"replaced before the set is asked", [][2]rune{{'€', 'E'}}, "US-ASCII", '?', "€é", "E?"},
		{"bytes that are no text stay", [][2]rune{{'a', 'b'}}, "US-ASCII", '?', "\xffa", "\xffb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := charset.New(test.pairs, test.set, test.substitute)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(r.Append(nil, []byte(test.text))); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	if _, err := charset.New(nil, "KLINGON", 0); err == nil || !strings.Contains(err.Error(), `"KLINGON" is no known character set`) {
		t.Errorf("error: %v", err)
	}
}

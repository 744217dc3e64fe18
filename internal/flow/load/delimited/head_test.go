package delimited

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/sqltype"
)

func TestReadHead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		opt        Options
		want       Head
	}{
		{"nothing", "", Options{CSV: true}, Head{}},
		{"no header", "1,a\n2,b\n", Options{CSV: true}, Head{First: []string{"1", "a"}}},
		{"a header", "id,name\n1,a\n", Options{CSV: true, IgnoreHeader: 1}, Head{Header: []string{"id", "name"}, First: []string{"1", "a"}}},
		{"only a header", "id,name", Options{CSV: true, IgnoreHeader: 1}, Head{Header: []string{"id", "name"}}},
		{"the last of three lines", "x\ny\nid,name\n1,a\n", Options{CSV: true, IgnoreHeader: 3}, Head{Header: []string{"id", "name"}, First: []string{"1", "a"}}},
		{"a mark of UTF-8", "\xef\xbb\xbfid\r\n1\r\n", Options{CSV: true, IgnoreHeader: 1}, Head{Header: []string{"id"}, First: []string{"1"}}},
		{"quotes", "\"a \"\"b\"\"\",\"c,\nd\"\n", Options{CSV: true}, Head{First: []string{`a "b"`, "c,\nd"}}},
		{"broken quotes", "a,\"b\nc\n", Options{CSV: true}, Head{First: []string{"a", "\"b\nc\n"}}},
		{"one delimiter more", "a|b|\n", Options{}, Head{First: []string{"a", "b"}}},
		{"escapes", "a\\|b|c\n", Options{Escape: true}, Head{First: []string{"a|b", "c"}}},
		{"blank lines", "\n\r\na|b\n", Options{IgnoreBlankLines: true}, Head{First: []string{"a", "b"}}},
		{"another encoding", "\xfc|x\n", Options{Encoding: "iso88591"}, Head{First: []string{"ü", "x"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadHead(t.Context(), text("f", tt.text), tt.opt)
			if d := cmp.Diff(tt.want, got); err != nil || d != "" {
				t.Errorf("%v\n%s", err, d)
			}
		})
	}
}

func TestChecker(t *testing.T) {
	cols := []Column{{Name: "n", Type: sqltype.Type{ID: sqltype.Smallint}, NotNull: true}, {Name: "v", Type: sqltype.Type{ID: sqltype.Varchar, Length: 3}}}
	c, err := NewChecker(cols, Options{EmptyAsNull: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 2 * renewal { // It must not matter how often it was asked.
		for _, tt := range []struct {
			column int
			value  []byte
			code   int
		}{
			{0, []byte("12"), 0}, {0, []byte("40000"), codeOverflow}, {0, []byte("x"), codeDigit}, {0, nil, codeMissingData}, {0, []byte(" "), codeMissingData},
			{1, []byte("abc"), 0}, {1, []byte("abc "), 0}, {1, []byte("abcd"), codeOutOfRange}, {1, []byte{0xff}, codeUTF8}, {1, nil, 0}, {1, []byte{}, 0},
		} {
			code := 0
			if bad := c.Check(tt.column, tt.value); bad != nil {
				code = bad.Code
			}
			if code != tt.code {
				t.Fatalf("%q in column %d: code %d, want %d", tt.value, tt.column, code, tt.code)
			}
		}
	}
}

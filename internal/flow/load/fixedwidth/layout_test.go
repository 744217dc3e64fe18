package fixedwidth

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

var columns = []delimited.Column{
	{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}},
	{Name: "s", Type: sqltype.Type{ID: sqltype.Varchar, Length: 20}},
	{Name: "c", Type: sqltype.Type{ID: sqltype.Char, Length: 2}},
}

// scan reads content and prints rows, and the errors behind them.
func scan(t *testing.T, content string, opt Options) (lines []string) {
	t.Helper()
	l, err := New("id:3, s:5 ,c:2", columns, opt)
	if err != nil {
		t.Fatal(err)
	}
	file := delimited.File{Name: "f", Size: int64(len(content)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
	s, err := delimited.New(t.Context(), []delimited.File{file}, columns, delimited.Options{Layout: l, NullAs: `\N`, MaxErrors: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := s.Worker()
	defer w.Close()
	chunk := &warehouse.Chunk{}
	for _, c := range s.Columns() {
		chunk.Vectors = append(chunk.Vectors, warehouse.NewVector(c.Type))
	}
	n, err := w.Fill(chunk)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		lines = append(lines, printRow(chunk, i))
	}
	for _, e := range s.Errors() {
		lines = append(lines, fmt.Sprintf("line %d, column %q: %d, %d fields", e.Line, e.Column, e.Code, len(e.Fields)))
	}
	return lines
}

func printRow(c *warehouse.Chunk, row int) string {
	id := "NULL"
	if !c.Vectors[0].Null(row) {
		id = fmt.Sprint(warehouse.Values[int32](&c.Vectors[0])[row])
	}
	for i := range c.Vectors[1:] {
		if v := &c.Vectors[i+1]; v.Null(row) {
			id += "|NULL"
		} else {
			id += fmt.Sprintf("|%q", v.Bytes(row))
		}
	}
	return id
}

func TestLines(t *testing.T) {
	for _, tt := range []struct {
		name, content string
		opt           Options
		want          []string
	}{
		{"whole lines", " 1 helloab\n2  a    c\r\n", Options{}, []string{`1|"hello"|"ab"`, `2|"a    "|"c"`}},
		{"no line end at the end", "1  a    b ", Options{}, []string{`1|"a    "|"b"`}},
		{"characters, not bytes", "1  数据é😀xab\n", Options{}, []string{`1|"数据é😀x"|"ab"`}},
		{"null string", "1  \\N   ab\n\\N a    b\n", Options{}, []string{`1|"\\N   "|"ab"`, `NULL|"a    "|"b"`}},
		{"a field too many", "1  helloabc\n", Options{}, []string{`line 1, column "": 1202, 3 fields`}},
		{"blanks at the end", "1  helloab   \n", Options{}, []string{`1|"hello"|"ab"`}},
		{"a line too short", "1  hello\n2  helloab\n", Options{}, []string{`2|"hello"|"ab"`, `line 1, column "c": 1214, 2 fields`}},
		{"a line too short, filled", "1\n", Options{FillRecord: true}, []string{`1|""|NULL`}},
		{"bad digit", "x  helloab\n", Options{}, []string{`line 1, column "id": 1207, 1 fields`}},
		{"quotes removed", "1  'a'  ab\n2  \"b   ab\n3  a'   ab\n", Options{RemoveQuotes: true},
			[]string{`1|"a"|"ab"`, `3|"a'   "|"ab"`, `line 2, column "s": 1214, 1 fields`}},
		{"blank lines", "\n\r\n1  helloab\n\n", Options{IgnoreBlankLines: true}, []string{`1|"hello"|"ab"`}},
		{"blank lines kept", "\n", Options{}, []string{`line 1, column "id": 1214, 0 fields`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, scan(t, tt.content, tt.opt)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSpecificationsRefused(t *testing.T) {
	varbyte := []delimited.Column{{Name: "b", Type: sqltype.Type{ID: sqltype.Varbyte, Length: 5}}}
	for _, tt := range []struct {
		spec    string
		columns []delimited.Column
	}{{"a:1", columns}, {"a:1,b:0,c:1", columns}, {"a:1,b,c:1", columns}, {"a:1", varbyte}} {
		if _, err := New(tt.spec, tt.columns, Options{}); err == nil {
			t.Errorf("%q was taken", tt.spec)
		}
	}
}

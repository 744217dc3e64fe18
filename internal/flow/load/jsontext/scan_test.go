package jsontext

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// texts are VARCHAR columns of the given names.
func texts(names ...string) []delimited.Column {
	var all []delimited.Column
	for _, n := range names {
		all = append(all, delimited.Column{Name: n, Type: sqltype.Type{ID: sqltype.Varchar, Length: 65535}})
	}
	return all
}

// scan reads content and prints the rows, fields joined by bars.
func scan(t testing.TB, content string, columns []delimited.Column, l *Layout) (rows []string, s *delimited.Scan, err error) {
	t.Helper()
	file := delimited.File{Name: "s3://b/a", Size: int64(len(content)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
	s, err = delimited.New(t.Context(), []delimited.File{file}, columns, delimited.Options{Layout: l, MaxErrors: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w := s.Worker()
	defer w.Close()
	chunk := &warehouse.Chunk{}
	for _, c := range s.Columns() {
		chunk.Vectors = append(chunk.Vectors, warehouse.NewVector(c.Type))
	}
	for {
		n, err := w.Fill(chunk)
		if n == 0 || err != nil {
			return rows, s, err
		}
		for i := range n {
			rows = append(rows, printRow(chunk, i))
		}
		for i := range chunk.Vectors {
			chunk.Vectors[i] = warehouse.NewVector(chunk.Vectors[i].Type)
		}
	}
}

func printRow(c *warehouse.Chunk, row int) string {
	var fields []string
	for i := range c.Vectors {
		if c.Vectors[i].Null(row) {
			fields = append(fields, "NULL")
		} else {
			fields = append(fields, fmt.Sprintf("%q", c.Vectors[i].Bytes(row)))
		}
	}
	return strings.Join(fields, "|")
}

func TestValues(t *testing.T) {
	columns := texts("a", "b")
	for _, tt := range []struct{ name, text, want string }{
		{"strings", `{"a":"x","b":"y"}`, `"x"|"y"`},
		{"other order", `{"b":"y", "a":"x"}`, `"x"|"y"`},
		{"a key missing", `{"b":"y"}`, `NULL|"y"`},
		{"a key twice", `{"a":null,"a":"second","b":"x","b":null}`, `"second"|NULL`},
		{"numbers and words", `{"a":-1.50e+2,"b":true}`, `"-1.50e+2"|"true"`},
		{"nested", `{"a":{"x": [1, "]"]},"b":[]}`, `"{\"x\": [1, \"]\"]}"|"[]"`},
		{"escapes", `{"a":"\"\\\/\b\f\n\r\t","b":"\u0041\u00e9\ud83d\ude00"}`, `"\"\\/\b\f\n\r\t"|"Aé😀"`},
		{"escaped key", `{"\u0061":"x"}`, `"x"|NULL`},
		{"empty", `{}`, `NULL|NULL`},
		{"names in the file's own case", `{"A":"x"}`, `NULL|NULL`},
		{"long strings", `{"a":"` + strings.Repeat("x", 100) + `"}`, `"` + strings.Repeat("x", 100) + `"|NULL`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, s, err := scan(t, tt.text, columns, Auto(columns, false))
			if diff := cmp.Diff([]string{tt.want}, rows); diff != "" || err != nil {
				t.Errorf("%v %+v\n%s", err, s.Errors(), diff)
			}
		})
	}
}

func TestInvalidDocuments(t *testing.T) {
	columns := texts("a", "b")
	for _, text := range []string{`[1]`, `1`, `"a"`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":01}`, `{"a":1.}`, `{"a":.5}`, `{"a":+1}`, `{"a":1e}`,
		`{"a":nul}`, `{"a":"\x"}`, `{"a":"\u12g4"}`, `{"a":[1,]}`, `{"a":[1 2]}`, `{"a":1 "b":2}`, `{"a":"x` + "\n" + `y"}`, `{"a":1]`, `{"a":1`,
		`{"a":"\ud800"}`, strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000)} {
		rows, s, err := scan(t, text+"\n", columns, Auto(columns, false))
		if len(rows) != 0 || err != nil || len(s.Errors()) != 1 {
			t.Errorf("%.60s: rows %v, errors %v, %v", text, rows, s.Errors(), err)
		}
	}
}

// TestLikeTheStandardLibrary compares random documents in random layout with encoding/json.
func TestLikeTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	columns := texts("a", "b", "c")
	var file bytes.Buffer
	var want []string
	for range 5000 {
		doc := map[string]any{}
		for _, k := range []string{"a", "b", "c", "d"} {
			if random.IntN(4) > 0 {
				doc[k] = randomValue(random, 0)
			}
		}
		text, err := json.MarshalIndent(doc, "", strings.Repeat(" ", random.IntN(3)))
		if err != nil {
			t.Fatal(err)
		}
		file.Write(text)
		file.WriteString([]string{"\n", "", "\r\n\n", " "}[random.IntN(4)])
		want = append(want, expected(doc))
	}
	file.WriteString("\n")
	rows, s, err := scan(t, file.String(), columns, Auto(columns, true))
	if err != nil || len(s.Errors()) > 0 {
		t.Fatalf("%v, %+v", err, s.Errors())
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func expected(doc map[string]any) string {
	var fields []string
	for _, k := range []string{"a", "b", "c"} {
		switch v := doc[k].(type) {
		case nil:
			fields = append(fields, "NULL")
		case string:
			fields = append(fields, fmt.Sprintf("%q", v))
		default:
			fields = append(fields, fmt.Sprintf("%q", fmt.Sprint(v)))
		}
	}
	return strings.Join(fields, "|")
}

// randomValue makes values that print alike in Go and in JSON.
func randomValue(random *rand.Rand, depth int) any {
	switch random.IntN(4) {
	case 0:
		return random.Int32()
	case 1:
		return random.IntN(2) == 0
	case 2:
		return nil
	}
	var b strings.Builder
	for range random.IntN(30) {
		b.WriteRune([]rune("ab{}[]\",:\\\n\té数😀 ")[random.IntN(16)])
	}
	return b.String()
}

// FuzzScan checks that what is taken is what encoding/json takes, and that nothing is lost.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{`{"a":"x","b":[1]}`, `{"a":1}{"a":2}`, `{"a":"\ud83d\ude00"} , {`, `{"a":{"b":"}"}}`} {
		f.Add(seed)
	}
	columns := texts("a", "b")
	f.Fuzz(func(t *testing.T, text string) {
		rows, s, err := scan(t, text, columns, Auto(columns, false))
		if err != nil {
			return
		}
		trimmed := strings.Trim(text, " \n\r\t")
		if strings.HasPrefix(trimmed, "{") && json.Valid([]byte(trimmed)) && len(rows)+len(s.Errors()) != 1 {
			t.Errorf("%q gave %d rows and %d errors", text, len(rows), len(s.Errors()))
		}
		if len(rows) == 1 && len(s.Errors()) == 0 && !strings.Contains(trimmed, "\t") && !strings.HasPrefix(trimmed, "\ufeff") && !json.Valid([]byte(trimmed)) {
			t.Errorf("%q was taken", text)
		}
	})
}

func BenchmarkNarrowObjects(b *testing.B) {
	var file strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&file, `{"id": %d, "name": "customer number %d", "city": "Rome", "value": %d.25}`+"\n", i, i, i%1000)
	}
	content := file.String()
	columns := []delimited.Column{{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}}, {Name: "name", Type: sqltype.Type{ID: sqltype.Varchar, Length: 100}},
		{Name: "value", Type: sqltype.Type{ID: sqltype.Decimal, Precision: 10, Scale: 2}}}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		read(b, content, columns)
	}
}

func read(b *testing.B, content string, columns []delimited.Column) {
	file := delimited.File{Name: "a", Size: int64(len(content)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
	s, err := delimited.New(b.Context(), []delimited.File{file}, columns, delimited.Options{Layout: Auto(columns, false)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	w := s.Worker()
	defer w.Close()
	chunk := &warehouse.Chunk{}
	for _, c := range s.Columns() {
		chunk.Vectors = append(chunk.Vectors, warehouse.NewVector(c.Type))
	}
	for n := 1; n > 0; {
		if n, err = w.Fill(chunk); err != nil {
			b.Fatal(err)
		}
		for i := range chunk.Vectors {
			chunk.Vectors[i] = warehouse.NewVector(chunk.Vectors[i].Type)
		}
	}
}

package jsontext

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		limit      int
		want       []string
		rejected   int64
	}{
		{name: "two documents", text: `{"a": 1, "b": {"c": [2]}} {"d": null, "a": "x"}`, limit: 9, want: []string{"a", "b", "d"}},
		{name: "escapes", text: `{"\u00e9\"": 1}`, limit: 9, want: []string{`é"`}},
		{name: "none", text: `{}`, limit: 9},
		{name: "an array", text: `[{"a": 1}] {"b": 1}`, limit: 9, want: []string{"b"}, rejected: 1},
		{name: "malformed", text: "{\"a\": }\n{\"b\": 1}", limit: 9, want: []string{"a", "b"}, rejected: 1},
		{name: "more than wanted", text: `{"a": 1, "b": 1, "c": 1}`, limit: 2, want: []string{"a", "b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			names := NewNames(tt.limit)
			f := delimited.File{Name: "f", Size: int64(len(tt.text)), Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(tt.text)), nil
			}}
			scan, err := delimited.New(t.Context(), []delimited.File{f}, []delimited.Column{{Type: sqltype.Type{ID: sqltype.Varchar, Length: 1}}},
				delimited.Options{Layout: names, MaxErrors: -1})
			if err != nil {
				t.Fatal(err)
			}
			out := &warehouse.Chunk{Vectors: []warehouse.Vector{warehouse.NewVector(scan.Columns()[0].Type)}}
			w := scan.Worker()
			n := 1
			for n > 0 && err == nil {
				n, err = w.Fill(out)
			}
			if err = errors.Join(err, scan.Close()); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, names.All()); d != "" || scan.Files()[0].Errors != tt.rejected {
				t.Errorf("%d rejected\n%s", scan.Files()[0].Errors, d)
			}
		})
	}
}

func TestPathNames(t *testing.T) {
	got := PathNames([]string{"$.a", "$['b']['c'][1]", "$[0]", "broken"})
	if d := cmp.Diff([]string{"a", "c", "", ""}, got); d != "" {
		t.Error(d)
	}
}

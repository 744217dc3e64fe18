package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
)

func TestPlaces(t *testing.T) {
	a, b, c := Column{Name: "a", Declared: "int"}, Column{Name: "b", Declared: "int"}, Column{Name: "c", Declared: "text"}
	now := &Table{Columns: []Column{a, b, c}, Key: []int{0, 1}}
	tests := []struct {
		name string
		of   Table
		want []int
	}{
		{"all", *now, []int{0, 1, 2}},
		{"some, in another order", Table{Columns: []Column{c, a, b}, Key: []int{1, 2}}, []int{2, 0, 1}},
		{"without the key", Table{Columns: []Column{c}}, []int{2}},
		{"a column that is gone", Table{Columns: []Column{a, {Name: "d"}}}, nil},
		{"a column of another type", Table{Columns: []Column{a, {Name: "c", Declared: "int"}}}, nil},
		{"another key", Table{Columns: []Column{a, b}, Key: []int{1}}, nil},
		{"the key in another order", Table{Columns: []Column{a, b}, Key: []int{1, 0}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := now.Places(&tt.of)
			if diff := cmp.Diff(tt.want, got); diff != "" || (err != nil) != (tt.want == nil) || err != nil && fault.CodeOf(err) != CodeChanged {
				t.Errorf("%v; places differ (-want +got):\n%s", err, diff)
			}
		})
	}
}

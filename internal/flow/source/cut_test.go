package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEven(t *testing.T) {
	tests := []struct {
		name      string
		low, high string
		rows      int64 // Of the table.
		ok        bool
		want      []Key
	}{
		{"ten at a time", "1", "30", 30, true, []Key{{"10"}, {"20"}}},
		{"less than a range", "5", "9", 5, true, nil},
		{"below zero", "-12", "11", 24, true, []Key{{"-3"}, {"7"}}},
		{"the highest there is", "9223372036854775790", "9223372036854775807", 20, true, []Key{{"9223372036854775799"}}},
		{"up to the highest", "9223372036854775780", "9223372036854775807", 28, true, []Key{{"9223372036854775789"}, {"9223372036854775799"}}},
		{"the lowest there is", "-9223372036854775808", "-9223372036854775800", 9, true, nil},
		{"far apart", "1", "1000", 30, false, nil},
		{"from the lowest to the highest", "-9223372036854775808", "9223372036854775807", 30, false, nil},
		{"larger than the type", "1", "18446744073709551615", 30, false, nil},
		{"no rows", "", "", 0, false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := (&Table{Rows: tt.rows}).Even(tt.low, tt.high, 10)
			if diff := cmp.Diff(tt.want, got); ok != tt.ok || diff != "" {
				t.Errorf("ok %v, want %v; cuts differ (-want +got):\n%s", ok, tt.ok, diff)
			}
		})
	}
}

func TestCut(t *testing.T) {
	want := []Range{{Through: Key{"a"}}, {After: Key{"a"}, Through: Key{"b"}}, {After: Key{"b"}}}
	if diff := cmp.Diff(want, Cut([]Key{{"a"}, {"b"}})); diff != "" {
		t.Errorf("ranges differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Range{{}}, Cut(nil)); diff != "" {
		t.Errorf("ranges of no cuts, want the one of all rows:\n%s", diff)
	}
}

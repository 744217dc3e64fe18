package stage

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestRowEnd(t *testing.T) {
	tests := []struct {
		name  string
		csv   string
		limit int
		want  int
	}{
		{"all fit", "1\n2\n", 10, 4},
		{"exactly", "1\n2\n", 4, 4},
		{"one of two", "1\n2\n", 3, 2},
		{"none", "123\n", 3, 0},
		{"no room", "1\n", 0, 0},
		{"less than no room", "1\n", -1, 0},
		{"newline in quotes", "\"a\nb\"\n2\n", 6, 6},
		{"cut in quotes", "1\n\"a\nb\"\n", 6, 2},
		{"doubled quotes", "1\n\"a\"\"\nb\"\n3\n", 9, 2},
		{"between doubled quotes", "1\n\"\n\"\"\n\"\n", 5, 2},
		{"quote then newline", "1\n\"\"\"\"\n2\n", 7, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := rowEnd([]byte(tt.csv), tt.limit); got != tt.want {
				t.Errorf("rowEnd(%q, %d) = %d, want %d", tt.csv, tt.limit, got, tt.want)
			}
		})
	}
}

// randomRow is a row with whatever text may hold, as a source writes it.
func randomRow(r *rand.Rand) string {
	fields := make([]string, 1+r.IntN(4))
	for i := range fields {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteByte("\"\n,\\ax"[r.IntN(6)])
		}
		fields[i] = [...]string{"\x00", "17", "", `"` + strings.ReplaceAll(b.String(), `"`, `""`) + `"`}[r.IntN(4)]
	}
	return strings.Join(fields, ",") + "\n"
}

// TestNeverSplit cuts random rows at random sizes, as Write does: every piece is whole
// rows, at most the limit or a single row, and together they are all of them.
func TestNeverSplit(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		limit := 1 + r.IntN(60)
		var all []byte
		starts := map[int]bool{0: true}
		for range 1 + r.IntN(40) {
			all = append(all, randomRow(r)...)
			starts[len(all)] = true
		}
		for rest := all; len(rest) > 0; {
			n := rowEnd(rest, limit)
			if n == 0 {
				n = firstRow(rest)
			}
			at := len(all) - len(rest) + n
			if n == 0 || !starts[at] {
				t.Fatalf("seed %d: cut at %d of %q", seed, at, all)
			}
			if rows := bytes.Count(all[len(all)-len(rest):at], []byte{'\n'}); n > limit && firstRow(rest) != n {
				t.Fatalf("seed %d: %d bytes of %d lines, at most %d", seed, n, rows, limit)
			}
			rest = rest[n:]
		}
	}
}

// FuzzRowEnd compares the cut with what a CSV reader calls a record's end.
func FuzzRowEnd(f *testing.F) {
	f.Add("a\"b\n", "\n\n", uint16(5))
	f.Add("", "\"\"", uint16(1))
	f.Fuzz(func(t *testing.T, a, b string, limit uint16) {
		var rows []byte
		var ends []int
		for _, text := range []string{a, b, a + b} {
			text = strings.ReplaceAll(text, "\r", "") // The reader of the standard library changes these.
			rows = append(rows, fmt.Sprintf("1,\"%s\"\n", strings.ReplaceAll(text, `"`, `""`))...)
			ends = append(ends, len(rows))
		}
		if all, err := csv.NewReader(bytes.NewReader(rows)).ReadAll(); err != nil || len(all) != 3 {
			t.Fatalf("the rows are no CSV: %v", err)
		}
		want := 0
		for _, e := range ends {
			if e <= int(limit) {
				want = e
			}
		}
		if got := rowEnd(rows, int(limit)); got != want {
			t.Errorf("rowEnd(%q, %d) = %d, want %d", rows, limit, got, want)
		}
		if got := firstRow(rows); got != ends[0] {
			t.Errorf("firstRow(%q) = %d, want %d", rows, got, ends[0])
		}
	})
}

package mapping_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// chunk is as many rows as a snapshot hands on at once.
func chunk(row string) (text []byte, n int) {
	n = 256 << 10 / len(row)
	return []byte(strings.Repeat(row+"\n", n)), n
}

func BenchmarkSnapshot(b *testing.B) {
	long := people()
	long.Columns[1].Declared, long.Columns[1].Type = "text", varchar(65535)
	benchmarks := []struct {
		name     string
		document string
		table    *source.Table
	}{
		{"identity", withRules(), people()},
		{"checked", withRules(), long},
		{"removed", withRules(rule(2, "column", "remove-column", "id", "")), people()},
		{"filtered", filtered("age: gte 10"), people()},
		{"masked", withRules(rule(2, "column", "data-masking-digits-mask", "name", `"value":"#"`)), people()},
		{"limited", withRules(rule(2, "column", "change-data-type", "name", `"data-type":{"type":"string","length":30}`)), people()},
		{"computed", withRules(rule(2, "column", "add-column", "", `"value":"x","expression":"$name||'-'||upper($mail)","data-type":{"type":"string","length":50}`)), people()},
	}
	for _, bb := range benchmarks {
		b.Run(bb.name, func(b *testing.B) {
			w := planOf(b, bb.document, bb.table, mapping.Options{}).Writer(io.Discard)
			text, n := chunk(ann)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Write(text); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}

func BenchmarkChanges(b *testing.B) {
	const n = 1000
	var lines []string
	for i := range n {
		lines = append(lines, annWith(0, fmt.Sprint(i)))
	}
	in := changed(source.Update, lines, lines)
	for name, document := range map[string]string{"identity": withRules(), "removed": withRules(rule(2, "column", "remove-column", "id", "")), "filtered": filtered("age: gte 10")} {
		b.Run(name, func(b *testing.B) {
			p := plan(b, document, mapping.Options{})
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Rows(in, mapping.Header{}, func(*source.Rows) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
		})
	}
}

// TestAllocations: rows are rewritten without memory of their own.
func TestAllocations(t *testing.T) {
	document := strings.Replace(filtered("age: gte 10", `name: noteq x`), `"rules":[`, `"rules":[`+rule(2, "column", "remove-column", "id", "")+","+
		rule(3, "column", "change-data-type", "name", `"data-type":{"type":"string","length":4}`)+",", 1)
	w := plan(t, document, mapping.Options{}).Writer(io.Discard)
	text, n := chunk(annWith(1, `"A""n"`))
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if per := testing.AllocsPerRun(5, func() { _, _ = w.Write(text) }); per > float64(n)/100 {
		t.Errorf("%.0f allocations for %d rows", per, n)
	}
}

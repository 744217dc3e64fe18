package demo

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
)

// writeTable writes a result in columns, as psql would.
func writeTable(b *strings.Builder, r *pgconn.Result) {
	lines := make([][]string, 1, len(r.Rows)+1)
	for _, f := range r.FieldDescriptions {
		lines[0] = append(lines[0], f.Name)
	}
	for _, row := range r.Rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = strings.TrimRight(string(v), " ") // CHAR columns are padded.
		}
		lines = append(lines, line)
	}
	width := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, v := range line {
			width[i] = max(width[i], utf8.RuneCountInString(v))
		}
	}
	for n, line := range lines {
		writeLine(b, line, width)
		if n == 0 {
			rule := make([]string, len(width))
			for i, w := range width {
				rule[i] = strings.Repeat("-", w)
			}
			writeLine(b, rule, width)
		}
	}
}

func writeLine(b *strings.Builder, line []string, width []int) {
	var out strings.Builder
	for i, v := range line {
		fmt.Fprintf(&out, "%-*s  ", width[i], v)
	}
	b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
}

package rehearse

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/inlet-data/inlet/internal/node"
)

// print writes the report for people.
func (r *report) print(w io.Writer) error {
	var b strings.Builder
	for i, one := range r.Rehearsals {
		if i > 0 {
			b.WriteString("\n")
		}
		one.print(&b)
	}
	if len(r.PassedOver) > 0 {
		fmt.Fprintf(&b, "\nNot run: %s.\n", strings.Join(r.PassedOver, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *rehearsed) print(b *strings.Builder) {
	verdict := "passes"
	switch {
	case !r.Passes:
		verdict = "would fail"
	case !r.Exists:
		verdict = "passes, once there is the table below"
	}
	fmt.Fprintf(b, "COPY %s FROM %s: %s\n", r.Table, r.Source, verdict)
	if r.Error != "" {
		fmt.Fprintf(b, "  %s\n", indented(r.Error))
	}
	if r.Hint != "" && r.Why == nil {
		fmt.Fprintf(b, "  Hint: %s\n", indented(r.Hint))
	}
	fmt.Fprintf(b, "\n%s, %d bytes. %s would be loaded, %d rejected", plural(r.Files, "file matches", "files match"), r.Bytes,
		plural(int(r.Rows), "row", "rows"), r.Rejected)
	if r.RowsPerSecond > 0 {
		fmt.Fprintf(b, "; read at %d rows/s", r.RowsPerSecond)
	}
	b.WriteString(".\n")
	r.printRights(b)
	r.printFiles(b)
	printColumns(b, r.Rehearsal)
	if r.Create != "" {
		fmt.Fprintf(b, "\nThere is no table %s. This one takes the files:\n\n%s;\n", r.Table, r.Create)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(b, "\nNote: %s\n", n)
	}
}

// table writes lines of cells below each other.
func table(b *strings.Builder, head string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString("\n")
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, head)
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
	_ = w.Flush() // A strings.Builder takes everything.
}

// printRights lists what the COPY may and may not, and prints what mends it.
func (r *rehearsed) printRights(b *strings.Builder) {
	var lines []string
	for _, a := range r.Access {
		lines = append(lines, strings.Join([]string{a.State, a.Action, a.Resource, a.Hop}, "\t"))
	}
	table(b, "RIGHT\tACTION\tON\tREFUSED IN", lines)
	if r.Why == nil {
		return
	}
	fmt.Fprintf(b, "\ninlet why %d:\n", r.Query)
	_, _ = r.Why.WriteTo(b)
}

func (r *rehearsed) printFiles(b *strings.Builder) {
	var files, rows []string
	for _, f := range r.FileList {
		files = append(files, fmt.Sprintf("%s\t%d\t%d\t%d", f.URL, f.Bytes, f.Rows, f.Rejected))
	}
	table(b, "FILE\tBYTES\tROWS\tREJECTED", files)
	if r.Rows+r.Rejected > 0 || len(files) > 0 { // Else reading ended before the first.
		more(b, r.Files-len(files), "file")
	}
	for _, e := range r.Rejections {
		line := "-"
		if e.Line > 0 {
			line = fmt.Sprint(e.Line)
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%d\t%s\t%s", e.URL, line, or(e.Column), e.Code, strings.Join(strings.Fields(e.Reason), " "), quoted(e.Value)))
	}
	table(b, "REJECTED IN\tLINE\tCOLUMN\tCODE\tREASON\tVALUE", rows)
	more(b, int(r.Rejected)-len(rows), "rejected row")
}

func more(b *strings.Builder, n int, what string) {
	if n > 0 {
		fmt.Fprintf(b, "and %s\n", plural(n, "more "+what, "more "+what+"s"))
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

func printColumns(b *strings.Builder, r *node.Rehearsal) {
	var lines, bad []string
	for i := range r.Columns {
		c := &r.Columns[i]
		lines = append(lines, fmt.Sprintf("%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s", c.Name, c.Type, c.Values, c.Nulls, c.Unfit, c.Truncated, c.Longest, or(c.Narrowest)))
		if c.Inexact > 0 {
			bad = append(bad, fmt.Sprintf("%s: %s digits behind the point", c.Name, plural(int(c.Inexact), "value loses", "values lose")))
		}
		if c.Reason != "" {
			bad = append(bad, fmt.Sprintf("%s: %s%s", c.Name, indented(c.Reason), as(c.Example)))
		}
	}
	table(b, "COLUMN\tTYPE\tVALUES\tNULL\tUNFIT\tCUT\tLONGEST\tNARROWEST FOR ALL", lines)
	for _, line := range bad {
		fmt.Fprintf(b, "%s\n", line)
	}
}

func or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// as names an example, if there is one.
func as(example string) string {
	if example == "" {
		return ""
	}
	return ", as in " + quoted(example)
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

// indented keeps a text of several lines together.
func indented(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") }

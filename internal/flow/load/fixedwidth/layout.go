// Package fixedwidth is COPY's FIXEDWIDTH: lines whose fields have widths,
// counted in characters, and nothing between them.
// Source: Redshift Database Developer Guide, "Data format parameters".
package fixedwidth

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Options are the parameters of COPY that change how lines are split.
type Options struct {
	FillRecord       bool
	IgnoreBlankLines bool
	RemoveQuotes     bool
}

// Layout splits lines by widths.
type Layout struct {
	fields []field
	opt    Options
}

type field struct {
	width int
	text  bool // Blanks around the value belong to it.
}

// New reads a specification, label:width,label:width and so on: the labels are
// free, the order is that of the columns.
func New(spec string, columns []delimited.Column, opt Options) (*Layout, error) {
	widths := strings.Split(spec, ",")
	if len(widths) != len(columns) {
		return nil, refused(fmt.Sprintf("FIXEDWIDTH names %d fields for %d columns", len(widths), len(columns)))
	}
	l := &Layout{opt: opt}
	for i, part := range widths {
		_, width, _ := strings.Cut(part, ":")
		n, err := strconv.Atoi(strings.TrimSpace(width))
		if err != nil || n < 1 {
			return nil, refused(fmt.Sprintf("invalid FIXEDWIDTH specification %q", part))
		}
		id := columns[i].Type.ID
		if id == sqltype.Varbyte {
			return nil, refused(fmt.Sprintf("FIXEDWIDTH cannot load column %q of type VARBYTE", columns[i].Name))
		}
		l.fields = append(l.fields, field{n, id == sqltype.Varchar || id == sqltype.Char})
	}
	return l, nil
}

func refused(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "0A000", Op: "COPY", Message: message}
}

// Cut returns the length of the whole lines of b.
func (l *Layout) Cut(b []byte) int { return bytes.LastIndexByte(b, '\n') + 1 }

// Parser splits lines; it keeps nothing from one to the next.
func (l *Layout) Parser() delimited.Parser { return l }

// Blank passes lines without anything, where that was asked for.
func (l *Layout) Blank(b []byte) int {
	n := 0
	for l.opt.IgnoreBlankLines && n < len(b) {
		switch {
		case b[n] == '\n':
			n++
		case b[n] == '\r' && n+1 < len(b) && b[n+1] == '\n':
			n += 2
		default:
			return n
		}
	}
	return n
}

// Parse splits the line at the start of b.
func (l *Layout) Parse(b []byte, row *delimited.Row) (n int, ok bool) {
	line := b
	n = len(b)
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		line, n = b[:i], i+1
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	for i, f := range l.fields {
		if len(line) == 0 {
			return n, l.missing(i, row)
		}
		w := width(line, f.width)
		value := line[:w]
		if !f.text {
			value = bytes.TrimSpace(value)
		}
		if l.opt.RemoveQuotes {
			bare, closed := unquoted(value)
			if !closed {
				return n, row.Refuse(delimited.Fault{Column: i, Code: 1214, Reason: "Delimited value missing end quote"}, value)
			}
			value = bare
		}
		if !row.Text(i, value) {
			return n, false
		}
		line = line[w:]
	}
	if len(bytes.TrimSpace(line)) > 0 {
		return n, row.Refuse(delimited.Fault{Column: -1, Code: 1202, Reason: "Extra column(s) found"}, line)
	}
	return n, true
}

// unquoted takes a pair of quotes off; closed is false when only the first one is there.
func unquoted(b []byte) (bare []byte, closed bool) {
	t := bytes.TrimRight(b, " ")
	if len(t) == 0 || t[0] != '"' && t[0] != '\'' {
		return b, true
	}
	if last := len(t) - 1; last > 0 && t[last] == t[0] {
		return t[1:last], true
	}
	return b, false
}

// missing fills the fields from i on, which the line is too short for.
func (l *Layout) missing(i int, row *delimited.Row) bool {
	if !l.opt.FillRecord {
		return row.Refuse(delimited.Fault{Column: i, Code: 1214, Reason: "Delimiter not found"}, nil)
	}
	for ; i < len(l.fields); i++ {
		if !row.Missing(i) {
			return false
		}
	}
	return true
}

// width returns how many bytes the first n characters of b take.
func width(b []byte, n int) int {
	i := 0
	for ; n > 0 && i < len(b); n-- {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(b[i:])
		i += size
	}
	return i
}

package jsontext

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Layout says which values of a record go into which columns.
type Layout struct {
	root    *node
	fold    bool // Names match whatever their case.
	columns []delimited.Column
}

// Auto matches the keys of the top level to the names of columns; with fold, of any case.
func Auto(columns []delimited.Column, fold bool) *Layout {
	l := &Layout{root: &node{last: -1}, fold: fold, columns: columns}
	for i, c := range columns {
		name := c.Name
		if fold {
			name = strings.ToLower(name)
		}
		l.root.add([]step{{name, -1}}, i)
	}
	return l
}

// Whole puts each document into the only column, which must be SUPER.
func Whole(columns []delimited.Column) (*Layout, error) {
	if len(columns) != 1 || columns[0].Type.ID != sqltype.Super {
		return nil, refused("JSON 'noshred' needs exactly one column, and of type SUPER")
	}
	return &Layout{root: &node{columns: []int{0}, last: -1}, columns: columns}, nil
}

// Mapped gives the first expression of a JSONPaths file to the first column, and so on.
func Mapped(columns []delimited.Column, paths []string) (*Layout, error) {
	if len(paths) != len(columns) {
		return nil, refused(fmt.Sprintf("Number of jsonpaths and the number of columns should match. JSONPath size: %d, Number of columns in table or column list: %d",
			len(paths), len(columns)))
	}
	l := &Layout{root: &node{last: -1}, columns: columns}
	for i, text := range paths {
		path, err := parsePath(text)
		if err != nil {
			return nil, refused(fmt.Sprintf("Invalid JSONPath format: %q: %v", text, err))
		}
		l.root.add(path, i)
	}
	return l, nil
}

func refused(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "XX000", Op: "COPY", Message: message}
}

// Cut returns the length of the whole records at the start of b, with the white space behind them.
func (l *Layout) Cut(b []byte) int {
	cut := blank(b)
	for cut < len(b) {
		n, whole := span(b[cut:])
		if !whole {
			break
		}
		cut += n
		cut += blank(b[cut:])
	}
	return cut
}

// Parser makes a parser for one worker.
func (l *Layout) Parser() delimited.Parser {
	return &parser{layout: l, seen: make([]uint32, len(l.columns))}
}

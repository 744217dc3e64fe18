package jsontext

import (
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// maxDepth bounds how deeply a document may be nested.
const maxDepth = 1000

// parser reads records. Its methods return the index behind what they read,
// or -1 when the record is refused.
type parser struct {
	layout *Layout
	row    *delimited.Row
	b      []byte
	record uint32   // number of the record
	seen   []uint32 // the record that last had a value for the column
	folded []byte
	guess  hints
	failed bool
}

// hints remember the keys of the last records: files repeat them in the same order.
type hints struct {
	keys  [64]string
	nodes [64]*node
}

// Blank passes white space.
func (p *parser) Blank(b []byte) int { return blank(b) }

// Parse reads one document.
func (p *parser) Parse(b []byte, row *delimited.Row) (n int, ok bool) {
	p.b, p.row, p.failed = b, row, false
	p.record++
	end := p.document()
	if end >= 0 && p.finish() {
		return end, true
	}
	n, _ = span(b)
	return n, false
}

// document reads what must be an object, or with paths an array.
func (p *parser) document() int {
	root := p.layout.root
	switch {
	case p.b[0] != '{' && p.b[0] != '[':
		return p.invalid(0)
	case p.b[0] == '[' && root.members != nil && root.elements == nil:
		return p.invalid(0) // An array has no names; it needs a JSONPaths file.
	}
	return p.value(0, root, 0)
}

// finish gives NULL to the columns that the document has no value for.
func (p *parser) finish() bool {
	for i := range p.seen {
		if p.seen[i] != p.record && !p.row.Null(i) {
			return false
		}
	}
	return true
}

// invalid refuses the record for what stands at i.
func (p *parser) invalid(i int) int {
	if !p.failed {
		p.failed = true
		end, _ := span(p.b)
		p.row.Refuse(delimited.Fault{Column: -1, Code: codeInvalid, Position: i, Reason: "Invalid value."}, p.b[min(i, end):end])
	}
	return -1
}

const codeInvalid = 1216

// at returns the byte at i, 0 behind the end: that is no part of JSON.
func (p *parser) at(i int) byte {
	if i < len(p.b) {
		return p.b[i]
	}
	return 0
}

func (p *parser) skipSpace(i int) int {
	for i < len(p.b) && space(p.b[i]) {
		i++
	}
	return i
}

// value reads the value at i for the columns of n and the places below it; n is nil where nobody asks.
func (p *parser) value(i int, n *node, depth int) int {
	if depth > maxDepth {
		return p.invalid(i)
	}
	if n != nil && n.elements != nil && !p.isArray(i, n) {
		return -1
	}
	end := -1
	switch c := p.at(i); {
	case c == '"':
		end = p.text(i)
	case c == '{':
		end = p.object(i, n, depth)
	case c == '[':
		end = p.array(i, n, depth)
	default:
		end = p.scalar(i)
	}
	if end < 0 || n == nil {
		return end
	}
	for _, c := range n.columns {
		if !p.store(c, i, end) {
			return -1
		}
	}
	return end
}

// isArray refuses a path with an index where there is no array. NULL stays NULL.
func (p *parser) isArray(i int, n *node) bool {
	if c := p.at(i); c == '[' || c == 'n' {
		return true
	}
	p.outOfRange(i, n)
	return false
}

func (p *parser) outOfRange(i int, n *node) int {
	p.failed = true
	column := n.elements[n.last].first()
	p.row.Refuse(delimited.Fault{Column: column, Code: codeInvalid, Position: i,
		Reason: "Invalid JSONPath format: Not an array or index out of range."}, p.b[i:])
	return -1
}

// first is a column at the node or below it.
func (n *node) first() int {
	if len(n.columns) > 0 {
		return n.columns[0]
	}
	return n.below[0]
}

func (p *parser) object(i int, n *node, depth int) int {
	i = p.skipSpace(i + 1)
	if p.at(i) == '}' {
		return i + 1
	}
	for ordinal := 0; ; ordinal++ {
		if p.at(i) != '"' {
			return p.invalid(i)
		}
		end := p.text(i)
		if end < 0 {
			return -1
		}
		key := p.b[i+1 : end-1]
		if i = p.skipSpace(end); p.at(i) != ':' {
			return p.invalid(i)
		}
		i = p.skipSpace(i + 1)
		if i = p.value(i, p.below(n, key, ordinal, depth), depth+1); i < 0 {
			return -1
		}
		i = p.skipSpace(i)
		switch p.at(i) {
		case ',':
			i = p.skipSpace(i + 1)
		case '}':
			return i + 1
		default:
			return p.invalid(i)
		}
	}
}

// below finds the place of a member; nil when no column asks for it.
func (p *parser) below(n *node, key []byte, ordinal, depth int) *node {
	if n == nil || n.members == nil {
		return nil
	}
	if depth > 0 || ordinal >= len(p.guess.keys) {
		return p.find(n, key)
	}
	if p.guess.keys[ordinal] == string(key) && p.guess.keys[ordinal] != "" {
		return p.guess.nodes[ordinal]
	}
	found := p.find(n, key)
	if p.guess.keys[ordinal] == "" && len(key) <= 128 {
		p.guess.keys[ordinal], p.guess.nodes[ordinal] = string(key), found
	}
	return found
}

func (p *parser) array(i int, n *node, depth int) int {
	i = p.skipSpace(i + 1)
	if p.at(i) == ']' {
		return p.arrayEnd(i, n, 0)
	}
	for index := 0; ; index++ {
		var e *node
		if n != nil {
			e = n.elements[index]
		}
		if i = p.value(i, e, depth+1); i < 0 {
			return -1
		}
		i = p.skipSpace(i)
		switch p.at(i) {
		case ',':
			i = p.skipSpace(i + 1)
		case ']':
			return p.arrayEnd(i, n, index+1)
		default:
			return p.invalid(i)
		}
	}
}

func (p *parser) arrayEnd(i int, n *node, length int) int {
	if n != nil && n.last >= length {
		return p.outOfRange(i, n)
	}
	return i + 1
}

// store puts the value between i and end into a column.
func (p *parser) store(column, i, end int) bool {
	if p.seen[column] == p.record {
		p.row.Again(column) // A key stands twice: the last one counts.
	}
	p.seen[column] = p.record
	raw := p.b[i:end]
	if string(raw) == "null" {
		return p.row.Null(column)
	}
	t := p.layout.columns[column].Type.ID
	switch {
	case t == sqltype.Super:
		return p.row.Value(column, p.compact(raw))
	case raw[0] == '"':
		return p.row.Value(column, p.unquote(raw[1:len(raw)-1]))
	case raw[0] == '{' || raw[0] == '[':
		return p.row.Value(column, raw)
	case t == sqltype.Decimal || t == sqltype.Integer || t == sqltype.Bigint || t == sqltype.Smallint:
		return p.row.Value(column, p.positional(raw))
	}
	return p.row.Value(column, raw)
}

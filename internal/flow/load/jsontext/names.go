package jsontext

import (
	"sync"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
)

// Names is a Layout that stores nothing and collects the keys of the top level.
type Names struct {
	limit int

	mu    sync.Mutex
	seen  map[string]bool
	order []string
}

// NewNames collects up to limit names.
func NewNames(limit int) *Names { return &Names{limit: limit, seen: map[string]bool{}} }

// All are the names in the order in which they were found.
func (n *Names) All() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.order
}

func (n *Names) add(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.seen[name] && len(n.order) < n.limit {
		n.seen[name] = true
		n.order = append(n.order, name)
	}
}

// Cut returns the length of the whole records at the start of b.
func (n *Names) Cut(b []byte) int { return (&Layout{}).Cut(b) }

// Parser makes a parser for one worker.
func (n *Names) Parser() delimited.Parser {
	return &nameParser{parser: parser{layout: &Layout{root: &node{last: -1}}}, names: n, known: map[string]bool{}}
}

// nameParser reads records for their keys.
type nameParser struct {
	parser
	names *Names
	known map[string]bool // those that this parser has told already
}

// Parse reads one document; all its columns are NULL.
func (p *nameParser) Parse(b []byte, row *delimited.Row) (n int, ok bool) {
	p.b, p.row, p.failed = b, row, false
	end := -1
	if p.b[0] == '{' {
		end = p.members()
	} else {
		p.invalid(0)
	}
	if end >= 0 && row.Null(0) {
		return end, true
	}
	n, _ = span(b)
	return n, false
}

// members reads an object and notes its keys.
func (p *nameParser) members() int {
	i := p.skipSpace(1)
	if p.at(i) == '}' {
		return i + 1
	}
	for {
		if p.at(i) != '"' {
			return p.invalid(i)
		}
		end := p.text(i)
		if end < 0 {
			return -1
		}
		p.note(p.b[i+1 : end-1])
		if i = p.skipSpace(end); p.at(i) != ':' {
			return p.invalid(i)
		}
		if i = p.value(p.skipSpace(i+1), nil, 1); i < 0 {
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

// note tells of a key that is new to this parser. What it remembers is bounded as the names are.
func (p *nameParser) note(key []byte) {
	if p.known[string(key)] || len(p.known) >= p.names.limit {
		return
	}
	p.known[string(key)] = true
	p.names.add(string(p.unquote(key)))
}

// PathNames are names for the columns of a JSONPaths file: the last member of each path, "" where there is none.
func PathNames(paths []string) []string {
	names := make([]string, len(paths))
	for i, text := range paths {
		steps, err := parsePath(text)
		if err != nil {
			continue // The load says so.
		}
		for _, s := range steps {
			if s.index < 0 {
				names[i] = s.name
			}
		}
	}
	return names
}

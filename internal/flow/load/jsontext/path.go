package jsontext

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// node is a place in a document: the columns that take what stands there, and
// the places below it.
type node struct {
	columns  []int
	members  map[string]*node
	elements map[int]*node
	last     int // the largest index of elements
	below    []int
}

func (n *node) member(name string) *node {
	if n.members == nil {
		n.members = map[string]*node{}
	}
	m := n.members[name]
	if m == nil {
		m = &node{last: -1}
		n.members[name] = m
	}
	return m
}

func (n *node) element(i int) *node {
	if n.elements == nil {
		n.elements = map[int]*node{}
	}
	e := n.elements[i]
	if e == nil {
		e = &node{last: -1}
		n.elements[i] = e
		n.last = max(n.last, i)
	}
	return e
}

// step is a part of a path: a member's name, or an element's index.
type step struct {
	name  string
	index int // -1 for a member
}

// add leads a path to a column.
func (n *node) add(path []step, column int) {
	for _, s := range path {
		n.below = append(n.below, column)
		if s.index >= 0 {
			n = n.element(s.index)
		} else {
			n = n.member(s.name)
		}
	}
	n.columns = append(n.columns, column)
}

// Paths reads a JSONPaths file. It returns nil without an error when the object
// has no key jsonpaths: COPY then goes by names.
func Paths(text []byte) ([]string, error) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	var file map[string]json.RawMessage
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more follows the first object")
	}
	raw, ok := file["jsonpaths"]
	if !ok {
		return nil, nil
	}
	var paths []string
	if err := json.Unmarshal(raw, &paths); err != nil {
		return nil, fmt.Errorf("jsonpaths is not an array of strings: %w", err)
	}
	if len(paths) == 0 {
		return nil, errors.New("jsonpaths is empty")
	}
	return paths, nil
}

// parsePath reads $['a']['b'][0] or $.a.b[0]. Wildcards and filters are refused, and so is a mixture of both notations.
func parsePath(text string) ([]step, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "$")
	if !ok {
		return nil, errors.New("a path begins with $")
	}
	var path []step
	dotted, quoted := false, false
	for rest != "" {
		var s step
		var err error
		switch {
		case rest[0] == '.':
			dotted = true
			s, rest, err = dotStep(rest[1:])
		case strings.HasPrefix(rest, "['"), strings.HasPrefix(rest, `["`):
			quoted = true
			s, rest, err = quotedStep(rest[2:], rest[1:2])
		case rest[0] == '[':
			s, rest, err = indexStep(rest[1:])
		default:
			err = fmt.Errorf("unexpected %q", rest[0])
		}
		if err != nil {
			return nil, err
		}
		path = append(path, s)
	}
	if dotted && quoted {
		return nil, errors.New("dot and bracket notation are mixed")
	}
	return path, nil
}

func dotStep(rest string) (step, string, error) {
	n := strings.IndexAny(rest, ".[")
	if n < 0 {
		n = len(rest)
	}
	name := rest[:n]
	if name == "" || strings.ContainsAny(name, "*?@'\"") {
		return step{}, "", fmt.Errorf("invalid member %q", name)
	}
	return step{name, -1}, rest[n:], nil
}

func quotedStep(rest, quote string) (step, string, error) {
	name, after, ok := strings.Cut(rest, quote+"]")
	if !ok || name == "" {
		return step{}, "", errors.New("a member in brackets is not closed")
	}
	return step{name, -1}, after, nil
}

// maxIndex bounds the places a path can ask for in an array.
const maxIndex = 1 << 20

func indexStep(rest string) (step, string, error) {
	digits, after, ok := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || i < 0 || i > maxIndex {
		return step{}, "", fmt.Errorf("invalid index %q", digits)
	}
	return step{"", i}, after, nil
}

package policy

import (
	"bytes"
	"encoding/json"
	"io"
)

// maxDepth is far more than a policy needs; it keeps hostile input off the stack.
const maxDepth = 24

// shape is what a JSON value is.
type shape uint8

const (
	null shape = iota
	text
	number
	boolean
	array
	object
)

// node is a JSON value that still knows where it stood.
type node struct {
	shape      shape
	str        string // of a string, or a number's or boolean's own text
	items      []node
	fields     []field
	start, end int
}

type field struct {
	name  string
	value node
}

// reader reads tokens, because encoding/json's own decoding keeps the last of two equal keys.
type reader struct {
	dec *json.Decoder
	src []byte
}

// readJSON reads exactly one JSON value.
func readJSON(src []byte) (node, *problem) {
	r := reader{json.NewDecoder(bytes.NewReader(src)), src}
	r.dec.UseNumber()
	n, p := r.value(0)
	if p != nil {
		return n, p
	}
	if _, err := r.dec.Token(); err != io.EOF {
		return n, &problem{what: badJSON, at: int(r.dec.InputOffset())}
	}
	return n, nil
}

func (r *reader) value(depth int) (node, *problem) {
	tok, err := r.dec.Token()
	end := int(r.dec.InputOffset())
	if err != nil || depth > maxDepth {
		return node{}, &problem{what: badJSON, at: end}
	}
	switch t := tok.(type) {
	case json.Delim:
		if t == '{' {
			return r.object(node{shape: object, start: end - 1}, depth)
		}
		return r.array(node{shape: array, start: end - 1}, depth)
	case string:
		return node{shape: text, str: t, start: r.quote(end), end: end}, nil
	case json.Number:
		return node{shape: number, str: t.String(), start: end - len(t), end: end}, nil
	case bool:
		return boolNode(t, end), nil
	}
	return node{shape: null, start: end - 4, end: end}, nil
}

func boolNode(t bool, end int) node {
	s := "false"
	if t {
		s = "true"
	}
	return node{shape: boolean, str: s, start: end - len(s), end: end}
}

// quote finds where the string literal that ends at end begins.
func (r *reader) quote(end int) int {
	i := end - 2
	for i > 0 && (r.src[i] != '"' || r.escaped(i)) {
		i--
	}
	return i
}

// escaped reports whether an odd number of backslashes stands before i.
func (r *reader) escaped(i int) bool {
	n := 0
	for i > n && r.src[i-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

func (r *reader) array(n node, depth int) (node, *problem) {
	for r.dec.More() {
		item, p := r.value(depth + 1)
		if p != nil {
			return n, p
		}
		n.items = append(n.items, item)
	}
	return n, r.close(&n)
}

func (r *reader) object(n node, depth int) (node, *problem) {
	for r.dec.More() {
		key, p := r.value(depth + 1)
		if p != nil {
			return n, p
		}
		if n.field(key.str) != nil {
			return n, &problem{what: repeatedKey, name: key.str, at: key.start}
		}
		v, p := r.value(depth + 1)
		if p != nil {
			return n, p
		}
		n.fields = append(n.fields, field{key.str, v})
	}
	return n, r.close(&n)
}

// close reads the bracket that ends n.
func (r *reader) close(n *node) *problem {
	_, err := r.dec.Token()
	n.end = int(r.dec.InputOffset())
	if err != nil {
		return &problem{what: badJSON, at: n.end}
	}
	return nil
}

func (n *node) field(name string) *node {
	for i := range n.fields {
		if n.fields[i].name == name {
			return &n.fields[i].value
		}
	}
	return nil
}

// strings gives the texts of a string or an array of strings.
func (n *node) strings() ([]string, bool) {
	return n.texts(func(s shape) bool { return s == text })
}

// scalars gives the texts of a scalar or an array of scalars; numbers and booleans are read as their text.
func (n *node) scalars() ([]string, bool) {
	return n.texts(func(s shape) bool { return s == text || s == number || s == boolean })
}

func (n *node) texts(fits func(shape) bool) ([]string, bool) {
	if fits(n.shape) {
		return []string{n.str}, true
	}
	if n.shape != array {
		return nil, false
	}
	out := make([]string, 0, len(n.items))
	for _, i := range n.items {
		if !fits(i.shape) {
			return nil, false
		}
		out = append(out, i.str)
	}
	return out, true
}

package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// object is a JSON object in the order of its text.
type object []member

type member struct {
	key   string
	value any
}

// deepest is how far a document may be nested; boundaries of ranges are at six.
const deepest = 32

// tree reads JSON and knows where in it an error is.
type tree struct {
	d     *json.Decoder
	text  []byte
	path  []string
	depth int
}

// parseJSON makes a tree of objects, lists, strings, json.Number, booleans and nil.
func parseJSON(document []byte) (any, error) {
	t := &tree{d: json.NewDecoder(bytes.NewReader(document)), text: document}
	t.d.UseNumber()
	root, err := t.node()
	if err != nil {
		return nil, t.refuse(err)
	}
	if _, err := t.d.Token(); !errors.Is(err, io.EOF) {
		return nil, t.refuse(errors.New("Use JsonReader.setLenient(true) to accept malformed JSON"))
	}
	return root, nil
}

func (t *tree) node() (any, error) {
	token, err := t.d.Token()
	if err != nil {
		return nil, err
	}
	if delim, ok := token.(json.Delim); ok {
		if t.depth++; t.depth > deepest {
			return nil, errors.New("Nesting too deep")
		}
		defer func() { t.depth-- }()
		if delim == '{' {
			return t.members()
		}
		return t.elements()
	}
	return token, nil
}

func (t *tree) members() (any, error) {
	o := object{}
	for t.d.More() {
		token, err := t.d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		t.path = append(t.path, "."+key)
		value, err := t.node()
		if err != nil {
			return nil, err
		}
		t.path = t.path[:len(t.path)-1]
		o = append(o, member{key, value})
	}
	_, err := t.d.Token()
	return o, err
}

func (t *tree) elements() (any, error) {
	all := []any{}
	for t.d.More() {
		t.path = append(t.path, fmt.Sprintf("[%d]", len(all)))
		value, err := t.node()
		if err != nil {
			return nil, err
		}
		t.path = t.path[:len(t.path)-1]
		all = append(all, value)
	}
	_, err := t.d.Token()
	return all, err
}

// complaints are how AWS's reader says what encoding/json found.
var complaints = []struct{ found, says string }{
	{"looking for beginning of value", "Expected value"},
	{"looking for beginning of object key string", "Expected name"},
	{"after object key:value pair", "Unterminated object"},
	{"after array element", "Unterminated array"},
	{"after object key", "Expected ':'"},
	{"in string", "Unterminated string"},
	{"EOF", "End of input"},
}

// refuse says what is wrong with the text and where.
func (t *tree) refuse(err error) error {
	says := err.Error()
	for _, c := range complaints {
		if strings.Contains(says, c.found) {
			says = c.says
			break
		}
	}
	at := int(min(t.d.InputOffset(), int64(len(t.text))))
	at += len(t.text[at:]) - len(bytes.TrimLeft(t.text[at:], " \t\r\n,:"))
	before := t.text[:at]
	// The reader AWS uses counts the column after the character it does not like.
	line, column := 1+bytes.Count(before, []byte("\n")), at-bytes.LastIndexByte(before, '\n')+1
	return invalid("Invalid Table Mappings document. Invalid json %s at line %d column %d path $%s", says, line, column, strings.Join(t.path, ""))
}

// kind names what a value is instead of what it should be.
func kind(n any) string {
	switch n := n.(type) {
	case nil:
		return "null"
	case object:
		return "an object"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("the string %q", n)
	}
	return fmt.Sprint(n)
}

func invalid(format string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}

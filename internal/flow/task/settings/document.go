package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/inlet-data/inlet/internal/fault"
)

// object is a JSON object in the order of its text.
type object []member

type member struct {
	key   string
	value any
}

// deepest is how far settings may be nested; none are deeper than four.
const deepest = 32

// read makes a tree of objects, lists, strings, json.Number, booleans and nil.
func read(document []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	root, err := node(d, 0)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more text follows the document")
		}
	}
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the document ends too early")
		}
		line, column := place(document, d.InputOffset())
		return nil, refused(fmt.Sprintf("%v at line %d column %d", err, line, column))
	}
	return root, nil
}

func node(d *json.Decoder, depth int) (any, error) {
	if depth > deepest {
		return nil, errors.New("too deep")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		return members(d, depth)
	case json.Delim('['):
		return elements(d, depth)
	}
	return t, nil
}

func members(d *json.Decoder, depth int) (any, error) {
	o := object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := node(d, depth+1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		o = append(o, member{name, value})
	}
	_, err := d.Token()
	return o, err
}

func elements(d *json.Decoder, depth int) (any, error) {
	all := []any{}
	for d.More() {
		value, err := node(d, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	_, err := d.Token()
	return all, err
}

func place(document []byte, offset int64) (line, column int) {
	before := document[:min(offset, int64(len(document)))]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
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

// same reports whether two values are one, as when a key is there in both of its spellings.
func same(a, b any) bool {
	switch a.(type) {
	case string, bool, json.Number:
		return reflect.DeepEqual(a, b)
	}
	return false
}

// wrong is AWS's answer, with the place and what is allowed there.
func wrong(path, format string, args ...any) error {
	return refused(path + " " + fmt.Sprintf(format, args...))
}

func refused(why string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValueException", Message: "Invalid task settings JSON: " + why}
}

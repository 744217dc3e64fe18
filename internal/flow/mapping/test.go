package mapping

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// test compares values of one column with those a document names, as the column's type orders them.
type test struct {
	class   dataType
	numeric bool
}

func newTest(class dataType) test {
	switch class.name {
	case "int1", "int2", "int4", "int8", "uint1", "uint2", "uint4", "uint8", "numeric", "real4", "real8":
		return test{class, true}
	}
	return test{class, false}
}

// literal is a document's value in the form that fields have it in.
func (t test) literal(s string) (string, error) {
	switch {
	case t.numeric:
		s = strings.TrimSpace(s)
		if _, err := strconv.ParseFloat(s, 64); err != nil || strings.ContainsAny(s, "xX_pP") {
			return "", fmt.Errorf("%q is not a number", s)
		}
	case t.class.name == "boolean":
		switch strings.ToLower(s) {
		case "t", "true", "1", "y", "yes":
			return "t", nil
		case "f", "false", "0", "n", "no":
			return "f", nil
		}
		return "", fmt.Errorf("%q is neither true nor false", s)
	case t.class.name == "datetime":
		return momentOf(s)
	case t.class.name == "date":
		if len(s) != len("2006-01-02") {
			return "", fmt.Errorf("%q is not a date as 2006-01-02", s)
		}
	case t.class.binary():
		return strings.ToLower(strings.TrimPrefix(s, "0x")), nil
	}
	return s, nil
}

// momentOf completes a date with midnight, and leaves out what a field would not write.
func momentOf(s string) (string, error) {
	s = strings.Replace(s, "T", " ", 1)
	switch {
	case len(s) == len("2006-01-02"):
		return s + " 00:00:00", nil
	case len(s) < len("2006-01-02 15:04:05"):
		return "", fmt.Errorf("%q is not a time as 2006-01-02 15:04:05", s)
	}
	return string(trimMoment([]byte(s))), nil
}

// trimMoment takes away the zeros after a second, and the zone, which is UTC.
func trimMoment(s []byte) []byte {
	s = bytes.TrimSuffix(bytes.TrimSuffix(s, []byte("Z")), []byte("+00"))
	if bytes.IndexByte(s, '.') > 0 {
		s = bytes.TrimRight(bytes.TrimRight(s, "0"), ".")
	}
	return s
}

// order compares a field with a literal. It does not allocate unless a text holds quotes.
func (t test) order(field []byte, literal string) int {
	return t.compare(unquote(field), []byte(literal))
}

// unquote is what a field says, without copying where it can.
func unquote(field []byte) []byte {
	if len(field) < 2 || field[0] != '"' {
		return field
	}
	field = field[1 : len(field)-1]
	if bytes.IndexByte(field, '"') < 0 {
		return field
	}
	return bytes.ReplaceAll(field, []byte(`""`), []byte(`"`))
}

func (t test) compare(a, b []byte) int {
	if t.numeric {
		return numbers(a, b)
	}
	if t.class.name == "datetime" {
		a = trimMoment(a)
	}
	return bytes.Compare(a, b)
}

// numbers compares two numbers by all of their digits. What is no number sorts as text.
func numbers(a, b []byte) int {
	x, ok := decimal(a)
	y, both := decimal(b)
	if ok && both {
		return x.compare(y)
	}
	f, err := strconv.ParseFloat(string(a), 64)
	g, wrong := strconv.ParseFloat(string(b), 64)
	switch {
	case err != nil || wrong != nil:
		return bytes.Compare(a, b)
	case f < g:
		return -1
	case f > g:
		return 1
	case math.IsNaN(f) && !math.IsNaN(g):
		return 1 // As PostgreSQL sorts it, after all others.
	}
	return 0
}

// digits is a number taken apart: without the zeros before it and after its fraction.
type digits struct {
	negative        bool
	whole, fraction []byte
}

// decimal reads a number without an exponent.
func decimal(s []byte) (d digits, ok bool) {
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		d.negative, s = s[0] == '-', s[1:]
	}
	d.whole = s
	if point := bytes.IndexByte(s, '.'); point >= 0 {
		d.whole, d.fraction = s[:point], s[point+1:]
	}
	if len(d.whole)+len(d.fraction) == 0 {
		return d, false
	}
	for _, part := range [2][]byte{d.whole, d.fraction} {
		for _, c := range part {
			if c-'0' > 9 {
				return d, false
			}
		}
	}
	d.whole, d.fraction = bytes.TrimLeft(d.whole, "0"), bytes.TrimRight(d.fraction, "0")
	d.negative = d.negative && len(d.whole)+len(d.fraction) > 0
	return d, true
}

func (d digits) compare(e digits) int {
	if d.negative != e.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	o := len(d.whole) - len(e.whole)
	if o == 0 {
		o = bytes.Compare(d.whole, e.whole)
	}
	if o == 0 {
		o = bytes.Compare(d.fraction, e.fraction)
	}
	if d.negative {
		return -o
	}
	return o
}

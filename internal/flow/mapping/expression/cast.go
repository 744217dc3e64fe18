package expression

import (
	"math"
	"strings"
)

// castOf is what a type's name stands for in SQLite, which looks for parts of the name.
func castOf(name string) Kind {
	for _, t := range []struct {
		part string
		kind Kind
	}{{"int", Integer}, {"char", Text}, {"clob", Text}, {"text", Text}, {"blob", Blob}, {"real", Real}, {"floa", Real}, {"doub", Real}} {
		if strings.Contains(name, t.part) {
			return t.kind
		}
	}
	return Null // NUMERIC: an integer when it is one.
}

type conversion struct {
	of node
	to Kind
}

func (n conversion) leans(*Env) affinity {
	switch n.to {
	case Text:
		return textual
	case Blob:
		return none
	}
	return numeric
}

func (n conversion) eval(env *Env) (Value, error) {
	v, err := n.of.eval(env)
	if err != nil || v.Kind == Null {
		return Value{}, err
	}
	switch n.to {
	case Integer:
		if s, ok := wholeText(v); ok {
			return s, nil
		}
		return Int(v.integer()), nil
	case Real:
		return Float(v.real()), nil
	case Text:
		return String(v.text()), nil
	case Blob:
		return Bytes(v.text()), nil
	}
	return shortest(v), nil
}

// wholeText is the integer a text begins with: it ends before an exponent.
func wholeText(v Value) (Value, bool) {
	if v.Kind != Text && v.Kind != Blob {
		return v, false
	}
	s := strings.TrimLeft(v.Text, blanks)
	n := 0
	if n < len(s) && (s[0] == '+' || s[0] == '-') {
		n++
	}
	return Int(leading(s[:n+run(s[n:])]).integer()), true
}

// shortest is a number as an integer when it is one.
func shortest(v Value) Value {
	text := v.Kind == Text || v.Kind == Blob
	v = v.number()
	if text && v.Kind == Real && v.Float == math.Trunc(v.Float) && math.Abs(v.Float) < 1<<51 {
		return Int(int64(v.Float))
	}
	return v
}

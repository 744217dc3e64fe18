package mapping

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// fields reads the keys of one object. The first thing that is wrong is kept, with
// its path; keys that nobody asked for are wrong, too. Null is as good as absent.
type fields struct {
	path  string
	rule  string // Its id, for messages.
	left  map[string]any
	first *error
}

// fieldsOf opens an object of a rule.
func fieldsOf(n any, path, rule string, first *error) *fields {
	f := &fields{path: path, rule: rule, left: map[string]any{}, first: first}
	o, ok := n.(object)
	if !ok {
		f.wrong("", "%s, not an object", kind(n))
	}
	for _, m := range o {
		if _, twice := f.left[m.key]; twice {
			f.wrong(m.key, "is there twice")
		}
		f.left[m.key] = m.value
	}
	return f
}

// wrong notes an error at a key.
func (f *fields) wrong(key, format string, args ...any) {
	if *f.first != nil {
		return
	}
	if key != "" {
		key = "." + key
	}
	*f.first = failed(f.rule, "%s%s %s", f.path, key, fmt.Sprintf(format, args...))
}

// failed is AWS's message about one rule.
func failed(rule, format string, args ...any) error {
	return invalid("Error in mapping rules. Rule with ruleId = %s failed validation. %s", rule, fmt.Sprintf(format, args...))
}

func (f *fields) take(key string) any {
	n := f.left[key]
	delete(f.left, key)
	return n
}

// has reports whether a key is there with a value.
func (f *fields) has(key string) bool { return f.left[key] != nil }

// text reads a string, "" when it is absent.
func (f *fields) text(key string) string {
	n := f.take(key)
	s, ok := n.(string)
	if !ok && n != nil {
		f.wrong(key, "%s, not a string", kind(n))
	}
	return s
}

// required reads a string that must be there.
func (f *fields) required(key string) string {
	if f.left[key] == nil || f.left[key] == "" {
		f.wrong(key, "is missing")
	}
	return f.text(key)
}

// value reads what may be a string or a number.
func (f *fields) value(key string) (text string, ok bool) {
	switch n := f.take(key).(type) {
	case nil:
		return "", false
	case string:
		return n, true
	case json.Number:
		return n.String(), true
	default:
		f.wrong(key, "%s, not a string", kind(n))
		return "", false
	}
}

// number reads a whole number, also one in a string as the console writes them; absent when that is empty.
func (f *fields) number(key string, low, high int) (n int, ok bool) {
	text, ok := f.value(key)
	if !ok || text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		f.wrong(key, "is %s; allowed is a whole number from %d to %d", text, low, high)
	}
	return n, true
}

// one reads a string that is one of a few.
func (f *fields) one(key string, of ...string) string {
	s := f.text(key)
	for _, o := range of {
		if s == o {
			return s
		}
	}
	f.wrong(key, "is %q; it may be %s", s, list(of))
	return s
}

func list(of []string) string {
	var s string
	for i, o := range of {
		if i > 0 {
			s += ", "
		}
		s += o
	}
	return s
}

// object opens an object below; nil when it is absent.
func (f *fields) object(key string) *fields {
	n := f.take(key)
	if n == nil {
		return nil
	}
	return fieldsOf(n, f.path+"."+key, f.rule, f.first)
}

// list reads a list, none when it is absent.
func (f *fields) list(key string) []any {
	n := f.take(key)
	all, ok := n.([]any)
	if !ok && n != nil {
		f.wrong(key, "%s, not a list", kind(n))
	}
	return all
}

// done refuses the keys that are left, the first by name.
func (f *fields) done() {
	least := ""
	for key := range f.left {
		if least == "" || key < least {
			least = key
		}
	}
	if len(f.left) > 0 {
		f.wrong(least, "is not known here")
	}
}

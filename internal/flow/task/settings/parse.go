package settings

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Default is what an empty document means.
func Default() *Settings {
	s := &Settings{given: map[string]bool{}}
	fill(reflect.ValueOf(s).Elem())
	s.Logging.LogComponents = components()
	return s
}

// Parse reads a document of task settings. What it leaves out has its default;
// what is not known, of another type or out of its range is an error with its place.
// No document at all is the default; an empty one is an error, as it is of AWS.
func Parse(document []byte) (*Settings, error) {
	if document == nil {
		return Default(), nil
	}
	root, err := read(document)
	if err != nil {
		return nil, err
	}
	s := Default()
	r := reader{given: s.given}
	if err := r.group(root, reflect.ValueOf(s).Elem(), "$"); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

// JSON is the whole document, with every key, in DMS's spelling and always in one order.
func (s *Settings) JSON() []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("settings: %v", err)) // Only strings, numbers and booleans, and JSON that was read before.
	}
	return text
}

// components are all parts of a task, each as talkative as it is by itself.
func components() []LogComponent {
	field, _ := reflect.TypeFor[LogComponent]().FieldByName("ID")
	var all []LogComponent
	for id := range strings.SplitSeq(field.Tag.Get("enum"), ",") {
		all = append(all, LogComponent{ID: id, Severity: "LOGGER_SEVERITY_DEFAULT"})
	}
	return all
}

// fill sets the fields of a group to their defaults.
func fill(group reflect.Value) {
	for i := range group.NumField() {
		f, text := group.Field(i), group.Type().Field(i).Tag.Get("default")
		switch {
		case f.Kind() == reflect.Struct:
			fill(f)
		case text == "":
		case f.Kind() == reflect.Bool:
			f.SetBool(text == "true")
		case f.Kind() == reflect.Int:
			n, _ := strconv.ParseInt(text, 10, 64)
			f.SetInt(n)
		default:
			f.SetString(text)
		}
	}
}

// reader puts a document into the fields it names.
type reader struct{ given map[string]bool }

func (r reader) group(n any, to reflect.Value, path string) error {
	o, ok := n.(object)
	if !ok {
		return wrong(path, "%s, not an object", kind(n))
	}
	seen := map[string]any{}
	for _, m := range o {
		at := path + "." + m.key
		field, ok := find(to.Type(), m.key)
		if !ok {
			if err := stray(to.Type(), m, at); err != nil {
				return err
			}
			continue
		}
		if before, twice := seen[field.Name]; twice && !same(before, m.value) {
			return wrong(at, "is there twice")
		}
		seen[field.Name] = m.value
		r.given[strings.TrimPrefix(path+"."+spelling(field), "$.")] = true
		if err := r.value(m.value, to.FieldByIndex(field.Index), field.Tag, at); err != nil {
			return err
		}
	}
	return nil
}

// value reads what a key holds; null leaves the default.
func (r reader) value(n any, to reflect.Value, tag reflect.StructTag, path string) error {
	switch to.Kind() {
	case reflect.Struct:
		if n == nil {
			return nil
		}
		return r.group(n, to, path)
	case reflect.Pointer:
		return r.pointer(n, to, tag, path)
	case reflect.Slice:
		return r.list(n, to, path)
	case reflect.Bool:
		b, ok := n.(bool)
		if !ok {
			return wrong(path, "%s, not true or false", kind(n))
		}
		to.SetBool(b)
		return nil
	case reflect.Int:
		return setInt(n, to, tag.Get("range"), path)
	}
	return setString(n, to, tag, path)
}

func (r reader) pointer(n any, to reflect.Value, tag reflect.StructTag, path string) error {
	if n == nil {
		to.SetZero()
		return nil
	}
	to.Set(reflect.New(to.Type().Elem()))
	if to.Elem().Kind() == reflect.Struct {
		fill(to.Elem())
	}
	return r.value(n, to.Elem(), tag, path)
}

func (r reader) list(n any, to reflect.Value, path string) error {
	if n == nil {
		return nil
	}
	if to.Type() == reflect.TypeFor[json.RawMessage]() {
		return wrong(path, "is not known of targets that are Redshift; leave it out or null")
	}
	all, ok := n.([]any)
	if !ok {
		return wrong(path, "%s, not a list", kind(n))
	}
	list := reflect.MakeSlice(to.Type(), len(all), len(all))
	for i, n := range all {
		fill(list.Index(i))
		at := fmt.Sprintf("%s[%d]", path, i)
		if err := r.group(n, list.Index(i), at); err != nil {
			return err
		}
		if c, ok := list.Index(i).Interface().(LogComponent); ok && c.ID == "" {
			return wrong(at+".Id", "is missing")
		}
	}
	to.Set(list)
	return nil
}

func setInt(n any, to reflect.Value, limits, path string) error {
	number, ok := n.(json.Number)
	if !ok {
		return wrong(path, "%s, not a number", kind(n))
	}
	low, high, allowed := bounds(limits)
	v, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil {
		return wrong(path, "%s is not a whole number; allowed is %s", number, allowed)
	}
	if v < low || v > high {
		return wrong(path, "%s is out of range; allowed is %s", number, allowed)
	}
	to.SetInt(v)
	return nil
}

// bounds reads a range such as 0-32, or -1- without an upper end.
func bounds(limits string) (low, high int64, text string) {
	const most = 1<<31 - 1
	at := strings.LastIndexByte(limits, '-')
	low, _ = strconv.ParseInt(limits[:at], 10, 64)
	high = most
	if limits[at+1:] != "" {
		high, _ = strconv.ParseInt(limits[at+1:], 10, 64)
	}
	return low, high, fmt.Sprintf("%d to %d", low, high)
}

func setString(n any, to reflect.Value, tag reflect.StructTag, path string) error {
	if n == nil {
		to.SetString(tag.Get("default"))
		return nil
	}
	s, ok := n.(string)
	if !ok {
		return wrong(path, "%s, not a string", kind(n))
	}
	enum, limited := tag.Lookup("enum")
	if !limited {
		to.SetString(s)
		return nil
	}
	for one := range strings.SplitSeq(enum, ",") {
		if one == s || plain(one) == plain(s) && strings.HasPrefix(one, "sse") {
			to.SetString(one)
			return nil
		}
	}
	return wrong(path, "%q is not allowed; it may be %s", s, strings.Join(strings.FieldsFunc(enum, func(r rune) bool { return r == ',' }), ", "))
}

// plain makes sse-kms of SSE_KMS: Amazon's own documents have both.
func plain(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }

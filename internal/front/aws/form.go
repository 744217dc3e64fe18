package aws

import (
	"encoding"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// maxDepth bounds how deep names like A.1.B.2.C may nest.
const maxDepth = 16

// formOf is the query and the form body of a Query call.
func formOf(r *Request) (url.Values, error) {
	form := r.URL.Query()
	body, err := io.ReadAll(r.Payload)
	if err != nil {
		return nil, fmt.Errorf("read the form: %w", err)
	}
	posted, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "MalformedQueryString", Message: "The query string contains a syntax error.", Err: err}
	}
	for name, values := range posted {
		form[name] = append(form[name], values...)
	}
	return form, nil
}

// isForm reports whether r looks like a Query call.
func isForm(r *http.Request) bool {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return r.Method == http.MethodPost && strings.EqualFold(strings.TrimSpace(t), "application/x-www-form-urlencoded")
}

// branch is a form whose dotted names have become a tree.
type branch struct {
	value    string
	children map[string]*branch
}

func grow(form url.Values) (*branch, error) {
	root := &branch{}
	for name, values := range form {
		steps := strings.Split(name, ".")
		if len(steps) > maxDepth {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "MalformedInput", Message: "The parameter " + name + " nests too deep."}
		}
		b := root
		for _, step := range steps {
			if b.children == nil {
				b.children = map[string]*branch{}
			}
			next := b.children[step]
			if next == nil {
				next = &branch{}
				b.children[step] = next
			}
			b = next
		}
		b.value = values[0]
	}
	return root, nil
}

// formDecoder fills an input from a form and collects what is wrong with it.
type formDecoder struct{ bad violations }

// decodeForm fills in, a pointer to a struct. A field takes the parameter its
// tag `query:"Name"` names, or the one with its own name. Lists are
// `query:"Name,member"`: Name.member.1; `query:"Name,"` is Name.1.
func decodeForm(form url.Values, in any, w Wording) error {
	root, err := grow(form)
	if err != nil {
		return err
	}
	for name := range root.children {
		if ofProtocol[name] || strings.HasPrefix(name, "X-Amz-") {
			delete(root.children, name)
		}
	}
	var d formDecoder
	v := reflect.ValueOf(in).Elem()
	if err := d.fields(root, v, place{}); err != nil {
		return err
	}
	d.leftover(root, v.Type(), place{})
	return d.bad.err(w, queryCodes[fault.Invalid])
}

// ofProtocol are parameters that belong to no operation.
var ofProtocol = map[string]bool{"Action": true, "Version": true}

// fields fills a struct; fields of an embedded struct stand among the others.
func (d *formDecoder) fields(b *branch, v reflect.Value, at place) error {
	for _, f := range fieldsOf(v.Type(), "query") {
		if f.embedded {
			if err := d.fields(b, v.Field(f.index), at); err != nil {
				return err
			}
			continue
		}
		child := b.children[f.name]
		if child == nil {
			if f.required {
				d.bad.missing(at.step(f.name))
			}
			continue
		}
		if err := d.value(child, v.Field(f.index), at.step(f.name), f); err != nil {
			return err
		}
	}
	return nil
}

// leftover finds the parameters that no field took.
func (d *formDecoder) leftover(b *branch, t reflect.Type, at place) {
	names := map[string]bool{}
	named(t, names)
	for _, name := range slices.Sorted(maps.Keys(b.children)) {
		if !names[name] {
			d.bad.unknown(at.step(name))
		}
	}
}

// named collects the parameters that the fields of a type take.
func named(t reflect.Type, names map[string]bool) {
	for _, f := range fieldsOf(t, "query") {
		if f.embedded {
			named(t.Field(f.index).Type, names)
			continue
		}
		names[f.name] = true
	}
}

func (d *formDecoder) value(b *branch, v reflect.Value, at place, f field) error {
	if _, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.scalar(b, v, at, f)
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(b, v.Elem(), at, f)
	case reflect.Struct:
		if err := d.fields(b, v, at); err != nil {
			return err
		}
		d.leftover(b, v.Type(), at)
		return nil
	case reflect.Slice:
		return d.list(b, v, at, f)
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64:
		d.scalar(b, v, at, f)
		return nil
	}
	return fmt.Errorf("no form decoding for %s (%s)", at.wire, v.Type())
}

// scalar reads one value and checks it.
func (d *formDecoder) scalar(b *branch, v reflect.Value, at place, f field) {
	if rule := readScalar(b.value, v); rule != "" {
		d.bad.add(violation{at: at, value: f.quote(b.value)}, rule)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(b.children)) {
		d.bad.unknown(at.step(name))
	}
	d.bad.check(at, v, f.limits)
}

// readScalar returns the rule that the text breaks, "" for none.
func readScalar(text string, v reflect.Value) (rule string) {
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if t.UnmarshalText([]byte(text)) != nil {
			return "Member must be a timestamp"
		}
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		set, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return "Member must be true or false"
		}
		v.SetBool(set)
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "Member must be a number"
		}
		v.SetFloat(n)
	default:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return "Member must be an integer"
		}
		v.SetInt(n)
	}
	return ""
}

// list takes the elements in the order of their numbers, which may have gaps.
func (d *formDecoder) list(b *branch, v reflect.Value, at place, f field) error {
	prefix := "."
	if f.element != "" {
		for _, name := range slices.Sorted(maps.Keys(b.children)) {
			if name != f.element {
				d.bad.unknown(at.step(name))
			}
		}
		prefix = "." + f.element + "."
		if b = b.children[f.element]; b == nil {
			b = &branch{}
		}
	}
	list := reflect.MakeSlice(v.Type(), len(b.children), len(b.children))
	for i, n := range d.numbers(b, at) {
		step := strconv.Itoa(n)
		if err := d.value(b.children[step], list.Index(i), at.item(prefix+step, i+1), field{element: "member"}); err != nil {
			return err
		}
	}
	v.Set(list)
	d.bad.check(at, v, f.limits)
	return nil
}

// numbers are the elements of a list that are there.
func (d *formDecoder) numbers(b *branch, at place) []int {
	var numbers []int
	for _, step := range slices.Sorted(maps.Keys(b.children)) {
		if n, err := strconv.Atoi(step); err == nil && strconv.Itoa(n) == step {
			numbers = append(numbers, n)
			continue
		}
		d.bad.unknown(at.step(step))
	}
	slices.Sort(numbers)
	return numbers
}

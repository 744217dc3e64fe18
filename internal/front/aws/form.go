package aws

import (
	"encoding"
	"fmt"
	"io"
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

// decodeForm fills in, a pointer to a struct. A field takes the parameter its
// tag `query:"Name"` names, or the one with its own name. Lists are
// `query:"Name,member"`: Name.member.1; `query:"Name,"` is Name.1.
func decodeForm(form url.Values, in any) error {
	root, err := grow(form)
	if err != nil {
		return err
	}
	return decodeStruct(root, reflect.ValueOf(in).Elem(), "")
}

func decodeStruct(b *branch, v reflect.Value, path string) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, element, listed := strings.Cut(field.Tag.Get("query"), ",")
		if !field.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		child := b.children[name]
		if child == nil {
			continue
		}
		if !listed {
			element = "member"
		}
		if err := decodeValue(child, v.Field(i), path+name, element); err != nil {
			return err
		}
	}
	return nil
}

func decodeValue(b *branch, v reflect.Value, path, element string) error {
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return badValue(path, b.value, t.UnmarshalText([]byte(b.value)))
	}
	var err error
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(b, v.Elem(), path, element)
	case reflect.Struct:
		return decodeStruct(b, v, path+".")
	case reflect.Slice:
		return decodeList(b, v, path, element)
	case reflect.String:
		v.SetString(b.value)
	case reflect.Bool:
		var set bool
		set, err = strconv.ParseBool(strings.ToLower(b.value))
		v.SetBool(set)
	case reflect.Int, reflect.Int32, reflect.Int64:
		var n int64
		n, err = strconv.ParseInt(b.value, 10, v.Type().Bits())
		v.SetInt(n)
	case reflect.Float64:
		var f float64
		f, err = strconv.ParseFloat(b.value, 64)
		v.SetFloat(f)
	default:
		return fmt.Errorf("no form decoding for %s (%s)", path, v.Type())
	}
	return badValue(path, b.value, err)
}

// decodeList takes the elements in the order of their numbers, which may have gaps.
func decodeList(b *branch, v reflect.Value, path, element string) error {
	if element != "" {
		if b = b.children[element]; b == nil {
			return nil
		}
		path += "." + element
	}
	var numbers []int
	for step := range b.children {
		if n, err := strconv.Atoi(step); err == nil && strconv.Itoa(n) == step {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	list := reflect.MakeSlice(v.Type(), len(numbers), len(numbers))
	for i, n := range numbers {
		step := strconv.Itoa(n)
		if err := decodeValue(b.children[step], list.Index(i), path+"."+step, "member"); err != nil {
			return err
		}
	}
	v.Set(list)
	return nil
}

func badValue(path, value string, err error) error {
	if err == nil {
		return nil
	}
	return &fault.Error{
		Kind: fault.Invalid, Code: "MalformedInput", Err: err,
		Message: fmt.Sprintf("The value %q of the parameter %s is not what it takes.", value, path),
	}
}

package aws

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/inlet-data/inlet/internal/fault"
)

// jsonDecoder fills an input from a JSON value and collects what is wrong with it.
// It is not encoding/json's, which takes names in any case and stops at the first mistake.
type jsonDecoder struct{ bad violations }

// decodeJSON fills in, a pointer to a struct.
func decodeJSON(body []byte, in any, w Wording) error {
	whole := any(map[string]any{})
	if len(bytes.TrimSpace(body)) > 0 {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&whole); err != nil {
			return serialization("The request body is no JSON.", err)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return serialization("Something follows the JSON object of the request body.", err)
		}
	}
	var d jsonDecoder
	if err := d.value(whole, reflect.ValueOf(in).Elem(), place{}, limits{}); err != nil {
		return err
	}
	return d.bad.err(w, jsonCodes[fault.Invalid])
}

func serialization(message string, cause error) error {
	return &fault.Error{Kind: fault.Invalid, Code: "SerializationException", Message: message, Err: cause}
}

// mistyped is a value of another type than the model's.
func mistyped(x any, v reflect.Value, at place) error {
	var message string
	switch x.(type) {
	case map[string]any:
		message = "Start of structure or map found where not expected"
	case []any:
		message = "Unrecognized collection type"
	case json.Number:
		message = "NUMBER_VALUE can not be converted to " + typeWord(v)
	case bool:
		message = "TRUE_VALUE can not be converted to " + typeWord(v)
	default:
		message = "STRING_VALUE can not be converted to " + typeWord(v)
	}
	if at.member != "" {
		message += " (at '" + at.member + "')"
	}
	return serialization(message+".", nil)
}

func typeWord(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return "a String"
	case reflect.Bool:
		return "a Boolean"
	case reflect.Int, reflect.Int32:
		return "an Integer"
	case reflect.Int64:
		return "a Long"
	case reflect.Float64:
		return "a Double"
	case reflect.Slice:
		return "a List"
	case reflect.Map:
		return "a Map"
	}
	return "a Structure"
}

// fields fills a struct; fields of an embedded struct stand among the others.
func (d *jsonDecoder) fields(m map[string]any, v reflect.Value, at place, taken map[string]bool) error {
	for _, f := range fieldsOf(v.Type(), "json") {
		if f.embedded {
			if err := d.fields(m, v.Field(f.index), at, taken); err != nil {
				return err
			}
			continue
		}
		taken[f.name] = true
		x, there := m[f.name]
		if !there || x == nil {
			if f.required {
				d.bad.missing(at.step(f.name))
			}
			continue
		}
		if err := d.value(x, v.Field(f.index), at.step(f.name), f.limits); err != nil {
			return err
		}
	}
	return nil
}

func (d *jsonDecoder) value(x any, v reflect.Value, at place, l limits) error {
	if v.CanAddr() {
		if u, ok := v.Addr().Interface().(json.Unmarshaler); ok {
			text, err := json.Marshal(x)
			if err != nil || u.UnmarshalJSON(text) != nil {
				return mistyped(x, v, at)
			}
			return nil
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(x, v.Elem(), at, l)
	case reflect.Interface:
		v.Set(reflect.ValueOf(x))
		return nil
	case reflect.Struct:
		return d.object(x, v, at)
	case reflect.Map, reflect.Slice:
		if err := d.collection(x, v, at); err != nil {
			return err
		}
	default:
		if !setScalar(x, v) {
			return mistyped(x, v, at)
		}
	}
	d.bad.check(at, v, l)
	return nil
}

func (d *jsonDecoder) object(x any, v reflect.Value, at place) error {
	m, ok := x.(map[string]any)
	if !ok {
		return mistyped(x, v, at)
	}
	taken := map[string]bool{}
	if err := d.fields(m, v, at, taken); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !taken[name] {
			d.bad.unknown(at.step(name))
		}
	}
	return nil
}

// collection fills a list, a map, or the bytes of a blob.
func (d *jsonDecoder) collection(x any, v reflect.Value, at place) error {
	switch x := x.(type) {
	case string:
		if b, err := base64.StdEncoding.DecodeString(x); err == nil && v.Type().ConvertibleTo(reflect.TypeFor[[]byte]()) {
			v.SetBytes(b)
			return nil
		}
	case []any:
		if v.Kind() == reflect.Slice {
			return d.list(x, v, at)
		}
	case map[string]any:
		if v.Kind() == reflect.Map {
			return d.entries(x, v, at)
		}
	}
	return mistyped(x, v, at)
}

func (d *jsonDecoder) list(x []any, v reflect.Value, at place) error {
	v.Set(reflect.MakeSlice(v.Type(), len(x), len(x)))
	for i, e := range x {
		if e == nil {
			continue
		}
		if err := d.value(e, v.Index(i), at.item("."+strconv.Itoa(i+1), i+1), limits{}); err != nil {
			return err
		}
	}
	return nil
}

func (d *jsonDecoder) entries(x map[string]any, v reflect.Value, at place) error {
	v.Set(reflect.MakeMapWithSize(v.Type(), len(x)))
	for _, name := range slices.Sorted(maps.Keys(x)) {
		e := reflect.New(v.Type().Elem()).Elem()
		if x[name] != nil {
			if err := d.value(x[name], e, place{at.wire + "." + name, at.member + "." + name + ".member"}, limits{}); err != nil {
				return err
			}
		}
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), e)
	}
	return nil
}

// setScalar reports whether the value is of the field's type.
func setScalar(x any, v reflect.Value) bool {
	switch x := x.(type) {
	case string:
		if v.Kind() == reflect.String {
			v.SetString(x)
			return true
		}
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(x)
			return true
		}
	case json.Number:
		return setNumber(x, v)
	}
	return false
}

func setNumber(x json.Number, v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(x.String(), 10, v.Type().Bits())
		if err == nil {
			v.SetInt(n)
		}
		return err == nil
	case reflect.Float64:
		f, err := x.Float64()
		if err == nil {
			v.SetFloat(f)
		}
		return err == nil
	}
	return false
}

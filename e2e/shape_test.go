package e2e

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/front/aws"
)

// tags say which of a field's tags has its name, and in which direction it goes.
type tags struct {
	key   string
	input bool
	query bool
}

func inputTags(s aws.Service) tags {
	if _, query := s.(*aws.QueryService); query {
		return tags{"query", true, true}
	}
	return tags{"json", true, false}
}

func outputTags(s aws.Service) tags {
	if _, query := s.(*aws.QueryService); query {
		return tags{"xml", false, true}
	}
	return tags{"json", false, false}
}

// comparison compares a Go type with a shape.
type comparison struct {
	model *model
	tags
	wrong   []string
	lacking map[string]bool // As Shape.Member.
	within  []reflect.Type
}

// member is a field as it is called on the wire; element is the name its list's elements have.
type member struct {
	name, element string
	field         reflect.StructField
}

func (c *comparison) fail(at, text string, args ...any) {
	c.wrong = append(c.wrong, direction[c.input]+" "+at+" "+fmt.Sprintf(text, args...))
}

var direction = map[bool]string{true: "input", false: "output"}

func (c *comparison) operation(t reflect.Type, r *reference) {
	name := "nothing"
	if r != nil {
		name = r.Shape
	}
	c.structure("", name, t)
}

// members are the fields of a struct, with those of embedded ones.
func (c *comparison) members(t reflect.Type) []member {
	var all []member
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup(c.key)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && !tagged {
			all = append(all, c.members(f.Type)...)
			continue
		}
		name, rest, _ := strings.Cut(tag, ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		name, element, nested := strings.Cut(name, ">")
		if name == "" {
			name = f.Name
		}
		if c.key == "query" {
			element = rest
		} else if !nested {
			element = ""
		}
		all = append(all, member{name, element, f})
	}
	return all
}

func (c *comparison) structure(at, of string, t reflect.Type) {
	s := c.model.named(of)
	if t.Kind() != reflect.Struct {
		c.fail(at, "is a %s, not a structure", t)
		return
	}
	known := map[string]string{} // names on the wire
	for name, r := range s.Members {
		known[c.model.wire(name, r)] = name
	}
	found, all := map[string]bool{}, c.members(t)
	for i, m := range all {
		if slices.ContainsFunc(all[i+1:], func(later member) bool { return later.name == m.name }) {
			continue // The outer field says more.
		}
		name, ok := known[m.name]
		if !ok {
			c.fail(path(at, m.name), "is not known to the model")
			continue
		}
		found[name] = true
		if required := slices.Contains(s.Required, name); c.input && (m.field.Tag.Get("required") == "true") != required {
			c.fail(path(at, name), "is required here: %t, by the model: %t", !required, required)
		}
		if c.input {
			c.limits(path(at, name), m.field, c.model.of(s.Members[name]))
		}
		c.value(path(at, name), m.element, m.field.Type, s.Members[name])
	}
	for name := range s.Members {
		switch required := slices.Contains(s.Required, name); {
		case found[name]:
		case required && (at == "" || !c.input):
			c.fail(path(at, name), "is required by the model and missing")
		default:
			c.lacking[of+"."+name] = true
		}
	}
}

var text = reflect.TypeFor[encoding.TextMarshaler]()

func (c *comparison) value(at, element string, t reflect.Type, r *reference) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	s := c.model.of(r)
	if t == reflect.TypeFor[json.RawMessage]() || slices.Contains(c.within, t) {
		return // Written by the station, or seen already.
	}
	c.within = append(c.within, t)
	defer func() { c.within = c.within[:len(c.within)-1] }()
	switch s.Type {
	case "structure":
		c.structure(at, r.Shape, t)
	case "list":
		c.list(at, element, t, s)
	case "map":
		c.entries(at, t)
	default:
		c.scalar(at, t, s)
	}
}

// list is a slice, or a struct around one.
func (c *comparison) list(at, element string, t reflect.Type, s *shape) {
	if t.Kind() == reflect.Struct {
		inner := t.Field(t.NumField() - 1)
		element, _, _ = strings.Cut(inner.Tag.Get(c.key), ",")
		t = inner.Type
	}
	if t.Kind() != reflect.Slice {
		c.fail(at, "is a %s, not a list", t)
		return
	}
	want := s.Member.LocationName
	if want == "" {
		want = "member"
	}
	if element == "" && c.key == "query" {
		element = "member"
	}
	if c.query && !s.Flattened && element != "" && element != want {
		c.fail(at, "has elements %s, not %s", element, want)
	}
	if e := t.Elem(); e.Kind() != reflect.Struct || e.NumField() > 0 { // Else the list is always empty.
		c.value(at, "", e, s.Member)
	}
}

// entries is a map, or a list of keys and values.
func (c *comparison) entries(at string, t reflect.Type) {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 2 {
		return
	}
	if t.Kind() != reflect.Map {
		c.fail(at, "is a %s, not a map", t)
	}
}

// kinds are what Go has for the scalars of the models.
var kinds = map[string][]reflect.Kind{
	"string": {reflect.String}, "boolean": {reflect.Bool}, "integer": {reflect.Int}, "long": {reflect.Int, reflect.Int64},
	"double": {reflect.Float64}, "float": {reflect.Float64}, "blob": {reflect.Slice, reflect.String},
}

func (c *comparison) scalar(at string, t reflect.Type, s *shape) {
	if s.Type == "timestamp" {
		if !t.Implements(text) && !reflect.PointerTo(t).Implements(text) && t.Kind() != reflect.String && t.Kind() != reflect.Struct {
			c.fail(at, "is a %s, not a time", t)
		}
		return
	}
	if !slices.Contains(kinds[s.Type], t.Kind()) {
		c.fail(at, "is a %s, not a %s", t, s.Type)
	}
}

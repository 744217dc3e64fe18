package aws

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// limits are what the service's model says about a parameter, from the tags of
// its field: required:"true" min:"1" max:"64" pattern:"…" enum:"a b" and, for
// the elements of a list, each:"1 128". sensitive:"true" keeps the value out of messages.
type limits struct {
	required  bool
	sensitive bool
	low, top  *int64 // of lengths, or of a number's value
	pattern   *regexp.Regexp
	shown     string // the pattern as AWS prints it
	enum      []string
	each      *limits
}

// field is a field of an input struct.
type field struct {
	index    int
	name     string // in requests
	element  string // of a list in a form
	embedded bool
	limits
}

// fieldsKey tells the two protocols' tags of a type apart.
type fieldsKey struct {
	t   reflect.Type
	tag string
}

var fieldCache sync.Map // fieldsKey to []field

// fieldsOf are the fields of a struct that a request can fill.
func fieldsOf(t reflect.Type, tag string) []field {
	key := fieldsKey{t, tag}
	if known, ok := fieldCache.Load(key); ok {
		return known.([]field)
	}
	var fields []field
	for i := range t.NumField() {
		if f, ok := fieldOf(t.Field(i), tag); ok {
			f.index = i
			fields = append(fields, f)
		}
	}
	fieldCache.Store(key, fields)
	return fields
}

func fieldOf(f reflect.StructField, tag string) (field, bool) {
	text, tagged := f.Tag.Lookup(tag)
	if f.Anonymous && f.Type.Kind() == reflect.Struct && !tagged {
		return field{embedded: true}, true
	}
	name, rest, listed := strings.Cut(text, ",")
	if !f.IsExported() || name == "-" {
		return field{}, false
	}
	out := field{name: orElse(name, f.Name), element: "member", limits: limitsOf(f.Tag)}
	if listed {
		out.element = rest
	}
	return out, true
}

// limitsOf reads a field's tags. A tag that cannot be read is a mistake in the program, seen by any test.
func limitsOf(t reflect.StructTag) limits {
	l := limits{
		required: t.Get("required") == "true", sensitive: t.Get("sensitive") == "true",
		low: bound(t.Get("min")), top: bound(t.Get("max")), enum: strings.Fields(t.Get("enum")), shown: t.Get("pattern"),
	}
	if l.shown != "" {
		l.pattern = compile(l.shown)
	}
	if low, top, ok := strings.Cut(t.Get("each"), " "); ok {
		l.each = &limits{low: bound(low), top: bound(top)}
	}
	return l
}

func bound(text string) *int64 {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("the limit %q is no number", text))
	}
	return &n
}

// unicodeEscape is how the models' patterns name characters.
var unicodeEscape = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// compile makes a pattern of a model one of Go's; it has to match the whole value.
func compile(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`\A(?:` + unicodeEscape.ReplaceAllString(pattern, `\x{$1}`) + `)\z`)
}

// checkTags reads the tags of a type and all types in it once, so that a
// mistake in them shows when the table is made and not when it is called.
func checkTags(t reflect.Type, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return
	}
	seen[t] = true
	for i := range t.NumField() {
		limitsOf(t.Field(i).Tag)
		checkTags(t.Field(i).Type, seen)
	}
}

// check compares a decoded value with its limits.
func (v *violations) check(at place, value reflect.Value, l limits) {
	for value.Kind() == reflect.Pointer && !value.IsNil() {
		value = value.Elem()
	}
	switch value.Kind() {
	case reflect.String:
		v.text(at, value.String(), l)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.size(violation{at: at, value: l.quote(fmt.Sprint(value.Int()))}, value.Int(), l, "value")
	case reflect.Slice, reflect.Map:
		v.size(violation{at: at, value: l.quote(fmt.Sprint(value))}, int64(value.Len()), l, "length")
		v.elements(at, value, l)
	}
}

func (l limits) quote(value string) string {
	if l.sensitive {
		return ""
	}
	return quoted(value)
}

func (v *violations) text(at place, value string, l limits) {
	one := violation{at: at, value: l.quote(value)}
	v.size(one, int64(utf8.RuneCountInString(value)), l, "length")
	if l.pattern != nil && !l.pattern.MatchString(value) {
		v.add(one, "Member must satisfy regular expression pattern: "+l.shown)
	}
	if len(l.enum) > 0 && !slices.Contains(l.enum, value) {
		v.add(one, "Member must satisfy enum value set: ["+strings.Join(l.enum, ", ")+"]")
	}
}

func (v *violations) size(one violation, n int64, l limits, what string) {
	if l.low != nil && n < *l.low {
		v.add(one, fmt.Sprintf("Member must have %s greater than or equal to %d", what, *l.low))
	}
	if l.top != nil && n > *l.top {
		v.add(one, fmt.Sprintf("Member must have %s less than or equal to %d", what, *l.top))
	}
}

// elements checks a list of texts, of which messages show the whole.
func (v *violations) elements(at place, list reflect.Value, l limits) {
	if list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.String {
		return
	}
	each := limits{pattern: l.pattern, shown: l.shown, enum: l.enum}
	if l.each != nil {
		each.low, each.top = l.each.low, l.each.top
	}
	for i := range list.Len() {
		var bad violations
		bad.text(at, list.Index(i).String(), each)
		if len(bad) == 0 {
			continue
		}
		rules := make([]string, len(bad))
		for i, b := range bad {
			rules[i] = b.rule
		}
		v.add(violation{at: at, value: l.quote(fmt.Sprint(list))}, "Member must satisfy constraint: ["+strings.Join(rules, ", ")+"]")
		return
	}
}

func (v *violations) add(one violation, rule string) {
	one.rule = rule
	*v = append(*v, one)
}

func (v *violations) missing(at place) {
	*v = append(*v, violation{at: at, value: "null ", missing: true, rule: "Member must not be null"})
}

func (v *violations) unknown(at place) {
	*v = append(*v, violation{at: at, rule: "Member must be a parameter of the operation"})
}

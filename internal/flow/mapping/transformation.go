package mapping

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping/expression"
)

// transformation is a rule that names or changes schemas, tables and columns.
// It means them by the source's names, whatever other rules call them.
type transformation struct {
	identity
	target                string // schema, table or column.
	action                string
	schema, table, column pattern
	of                    string // Only columns of this DMS type.
	value, old            string
	expression            *expression.Program
	to                    *dataType
	key                   []string // Columns of a primary key to be.
	before                beforeImage
}

// beforeImage says which columns get another one with their former values.
type beforeImage struct{ prefix, suffix, filter string }

// naming are the actions that make a name, of which only the first rule's counts.
var naming = []string{"rename", "convert-lowercase", "convert-uppercase", "add-prefix", "add-suffix", "remove-prefix", "remove-suffix", "replace-prefix", "replace-suffix"}

// masking are the actions that make values unreadable.
var masking = []string{"data-masking-digits-mask", "data-masking-digits-randomize", "data-masking-hash-mask"}

func readTransformation(f *fields, who identity) transformation {
	r := transformation{identity: who}
	r.action = f.text("rule-action")
	r.target = f.text("rule-target")
	if err := r.fits(); err != nil && *f.first == nil {
		*f.first = err
	}
	if !f.has("object-locator") && *f.first == nil {
		*f.first = failed(who.id, "object locator cannot be null")
	}
	if at := f.object("object-locator"); at != nil {
		r.locate(at)
	}
	r.values(f)
	if n := f.object("data-type"); n != nil {
		r.to = readDataType(n)
	}
	r.define(f)
	r.needs(f)
	return r
}

// others are the actions that are of one target only.
var others = append([]string{"define-primary-key", "remove-column", "include-column", "add-column", "change-data-type", "add-before-image-columns"}, masking...)

// fits reports actions and targets that are none, or do not go together.
func (r *transformation) fits() error {
	named := slices.Contains(naming, r.action)
	if !named && !slices.Contains(others, r.action) {
		return invalid("Invalid table mappings document. %s.rule-action is %q; of a transformation it may be %s, %s", r.path, r.action, list(naming), list(others))
	}
	switch r.target {
	case "schema", "table", "column":
	case "table-tablespace", "index-tablespace":
		return failed(r.id, "%s.rule-target %s is of Oracle targets only", r.path, r.target)
	default:
		return failed(r.id, "%s.rule-target is %q; it may be schema, table, column", r.path, r.target)
	}
	if !named && (r.target == "table") != (r.action == "define-primary-key") || !named && r.target == "schema" {
		return failed(r.id, "%s.rule-target is %s, which %s is not for", r.path, r.target, r.action)
	}
	return nil
}

func (r *transformation) locate(at *fields) {
	literal := r.action == "define-primary-key"
	r.schema = at.pattern("schema-name", literal)
	if r.target == "schema" {
		if t := at.text("table-name"); t != "" && t != "%" {
			at.wrong("table-name", "is not for a rule on schemas")
		}
	} else {
		r.table = at.pattern("table-name", literal)
	}
	r.column = pattern{text: "%"}
	optional := r.action == "add-column" || r.action == "add-before-image-columns"
	if r.target == "column" && (!optional || at.has("column-name")) {
		r.column = at.pattern("column-name", false)
	}
	if r.of = at.text("data-type"); r.of != "" && r.action != "change-data-type" {
		at.wrong("data-type", "is only for change-data-type")
	} else if r.of != "" && !known(r.of) {
		at.wrong("data-type", "is %q; it may be %s", r.of, list(typeNames))
	}
	at.done()
}

// values reads what the action works with.
func (r *transformation) values(f *fields) {
	r.value, r.old = f.text("value"), f.text("old-value")
	text := f.text("expression")
	if text == "" {
		return
	}
	if r.action != "add-column" {
		f.wrong("expression", "is only for add-column")
	}
	p, err := expression.Compile(text)
	if err != nil {
		f.wrong("expression", "is not an expression: %v", err)
	}
	r.expression = p
}

// define reads the objects that only one action has.
func (r *transformation) define(f *fields) {
	if def := f.object("primary-key-def"); def != nil {
		if r.action != "define-primary-key" {
			f.wrong("primary-key-def", "is only for define-primary-key")
		}
		def.text("name")
		if origin := def.text("origin"); origin != "" && origin != "primary-key" && origin != "unique-index" {
			def.wrong("origin", "is %q; it may be primary-key, unique-index", origin)
		}
		r.key = def.strings("columns")
		def.done()
	}
	r.before = beforeImage{prefix: "BI_", filter: "pk-only"}
	if def := f.object("before-image-def"); def != nil {
		if r.action != "add-before-image-columns" {
			f.wrong("before-image-def", "is only for add-before-image-columns")
		}
		r.before = readBeforeImage(def)
	}
}

func readBeforeImage(def *fields) beforeImage {
	b := beforeImage{filter: "pk-only"}
	prefixed := def.has("column-prefix")
	b.prefix, b.suffix = def.text("column-prefix"), def.text("column-suffix")
	if !prefixed && b.suffix == "" {
		b.prefix = "BI_"
	}
	if prefixed && b.prefix == "" && b.suffix == "" {
		def.wrong("column-prefix", "is empty, as is the suffix: the new columns would have the names of the old ones")
	}
	if def.has("column-filter") {
		b.filter = def.one("column-filter", "pk-only", "non-lob", "all")
	}
	def.done()
	return b
}

// strings reads a list of strings.
func (f *fields) strings(key string) []string {
	var all []string
	for _, n := range f.list(key) {
		s, ok := n.(string)
		if !ok {
			f.wrong(key, "holds %s, not a string", kind(n))
		}
		all = append(all, s)
	}
	return all
}

// needs refuses rules that lack what their action works with.
func (r *transformation) needs(f *fields) {
	switch r.action {
	case "rename", "add-prefix", "add-suffix", "remove-prefix", "remove-suffix", "replace-prefix", "replace-suffix", "add-column":
		if r.value == "" && r.action != "replace-prefix" && r.action != "replace-suffix" {
			f.wrong("value", "is missing, and %s needs it", r.action)
		}
	case "data-masking-digits-mask":
		if len(r.value) != 1 || r.value[0] < ' ' || r.value[0] > '~' {
			f.wrong("value", "is %q; it must be one printable character", r.value)
		}
	case "define-primary-key":
		if len(r.key) == 0 {
			f.wrong("primary-key-def", "with the key's columns is missing")
		}
		if strings.Contains(r.schema.text+r.table.text, "%") {
			f.wrong("object-locator", "must name one table exactly")
		}
	}
	if (r.action == "replace-prefix" || r.action == "replace-suffix") && r.old == "" {
		f.wrong("old-value", "is missing, and %s needs it", r.action)
	}
	if r.to == nil && (r.action == "change-data-type" || r.action == "add-column") {
		f.wrong("data-type", "is missing, and %s needs it", r.action)
	}
	if r.to != nil && r.action != "change-data-type" && r.action != "add-column" {
		f.wrong("data-type", "is only for change-data-type and add-column")
	}
}

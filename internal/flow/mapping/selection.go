package mapping

import (
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// selection is a rule that takes tables or leaves them out.
type selection struct {
	identity
	action        string // include, exclude or explicit.
	schema, table pattern
	filters       []filter
	order         int
}

func readSelection(f *fields, who identity) selection {
	r := selection{identity: who}
	if r.action = f.text("rule-action"); r.action != "include" && r.action != "exclude" && r.action != "explicit" {
		*f.first = invalid("Invalid table mappings document. %s.rule-action is %q; of a selection it may be include, exclude, explicit", who.path, r.action)
	}
	if !f.has("object-locator") && *f.first == nil {
		*f.first = failed(who.id, "object locator cannot be null")
	}
	if at := f.object("object-locator"); at != nil {
		r.schema, r.table = at.pattern("schema-name", r.action == "explicit"), at.pattern("table-name", r.action == "explicit")
		if sort := at.text("table-type"); sort != "" && sort != "table" {
			at.wrong("table-type", "is %q; only tables are read, no views", sort)
		}
		at.done()
	}
	r.order, _ = f.number("load-order", 1, 1<<31-1)
	for i, n := range f.list("filters") {
		r.filters = append(r.filters, readFilter(fieldsOf(n, fmt.Sprintf("%s.filters[%d]", f.path, i), f.rule, f.first)))
	}
	if len(r.filters) > 0 && r.action == "exclude" {
		f.wrong("filters", "only rules that include tables have filters")
	}
	return r
}

// pattern reads a name of an object locator.
func (f *fields) pattern(key string, literal bool) pattern {
	p := pattern{f.required(key), literal}
	if err := check(p); err != nil {
		f.wrong(key, "is not a pattern: %v", err)
	}
	return p
}

func (r *selection) matches(t source.Name) bool {
	return r.schema.matches(t.Schema) && r.table.matches(t.Table)
}

// exact reports whether the rule takes a table also when _ is only an underscore.
func (r *selection) exact(t source.Name) bool {
	return r.schema.literal || like(r.schema.text, t.Schema, true) && like(r.table.text, t.Table, true)
}

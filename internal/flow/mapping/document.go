// Package mapping says which tables a task takes, what they are called and made of
// in the warehouse, and what becomes of their rows on the way. It reads the
// table-mapping documents of AWS DMS.
package mapping

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// Document is a task's rules, those of each kind by their ids.
type Document struct {
	selections      []selection
	transformations []transformation
	cuts            []cut
	count           atomic.Int64 // Of $AR_H_CHANGE_SEQ; it begins with the moment, so that no later task counts the same again.
}

// Header reports whether a rule takes what the transaction of a change says of it, so
// that Rows of its plans must know it.
func (d *Document) Header() bool {
	return slices.ContainsFunc(d.transformations, func(t transformation) bool { return t.expression != nil && t.expression.Header() })
}

func newDocument() *Document {
	d := &Document{}
	d.count.Store(time.Now().UnixNano())
	return d
}

// identity is what every rule has.
type identity struct {
	id   string
	rank int // The id as a number: of two rules for one thing the lower one counts.
	path string
}

// Parse reads a table-mapping document. Its errors begin with AWS's words and go on
// with the place: first of the JSON, then of each rule, then of the rules together.
func Parse(document []byte) (*Document, error) {
	root, err := parseJSON(document)
	if err != nil {
		return nil, err
	}
	rules, err := rulesOf(root)
	if err != nil {
		return nil, err
	}
	d := newDocument()
	var ids []string
	for i, n := range rules {
		id, err := d.rule(n, fmt.Sprintf("$.rules[%d]", i))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return d, d.together(ids)
}

func rulesOf(root any) ([]any, error) {
	o, ok := root.(object)
	if !ok {
		return nil, invalid("Valid Table mappings is required: the document is %s, not an object with rules", kind(root))
	}
	var rules any
	for _, m := range o {
		if m.key != "rules" {
			return nil, invalid("Invalid table mappings document. $.%s is not known here", m.key)
		}
		rules = m.value
	}
	if rules == nil {
		return nil, invalid("Valid Table mappings is required")
	}
	all, ok := rules.([]any)
	if !ok {
		return nil, invalid("Valid Table mappings is required: $.rules is %s, not a list", kind(rules))
	}
	return all, nil
}

// rule reads one rule into the list of its kind.
func (d *Document) rule(n any, path string) (id string, err error) {
	who, err := identify(n, path)
	if err != nil {
		return who.id, err
	}
	f := fieldsOf(n, path, who.id, &err)
	sort := f.text("rule-type")
	f.take("rule-id")
	f.value("rule-name")
	switch sort {
	case "selection":
		d.selections = append(d.selections, readSelection(f, who))
	case "transformation":
		d.transformations = append(d.transformations, readTransformation(f, who))
	case "table-settings":
		d.cuts = append(d.cuts, readCut(f, who))
	case "validation":
		return who.id, failed(who.id, "%s.rule-type validation is not supported: rows are compared by their columns' values, without functions of one's own", path)
	default:
		return who.id, invalid("Invalid table mappings document. %s.rule-type is %q; it may be selection, transformation, table-settings", path, sort)
	}
	f.done()
	return who.id, err
}

// identify reads the id, which is a number, also when it stands in quotes.
func identify(n any, path string) (identity, error) {
	who := identity{path: path}
	o, ok := n.(object)
	if !ok {
		return who, invalid("Invalid table mappings document. %s is %s, not an object", path, kind(n))
	}
	for _, m := range o {
		if m.key != "rule-id" {
			continue
		}
		switch v := m.value.(type) {
		case string:
			who.id = v
		case json.Number:
			who.id = v.String()
		}
	}
	rank, err := strconv.Atoi(who.id)
	if err != nil || rank < 0 {
		return who, invalid("Invalid table mappings document. %s.rule-id is %q; it must be a number", path, who.id)
	}
	who.id, who.rank = strconv.Itoa(rank), rank
	return who, nil
}

// together looks at what single rules cannot tell, and brings them into their order.
func (d *Document) together(ids []string) error {
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return invalid("Error in mapping rules. Duplicate ruleid %s", id)
		}
	}
	if !slices.ContainsFunc(d.selections, func(r selection) bool { return r.action != "exclude" }) {
		if len(d.selections) > 0 {
			return invalid("Error in mapping rules. At least one selection rule is required. There are only rules that exclude tables")
		}
		return invalid("Error in mapping rules. At least one selection rule is required.")
	}
	slices.SortFunc(d.transformations, func(a, b transformation) int { return cmp.Compare(a.rank, b.rank) })
	for i, c := range d.cuts {
		if slices.ContainsFunc(d.cuts[:i], func(o cut) bool { return o.table == c.table }) {
			return failed(c.id, "%s is the second rule with table settings for %s", c.path, c.table)
		}
	}
	return nil
}

// Explicit makes a document of tables named as schema.table, where * stands for any characters.
func Explicit(patterns ...string) (*Document, error) {
	d := newDocument()
	for i, p := range patterns {
		schema, table, ok := strings.Cut(p, ".")
		if !ok || schema == "" || table == "" {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "TablePattern", On: p, Message: "a table is named as schema.table", Hint: "for example demo1.cdcdata, or shop.* for all tables of shop"}
		}
		r := selection{identity: identity{id: strconv.Itoa(i + 1), rank: i + 1}, action: "explicit", schema: pattern{schema, true}, table: pattern{table, true}}
		if strings.Contains(p, "*") {
			r.action, r.schema, r.table = "include", starred(schema), starred(table)
		}
		d.selections = append(d.selections, r)
	}
	if len(d.selections) == 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "TablePattern", Message: "no table is named"}
	}
	return d, nil
}

// starred is a pattern in which only * is special.
func starred(s string) pattern {
	return pattern{text: strings.NewReplacer("*", "%", "%", "[%]", "_", "[_]", "[", "[[]").Replace(s)}
}

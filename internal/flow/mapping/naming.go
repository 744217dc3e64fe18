package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// fold makes the capitals of ASCII small, as Redshift does with names.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, name)
}

func (b *builder) fold(name string) string {
	if b.options.CaseSensitive {
		return name
	}
	return fold(name)
}

// rules are the rules for a target that match the table, the ones with lower ids first.
func (b *builder) rules(target string) []*transformation {
	var all []*transformation
	for i := range b.document.transformations {
		r := &b.document.transformations[i]
		if r.target == target && r.schema.matches(b.table.Schema) && (target == "schema" || r.table.matches(b.table.Name.Table)) {
			all = append(all, r)
		}
	}
	return all
}

// names are the target's schema and table. A rule for the schema wins over the task's target schema.
func (b *builder) names() (schema, table string) {
	schema = b.options.TargetSchema
	if schema == "" {
		schema = b.table.Schema
	}
	schemas, tables := b.rules("schema"), b.rules("table")
	schema = rename(schemas, "", b.table.Schema, schema)
	table = rename(tables, "", b.table.Name.Table, b.table.Name.Table)
	b.moved = fold(schema) != fold(b.table.Schema) || fold(table) != fold(b.table.Name.Table)
	b.asked = named(schemas, func(r *transformation) pattern { return r.schema }) || named(tables, func(r *transformation) pattern { return r.table })
	return b.fold(schema), b.fold(table)
}

// named reports whether the rule that gives a name is for certain objects, not for all that there are.
func named(rules []*transformation, of func(*transformation) pattern) bool {
	i := slices.IndexFunc(rules, func(r *transformation) bool { return slices.Contains(naming, r.action) })
	return i >= 0 && of(rules[i]).text != "%"
}

// rename applies the first rule that makes a name of another; otherwise is the name without one.
func rename(rules []*transformation, column, name, otherwise string) string {
	for _, r := range rules {
		if slices.Contains(naming, r.action) && (column == "" || r.column.matches(column)) {
			return r.name(name)
		}
	}
	return otherwise
}

// name is what the rule makes of a name.
func (r *transformation) name(s string) string {
	switch r.action {
	case "rename":
		return r.value
	case "convert-lowercase":
		return strings.ToLower(s)
	case "convert-uppercase":
		return strings.ToUpper(s)
	case "add-prefix":
		return r.value + s
	case "add-suffix":
		return s + r.value
	case "remove-prefix":
		return strings.TrimPrefix(s, r.value)
	case "remove-suffix":
		return strings.TrimSuffix(s, r.value)
	case "replace-prefix":
		if rest, ok := strings.CutPrefix(s, r.old); ok {
			return r.value + rest
		}
	case "replace-suffix":
		if rest, ok := strings.CutSuffix(s, r.old); ok {
			return rest + r.value
		}
	}
	return s
}

const (
	longestName = 127 // Bytes.
	mostInTable = 1600
)

// taken are names of columns that Redshift has in every table.
var taken = []string{"oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "deletexid", "insertxid"}

// check refuses names that the warehouse cannot have.
func (b *builder) check() error {
	p := b.Plan
	if len(p.Columns) == 0 {
		return p.refuse("", "no column is left of it", "keep at least one column in the mapping")
	}
	if len(p.Columns) > mostInTable {
		return p.refuse("", fmt.Sprintf("it has %d columns, and Redshift's tables at most %d", len(p.Columns), mostInTable), "remove columns in the mapping")
	}
	for _, n := range []string{p.Schema, p.Table} {
		if why := unfit(n); why != "" {
			return p.refuse("", why, "rename it with a transformation rule")
		}
	}
	seen := map[string]bool{}
	for _, c := range p.Columns {
		why := unfit(c.Name)
		switch {
		case seen[c.Name]:
			why = "two columns would have this name in the warehouse"
		case slices.Contains(taken, c.Name):
			why = "Redshift has a column of this name of its own in every table"
		}
		if why != "" {
			return p.refuse(c.Name, why, "rename the column with a transformation rule")
		}
		seen[c.Name] = true
	}
	return nil
}

// unfit says why a name cannot be one in the warehouse.
func unfit(name string) string {
	switch {
	case name == "":
		return "nothing is left of a name"
	case len(name) > longestName:
		return fmt.Sprintf("the name %q has %d bytes, and Redshift's names at most %d", name, len(name), longestName)
	case strings.ContainsRune(name, 0):
		return fmt.Sprintf("the name %q holds a character that no name may hold", name)
	}
	return ""
}

// refuse says what of a table cannot be in the warehouse.
func (p *Plan) refuse(column, why, hint string) error {
	on := p.table.Name.String()
	if column != "" {
		why = "column " + column + ": " + why
	}
	return &fault.Error{Kind: fault.Invalid, Code: "MappedTable", On: on, Message: why, Hint: hint}
}

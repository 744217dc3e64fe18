package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// NoTables is what Amazon's service says of a selection that selects nothing.
const NoTables = "No tables were found at task initialization. Either the selected table(s) or schemas(s) no longer exist or no match was found for the table selection pattern(s)."

// Selection is what a document selects of a source's tables.
type Selection struct {
	Tables   []source.Name // The first to be loaded first.
	Left     []source.Name // Of system schemas: wildcards do not take them.
	Warnings []string
}

// Select says which tables a document selects.
func (d *Document) Select(tables []source.Name) (Selection, error) {
	var s Selection
	order := map[source.Name]int{}
	for _, t := range tables {
		in, load := d.selects(t)
		if !in {
			continue
		}
		if system(t) && !d.named(t) {
			s.Left = append(s.Left, t)
			continue
		}
		order[t] = load
		s.Tables = append(s.Tables, t)
	}
	for _, t := range d.missing(tables) {
		if system(t) { // Sources do not list these; whether they are there, Describe will tell.
			s.Tables = append(s.Tables, t)
			continue
		}
		s.Warnings = append(s.Warnings, fmt.Sprintf("table %s, which a rule names, is not in the source, or its user may not read it; names count letter by letter", t))
	}
	slices.SortStableFunc(s.Tables, func(a, b source.Name) int { return cmp.Compare(order[b], order[a]) })
	s.Warnings = append(s.Warnings, d.warnings(tables, s)...)
	return s, nil
}

// selects reports whether the rules take a table: excluding wins, whatever the order.
func (d *Document) selects(t source.Name) (in bool, order int) {
	for i := range d.selections {
		r := &d.selections[i]
		if !r.schema.matches(t.Schema) || !r.table.matches(t.Table) {
			continue
		}
		if r.action == "exclude" {
			return false, 0
		}
		in, order = true, max(order, r.order)
	}
	return in, order
}

// named reports whether an explicit rule names the table.
func (d *Document) named(t source.Name) bool {
	return slices.ContainsFunc(d.selections, func(r selection) bool {
		return r.action == "explicit" && r.schema.text == t.Schema && r.table.text == t.Table
	})
}

// missing are tables that rules name and the source does not have.
func (d *Document) missing(tables []source.Name) []source.Name {
	var all []source.Name
	for _, r := range d.selections {
		t := source.Name{Schema: r.schema.text, Table: r.table.text}
		if in, _ := d.selects(t); r.action == "explicit" && in && !slices.Contains(tables, t) && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

// system reports whether a table is the database's own, or one of a task's control tables.
func system(t source.Name) bool {
	switch t.Schema {
	case "mysql", "sys", "information_schema", "performance_schema", "pg_catalog", "pg_toast":
		return true
	}
	return strings.HasPrefix(t.Schema, "pg_temp") || strings.HasPrefix(t.Schema, "pg_toast_temp") || strings.HasPrefix(t.Table, "awsdms_")
}

func (d *Document) warnings(tables []source.Name, s Selection) []string {
	var all []string
	if len(s.Left) > 0 {
		all = append(all, fmt.Sprintf("wildcards do not take the tables of the system: left out %s", names(s.Left)))
	}
	for i := range d.selections {
		r := &d.selections[i]
		var loose []source.Name
		for _, t := range tables {
			if r.matches(t) && !r.exact(t) {
				loose = append(loose, t)
			}
		}
		if len(loose) > 0 {
			all = append(all, fmt.Sprintf("rule %s: _ stands for any character and also means %s; write [_] for an underscore", r.id, names(loose)))
		}
	}
	return append(all, d.idle(s.Tables)...)
}

// idle warns of rules that change nothing, since no table that is taken is one they mean.
func (d *Document) idle(taken []source.Name) []string {
	var all []string
	for _, r := range d.transformations {
		if !slices.ContainsFunc(taken, func(t source.Name) bool {
			return r.schema.matches(t.Schema) && (r.target == "schema" || r.table.matches(t.Table))
		}) {
			all = append(all, fmt.Sprintf("rule %s (%s) means no table that is taken", r.id, r.action))
		}
	}
	for _, c := range d.cuts {
		if !slices.Contains(taken, c.table) {
			all = append(all, fmt.Sprintf("rule %s (table-settings) means no table that is taken", c.id))
		}
	}
	return all
}

// names lists a few tables.
func names(all []source.Name) string {
	const most = 20
	var text []string
	for _, n := range all[:min(len(all), most)] {
		text = append(text, n.String())
	}
	if len(all) > most {
		text = append(text, fmt.Sprintf("and %d more", len(all)-most))
	}
	return strings.Join(text, ", ")
}

package target

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping"
)

// Care is what a careful plan must know of a table of the warehouse with such columns.
func (t *Target) Care(have []Column, told func(mapping.Refusal)) mapping.Care {
	return mapping.Care{AnyDate: t.cfg.Copy.AcceptAnyDate, Told: told, Have: func(name string) (mapping.Held, bool) {
		for _, c := range have {
			if t.fold(c.Name) == t.fold(name) {
				return mapping.Held{Type: c.Type, Nullable: c.Nullable}, true
			}
		}
		return mapping.Held{}, false
	}}
}

// Refusals are the values that the warehouse refuses of one table, as exceptions for
// awsdms_apply_exceptions. Only the first are kept one by one; of more the number is kept.
type Refusals struct {
	Values int64 // How many there are.
	Rows   int64 // Rows that are left out for them.
	Last   string

	p     *mapping.Plan
	where []string // How the key's columns are asked for.
	lit   func(string) string
	all   []Exception
	more  map[string]int64 // By column.
}

// mostRefusals is how many values are kept one by one.
const mostRefusals = 10_000

// Refusals collects what a plan's table has of them.
func (t *Target) Refusals(p *mapping.Plan) *Refusals {
	r := &Refusals{p: p, lit: t.Literal}
	for _, k := range p.From.Key {
		r.where = append(r.where, Quote(p.Named(p.From.Columns[k].Name))+" = ")
	}
	return r
}

// Add takes one.
func (r *Refusals) Add(v mapping.Refusal) {
	r.Values++
	if v.NotNull {
		r.Rows++
	}
	r.Last = v.String()
	if len(r.all) < mostRefusals {
		r.all = append(r.all, Exception{Table: v.Table, Statement: r.statement(v), Error: r.Last})
		return
	}
	if r.more == nil {
		r.more = map[string]int64{}
	}
	r.more[v.Column]++
}

// statement is the SQL of what became of a value, or the row that is left out.
func (r *Refusals) statement(v mapping.Refusal) string {
	name := Qualified(r.p.Schema, r.p.Table)
	switch {
	case v.Left && v.Op == 0:
		return "COPY " + name + ": " + v.Row
	case v.Left:
		return v.Op.String() + " " + name + ": " + v.Row
	}
	sql := r.null(v.Column)
	if len(v.Key) == 0 || len(v.Key) != len(r.where) {
		return sql + ": " + v.Row
	}
	where := make([]string, len(v.Key))
	for i, k := range v.Key {
		where[i] = r.where[i] + r.lit(k)
	}
	return sql + " WHERE " + strings.Join(where, " AND ")
}

// null begins the statement that puts NULL into a column.
func (r *Refusals) null(column string) string {
	return "UPDATE " + Qualified(r.p.Schema, r.p.Table) + " SET " + Quote(r.p.Named(column)) + " = NULL"
}

// Exceptions are those to be kept.
func (r *Refusals) Exceptions() []Exception {
	all := r.all[:len(r.all):len(r.all)]
	for _, column := range slices.Sorted(maps.Keys(r.more)) {
		all = append(all, Exception{Table: r.p.From.Name, Statement: r.null(column),
			Error: fmt.Sprintf("column %s of table %s: %d more values are refused in the same way; their rows are not named", column, r.p.From.Name, r.more[column])})
	}
	return all
}

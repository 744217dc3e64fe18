package apply

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// tablePlan is how the rows of one shape of a table get into the warehouse's table.
type tablePlan struct {
	plan    *mapping.Plan
	columns []mapping.Column
	key     []int
	have    []target.Column // Of the warehouse's table, at this place in the order of changes.
	extra   []string        // Columns of it that the source does not know of.
	based   bool            // It has such.
	shared  bool            // Rows of other tables go there, too.
}

// tables are the plans that are in use, and what the warehouse's tables are like after
// all steps that wait.
type tables struct {
	plans map[*source.Table]*tablePlan
	have  map[string][]target.Column
	last  map[source.Name]*tablePlan // Of the newest rows.
}

// table is the plan for a shape of a table; nil when its changes are not applied.
func (a *Applier) table(shape *source.Table) (*tablePlan, error) {
	if t, ok := a.tables.plans[shape]; ok {
		return t, nil
	}
	p, err := a.c.Plan(shape)
	if err != nil {
		return nil, err
	}
	t, err := a.planned(p)
	if err != nil {
		return nil, err
	}
	if a.tables.plans == nil {
		a.tables.plans, a.tables.last = map[*source.Table]*tablePlan{}, map[source.Name]*tablePlan{}
	}
	a.tables.last[shape.Name] = t
	a.tables.plans[shape] = t
	return t, nil
}

// planned compares a plan with the warehouse's table.
func (a *Applier) planned(p *mapping.Plan) (*tablePlan, error) {
	have, err := a.have(p)
	if err != nil {
		return nil, err
	}
	have = a.missing(p, have)
	t := &tablePlan{plan: a.heeding(p, have), columns: p.Columns, key: p.Key, have: have, shared: a.shares(p.From.Name)}
	for _, h := range have {
		if !slices.ContainsFunc(p.Columns, func(c mapping.Column) bool { return strings.EqualFold(c.Name, h.Name) }) {
			t.extra = append(t.extra, h.Name)
		}
	}
	t.based = len(t.extra) > 0
	if len(t.known()) < len(t.columns) {
		a.c.Log.Printf(tasklog.TargetApply, tasklog.Warning, "Table %s lacks columns that the source has: their values are left out, since HandleSourceTableAltered is false", t.name())
	}
	return t, t.whole()
}

// have are the columns of a plan's table; the table is made when there is none.
func (a *Applier) have(p *mapping.Plan) ([]target.Column, error) {
	id := target.Qualified(p.Schema, p.Table)
	if have, ok := a.tables.have[id]; ok {
		return have, nil
	}
	have, err := a.c.Target.Columns(a.ctx, p.Schema, p.Table)
	if err == nil && len(have) == 0 {
		if err = a.ensure(p); err == nil {
			have, err = a.c.Target.Columns(a.ctx, p.Schema, p.Table)
		}
	}
	if err != nil {
		return nil, err
	}
	if a.tables.have == nil {
		a.tables.have = map[string][]target.Column{}
	}
	a.tables.have[id] = have
	return have, nil
}

// missing adds the columns that rows have and the table does not, since the statement that
// added them had a shape without them: they were gone again when it was read.
func (a *Applier) missing(p *mapping.Plan, have []target.Column) []target.Column {
	c := &alteration{plan: p, have: slices.Clone(have)}
	for _, want := range p.Columns {
		if c.index(want.Name) < 0 && a.c.Handle.Altered {
			c.add(want)
		}
	}
	if len(c.sql) > 0 {
		a.open.then(&statement{table: p.From.Name, sql: c.sql})
		a.tables.set(p, c.have)
	}
	return c.have
}

func (t *tablePlan) name() string { return target.Qualified(t.plan.Schema, t.plan.Table) }

// typeOf is the type of a plan's column in the warehouse.
func (t *tablePlan) typeOf(c mapping.Column) sqltype.Type {
	for _, h := range t.have {
		if strings.EqualFold(h.Name, c.Name) && h.Type.ID != sqltype.Unknown {
			return h.Type
		}
	}
	return c.Type
}

// known are the plan's columns that the warehouse's table has; those that it lacks are
// the ones of statements that are not followed.
func (t *tablePlan) known() []string {
	var all []string
	for _, c := range t.columns {
		if t.has(c.Name) {
			all = append(all, c.Name)
		}
	}
	return all
}

func (t *tablePlan) has(name string) bool {
	return slices.ContainsFunc(t.have, func(h target.Column) bool { return strings.EqualFold(h.Name, name) })
}

// whole fails when the warehouse's table lacks a column of the key.
func (t *tablePlan) whole() error {
	for _, k := range t.key {
		if c := t.columns[k]; !t.has(c.Name) {
			return &fault.Error{Kind: fault.Invalid, Code: "TargetTable", Op: "apply changes", On: t.name() + "." + c.Name, Message: "the table has no such column, which is of the key",
				Hint: "ALTER TABLE " + t.name() + " ADD COLUMN " + target.Quote(c.Name) + " " + target.DDL(c.Type)}
		}
	}
	return nil
}

// names are the plan's columns.
func (t *tablePlan) names() []string {
	all := make([]string, len(t.columns))
	for i, c := range t.columns {
		all[i] = c.Name
	}
	return all
}

// free is a name that no column of the plan has.
func (t *tablePlan) free(name string) string {
	for slices.ContainsFunc(t.columns, func(c mapping.Column) bool { return strings.EqualFold(c.Name, name) }) ||
		slices.ContainsFunc(t.have, func(c target.Column) bool { return strings.EqualFold(c.Name, name) }) {
		name += "_"
	}
	return name
}

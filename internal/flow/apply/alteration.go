package apply

import (
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// alteration is the difference between a table of the warehouse and a new plan.
type alteration struct {
	plan   *mapping.Plan
	have   []target.Column // What there is; in the end what there will be.
	named  columnChanges
	old    *tablePlan // Of the rows before; nil when none came.
	shared bool       // Other tables have their rows there: columns stay.

	before, sql, warnings []string
}

// find makes the statements: columns get their new names first, so that their values stay.
func (c *alteration) find() {
	c.rename()
	c.remove()
	for _, want := range c.plan.Columns {
		if i := c.index(want.Name); i >= 0 {
			c.retype(i, want)
		} else if c.comes(want.Name) {
			c.add(want)
		}
	}
}

func (c *alteration) index(name string) int {
	return slices.IndexFunc(c.have, func(h target.Column) bool { return sameName(h.Name, name) })
}

func (c *alteration) wants(name string) bool {
	return slices.ContainsFunc(c.plan.Columns, func(w mapping.Column) bool { return sameName(w.Name, name) })
}

func (c *alteration) table() string {
	return "ALTER TABLE " + target.Qualified(c.plan.Schema, c.plan.Table)
}

// comes reports whether a column that is missing is this statement's. The shape may be a
// later one: a column of it that the statement does not name comes with a statement, or with
// rows, that follow.
func (c *alteration) comes(name string) bool {
	if !c.named.known || c.named.several {
		return true
	}
	is := func(n string) bool { return sameName(c.target(n), name) }
	return slices.ContainsFunc(c.named.added, is) || slices.ContainsFunc(c.named.renamed, func(r renamed) bool { return is(r.to) })
}

// rename gives columns new names where the statement says so, or where exactly one of the same type took the place of another.
func (c *alteration) rename() {
	for _, r := range c.renames() {
		i := c.index(r.from)
		if i < 0 || c.index(r.to) >= 0 {
			continue
		}
		c.sql = append(c.sql, c.table()+" RENAME COLUMN "+target.Quote(c.have[i].Name)+" TO "+target.Quote(r.to))
		c.have[i].Name = r.to
	}
}

func (c *alteration) renames() []renamed {
	if c.named.known {
		var all []renamed
		for _, r := range c.named.renamed {
			all = append(all, renamed{c.mapped(r.from), c.target(r.to)})
		}
		return all
	}
	if c.old == nil || len(c.old.columns) != len(c.plan.Columns) {
		return nil
	}
	var all []renamed
	for i, was := range c.old.columns {
		now := c.plan.Columns[i]
		if sameName(was.Name, now.Name) {
			continue
		}
		if was.Type != now.Type || c.wants(was.Name) {
			return nil
		}
		all = append(all, renamed{was.Name, now.Name})
	}
	return all
}

// mapped is what a source's column was called in the target before, target what it is called now.
func (c *alteration) mapped(name string) string {
	if c.old != nil {
		for i, s := range c.old.plan.From.Columns {
			if sameName(s.Name, name) && i < len(c.old.columns) {
				return c.old.columns[i].Name
			}
		}
	}
	return name
}

func (c *alteration) target(name string) string {
	for i, s := range c.plan.From.Columns {
		if sameName(s.Name, name) && i < len(c.plan.Columns) {
			return c.plan.Columns[i].Name
		}
	}
	return name
}

// remove drops the columns that the source dropped: those the statement names, or, where
// it is not known, those that the rows before had. What others added to the table stays.
func (c *alteration) remove() {
	var gone []string
	if c.named.known {
		for _, n := range c.named.dropped {
			gone = append(gone, c.mapped(n))
		}
	} else if c.old != nil {
		for _, o := range c.old.columns {
			gone = append(gone, o.Name)
		}
	}
	for _, name := range gone {
		if i := c.index(name); i >= 0 && !c.shared && (c.named.known || !c.wants(name)) { // A later one of that name has values of its own.
			c.sql = append(c.sql, c.table()+" DROP COLUMN "+target.Quote(c.have[i].Name))
			c.have = slices.Delete(c.have, i, i+1)
		}
	}
}

func (c *alteration) add(w mapping.Column) {
	c.sql = append(c.sql, c.table()+" ADD COLUMN "+target.Quote(w.Name)+" "+target.DDL(w.Type))
	c.have = append(c.have, target.Column{Name: w.Name, Type: w.Type, Nullable: true})
	c.fill(w)
	if !w.Nullable {
		c.warnings = append(c.warnings, fmt.Sprintf("Column '%s' of table %s is NOT NULL in the source; in the target it may be NULL, since there are rows already",
			w.Name, target.Qualified(c.plan.Schema, c.plan.Table)))
	}
}

// retype widens text in place; another kind takes a new column, which gets the values and the name.
func (c *alteration) retype(i int, w mapping.Column) {
	h := c.have[i]
	if target.Holds(w, h) {
		return
	}
	if target.Widens(w, h) {
		c.before = append(c.before, c.table()+" ALTER COLUMN "+target.Quote(h.Name)+" TYPE "+target.DDL(w.Type))
	} else {
		c.sql = append(c.sql, target.Swap(c.plan, h.Name, w.Type)...)
	}
	c.have[i].Type = w.Type
}

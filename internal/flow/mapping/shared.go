package mapping

import (
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Place is where a table goes in the warehouse, by its name alone.
type Place struct {
	Schema, Table string

	moved bool // It has another name there.
	asked bool // Because of a rule for certain schemas or tables.
}

// Place tells where a table goes.
func (d *Document) Place(n source.Name, o Options) Place {
	b := &builder{Plan: &Plan{table: &source.Table{Name: n}, options: o}, document: d}
	schema, table := b.names()
	return Place{schema, table, b.moved, b.asked}
}

// Shares reports whether two tables are one in the warehouse, as shards that are brought
// together. That must be asked for: by rules that name schemas or tables, be it with
// wildcards; one for everything there is, a target schema, or capitals do not.
func (p Place) Shares(q Place) (shares, asked bool) {
	shares = p.Schema == q.Schema && p.Table == q.Table
	return shares, (p.asked || q.asked) && (p.asked || !p.moved) && (q.asked || !q.moved)
}

func (p *Plan) place() Place { return Place{p.Schema, p.Table, p.moved, p.asked} }

// Collide refuses two tables that would be one in the warehouse without being asked for, or
// whose rows could not be told apart there.
func (p *Plan) Collide(q *Plan) error {
	shares, asked := p.place().Shares(q.place())
	if !shares || q.table.Name == p.table.Name {
		return nil
	}
	why := fmt.Sprintf("it would be %s.%s in the warehouse, as would %s", p.Schema, p.Table, q.table.Name)
	switch {
	case !asked && q.table.Name.String() != p.table.Name.String() && fold(q.table.Name.String()) == fold(p.table.Name.String()):
		why += ": Redshift does not tell capitals from small letters"
	case !asked:
	case !slices.Equal(p.keyNames(), q.keyNames()):
		why += fmt.Sprintf(", and their keys are %s and %s", list(p.keyNames()), list(q.keyNames()))
	default:
		return nil
	}
	return p.refuse("", why, "rename one of them with a transformation rule, or leave it out; tables that are to be brought together need rules that name them, and the same key")
}

func (p *Plan) keyNames() []string {
	var all []string
	for _, k := range p.Key {
		all = append(all, p.Columns[k].Name)
	}
	return all
}

// Collisions looks over all plans of a task for tables that would be one in the warehouse
// and may not.
func Collisions(plans []*Plan) error {
	first := map[[2]string]*Plan{}
	for _, p := range plans {
		name := [2]string{p.Schema, p.Table}
		q := first[name]
		if q == nil {
			first[name] = p
			continue
		}
		if err := p.Collide(q); err != nil {
			return err
		}
	}
	return nil
}

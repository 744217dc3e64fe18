package postgres

import (
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// relation is a table as the log announces it before its first row, and again after it was altered.
type relation struct {
	oid      uint32
	name     source.Name
	identity byte
	columns  []announced
}

// announced is a column in the log: without what only the catalog knows.
type announced struct {
	name string
	key  bool
	oid  uint32
	mod  int32
}

func parseRelation(c *cursor) (*relation, error) {
	r := &relation{oid: uint32(c.uint(4))}
	r.name.Schema, r.name.Table = c.string(), c.string()
	if r.name.Schema == "" {
		r.name.Schema = "pg_catalog" // As the protocol shortens it.
	}
	r.identity = byte(c.uint(1))
	for range c.uint(2) {
		a := announced{key: c.uint(1)&1 != 0, name: c.string(), oid: uint32(c.uint(4)), mod: int32(c.uint(4))}
		if c.short {
			return nil, errMalformed
		}
		r.columns = append(r.columns, a)
	}
	if c.short || len(r.columns) == 0 {
		return nil, errMalformed
	}
	return r, nil
}

// shape is the table of a relation: as the catalog has it when both agree, else one made of what the log says.
func (c *conn) shape(r *relation) (*table, error) {
	now, err := c.describeOID(r.name, r.oid)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	t := &table{Table: source.Table{Name: r.name}, identity: r.identity}
	if now != nil {
		t.oid, t.Rows, t.partitioned = now.oid, now.Rows, now.partitioned
	}
	for _, a := range r.columns {
		col := column{Column: source.Column{Name: a.name, Nullable: !a.key}, oid: a.oid, mod: a.mod}
		if now != nil {
			if i := now.find(a.name); i >= 0 && now.columns[i].oid == a.oid && now.columns[i].mod == a.mod {
				col.Nullable, col.number = now.columns[i].Nullable, now.columns[i].number
			}
		}
		t.columns = append(t.columns, col)
	}
	if err := c.describeTypes(t); err != nil {
		return nil, err
	}
	t.Key = t.announcedKey(r, now)
	t.mark()
	return t, nil
}

// announcedKey is the key by which the log tells rows apart, in the catalog's order where that has the same.
func (t *table) announcedKey(r *relation, now *table) []int {
	var flagged, known []int
	for i, a := range r.columns {
		if a.key {
			flagged = append(flagged, i)
		}
	}
	if now != nil {
		for _, name := range now.keyNames() {
			if i := t.find(name); i >= 0 {
				known = append(known, i)
			}
		}
		if len(known) < len(now.Key) {
			known = nil
		}
	}
	if r.identity == 'f' || len(flagged) == 0 {
		return known // All columns are flagged, or none.
	}
	if sorted := slices.Sorted(slices.Values(known)); slices.Equal(sorted, flagged) {
		return known
	}
	return flagged
}

// differences are the statements that make one shape of a table the other, names first.
func differences(was, is *table) []string {
	alter := "ALTER TABLE " + identOf(is.Name) + " "
	var renames, rest []string
	kept := map[int]bool{} // Columns of is that was has.
	for i := range was.columns {
		old := &was.columns[i]
		j := follow(was, is, i)
		if j < 0 {
			rest = append(rest, alter+"DROP COLUMN "+ident(old.Name))
			continue
		}
		kept[j] = true
		now := &is.columns[j]
		if now.Name != old.Name {
			renames = append(renames, alter+"RENAME COLUMN "+ident(old.Name)+" TO "+ident(now.Name))
		}
		if now.oid != old.oid || now.mod != old.mod {
			rest = append(rest, fmt.Sprintf("%sALTER COLUMN %s TYPE %s", alter, ident(now.Name), now.Declared))
		}
	}
	for j := range is.columns {
		if !kept[j] {
			rest = append(rest, alter+"ADD COLUMN "+ident(is.columns[j].Name)+" "+is.columns[j].Declared)
		}
	}
	return append(renames, rest...)
}

// follow finds a column of the old shape in the new one: by its number, which a column keeps for
// life, where the catalog still knew it, else by its name.
func follow(was, is *table, i int) int {
	old := &was.columns[i]
	if old.number > 0 {
		if j := slices.IndexFunc(is.columns, func(c column) bool { return c.number == old.number }); j >= 0 {
			return j
		}
	}
	j := is.find(old.Name)
	if j >= 0 && old.number > 0 && is.columns[j].number > 0 {
		return -1 // Another column has the name by now.
	}
	return j
}

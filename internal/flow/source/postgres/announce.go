package postgres

import (
	"errors"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// announce notes a table, and tells when it got another name.
func (f *stream) announce(c *cursor) error {
	r, err := parseRelation(c)
	if err != nil {
		return err
	}
	old := f.seen[r.oid]
	next := &followed{relation: r}
	f.seen[r.oid] = next
	if old == nil {
		f.undo = append(f.undo, func() { delete(f.seen, r.oid) })
		return f.replaced(r)
	}
	f.undo = append(f.undo, func() { f.seen[r.oid] = old })
	if next.was = old.was; old.table != nil {
		next.was = old.table
	}
	if f.current == old {
		f.current = nil
	}
	if old.relation.name == r.name {
		return nil
	}
	return f.renamed(next, old.relation.name)
}

// replaced tells of a table that took the name of one that was followed: it was dropped and made again. When
// both are there, they were exchanged, and the rows that came under another name are not known here.
func (f *stream) replaced(r *relation) error {
	for oid, o := range f.seen {
		if oid == r.oid || o.relation.name != r.name || o.table == nil {
			continue
		}
		if there, err := f.there(oid); err != nil || !there {
			return errors.Join(err, f.remade(oid, r))
		}
		return conflict(source.CodeChanged, r.name.String(), "another table has the name now: the one that was followed was exchanged with it, as tools do that change a copy of a table", "load the table again")
	}
	return nil
}

func (f *stream) remade(oid uint32, r *relation) error {
	old, now := f.seen[oid], f.seen[r.oid]
	delete(f.seen, oid)
	f.undo = append(f.undo, func() { f.seen[oid] = old })
	if err := f.rows.Tell(&source.DDL{Verb: source.Drop, Table: r.name, Statement: "DROP TABLE " + identOf(r.name)}); err != nil {
		return err
	}
	if err := f.load(now); err != nil {
		return err
	}
	f.members.told(r.oid)
	return f.rows.Tell(&source.DDL{Verb: source.Create, Table: r.name, Shape: &now.table.Table})
}

func (f *stream) renamed(t *followed, from source.Name) error {
	to := t.relation.name
	if !f.rows.Sink.Wants(from) && !f.rows.Sink.Wants(to) {
		return nil
	}
	d := renaming(from, to)
	if err := f.load(t); err != nil {
		return err
	}
	d.Shape = &t.table.Table
	f.rename(from, to)
	if err := f.rows.Tell(d); err != nil {
		return err
	}
	return f.altered(t)
}

// rename keeps a table that was there from the start one of those.
func (f *stream) rename(from, to source.Name) {
	before := f.chose
	f.undo = append(f.undo, func() { f.chose = before })
	f.chose = slices.Clone(before)
	if i := slices.Index(f.chose, from); i >= 0 {
		f.chose[i] = to
	}
}

func renaming(from, to source.Name) *source.DDL {
	d := &source.DDL{Verb: source.Rename, Table: from, To: to, Statement: "ALTER TABLE " + identOf(from) + " RENAME TO " + ident(to.Table)}
	if to.Schema != from.Schema {
		d.Statement = "ALTER TABLE " + identOf(from) + " SET SCHEMA " + ident(to.Schema)
	}
	return d
}

// load makes the shape of a table.
func (f *stream) load(t *followed) error {
	if t.table != nil {
		return nil
	}
	var err error
	if t.table, err = f.shape(t.relation); err != nil {
		return err
	}
	if len(t.table.columns) != len(t.relation.columns) {
		return errMalformed
	}
	if t.was != nil && t.was.equal(t.table) {
		t.table, t.was = t.was, nil // Announced again for nothing: a sink need not look at it.
	}
	return nil
}

// altered tells what became of a table since its last rows, or that it is new.
func (f *stream) altered(t *followed) error {
	if t.was == nil {
		if name := t.relation.name; len(f.chose) > 0 && !slices.Contains(f.chose, name) {
			before := f.chose
			f.chose = append(slices.Clone(before), name)
			f.undo = append(f.undo, func() { f.chose = before })
			f.members.told(t.relation.oid)
			return f.rows.Tell(&source.DDL{Verb: source.Create, Table: name, Shape: &t.table.Table})
		}
		return nil
	}
	was := t.was
	t.was = nil
	f.undo = append(f.undo, func() { t.was = was })
	if statement := differences(was, t.table); statement != "" {
		return f.rows.Tell(&source.DDL{Verb: source.Alter, Table: t.relation.name, Statement: statement, Shape: &t.table.Table})
	}
	return nil
}

package apply

import (
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

func (a *Applier) shares(n source.Name) bool { return a.c.Shares != nil && a.c.Shares(n) }

// shared is why a statement cannot be followed that would do to rows of other tables what it
// did to those of one.
func shared(d *source.DDL) error {
	return &fault.Error{Kind: fault.Invalid, Code: "SourceTableShared", On: d.Table.String(), Op: d.Verb.String(),
		Message: "rows of other tables are in the target's table, too, and the statement would change them", Hint: "load the table again: those that share the target's table with it are loaded with it"}
}

// meets reports whether another table that shares the target's has changes of a key among
// those of some rows. Of one table the order of changes does not matter, for only the last
// row of a key counts; between two it does.
func (r *run) meets(to *tableRun, rows *source.Rows) bool {
	for _, t := range r.tables {
		n, keyed := t.changes.(*net)
		if !keyed || t == to || t.table.name() != to.table.name() {
			continue
		}
		for _, m := range []*source.Images{&rows.Before, &rows.After} {
			if n.touches(m) {
				return true
			}
		}
	}
	return false
}

// touches reports whether one of the rows has a key with changes.
func (n *net) touches(m *source.Images) bool {
	for i := range m.Len() {
		var ok bool
		if n.key1, ok = appendKey(n.key1[:0], m, i, n.key); !ok {
			continue
		}
		if e, _ := n.index.find(n.key1, n.keyOf); e >= 0 {
			return true
		}
	}
	return false
}

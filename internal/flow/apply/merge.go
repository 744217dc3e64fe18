package apply

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// apply merges the changes of each table into it.
func (r *run) apply(f *flush, x *target.Tx) error {
	for _, t := range r.tables {
		if err := t.merge(f, x); err != nil {
			return &tableError{t.table.plan.From.Name, t, err}
		}
	}
	return nil
}

// merge brings the staged changes of one table in.
func (t *tableRun) merge(f *flush, x *target.Tx) error {
	switch {
	case t.rows == nil:
		return nil
	case len(t.table.key) == 0:
		return t.recount(f, x)
	}
	m := &merge{tablePlan: t.table, f: f, x: x, op: t.table.free("inlet_op"), changes: changesTable, gaps: gapsTable}
	if err := m.load(t); err != nil {
		return err
	}
	if t.drops {
		if err := m.absent(); err != nil {
			return err
		}
	}
	return m.exchange()
}

// The names of temporary tables; a session is the task's own.
const (
	changesTable = "awsdms_changes"
	gapsTable    = "awsdms_gaps"
)

// merge is the exchange of rows in one table.
type merge struct {
	*tablePlan
	f             *flush
	x             *target.Tx
	op            string
	changes, gaps string
}

// load copies the staged files into temporary tables.
func (m *merge) load(t *tableRun) error {
	columns := append([]string{m.op}, m.names()...)
	if _, err := m.x.Exec(m.f.ctx, m.temporary(m.changes, []string{target.Quote(m.op) + " CHAR(1)"})); err != nil {
		return err
	}
	if err := m.x.Copy(m.f.ctx, target.Quote(m.changes), columns, t.rows.chunk); err != nil {
		return err
	}
	if t.gaps == nil {
		return nil
	}
	return m.fill(t)
}

// temporary makes a table with the columns of the plan and what the source does not know of, all of which may be NULL.
func (m *merge) temporary(name string, first []string) string {
	all := first
	for _, c := range m.columns {
		all = append(all, target.Quote(c.Name)+" "+target.DDL(m.typeOf(c)))
	}
	for _, h := range m.have {
		for _, e := range m.extra {
			if h.Name == e {
				all = append(all, target.Quote(e)+" "+extraType(h))
			}
		}
	}
	return "CREATE TEMP TABLE " + target.Quote(name) + " (" + strings.Join(all, ", ") + ")"
}

func extraType(c target.Column) string {
	if c.Type.ID == 0 {
		return c.Declared
	}
	return target.DDL(c.Type)
}

// exchange deletes every key that was touched and inserts the rows that live.
func (m *merge) exchange() error {
	all := m.known()
	sql := []string{
		fmt.Sprintf("DELETE FROM %s USING %s WHERE %s", m.name(), target.Quote(m.changes), m.same(m.name(), target.Quote(m.changes))),
		m.insert(all, opRow),
	}
	if m.based {
		sql = append(sql, m.insert(append(all[:len(all):len(all)], m.extra...), opKeep))
	}
	sql = append(sql, "DROP TABLE "+target.Quote(m.changes))
	_, err := m.x.ExecAll(m.f.ctx, strings.Join(sql, "; "))
	return err
}

func (m *merge) insert(columns []string, op byte) string {
	list := target.Quoted(columns)
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s = '%c'", m.name(), list, list, target.Quote(m.changes), target.Quote(m.op), op)
}

// same is the condition that two tables' keys are equal.
func (m *merge) same(a, b string) string {
	var all []string
	for _, k := range m.key {
		c := target.Quote(m.columns[k].Name)
		all = append(all, a+"."+c+" = "+b+"."+c)
	}
	return strings.Join(all, " AND ")
}

func keyColumns(columns []mapping.Column, key []int) []mapping.Column {
	all := make([]mapping.Column, len(key))
	for i, k := range key {
		all[i] = columns[k]
	}
	return all
}

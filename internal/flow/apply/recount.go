package apply

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/target"
)

const keepTable = "awsdms_kept"

// recount makes the target have as many more or fewer equal rows as the source: of a
// table without key nothing else tells rows apart.
func (t *tableRun) recount(f *flush, x *target.Tx) error {
	m := &merge{tablePlan: t.table, f: f, x: x, op: t.table.free("inlet_more"), changes: changesTable}
	if _, err := x.Exec(f.ctx, m.temporary(m.changes, []string{target.Quote(m.op) + " BIGINT"})); err != nil {
		return err
	}
	if err := x.Copy(f.ctx, target.Quote(m.changes), append([]string{m.op}, m.names()...), t.rows.chunk); err != nil {
		return err
	}
	n := m.numbers(t.changes.(*counts))
	if n.less > 0 {
		if err := m.take(n.less); err != nil {
			return err
		}
	}
	return m.give(n.most)
}

// numbers are how many rows are to go, and how many there are to be more of one row at most.
type numbers struct{ less, most int64 }

func (m *merge) numbers(c *counts) (n numbers) {
	for _, e := range c.entries {
		n.most = max(n.most, e.more)
		n.less += max(0, -e.more)
	}
	return n
}

// take removes of each row as many as went. Equal rows are all deleted, and those that are too many come back.
func (m *merge) take(less int64) error {
	all, changes := m.names(), target.Quote(m.changes)
	columns := make([]string, 0, len(m.have))
	for _, h := range m.have {
		columns = append(columns, h.Name)
	}
	place, gone := m.free("inlet_place"), m.free("inlet_gone")
	kept := fmt.Sprintf(`CREATE TEMP TABLE %[1]s AS SELECT %[2]s, CAST(-c.%[3]s AS BIGINT) AS %[4]s, ROW_NUMBER() OVER (PARTITION BY %[5]s ORDER BY 1) AS %[6]s FROM %[7]s t JOIN %[8]s c ON %[9]s WHERE c.%[3]s < 0`,
		target.Quote(keepTable), prefixed("t", columns), target.Quote(m.op), target.Quote(gone), prefixed("t", all), target.Quote(place), m.name(), changes, equal("t", "c", all))
	list := target.Quoted(columns)
	touched, err := m.x.ExecAll(m.f.ctx, strings.Join([]string{
		kept,
		fmt.Sprintf("DELETE FROM %s USING %s c WHERE c.%s < 0 AND %s", m.name(), changes, target.Quote(m.op), equal(m.name(), "c", all)),
		fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s > %s", m.name(), list, list, target.Quote(keepTable), target.Quote(place), target.Quote(gone)),
		"DROP TABLE " + target.Quote(keepTable),
	}, "; "))
	if err != nil {
		return err
	}
	if went := touched[1] - touched[2]; went != less {
		return m.f.lost(m.tablePlan, less-went)
	}
	return nil
}

// give adds rows, those that came several times in rounds that double.
func (m *merge) give(most int64) error {
	list, changes := target.Quoted(m.names()), target.Quote(m.changes)
	var sql []string
	for bit := int64(1); bit <= most; bit *= 2 {
		from := changes
		insert := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s > 0 AND MOD(%s / %d, 2) = 1", m.name(), list, list, from, target.Quote(m.op), target.Quote(m.op), bit)
		for range bit {
			sql = append(sql, insert)
		}
	}
	sql = append(sql, "DROP TABLE "+changes)
	_, err := m.x.ExecAll(m.f.ctx, strings.Join(sql, "; "))
	return err
}

// equal is the condition that two rows are equal, NULL being equal to NULL.
func equal(a, b string, columns []string) string {
	var all []string
	for _, c := range columns {
		q := target.Quote(c)
		all = append(all, fmt.Sprintf("(%[1]s.%[3]s = %[2]s.%[3]s OR %[1]s.%[3]s IS NULL AND %[2]s.%[3]s IS NULL)", a, b, q))
	}
	return strings.Join(all, " AND ")
}

func prefixed(table string, columns []string) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = table + "." + target.Quote(c)
	}
	return strings.Join(all, ", ")
}

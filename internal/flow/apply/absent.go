package apply

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/target"
)

// mostAbsent is how many rows are named that one batch should delete and that are not there.
const mostAbsent = 1000

// absent looks for rows that are to be deleted and that the target does not have.
func (m *merge) absent() error {
	name := m.plan.From.Name
	if m.f.a.c.Tolerate != nil && m.f.a.c.Tolerate(name, m.f.a.applied()) {
		return nil
	}
	columns := keyColumns(m.columns, m.key)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = "c." + target.Quote(c.Name)
	}
	rows, err := m.x.Rows(m.f.ctx, fmt.Sprintf("SELECT %s FROM %s c WHERE c.%s = '%c' AND NOT EXISTS (SELECT 1 FROM %s t WHERE %s) ORDER BY %[1]s LIMIT %[7]d",
		strings.Join(names, ", "), target.Quote(m.changes), target.Quote(m.op), opDrop, m.name(), m.same("t", "c"), mostAbsent))
	if err != nil || len(rows) == 0 {
		return err
	}
	var all []target.Exception
	for _, r := range rows {
		where := make([]string, len(columns))
		for i, c := range columns {
			where[i] = target.Quote(c.Name) + " = " + m.f.a.c.Target.Literal(string(r[i]))
		}
		all = append(all, target.Exception{Table: name, Statement: "DELETE FROM " + m.name() + " WHERE " + strings.Join(where, " AND "), Error: "the row that was deleted is not in the target"})
	}
	return m.f.amiss(name, m.f.a.c.Policies.Delete, all)
}

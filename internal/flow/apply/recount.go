package apply

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/sqltype"
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
	if t.less > 0 {
		if err := m.take(t.less); err != nil {
			return err
		}
	}
	return m.give(t.most)
}

// take removes of each row as many as went. Equal rows are all deleted, and those that are too many come back.
func (m *merge) take(less int64) error {
	all, changes := m.known(), target.Quote(m.changes)
	columns := make([]string, 0, len(m.have))
	for _, h := range m.have {
		columns = append(columns, h.Name)
	}
	place, gone := m.free("inlet_place"), m.free("inlet_gone")
	kept := fmt.Sprintf(`CREATE TEMP TABLE %[1]s AS SELECT %[2]s, CAST(-c.%[3]s AS BIGINT) AS %[4]s, ROW_NUMBER() OVER (PARTITION BY %[5]s ORDER BY %[10]s) AS %[6]s FROM %[7]s t JOIN %[8]s c ON %[9]s WHERE c.%[3]s < 0`,
		target.Quote(keepTable), prefixed("t", columns), target.Quote(m.op), target.Quote(gone), prefixed("t", all), target.Quote(place), m.name(), changes, m.equal("t", "c"), "t."+target.Quote(all[0]))
	list := target.Quoted(columns)
	touched, err := m.x.ExecAll(m.f.ctx, strings.Join([]string{
		kept,
		fmt.Sprintf("DELETE FROM %s USING %s c WHERE c.%s < 0 AND %s", m.name(), changes, target.Quote(m.op), m.equal(m.name(), "c")),
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
	list, changes := target.Quoted(m.known()), target.Quote(m.changes)
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

// equal is the condition that two rows are equal, NULL being equal to NULL. It begins
// with texts, which engines can hash; what they do not tell apart the rest does.
func (m *merge) equal(a, b string) string {
	var all []string
	for _, c := range m.columns {
		if !m.has(c.Name) {
			continue
		}
		l, r := a+"."+target.Quote(c.Name), b+"."+target.Quote(c.Name)
		typ := m.typeOf(c)
		all = append(all, fmt.Sprintf("COALESCE(%s, CHR(1)) = COALESCE(%s, CHR(1))", asText(l, typ), asText(r, typ)))
		switch typ.ID {
		case sqltype.Super:
		case sqltype.Char, sqltype.Varchar, sqltype.Varbyte:
			all = append(all, fmt.Sprintf("(%s IS NULL) = (%s IS NULL)", l, r))
		default:
			all = append(all, fmt.Sprintf("(%[1]s = %[2]s OR %[1]s IS NULL AND %[2]s IS NULL)", l, r))
		}
	}
	return strings.Join(all, " AND ")
}

func asText(column string, typ sqltype.Type) string {
	switch typ.ID {
	case sqltype.Char, sqltype.Varchar:
		return column
	case sqltype.Varbyte:
		return "TO_HEX(" + column + ")"
	case sqltype.Super:
		return "JSON_SERIALIZE(" + column + ")"
	case sqltype.Boolean:
		return "CASE WHEN " + column + " THEN 't' ELSE 'f' END"
	}
	return "CAST(" + column + " AS VARCHAR(64))"
}

func prefixed(table string, columns []string) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = table + "." + target.Quote(c)
	}
	return strings.Join(all, ", ")
}

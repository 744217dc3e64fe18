package apply

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/target"
)

// fill adds rows with gaps to the changes: values that were not sent, and columns the
// source does not know of, come from the row that the target has under the old key.
func (m *merge) fill(t *tableRun) error {
	columns, first, mask, base := m.gapColumns()
	if _, err := m.x.Exec(m.f.ctx, m.temporary(m.gaps, first)); err != nil {
		return err
	}
	if err := m.x.Copy(m.f.ctx, target.Quote(m.gaps), append(columns, m.names()...), t.gaps.chunk); err != nil {
		return err
	}
	return m.filled(mask, strings.Join(base, " AND "), t.gaps.rows)
}

// gapColumns are the columns of the table of gaps that come before the plan's: which
// values were sent, and the key to find the others at.
func (m *merge) gapColumns() (columns, first []string, mask string, base []string) {
	mask = m.free("inlet_sent")
	first, columns = []string{target.Quote(mask) + " VARCHAR(1600)"}, []string{mask}
	for i, c := range keyColumns(m.columns, m.key) {
		b := m.free(fmt.Sprintf("inlet_base_%d", i+1))
		base = append(base, fmt.Sprintf("t.%s = g.%s", target.Quote(c.Name), target.Quote(b)))
		first = append(first, target.Quote(b)+" "+target.DDL(m.typeOf(c)))
		columns = append(columns, b)
	}
	return columns, first, mask, base
}

func (m *merge) filled(mask, base string, rows int64) error {
	values, plain := []string{fmt.Sprintf("'%c'", opKeep)}, []string{fmt.Sprintf("'%c'", opRow)}
	if !m.based {
		values[0] = plain[0]
	}
	for i, c := range m.columns {
		q := target.Quote(c.Name)
		if plain = append(plain, "g."+q); !m.has(c.Name) {
			values = append(values, "g."+q)
			continue
		}
		values = append(values, fmt.Sprintf("CASE WHEN SUBSTRING(g.%s, %d, 1) = '1' THEN g.%s ELSE t.%s END", target.Quote(mask), i+1, q, q))
	}
	columns := append([]string{m.op}, m.names()...)
	for _, e := range m.extra {
		values = append(values, "t."+target.Quote(e))
	}
	changes, gaps := target.Quote(m.changes), target.Quote(m.gaps)
	into := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s g JOIN %s t ON ", changes, target.Quoted(append(columns[:len(columns):len(columns)], m.extra...)), strings.Join(values, ", "), gaps, m.name())
	touched, err := m.x.ExecAll(m.f.ctx, into+base+"; "+
		fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s g LEFT JOIN %s t ON %s WHERE t.%s IS NULL AND POSITION('0' IN g.%s) = 0", changes, target.Quoted(columns),
			strings.Join(plain, ", "), gaps, m.name(), base, target.Quote(m.columns[m.key[0]].Name), target.Quote(mask)))
	if err != nil {
		return err
	}
	found := touched[0] + touched[1]
	if found != rows { // A load that read the row after it got its new key has it there alone.
		here := fmt.Sprintf("%s%s WHERE POSITION('0' IN g.%s) > 0 AND NOT EXISTS (SELECT 1 FROM %s t WHERE %s)", into, m.same("t", "g"), target.Quote(mask), m.name(), base)
		if touched, err = m.x.ExecAll(m.f.ctx, here); err != nil {
			return err
		}
		found += touched[0]
	}
	if _, err := m.x.Exec(m.f.ctx, "DROP TABLE "+gaps); err != nil {
		return err
	}
	if found != rows {
		return m.f.lost(m.tablePlan, rows-found)
	}
	return nil
}

package apply

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// literal appends a CSV field as SQL.
func literal(dst []byte, tg *target.Target, f []byte, typ sqltype.Type) []byte {
	text, null := source.Text(f)
	switch {
	case null, len(f) == 0:
		return append(dst, "NULL"...)
	case typ.ID == sqltype.Varbyte:
		dst = append(dst, "FROM_HEX("...)
		return append(tg.AppendLiteral(dst, text), ')')
	case typ.ID == sqltype.Super:
		dst = append(dst, "JSON_PARSE("...)
		return append(tg.AppendLiteral(dst, text), ')')
	}
	return tg.AppendLiteral(dst, text)
}

// statement is the SQL of one net change, for those who read exceptions.
func (n *net) statement(tg *target.Target, t *tablePlan, e int) string {
	at := n.entries[e]
	key := n.keyOf(e)
	ends := fields(nil, key)
	var where []string
	for i, k := range n.key {
		where = append(where, target.Quote(t.columns[k].Name)+" = "+string(literal(nil, tg, field(key, ends, i), t.columns[k].Type)))
	}
	if at.state == gone {
		return "DELETE FROM " + t.name() + " WHERE " + strings.Join(where, " AND ")
	}
	row := n.text.get(at.row)
	ends = fields(nil, row)
	if at.state == full && len(n.bases) == 0 {
		return insertSQL(tg, t, row, ends)
	}
	var set []string
	for i, c := range t.columns {
		if f := field(row, ends, i); len(f) > 0 {
			set = append(set, target.Quote(c.Name)+" = "+string(literal(nil, tg, f, c.Type)))
		}
	}
	return "UPDATE " + t.name() + " SET " + strings.Join(set, ", ") + " WHERE " + strings.Join(where, " AND ")
}

func insertSQL(tg *target.Target, t *tablePlan, row []byte, ends []int) string {
	b := []byte(fmt.Sprintf("INSERT INTO %s (%s) VALUES (", t.name(), target.Quoted(t.names())))
	for i, c := range t.columns {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = literal(b, tg, field(row, ends, i), c.Type)
	}
	return string(append(b, ')'))
}

// statement is the SQL of a row that came or went.
func (c *counts) statement(tg *target.Target, t *tablePlan, e int) string {
	row := c.rowOf(e)
	ends := fields(nil, row)
	if c.entries[e].more > 0 {
		return insertSQL(tg, t, row, ends)
	}
	var where []string
	for i, col := range t.columns {
		f := field(row, ends, i)
		op := " = " + string(literal(nil, tg, f, col.Type))
		if bytes.Equal(f, []byte(source.Null)) {
			op = " IS NULL"
		}
		where = append(where, target.Quote(col.Name)+op)
	}
	return "DELETE FROM " + t.name() + " WHERE " + strings.Join(where, " AND ")
}

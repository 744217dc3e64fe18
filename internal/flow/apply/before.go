package apply

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// before is what rows get in a column that is added to them, as a statement says it.
type before struct {
	value string
	null  bool
	known bool
	empty bool // NOT NULL without a default: MySQL has zero or the empty text.
}

// beforeOf reads the definition of a column up to the next clause.
func beforeOf(w []string) before {
	b, depth := before{null: true, known: true}, 0
	for i := 0; i < len(w) && (depth > 0 || w[i] != ","); i++ {
		switch {
		case w[i] == "(":
			depth++
		case w[i] == ")":
			depth--
		case depth > 0:
		case keyword(w[i], "auto_increment", "as", "serial"):
			return before{}
		case keyword(w[i], "default"):
			b.value, b.known = constant(w[i+1:])
			b.null = len(w) > i+1 && keyword(w[i+1], "null")
			b.known, b.empty = b.known || b.null, false
			return b
		case keyword(w[i], "not") && len(w) > i+1 && keyword(w[i+1], "null"):
			b.empty = true
		}
	}
	return b
}

// fills notes what rows get in a column, unless it is NULL.
func (c *columnChanges) fills(column string, b before) {
	if (b == before{null: true, known: true}) {
		return
	}
	if c.before == nil {
		c.before = map[string]before{}
	}
	c.before[column] = b
}

// constant reads a text or a number; of functions and the like nobody knows what they gave.
func constant(w []string) (value string, ok bool) {
	if len(w) == 0 {
		return "", false
	}
	if q := w[0][0]; q == '\'' || q == '"' {
		q := w[0][:1]
		value = strings.ReplaceAll(strings.TrimSuffix(w[0][1:], q), q+q, q)
		return value, !strings.Contains(value, `\`)
	}
	for _, t := range w {
		if strings.Trim(t, "+-.0123456789") != "" {
			break
		}
		value += t
	}
	return value, value != ""
}

// fill gives the rows that are there what they have in an added column.
func (c *alteration) fill(w mapping.Column) {
	for name, b := range c.named.before {
		if !sameName(c.target(name), w.Name) {
			continue
		}
		if b.empty {
			b.null, b.value, b.known = false, map[bool]string{true: "0"}[number(w.Type.ID)], number(w.Type.ID) || w.Type.ID == sqltype.Varchar
		}
		instant := strings.HasPrefix(w.Declared, "timestamp") && !strings.Contains(w.Declared, "zone") // In the zone of a session.
		switch {
		case b.known && b.null:
		case !b.known || instant || !c.plan.Identity() || w.Type.ID == sqltype.Varbyte || w.Type.ID == sqltype.Super:
			c.warnings = append(c.warnings, fmt.Sprintf("Rows of table %s have a value in the new column '%s' that the statement does not tell: it is NULL in the target until the table is loaded again",
				target.Qualified(c.plan.Schema, c.plan.Table), w.Name))
		default:
			c.sql = append(c.sql, "UPDATE "+target.Qualified(c.plan.Schema, c.plan.Table)+" SET "+target.Quote(w.Name)+" = '"+strings.ReplaceAll(b.value, "'", "''")+"'")
		}
	}
}

func number(id sqltype.ID) bool {
	switch id {
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Decimal, sqltype.Real, sqltype.Double:
		return true
	}
	return false
}

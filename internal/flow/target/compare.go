package target

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Finding is something in a table of the warehouse that does not fit a plan.
type Finding struct {
	Column  string
	Message string
	Mend    string // SQL.
	Fatal   bool   // Rows cannot be loaded at all; otherwise some values may not fit.
}

// Compare looks at the table that is there already. It finds nothing when there is none.
func (t *Target) Compare(ctx context.Context, p *mapping.Plan) (found []Finding, err error) {
	err = t.with(ctx, "look at table "+p.Schema+"."+p.Table, func(ctx context.Context, s *session) error {
		have, err := t.columns(ctx, s, p.Schema, p.Table)
		found = t.compare(p, have)
		return err
	})
	return found, err
}

// compare matches columns by name, never by place.
func (t *Target) compare(p *mapping.Plan, have []Column) []Finding {
	if len(have) == 0 {
		return nil
	}
	byName := map[string]Column{}
	for _, h := range have {
		byName[t.fold(h.Name)] = h
	}
	var found []Finding
	alter := "ALTER TABLE " + Qualified(p.Schema, p.Table)
	for _, c := range p.Columns {
		h, ok := byName[t.fold(c.Name)]
		delete(byName, t.fold(c.Name))
		if !ok {
			found = append(found, Finding{c.Name, "the table has no such column", alter + " ADD COLUMN " + Quote(c.Name) + " " + DDL(c.Type), true})
		} else if f, ok := fits(c, h); !ok {
			f.Column = c.Name
			f.Mend = mend(alter, c, h)
			found = append(found, f)
		}
	}
	for _, h := range have {
		if _, extra := byName[t.fold(h.Name)]; extra && !h.Nullable && !h.Filled {
			found = append(found, Finding{h.Name, "the column is NOT NULL without a default, and the source has no such column", alter + " DROP COLUMN " + Quote(h.Name), true})
		}
	}
	return found
}

// mend is the SQL that makes a column hold what comes: in place where Redshift can, else by a copy.
func mend(alter string, c mapping.Column, h Column) string {
	if c.Type.ID == sqltype.Varchar && h.Type.ID == sqltype.Varchar {
		return alter + " ALTER COLUMN " + Quote(c.Name) + " TYPE " + DDL(c.Type)
	}
	return strings.Join(swap(strings.TrimPrefix(alter, "ALTER TABLE "), h.Name, c.Type), "; ")
}

// Swap are statements that give a column another type: Redshift changes none in place but the length of VARCHAR.
func Swap(p *mapping.Plan, column string, typ sqltype.Type) []string {
	return swap(Qualified(p.Schema, p.Table), column, typ)
}

func swap(table, column string, typ sqltype.Type) []string {
	alter, old, next := "ALTER TABLE "+table, Quote(column), Quote(column+"_inlet_new")
	return []string{
		alter + " ADD COLUMN " + next + " " + DDL(typ),
		"UPDATE " + table + " SET " + next + " = CAST(" + old + " AS " + DDL(typ) + ")",
		alter + " DROP COLUMN " + old,
		alter + " RENAME COLUMN " + next + " TO " + old,
	}
}

// Holds reports whether a column of the warehouse holds every value of a plan's column.
func Holds(c mapping.Column, h Column) bool {
	return kindFits(c.Type, h.Type) && widthFits(c.Type, h.Type)
}

// Widens reports whether a column can be made to hold them in place.
func Widens(c mapping.Column, h Column) bool {
	return c.Type.ID == sqltype.Varchar && h.Type.ID == sqltype.Varchar
}

// fits reports whether a column of the warehouse holds every value of a plan's column.
func fits(c mapping.Column, h Column) (Finding, bool) {
	w, g := c.Type, h.Type
	says := fmt.Sprintf("the column is %s; the source's %s may need %s", strings.ToUpper(g.String()), c.Declared, DDL(w))
	switch {
	case g.ID == sqltype.Unknown:
		return Finding{Message: "the column's type " + h.Declared + " cannot be loaded", Fatal: true}, false
	case !kindFits(w, g):
		return Finding{Message: says, Fatal: true}, false
	case !widthFits(w, g):
		return Finding{Message: says}, false
	case c.Nullable && !h.Nullable:
		return Finding{Message: "the column is NOT NULL, the source's may be NULL"}, false
	}
	return Finding{}, true
}

// digits are how many an integer type has before it may overflow.
var digits = map[sqltype.ID]int{sqltype.Smallint: 5, sqltype.Integer: 10, sqltype.Bigint: 19}

// textWidth is how long values of a type are as text.
func textWidth(t sqltype.Type) int {
	switch t.ID {
	case sqltype.Boolean:
		return 1
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint:
		return digits[t.ID] + 1
	case sqltype.Decimal:
		return t.Precision + 2
	case sqltype.Real, sqltype.Double:
		return 24
	case sqltype.Date:
		return 10
	case sqltype.Time:
		return 15
	case sqltype.TimeTZ:
		return 18
	case sqltype.Timestamp:
		return 26
	case sqltype.TimestampTZ:
		return 32
	case sqltype.Varbyte:
		return 2 * t.Length
	}
	return t.Length
}

var moments = map[sqltype.ID]bool{sqltype.Date: true, sqltype.Timestamp: true, sqltype.TimestampTZ: true}

func isText(id sqltype.ID) bool { return id == sqltype.Varchar || id == sqltype.Char }

func isNumber(id sqltype.ID) bool {
	return digits[id] > 0 || id == sqltype.Decimal || id == sqltype.Real || id == sqltype.Double
}

// kindFits reports whether values of one type can be loaded into a column of another at all.
// Text may be loaded into anything: whether it says a number is seen then.
func kindFits(w, g sqltype.Type) bool {
	switch {
	case isText(w.ID), isText(g.ID), w.ID == g.ID:
		return true
	case isNumber(w.ID):
		return isNumber(g.ID)
	case moments[w.ID]:
		return moments[g.ID]
	}
	return false
}

// widthFits reports whether every value has room.
func widthFits(w, g sqltype.Type) bool {
	switch {
	case isText(g.ID):
		return textWidth(w) <= g.Length
	case isText(w.ID):
		return false
	case g.ID == sqltype.Varbyte:
		return w.Length <= g.Length
	case g.ID == sqltype.Decimal:
		whole, scale := shape(w)
		return whole <= g.Precision-g.Scale && scale <= g.Scale
	case digits[g.ID] > 0:
		whole, scale := shape(w)
		return scale == 0 && (w.ID == g.ID || whole < digits[g.ID] || digits[w.ID] > 0 && whole <= digits[g.ID])
	case g.ID == sqltype.Real:
		return w.ID == sqltype.Real
	case g.ID == sqltype.Date:
		return w.ID == sqltype.Date
	}
	return true
}

// shape is how many digits numbers of a type have before and after the point.
func shape(t sqltype.Type) (whole, scale int) {
	if t.ID == sqltype.Decimal {
		return t.Precision - t.Scale, t.Scale
	}
	if n := digits[t.ID]; n > 0 {
		return n, 0
	}
	return 400, 400
}

// refusal joins what keeps a table from being loaded, each with its mend.
func refusal(p *mapping.Plan, found []Finding) error {
	var all []error
	for _, f := range found {
		if f.Fatal {
			all = append(all, f.fault(p))
		}
	}
	return errors.Join(all...)
}

// fault is the finding as an error.
func (f Finding) fault(p *mapping.Plan) error {
	return &fault.Error{Kind: fault.Invalid, Code: "TargetTable", Op: "prepare the target", On: p.Schema + "." + p.Table + "." + f.Column, Message: f.Message, Hint: f.Mend}
}

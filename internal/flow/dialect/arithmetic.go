package dialect

import (
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// addition rewrites + and -.
func (r *rewriter) addition(left expr, level int) expr {
	op := r.next().val
	right := r.operatorExpression(level + 1)
	left, right = addable(left, right)
	left, right = promoted(left, right)
	e := binary(left, op, right, level)
	e.typ = sumType(left.typ, right.typ, op)
	return e
}

// promoted makes a number as written an INTEGER beside a SMALLINT, as it is in
// Redshift; the engine would compute in 16 bits.
func promoted(a, b expr) (expr, expr) {
	promote := func(e expr) expr {
		e.sql, e.level = asInteger(e.sql), levelAtom
		return e
	}
	switch {
	case a.typ.ID == sqltype.Smallint && b.lit == numberLiteral && b.typ == integer:
		return a, promote(b)
	case b.typ.ID == sqltype.Smallint && a.lit == numberLiteral && a.typ == integer:
		return promote(a), b
	}
	return a, b
}

// addable gives string literals beside dates and numbers the type Redshift sees in them.
func addable(a, b expr) (expr, expr) {
	switch {
	case a.lit == stringLiteral && b.lit != stringLiteral:
		return operandLiteral(a, b.typ), b
	case b.lit == stringLiteral && a.lit != stringLiteral:
		return a, operandLiteral(b, a.typ)
	}
	return a, b
}

func operandLiteral(e expr, other sqltype.Type) expr {
	if n := numeric(e); n.lit == numberLiteral {
		return n
	}
	switch {
	case isTime(other):
		return atom("CAST("+e.sql+" AS INTERVAL)", interval, noLabel)
	case other.ID == sqltype.IntervalDS || other.ID == sqltype.IntervalYM:
		return atom("CAST("+e.sql+" AS TIMESTAMP)", timestamp, noLabel)
	}
	return e
}

// sumType is the type of a sum or difference, Unknown where the engine's differs.
func sumType(a, b sqltype.Type, op string) sqltype.Type {
	switch {
	case isInteger(a) && isInteger(b):
		return wider(a, b)
	case isNumber(a) && isNumber(b) && (isFloat(a) || isFloat(b)):
		return double
	case isNumber(a) && isNumber(b):
		return decimalType(asDecimal(a), asDecimal(b), op)
	case a.ID == sqltype.Date && isInteger(b) || b.ID == sqltype.Date && isInteger(a) && op == "+":
		return date
	case a.ID == sqltype.Date && b.ID == sqltype.Date:
		return integer
	case isTime(a) && b.ID == sqltype.IntervalDS:
		if a.ID == sqltype.Date {
			return timestamp
		}
		return a
	}
	return unknown
}

// decimalType is the type of a sum, a difference or a product of decimals.
// Source: Redshift Database Developer Guide, "Computations with numeric values".
func decimalType(a, b sqltype.Type, op string) sqltype.Type {
	t := sqltype.Type{ID: sqltype.Decimal}
	switch {
	case a.Precision == 0 || b.Precision == 0:
		return unknown
	case op == "*":
		t.Scale = a.Scale + b.Scale
		t.Precision = a.Precision + b.Precision + 1
	case op == "%":
		return unknown
	default:
		t.Scale = max(a.Scale, b.Scale)
		t.Precision = max(a.Precision-a.Scale, b.Precision-b.Scale) + t.Scale + 1
	}
	if t.Scale > sqltype.MaxScale {
		return unknown
	}
	t.Precision = min(t.Precision, sqltype.MaxPrecision)
	return t
}

func wider(a, b sqltype.Type) sqltype.Type {
	switch {
	case a.ID == sqltype.Bigint || b.ID == sqltype.Bigint:
		return bigint
	case a.ID == sqltype.Integer || b.ID == sqltype.Integer:
		return integer
	}
	return a
}

func (r *rewriter) multiplication(left expr, level int) expr {
	r.next()
	right := r.operatorExpression(level + 1)
	if left.lit == stringLiteral {
		left = numeric(left)
	}
	if right.lit == stringLiteral {
		right = numeric(right)
	}
	left, right = promoted(left, right)
	e := binary(left, "*", right, level)
	e.typ = sumType(left.typ, right.typ, "*")
	if e.typ.ID == sqltype.Date {
		e.typ = unknown
	}
	return e
}

// division rewrites / and %. The engine gives NULL where Redshift refuses to
// divide by zero, and a double for decimals.
func (r *rewriter) division(left expr, level int) expr {
	op := r.next().val
	right := r.operatorExpression(level + 1)
	if left.lit == stringLiteral {
		left = numeric(left)
	}
	if right.lit == stringLiteral {
		right = numeric(right)
	}
	left, right = promoted(left, right)
	var e expr
	switch {
	case op == "/" && exactQuotient(left.typ, right.typ):
		return quotient(left, right)
	case nonZero(right) && (op == "%" || isInteger(left.typ) || isFloat(left.typ)):
		e = binary(left, op, right, level)
	case op == "%":
		e = atom(macroMod+"("+left.sql+", "+right.sql+")", unknown, noLabel)
	default:
		e = atom(macroDivide+"("+left.sql+", "+right.sql+")", unknown, noLabel)
	}
	e.typ = sumType(left.typ, right.typ, op)
	if e.typ.ID == sqltype.Date {
		e.typ = unknown
	}
	return e
}

func nonZero(e expr) bool {
	return e.lit == numberLiteral && strings.Trim(e.text, "-0.") != "" && !strings.ContainsAny(e.text, "eE")
}

// exactQuotient says that both sides are exact numbers and one has decimals.
func exactQuotient(a, b sqltype.Type) bool {
	exact := func(t sqltype.Type) bool { return isInteger(t) || t.ID == sqltype.Decimal && t.Precision > 0 }
	return exact(a) && exact(b) && (a.ID == sqltype.Decimal || b.ID == sqltype.Decimal)
}

// asDecimal is the decimal an integer is computed as.
func asDecimal(t sqltype.Type) sqltype.Type {
	switch t.ID {
	case sqltype.Smallint:
		return sqltype.Type{ID: sqltype.Decimal, Precision: 5}
	case sqltype.Integer:
		return sqltype.Type{ID: sqltype.Decimal, Precision: 10}
	case sqltype.Bigint:
		return sqltype.Type{ID: sqltype.Decimal, Precision: 19}
	}
	return t
}

// Redshift's scale of a quotient is at least this.
const minQuotientScale = 4

// quotientType follows Redshift's rules for division of decimals.
// Source: Redshift Database Developer Guide, "Computations with numeric values".
func quotientType(a, b sqltype.Type) sqltype.Type {
	a, b = asDecimal(a), asDecimal(b)
	scale := max(minQuotientScale, a.Scale+b.Precision-b.Scale+1)
	precision := a.Precision - a.Scale + b.Scale + scale
	if over := precision - sqltype.MaxPrecision; over > 0 {
		scale = max(minQuotientScale, scale-over)
		precision = sqltype.MaxPrecision
	}
	return sqltype.Type{ID: sqltype.Decimal, Precision: precision, Scale: min(scale, sqltype.MaxScale)}
}

// quotient divides decimals exactly, as whole numbers.
func quotient(left, right expr) expr {
	t := quotientType(left.typ, right.typ)
	a, b := asDecimal(left.typ), asDecimal(right.typ)
	shift := t.Scale + b.Scale - a.Scale
	if shift < 0 { // More decimals than the result keeps: a double is as good.
		return atom("CAST("+macroDivide+"("+left.sql+", "+right.sql+") AS "+t.Engine()+")", t, noLabel)
	}
	sql := macroQuotient + "(" + left.sql + ", " + powerOfTen(a.Scale) + ", " + right.sql + ", " + powerOfTen(b.Scale) + ", " + powerOfTen(shift) + ")"
	return atom("CAST("+sql+" * 0."+strings.Repeat("0", t.Scale-1)+"1 AS "+t.Engine()+")", t, noLabel)
}

func powerOfTen(n int) string { return "1" + strings.Repeat("0", n) }

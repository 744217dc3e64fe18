package dialect

import (
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// compare rewrites = <> < > <= >=. Redshift ignores trailing blanks when it
// compares text, and reads dates from literals in many forms.
func (r *rewriter) compare(left expr, level int) expr {
	op := r.next().val
	if op == "!=" {
		op = "<>"
	}
	if quantifier := r.acceptAny("any", "some", "all"); quantifier != "" {
		return r.quantified(left, op, quantifier, level)
	}
	right := r.operatorExpression(level + 1)
	left, right = comparable(left, right)
	e := binary(left, op, right, level)
	if left.level <= level { // Comparisons do not chain in the engine's grammar.
		e.sql = "(" + left.sql + ") " + op + " " + right.at(level+1)
	}
	e.typ = boolean
	return e
}

func (r *rewriter) quantified(left expr, op, quantifier string, level int) expr {
	r.expectOp("(")
	var inner string
	if r.is("select") || r.is("with") || r.is("values") || r.is("table") || r.isOp("(") && r.queryAhead() {
		inner = r.nested().sql
	} else {
		inner = r.expression().sql
	}
	r.expectOp(")")
	sql := left.at(level+1) + " " + op + " " + strings.ToUpper(quantifier) + "(" + inner + ")"
	return expr{sql: sql, typ: boolean, label: noLabel, level: level}
}

// queryAhead looks behind opening brackets for a query.
func (c *cursor) queryAhead() bool {
	i := c.i
	for i < len(c.toks)-1 && c.toks[i].is("(") {
		i++
	}
	t := c.toks[i]
	return t.word("select") || t.word("with") || t.word("values") && c.toks[i+1].is("(")
}

// comparable makes two operands meet as Redshift would compare them.
func comparable(a, b expr) (expr, expr) {
	switch {
	case a.path != "" && b.path == "":
		a = scalarBeside(a, b)
	case b.path != "" && a.path == "":
		b = scalarBeside(b, a)
	}
	switch {
	case a.isText() && b.isText():
		return trimmed(a), trimmed(b)
	case a.lit == stringLiteral && isTime(b.typ):
		return timeLiteral(a, b.typ), b
	case b.lit == stringLiteral && isTime(a.typ):
		return a, timeLiteral(b, a.typ)
	case a.lit == stringLiteral && isNumber(b.typ):
		return numeric(a), b
	case b.lit == stringLiteral && isNumber(a.typ):
		return a, numeric(b)
	}
	return a, b
}

// scalarBeside takes a SUPER value for the type it is compared with.
func scalarBeside(e, other expr) expr {
	switch {
	case other.isText():
		return e.scalar()
	case isNumber(other.typ):
		return atom("TRY_CAST("+e.scalar().sql+" AS DOUBLE)", double, e.label)
	}
	return e
}

// trimmed drops trailing blanks. CHAR columns are stored without them.
func trimmed(e expr) expr {
	switch {
	case e.lit == stringLiteral:
		e.text = strings.TrimRight(e.text, " ")
		e.sql = QuoteLiteral(e.text)
	case e.typ.ID == sqltype.Varchar && !e.trimmedByMacro():
		e.sql = "rtrim(" + e.sql + ", ' ')"
		e.level = levelAtom
	}
	return e
}

func (e expr) trimmedByMacro() bool { return strings.HasPrefix(e.sql, "rtrim(") }

// timeLiteral reads a literal as the other side's type, in the forms Redshift knows.
func timeLiteral(e expr, t sqltype.Type) expr {
	switch {
	case plainDate(e.text) || plainTimestamp(e.text): // The engine reads these itself.
		return e
	case t.ID == sqltype.Date:
		return atom(macroDate+"("+e.sql+")", date, noLabel)
	case t.ID == sqltype.Timestamp:
		return atom(macroTimestamp+"("+e.sql+")", timestamp, noLabel)
	}
	return e
}

// plainDate recognises YYYY-MM-DD.
func plainDate(s string) bool {
	if len(s) != 10 {
		return false
	}
	for i := range len(s) {
		if dash := i == 4 || i == 7; dash != (s[i] == '-') || !dash && !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// plainTimestamp recognises YYYY-MM-DD HH:MM:SS with an optional fraction.
func plainTimestamp(s string) bool {
	if len(s) < 19 || !plainDate(s[:10]) || s[10] != ' ' && s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return false
	}
	fraction := strings.TrimPrefix(s[19:], ".")
	return isDigits(s[11:13]+s[14:16]+s[17:19]) && (s[19:] == "" || len(fraction) <= 6 && isDigits(fraction) && s[19] == '.')
}

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// numeric turns a literal that holds a number into the number; others stay and fail in the engine.
func numeric(e expr) expr {
	s := strings.TrimSpace(e.text)
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	whole, fraction, point := strings.Cut(digits, ".")
	if !isDigits(whole+fraction) || point && whole == "" || len(digits) > 38 {
		return e
	}
	s = strings.TrimPrefix(s, "+")
	out := expr{sql: s, typ: numberType(digits), label: noLabel, level: levelAtom, lit: numberLiteral, text: s}
	if strings.HasPrefix(s, "-") {
		out.level = levelSign
	}
	return out
}

// matching rewrites [NOT] BETWEEN, IN, LIKE, ILIKE and SIMILAR TO.
func (r *rewriter) matching(left expr, level int) expr {
	not := ""
	if r.accept("not") {
		not = "NOT "
	}
	switch r.next().val {
	case "between":
		return r.between(left, not, level)
	case "in":
		return r.in(left, not, level)
	case "like":
		return r.like(left, not, "LIKE", level)
	case "ilike":
		return r.like(left, not, "ILIKE", level)
	default:
		r.expect("to")
		return r.similar(left, not, level)
	}
}

func (r *rewriter) between(left expr, not string, level int) expr {
	symmetric := r.accept("symmetric")
	r.accept("asymmetric")
	low := r.operatorExpression(level + 1)
	r.expect("and")
	high := r.operatorExpression(level + 1)
	plain := left
	left, low = comparable(left, low)
	_, high = comparable(plain, high)
	a, b := low.at(level+1), high.at(level+1)
	if symmetric {
		a, b = "least("+low.sql+", "+high.sql+")", "greatest("+low.sql+", "+high.sql+")"
	}
	return expr{sql: left.at(level+1) + " " + not + "BETWEEN " + a + " AND " + b, typ: boolean, label: noLabel, level: level}
}

func (r *rewriter) in(left expr, not string, level int) expr {
	if !r.isOp("(") {
		r.syntax()
		return expr{}
	}
	var inner string
	if r.peekAt(1).is("(") && r.queryAhead() || r.startsIn() {
		r.next()
		inner = r.nested().sql
		r.expectOp(")")
	} else {
		r.next()
		list := r.expressions()
		r.expectOp(")")
		plain := left
		for i := range list {
			left, list[i] = comparable(plain, list[i])
		}
		inner = joinSQL(list)
	}
	return expr{sql: left.at(level+1) + " " + not + "IN (" + inner + ")", typ: boolean, label: noLabel, level: level}
}

func (r *rewriter) startsIn() bool {
	t := r.peekAt(1)
	return t.word("select") || t.word("with") || t.word("values") && r.peekAt(2).is("(") || t.word("table") && !r.peekAt(2).is(",")
}

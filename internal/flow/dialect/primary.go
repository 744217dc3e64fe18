package dialect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// primary rewrites an operand: a literal, a parameter, a bracket, a column, a call.
func (r *rewriter) primary() expr {
	t := r.peek()
	switch t.kind {
	case tokenString:
		r.next()
		e := atom(QuoteLiteral(t.val), unknown, noLabel)
		e.lit, e.text = stringLiteral, t.val
		return e
	case tokenNumber:
		r.next()
		e := atom(t.val, numberType(t.val), noLabel)
		e.lit, e.text = numberLiteral, t.val
		return e
	case tokenParam:
		return r.param(r.next())
	case tokenQuoted:
		return r.named()
	case tokenWord:
		return r.wordPrimary(t)
	}
	if t.is("(") {
		return r.bracket()
	}
	r.syntax()
	return expr{}
}

// numberType is the type of a number as written.
func numberType(s string) sqltype.Type {
	if strings.ContainsAny(s, "eE") {
		return double
	}
	whole, fraction, point := strings.Cut(strings.TrimLeft(s, "-"), ".")
	if !point {
		switch n, err := strconv.ParseInt(whole, 10, 64); {
		case err != nil:
		case n == int64(int32(n)):
			return integer
		default:
			return bigint
		}
	}
	precision := max(len(strings.TrimLeft(whole, "0"))+len(fraction), 1)
	if precision > sqltype.MaxPrecision {
		return unknown
	}
	return sqltype.Type{ID: sqltype.Decimal, Precision: precision, Scale: len(fraction)}
}

// param writes a parameter with the type its OID gives it.
func (r *rewriter) param(t token) expr {
	n, err := strconv.Atoi(t.val[1:])
	if err != nil || n < 1 || n > 65535 {
		r.fail(t, "42P02", "there is no parameter %s", t.val)
		return expr{}
	}
	e := atom(t.val, unknown, noLabel)
	if n <= len(r.params) {
		if typ, ok := parameterTypes[r.params[n-1]]; ok {
			e.typ = typ
			e.sql = "CAST(" + t.val + " AS " + typ.Engine() + ")"
			return e
		}
	}
	e.param = t.val
	return e
}

// parameterTypes are the OIDs a client may give; text without a length is any text.
var parameterTypes = map[uint32]sqltype.Type{
	16: boolean, 21: {ID: sqltype.Smallint}, 23: integer, 20: bigint, 700: {ID: sqltype.Real}, 701: double,
	1700: {ID: sqltype.Decimal, Precision: 38, Scale: 10}, 25: varchar, 1043: varchar, 1042: varchar, 18: varchar, 19: varchar,
	1082: date, 1083: {ID: sqltype.Time}, 1266: {ID: sqltype.TimeTZ}, 1114: timestamp, 1184: {ID: sqltype.TimestampTZ},
	1186: interval, 26: bigint, 17: {ID: sqltype.Varbyte}, 4000: super, 6551: {ID: sqltype.Varbyte},
}

// bracket rewrites (query), (expression) and (row, …).
func (r *rewriter) bracket() expr {
	if r.queryAhead() && r.wholeBracketIsQuery() {
		r.next()
		q := r.nested()
		r.expectOp(")")
		e := atom("("+q.sql+")", unknown, noLabel)
		if len(q.columns) == 1 {
			e.typ = q.columns[0].Type
		}
		return e
	}
	r.expectOp("(")
	list := r.expressions()
	r.expectOp(")")
	if len(list) == 1 {
		e := list[0]
		if e.lit != numberLiteral && e.lit != stringLiteral {
			e.sql, e.level = "("+e.sql+")", levelAtom
		}
		return e
	}
	e := atom("("+joinSQL(list)+")", unknown, "row")
	e.items = list
	return e
}

// wholeBracketIsQuery tells ((SELECT 1) + 1) from ((SELECT 1) UNION …).
func (r *rewriter) wholeBracketIsQuery() bool {
	inner := r.peekAt(1)
	if !inner.is("(") {
		return true
	}
	if inner.match < 0 {
		return false
	}
	next := r.toks[inner.match+1]
	return next.is(")") || next.word("union") || next.word("intersect") || next.word("except") || next.word("minus") ||
		next.word("order") || next.word("limit") || next.word("offset")
}

// wordPrimary rewrites what starts with a word.
func (r *rewriter) wordPrimary(t token) expr {
	next := r.peekAt(1)
	if f, ok := wordExpressions[t.val]; ok && !next.is(".") {
		return f(r)
	}
	if next.is("(") {
		if f, ok := callExpressions[t.val]; ok {
			return f(r)
		}
	}
	if next.kind == tokenString || t.val == "timestamp" || t.val == "time" || t.val == "double" {
		if e, ok := r.typedLiteral(); ok {
			return e
		}
	}
	if t.val == "approximate" && next.kind == tokenWord {
		return r.approximate()
	}
	return r.named()
}

// wordExpressions are keywords that are expressions of their own.
var wordExpressions map[string]func(*rewriter) expr

// callExpressions are functions with a grammar of their own.
var callExpressions map[string]func(*rewriter) expr

func init() { // Filled here, because their functions refer back to the tables.
	wordExpressions = map[string]func(*rewriter) expr{
		"null":              constant("NULL", unknown, noLabel),
		"true":              constant("TRUE", boolean, "bool"),
		"false":             constant("FALSE", boolean, "bool"),
		"case":              (*rewriter).caseExpression,
		"current_date":      constant("current_date", date, "date"),
		"current_time":      constant("current_time", unknown, "timetz"),
		"current_timestamp": constant("now()", sqltype.Type{ID: sqltype.TimestampTZ}, "timestamptz"),
		"localtime":         constant("localtime", unknown, "time"),
		"localtimestamp":    constant("CAST(now() AS TIMESTAMP)", timestamp, "timestamp"),
		"current_user":      constant("current_user()", varchar, "current_user"),
		"session_user":      constant("session_user()", varchar, "session_user"),
		"user":              constant("current_user()", varchar, "current_user"),
		"sysdate":           constant(engineSysdate, timestamp, "timestamp"),
		"exists":            (*rewriter).exists,
		"interval":          (*rewriter).intervalLiteral,
		"default":           (*rewriter).misplacedDefault,
	}
	callExpressions = map[string]func(*rewriter) expr{
		"cast": (*rewriter).castCall, "try_cast": (*rewriter).castCall, "convert": (*rewriter).convertCall,
		"extract": (*rewriter).extractCall, "position": (*rewriter).positionCall, "trim": (*rewriter).trimCall,
		"substring": (*rewriter).substringCall, "overlay": (*rewriter).overlayCall, "array": (*rewriter).arrayCall,
		"row": (*rewriter).rowCall,
	}
}

// constant is an expression of one word; an empty pair of brackets may follow it.
func constant(sql string, t sqltype.Type, label string) func(*rewriter) expr {
	return func(r *rewriter) expr {
		r.next()
		if r.isOp("(") && r.peekAt(1).is(")") {
			r.i += 2
		}
		e := atom(sql, t, label)
		if sql == "NULL" {
			e.lit = nullLiteral
		}
		return e
	}
}

func (r *rewriter) misplacedDefault() expr {
	r.fail(r.peek(), codeSyntax, "DEFAULT is not allowed in this context")
	return expr{}
}

// caseExpression rewrites CASE … END.
func (r *rewriter) caseExpression() expr {
	r.expect("case")
	sql := "CASE"
	var subject expr
	simple := !r.is("when")
	if simple {
		subject = r.expression()
	}
	var conditions, results []expr
	for r.accept("when") {
		conditions = append(conditions, r.expression())
		r.expect("then")
		results = append(results, r.expression())
	}
	if len(results) == 0 {
		r.syntax()
		return expr{}
	}
	label := "case"
	if r.accept("else") {
		e := r.expression()
		results = append(results, e)
		if e.label != noLabel { // PostgreSQL names a CASE after its ELSE when that has a name.
			label = e.label
		}
	}
	r.expect("end")
	if simple {
		for i := range conditions {
			subject, conditions[i] = comparable(subject, conditions[i])
		}
		sql += " " + subject.sql
	}
	for i, c := range conditions {
		sql += " WHEN " + c.sql + " THEN " + results[i].sql
	}
	if len(results) > len(conditions) {
		sql += " ELSE " + results[len(results)-1].sql
	}
	return atom(r.bound(sql+" END"), commonType(results), label)
}

// commonType is the type of all of them, Unknown when they differ.
func commonType(list []expr) sqltype.Type {
	var t sqltype.Type
	for _, e := range list {
		et := e.typ
		switch {
		case e.lit == nullLiteral:
			continue
		case e.isText():
			et = varchar
		}
		switch {
		case et.ID == sqltype.Unknown:
			return unknown
		case t.ID == sqltype.Unknown, isInteger(t) && isInteger(et) && wider(t, et) == et:
			t = et
		case t != et && !(isInteger(t) && isInteger(et)):
			return unknown
		}
	}
	return t
}

func (r *rewriter) exists() expr {
	r.expect("exists")
	r.expectOp("(")
	q := r.nested()
	r.expectOp(")")
	return atom("EXISTS ("+q.sql+")", boolean, "?column?")
}

// typedLiteral rewrites type 'text', such as DATE '2024-01-01'.
func (r *rewriter) typedLiteral() (expr, bool) {
	start := r.i
	at := r.peek()
	if reserved[at.val] {
		return expr{}, false
	}
	switch at.val {
	case "timestamp", "time", "double":
		if next := r.peekAt(1); next.kind != tokenString && next.kind != tokenWord && !next.is("(") {
			return expr{}, false
		}
	}
	t := r.typeName()
	if r.err != nil || r.peek().kind != tokenString {
		if r.err == nil {
			r.i = start
		}
		return expr{}, false
	}
	e := r.primary()
	out := r.cast(e, t, at)
	return out, true
}

func (r *rewriter) arrayCall() expr {
	r.next()
	if r.peekAt(1).word("select") || r.peekAt(1).word("with") {
		r.next()
		q := r.nested()
		r.expectOp(")")
		return atom("ARRAY("+q.sql+")", unknown, "array")
	}
	r.fail(r.last(), codeUnsupported, "function array is not supported")
	return expr{}
}

func (r *rewriter) rowCall() expr {
	r.next()
	r.expectOp("(")
	list := r.expressions()
	r.expectOp(")")
	return atom("ROW("+joinSQL(list)+")", unknown, "row")
}

// named rewrites a column or a call of a function.
func (r *rewriter) named() expr {
	t := r.peek()
	if t.word("array") && r.peekAt(1).is("[") {
		r.next()
		r.next()
		var list []expr
		if !r.isOp("]") {
			list = r.expressions()
		}
		r.expectOp("]")
		return atom("ARRAY["+joinSQL(list)+"]", unknown, "array")
	}
	if r.functionFollows() && (t.kind == tokenQuoted || !reserved[t.val] || t.val == "left" || t.val == "right" || t.val == "isnull") {
		return r.call()
	}
	return r.columnReference()
}

// columnReference rewrites [schema.][table.]column, and navigation into a SUPER column.
func (r *rewriter) columnReference() expr {
	parts := []string{r.name()}
	for r.isOp(".") && !r.peekAt(1).is("*") && r.err == nil {
		if _, used := r.scope.column(parts); used == len(parts) {
			if t, _ := r.scope.column(parts); t.ID == sqltype.Super {
				break // The rest navigates.
			}
		}
		r.next()
		parts = append(parts, r.label())
	}
	typ, used := r.scope.column(parts)
	if used != len(parts) {
		typ = unknown
	}
	if len(parts) > 4 {
		r.fail(r.last(), codeSyntax, "improper qualified name (too many dotted names)")
	}
	last := parts[len(parts)-1]
	parts = slices.Clone(parts)
	if len(parts) == 3 && parts[0] == "pg_catalog" {
		parts = parts[1:]
	}
	return expr{sql: strings.Join(r.withoutDatabase(parts, 3), "."), typ: typ, label: last, column: true, level: levelAtom}
}

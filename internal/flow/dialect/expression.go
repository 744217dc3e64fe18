package dialect

import (
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// expr is a rewritten expression and what is known of it.
type expr struct {
	sql    string
	typ    sqltype.Type // ID Unknown when it cannot be known
	label  string       // the result column's name in Redshift
	column bool         // a plain column, whose name the engine gives too
	level  int          // how tightly its outermost operator binds
	lit    literal
	text   string // a string literal's value, or a number as written
	param  string // $n when it is a parameter whose type is open
	items  []expr // of a row
	path   string // navigates into a SUPER value: the arguments of json_extract
}

type literal uint8

const (
	notLiteral literal = iota
	stringLiteral
	numberLiteral
	nullLiteral
)

// Levels of operators, as the engine's grammar has them.
const (
	levelOr = iota + 1
	levelAnd
	levelNot
	levelIs
	levelCompare
	levelIn
	levelOther
	levelAdd
	levelMultiply
	levelPower
	levelZone
	levelCollate
	levelSign
	levelAtom
)

const noLabel = "?column?"

// atom is an expression that needs no brackets anywhere.
func atom(sql string, t sqltype.Type, label string) expr {
	return expr{sql: sql, typ: t, label: label, level: levelAtom}
}

// at is the expression as an operand that must bind at least at level.
func (e expr) at(level int) string {
	if e.level < level {
		return "(" + e.sql + ")"
	}
	return e.sql
}

func (e expr) isText() bool {
	return e.lit == stringLiteral || e.typ.ID == sqltype.Varchar || e.typ.ID == sqltype.Char
}

func isInteger(t sqltype.Type) bool {
	return t.ID == sqltype.Smallint || t.ID == sqltype.Integer || t.ID == sqltype.Bigint
}

func isFloat(t sqltype.Type) bool { return t.ID == sqltype.Real || t.ID == sqltype.Double }

func isNumber(t sqltype.Type) bool { return isInteger(t) || isFloat(t) || t.ID == sqltype.Decimal }

func isTime(t sqltype.Type) bool {
	return t.ID == sqltype.Date || t.ID == sqltype.Timestamp || t.ID == sqltype.TimestampTZ
}

// expression rewrites a whole expression.
func (r *rewriter) expression() expr { return r.operatorExpression(levelOr) }

// expressions rewrites a list of them.
func (r *rewriter) expressions() []expr {
	var out []expr
	for r.err == nil {
		out = append(out, r.expression())
		if !r.acceptOp(",") {
			break
		}
	}
	return out
}

// operatorExpression rewrites operators that bind at least at level.
func (r *rewriter) operatorExpression(level int) expr {
	if !r.enter() {
		return expr{}
	}
	defer r.leave()
	left := r.prefix()
	for r.err == nil {
		op, opLevel := r.infix()
		if op == nil || opLevel < level {
			break
		}
		left = op(r, left, opLevel)
		left.sql = r.bound(left.sql)
	}
	return left
}

// prefix rewrites operators before an operand.
func (r *rewriter) prefix() expr {
	t := r.peek()
	switch {
	case r.accept("not"):
		e := r.operatorExpression(levelNot)
		return expr{sql: "NOT " + e.at(levelNot), typ: boolean, label: noLabel, level: levelNot}
	case t.is("-"), t.is("+"):
		r.next()
		e := r.operatorExpression(levelSign)
		if t.val == "+" {
			return e
		}
		if e.lit == numberLiteral && !strings.HasPrefix(e.text, "-") {
			return expr{sql: "-" + e.sql, typ: e.typ, label: noLabel, level: levelSign, lit: numberLiteral, text: "-" + e.text}
		}
		sql := e.at(levelSign)
		if strings.HasPrefix(sql, "-") { // Two signs would begin a comment.
			sql = "(" + sql + ")"
		}
		return expr{sql: "-" + sql, typ: e.typ, label: noLabel, level: levelSign}
	case t.is("~"):
		r.next()
		e := r.operatorExpression(levelOther)
		return expr{sql: "~" + e.at(levelSign), typ: e.typ, label: noLabel, level: levelOther}
	case t.kind == tokenOp:
		if f, ok := prefixFunctions[t.val]; ok {
			r.next()
			e := r.operatorExpression(levelOther)
			return atom(f+"("+e.sql+")", unknown, noLabel)
		}
	}
	return r.postfix(r.primary())
}

// prefixFunctions are operators the engine has as functions.
var prefixFunctions = map[string]string{"@": "abs", "|/": "sqrt", "||/": "cbrt"}

// postfix rewrites casts, subscripts and COLLATE behind an operand.
func (r *rewriter) postfix(e expr) expr {
	for r.err == nil {
		switch {
		case r.acceptOp("::"):
			at := r.peek()
			t := r.typeName()
			label := e.label
			e = r.cast(e, t, at)
			if label != noLabel {
				e.label = label
			}
		case r.isOp("["):
			e = r.subscript(e)
		case r.isOp(".") && e.level == levelAtom && e.typ.ID == sqltype.Super:
			e = r.navigate(e)
		case r.isOp(".") && r.last().is(")") && strings.HasPrefix(e.sql, "("): // A field of a record.
			r.next()
			field := r.label()
			e = atom(e.sql+"."+QuoteName(field), unknown, field)
		case r.accept("collate"):
			r.collate()
		default:
			return e
		}
	}
	return e
}

// collate passes a collation: the engine compares bytes, as Redshift does.
func (r *rewriter) collate() {
	at := r.peek()
	n := r.qualifiedName()
	switch n.Name {
	case "default", "c", "posix", "case_sensitive":
	case "case_insensitive":
		r.fail(at, codeUnsupported, "COLLATE CASE_INSENSITIVE is not supported in expressions")
	default:
		r.fail(at, codeNoType, `collation "%s" does not exist`, n.Name)
	}
}

func (r *rewriter) subscript(e expr) expr {
	if e.typ.ID == sqltype.Super {
		return r.navigate(e)
	}
	r.expectOp("[")
	sql := e.at(levelAtom) + "["
	if !r.isOp(":") {
		sql += r.expression().sql
	}
	if r.acceptOp(":") {
		sql += ":" + r.expression().sql
	}
	r.expectOp("]")
	return atom(sql+"]", unknown, e.label)
}

// navigate rewrites .name and [n] on a SUPER value, which is JSON text here.
func (r *rewriter) navigate(e expr) expr {
	path := "$"
	for r.err == nil {
		switch {
		case r.acceptOp("."):
			name := r.label()
			path += `."` + strings.ReplaceAll(name, `"`, `\"`) + `"`
			e.label = name
		case r.isOp("[") && r.peekAt(1).kind == tokenNumber && r.peekAt(2).is("]"):
			path += "[" + r.peekAt(1).val + "]"
			r.i += 3
		case r.isOp("["):
			r.fail(r.peek(), codeUnsupported, "SUPER navigation takes constant subscripts only")
		default:
			path = e.sql + ", " + QuoteLiteral(path)
			out := atom("json_extract("+path+")", super, e.label)
			out.path = path
			return out
		}
	}
	return e
}

// scalar is what a navigation finds as text without quotes; other expressions stay.
func (e expr) scalar() expr {
	if e.path == "" {
		return e
	}
	return atom("json_extract_string("+e.path+")", varchar, e.label)
}

var (
	unknown   = sqltype.Type{}
	boolean   = sqltype.Type{ID: sqltype.Boolean}
	integer   = sqltype.Type{ID: sqltype.Integer}
	bigint    = sqltype.Type{ID: sqltype.Bigint}
	double    = sqltype.Type{ID: sqltype.Double}
	varchar   = sqltype.Type{ID: sqltype.Varchar}
	date      = sqltype.Type{ID: sqltype.Date}
	timestamp = sqltype.Type{ID: sqltype.Timestamp}
	interval  = sqltype.Type{ID: sqltype.IntervalDS}
	super     = sqltype.Type{ID: sqltype.Super}
)

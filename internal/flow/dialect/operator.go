package dialect

import (
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// infixFunc rewrites an operator whose left operand has been read; the cursor stands on the operator.
type infixFunc func(r *rewriter, left expr, level int) expr

// infix tells what operator follows and how tightly it binds.
func (r *rewriter) infix() (infixFunc, int) {
	t := r.peek()
	switch t.kind {
	case tokenWord:
		return r.wordOperator(t.val)
	case tokenOp:
		if op, ok := symbolOperators[t.val]; ok {
			return op.rewrite, op.level
		}
	}
	return nil, 0
}

func (r *rewriter) wordOperator(word string) (infixFunc, int) {
	switch word {
	case "or":
		return (*rewriter).logical, levelOr
	case "and":
		return (*rewriter).logical, levelAnd
	case "is", "isnull", "notnull":
		return (*rewriter).isTest, levelIs
	case "between", "in", "like", "ilike", "similar":
		return (*rewriter).matching, levelIn
	case "not":
		switch r.peekAt(1).val {
		case "between", "in", "like", "ilike", "similar":
			return (*rewriter).matching, levelIn
		}
	case "overlaps":
		return (*rewriter).overlaps, levelOther
	case "operator":
		if r.peekAt(1).is("(") {
			return (*rewriter).namedOperator, levelOther
		}
	case "at":
		if r.peekAt(1).word("time") && r.peekAt(2).word("zone") {
			return (*rewriter).atTimeZone, levelZone
		}
	}
	return nil, 0
}

type symbolOperator struct {
	rewrite infixFunc
	level   int
}

// symbolOperators are the operators that are no words.
var symbolOperators map[string]symbolOperator

func init() { // Their functions refer back to the table.
	symbolOperators = map[string]symbolOperator{
		"=": {(*rewriter).compare, levelCompare}, "<>": {(*rewriter).compare, levelCompare}, "!=": {(*rewriter).compare, levelCompare},
		"<": {(*rewriter).compare, levelCompare}, ">": {(*rewriter).compare, levelCompare},
		"<=": {(*rewriter).compare, levelCompare}, ">=": {(*rewriter).compare, levelCompare},
		"~": {(*rewriter).regexp, levelOther}, "!~": {(*rewriter).regexp, levelOther},
		"~*": {(*rewriter).regexp, levelOther}, "!~*": {(*rewriter).regexp, levelOther},
		"~~": {(*rewriter).likeSymbol, levelOther}, "!~~": {(*rewriter).likeSymbol, levelOther},
		"~~*": {(*rewriter).likeSymbol, levelOther}, "!~~*": {(*rewriter).likeSymbol, levelOther},
		"||": {(*rewriter).concat, levelOther},
		"&":  {(*rewriter).plainOperator, levelOther}, "|": {(*rewriter).plainOperator, levelOther},
		"<<": {(*rewriter).plainOperator, levelOther}, ">>": {(*rewriter).plainOperator, levelOther},
		"#": {(*rewriter).xor, levelOther},
		"+": {(*rewriter).addition, levelAdd}, "-": {(*rewriter).addition, levelAdd},
		"*": {(*rewriter).multiplication, levelMultiply}, "/": {(*rewriter).division, levelMultiply}, "%": {(*rewriter).division, levelMultiply},
		"^": {(*rewriter).power, levelPower},
	}
}

func (r *rewriter) logical(left expr, level int) expr {
	word := strings.ToUpper(r.next().val)
	right := r.operatorExpression(level + 1)
	return expr{sql: left.at(level) + " " + word + " " + right.at(level+1), typ: boolean, label: noLabel, level: level}
}

// binary writes left op right; both operands are brought to the level first.
func binary(left expr, op string, right expr, level int) expr {
	return expr{sql: left.at(level) + " " + op + " " + right.at(level+1), label: noLabel, level: level}
}

func (r *rewriter) plainOperator(left expr, level int) expr {
	op := strings.ToUpper(r.next().val)
	e := binary(left, op, r.operatorExpression(level+1), level)
	if isInteger(left.typ) {
		e.typ = left.typ
	}
	return e
}

// overlaps rewrites (a, b) OVERLAPS (c, d); the ends of a period may come in any order.
func (r *rewriter) overlaps(left expr, level int) expr {
	at := r.next()
	right := r.operatorExpression(level + 1)
	if len(left.items) != 2 || len(right.items) != 2 {
		r.fail(at, codeSyntax, "OVERLAPS takes two periods of two expressions each")
		return expr{}
	}
	end := func(f string, e expr) string {
		return f + "(" + r.moment(e.items[0]).sql + ", " + r.moment(e.items[1]).sql + ")"
	}
	sql := "(" + end("least", left) + " < " + end("greatest", right) + " AND " + end("least", right) + " < " + end("greatest", left) +
		" OR " + end("least", left) + " = " + end("least", right) + ")"
	return atom(sql, boolean, noLabel)
}

func (r *rewriter) xor(left expr, level int) expr {
	r.next()
	right := r.operatorExpression(level + 1)
	return atom("xor("+left.sql+", "+right.sql+")", left.typ, noLabel)
}

func (r *rewriter) power(left expr, level int) expr {
	r.next()
	right := r.operatorExpression(level + 1)
	return atom("pow("+left.sql+", "+right.sql+")", double, noLabel)
}

func (r *rewriter) concat(left expr, level int) expr {
	r.next()
	return joined(left, r.operatorExpression(level+1), level)
}

// joined writes left || right. With a bare NULL the engine would forget that it is text.
func joined(left, right expr, level int) expr {
	e := binary(left, "||", right, level)
	e.typ = varchar
	if left.lit == nullLiteral && right.typ.ID != sqltype.Varbyte || right.lit == nullLiteral && left.typ.ID != sqltype.Varbyte {
		return atom("CAST("+e.sql+" AS VARCHAR)", varchar, noLabel)
	}
	return e
}

func (r *rewriter) atTimeZone(left expr, level int) expr {
	r.i += 3
	right := r.operatorExpression(level + 1)
	left = r.stamped(left)
	e := binary(left, "AT TIME ZONE", right, level)
	e.label = "timezone"
	switch left.typ.ID {
	case sqltype.Timestamp:
		e.typ.ID = sqltype.TimestampTZ
	case sqltype.TimestampTZ:
		e.typ.ID = sqltype.Timestamp
	}
	return e
}

// namedOperator rewrites OPERATOR(schema.symbol), as catalog queries write it.
func (r *rewriter) namedOperator(left expr, _ int) expr {
	r.expect("operator")
	r.expectOp("(")
	if r.peek().kind == tokenWord {
		r.next()
		r.expectOp(".")
	}
	t := r.peek()
	op, ok := symbolOperators[t.val]
	if t.kind != tokenOp || !ok || !r.peekAt(1).is(")") {
		r.syntax()
		return expr{}
	}
	// The operator functions expect to stand on the symbol, and the operand right after it.
	r.toks[r.i+1] = t
	r.i++
	return op.rewrite(r, left, levelOther)
}

// isTest rewrites IS [NOT] …, ISNULL and NOTNULL.
func (r *rewriter) isTest(left expr, level int) expr {
	sql := left.at(level + 1)
	test := func(s string) expr {
		return expr{sql: sql + s, typ: boolean, label: noLabel, level: level}
	}
	switch {
	case r.accept("isnull"):
		return test(" IS NULL")
	case r.accept("notnull"):
		return test(" IS NOT NULL")
	}
	r.expect("is")
	not := ""
	if r.accept("not") {
		not = "NOT "
	}
	switch {
	case r.accept("null"), r.accept("unknown"):
		return test(" IS " + not + "NULL")
	case r.accept("true"):
		return test(" IS " + not + "TRUE")
	case r.accept("false"):
		return test(" IS " + not + "FALSE")
	case r.accept("distinct", "from"):
		right := r.operatorExpression(level + 1)
		return test(" IS " + not + "DISTINCT FROM " + right.at(level+1))
	}
	r.syntax()
	return expr{}
}

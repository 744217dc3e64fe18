package dialect

import (
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// castCall rewrites CAST(x AS type) and TRY_CAST.
func (r *rewriter) castCall() expr {
	try := r.next().val == "try_cast"
	r.expectOp("(")
	e := r.expression()
	r.expect("as")
	at := r.peek()
	t := r.typeName()
	r.expectOp(")")
	if !try {
		return r.labelledCast(e, t, at)
	}
	typ, sql := r.castType(t, at)
	out := atom("TRY_CAST("+e.sql+" AS "+sql+")", typ, e.label)
	if typ.ID == sqltype.Varchar && typ.Length > 0 {
		out.sql = cut(out.sql, typ)
	}
	return out
}

// labelledCast keeps the name of what is cast, if it has one.
func (r *rewriter) labelledCast(e expr, t typeName, at token) expr {
	out := r.cast(e, t, at)
	if e.label != noLabel {
		out.label = e.label
	}
	return out
}

// convertCall rewrites CONVERT(type, x).
func (r *rewriter) convertCall() expr {
	r.next()
	r.expectOp("(")
	at := r.peek()
	t := r.typeName()
	r.expectOp(",")
	e := r.expression()
	r.expectOp(")")
	return r.labelledCast(e, t, at)
}

// engineTypes are types of the catalog and of newer clients that no column can have.
var engineTypes = map[string]string{
	"oid": "BIGINT", "regproc": "VARCHAR", "regprocedure": "VARCHAR", "regnamespace": "BIGINT", `"char"`: "VARCHAR",
	"name": "VARCHAR", "cstring": "VARCHAR", "unknown": "VARCHAR", "interval": "INTERVAL", "bytea": "BLOB", "xid": "BIGINT",
	"int2vector": "VARCHAR", "oidvector": "VARCHAR", "aclitem": "VARCHAR", "anyarray": "VARCHAR", "regclass": "BIGINT", "regtype": "BIGINT",
}

// castType gives a type's engine name and, if it is one of Redshift's, the type.
func (r *rewriter) castType(t typeName, at token) (sqltype.Type, string) {
	if r.err != nil {
		return unknown, ""
	}
	if sql, ok := engineTypes[t.name]; ok {
		typ := unknown
		if sql == "INTERVAL" {
			typ = interval
		}
		return typ, sql + arraySuffix(t)
	}
	typ, err := sqltype.Parse(t.name, t.args...)
	if err != nil {
		code := codeInvalidValue
		switch {
		case strings.Contains(err.Error(), "does not exist"):
			code = codeNoType
		case strings.Contains(err.Error(), "not supported"):
			code = codeUnsupported
		}
		r.fail(at, code, "%s", err)
		return unknown, ""
	}
	if len(t.args) == 0 && typ.ID != sqltype.Decimal {
		typ.Length = 0 // In an expression the length is that of the operand.
	}
	if t.array {
		return unknown, typ.Engine() + "[]"
	}
	return typ, typ.Engine()
}

func arraySuffix(t typeName) string {
	if t.array {
		return "[]"
	}
	return ""
}

// cast rewrites a cast; the label is the type's name, as for an operand without one.
func (r *rewriter) cast(e expr, t typeName, at token) expr {
	if (t.name == "regclass" || t.name == "regtype") && !t.array {
		if e.isText() { // Functions of the overlay look a name up.
			return atom(t.name+"in("+e.sql+")", unknown, t.name)
		}
		return atom("CAST("+e.sql+" AS BIGINT)", unknown, t.name)
	}
	typ, sql := r.castType(t, at)
	if r.err != nil {
		return expr{}
	}
	if typ.ID != sqltype.Super {
		e = e.scalar()
	}
	out := atom(r.castSQL(e, typ, sql), typ, t.name)
	if typ.ID != sqltype.Unknown {
		out.label = typ.Short()
	}
	return out
}

// castSQL writes a cast as Redshift would do it: text is checked where the
// engine is lenient, and cut where it is not.
func (r *rewriter) castSQL(e expr, t sqltype.Type, engine string) string {
	known := e.typ.ID != sqltype.Unknown && !e.isText()
	switch {
	case e.lit == nullLiteral:
	case isInteger(t) && !known && e.lit != numberLiteral:
		if n := numeric(e); e.lit == stringLiteral && n.lit == numberLiteral && isInteger(n.typ) {
			return "CAST(" + n.sql + " AS " + engine + ")"
		}
		return "CAST(" + macroInteger + "(" + e.sql + ") AS " + engine + ")"
	case (isFloat(t) || t.ID == sqltype.Decimal) && !known && e.lit != numberLiteral:
		return "CAST(" + macroNumber + "(" + e.sql + ") AS " + engine + ")"
	case t.ID == sqltype.Date && !known:
		if e.lit == stringLiteral && plainDate(e.text) {
			break
		}
		return macroDate + "(" + e.sql + ")"
	case t.ID == sqltype.Timestamp && !known:
		if e.lit == stringLiteral && (plainDate(e.text) || plainTimestamp(e.text)) {
			break
		}
		return macroTimestamp + "(" + e.sql + ")"
	case t.ID == sqltype.Varchar || t.ID == sqltype.Char:
		return textCast(e, t)
	}
	return "CAST(" + e.sql + " AS " + engine + ")"
}

// textCast cuts to the length in bytes; CHAR loses trailing blanks, which nothing shows.
func textCast(e expr, t sqltype.Type) string {
	sql := e.sql
	if !e.isText() {
		sql = "CAST(" + sql + " AS VARCHAR)"
	}
	if t.ID == sqltype.Char && !(e.lit == stringLiteral && !strings.HasSuffix(e.text, " ")) {
		sql = "rtrim(" + sql + ", ' ')"
	}
	if t.Length == 0 || e.lit == stringLiteral && len(e.text) <= t.Length {
		if sql == e.sql {
			return "CAST(" + sql + " AS VARCHAR)"
		}
		return sql
	}
	if e.typ.Length > 0 && e.typ.Length <= t.Length && e.isText() {
		return sql
	}
	return cut(sql, t)
}

func cut(sql string, t sqltype.Type) string {
	return macroCut + "(" + sql + ", " + strconv.Itoa(t.Length) + ")"
}

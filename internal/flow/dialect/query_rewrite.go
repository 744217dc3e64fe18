package dialect

import (
	"strconv"
	"strings"
)

// result is a rewritten query with its output columns as far as they are known.
type result struct {
	sql     string
	columns []Column
	known   bool
}

// query rewrites [WITH …] body [ORDER BY …] [LIMIT …] [OFFSET …].
func (r *rewriter) query() result {
	if !r.enter() {
		return result{}
	}
	defer r.leave()
	defined := len(r.with)
	defer func() { r.with = r.with[:defined] }()
	with := ""
	if r.is("with") {
		with = r.withClause() + " "
	}
	b := r.body(0)
	q := b.result
	if b.scope != nil {
		saved := r.scope
		r.scope = b.scope
		q.sql += r.tailClauses(b.top)
		r.scope = saved
	} else {
		q.sql += r.tailClauses(b.top)
	}
	q.sql = r.bound(with + q.sql)
	return q
}

// withClause rewrites WITH [RECURSIVE] name [(columns)] AS (query), ….
func (r *rewriter) withClause() string {
	var b strings.Builder
	r.expect("with")
	b.WriteString("WITH ")
	recursive := r.accept("recursive")
	if recursive {
		b.WriteString("RECURSIVE ")
	}
	for r.err == nil {
		rel := &relation{name: r.name()}
		b.WriteString(QuoteName(rel.name))
		var names []string
		if r.isOp("(") {
			names = r.columnList()
			b.WriteString(" (" + quoteNames(names) + ")")
		}
		r.expect("as")
		if recursive { // The query may name itself; its columns are not known yet.
			r.with = append(r.with, rel)
		}
		r.expectOp("(")
		q := r.nested()
		r.expectOp(")")
		b.WriteString(" AS (" + q.sql + ")")
		rel.columns, rel.known = renamed(q, names)
		if !recursive {
			r.with = append(r.with, rel)
		}
		if !r.acceptOp(",") {
			break
		}
		b.WriteString(", ")
	}
	return b.String()
}

// nested rewrites a query whose outer scope is the current one.
func (r *rewriter) nested() result {
	if !r.startsQuery() {
		r.syntax()
		return result{}
	}
	return r.query()
}

func (c *cursor) startsQuery() bool {
	return c.isOp("(") || c.is("select") || c.is("with") || c.is("values") || c.is("table")
}

// renamed gives a query's columns other names.
func renamed(q result, names []string) ([]Column, bool) {
	if len(names) == 0 {
		return q.columns, q.known
	}
	out := make([]Column, len(names))
	for i, n := range names {
		out[i].Name = n
		if q.known && i < len(q.columns) {
			out[i].Type = q.columns[i].Type
		}
	}
	return out, true
}

func quoteNames(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = QuoteName(n)
	}
	return strings.Join(out, ", ")
}

// body is one operand of a set operation, or several joined.
type body struct {
	result
	scope *scope // of a single SELECT, for its ORDER BY
	top   string // TOP n of a single SELECT
}

// body rewrites SELECT … [UNION | INTERSECT | EXCEPT | MINUS …]; INTERSECT binds tighter.
func (r *rewriter) body(min int) body {
	if !r.enter() {
		return body{}
	}
	defer r.leave()
	left := r.operand()
	for r.err == nil {
		op, level := r.setOperator()
		if level == 0 || level < min+1 {
			break
		}
		r.next()
		if r.accept("all") {
			op += " ALL"
		} else {
			r.accept("distinct")
		}
		right := r.body(level)
		columns, known := left.columns, left.known
		left = body{result: result{r.bound(left.operandSQL() + " " + op + " " + right.operandSQL()), columns, known}}
	}
	return left
}

// operandSQL brackets a SELECT that is cut by TOP, which the engine writes at its end.
func (b body) operandSQL() string {
	if b.top == "" {
		return b.sql
	}
	return "(" + b.sql + " LIMIT " + b.top + ")"
}

func (r *rewriter) setOperator() (string, int) {
	switch t := r.peek(); {
	case t.word("union"):
		return "UNION", 1
	case t.word("except"), t.word("minus"):
		return "EXCEPT", 1
	case t.word("intersect"):
		return "INTERSECT", 2
	}
	return "", 0
}

func (r *rewriter) operand() body {
	switch {
	case r.isOp("("):
		r.next()
		q := r.nested()
		r.expectOp(")")
		q.sql = "(" + q.sql + ")"
		return body{result: q}
	case r.is("values"):
		return body{result: r.values()}
	case r.is("table"):
		r.next()
		name, rel := r.relationName()
		return body{result: result{"SELECT * FROM " + name, rel.columns, rel.known}}
	case r.is("select"):
		return r.selectQuery()
	}
	r.syntax()
	return body{}
}

// values rewrites VALUES (…), ….
func (r *rewriter) values() result {
	r.expect("values")
	var rows []string
	q := result{known: true}
	for r.err == nil {
		r.expectOp("(")
		row := r.expressions()
		r.expectOp(")")
		rows = append(rows, "("+joinSQL(row)+")")
		if len(rows) == 1 {
			for i, e := range row {
				q.columns = append(q.columns, Column{Name: "column" + strconv.Itoa(i+1), Type: e.typ})
			}
		}
		if !r.acceptOp(",") {
			break
		}
	}
	names := make([]string, len(q.columns))
	for i, c := range q.columns {
		names[i] = c.Name
	}
	q.sql = "SELECT * FROM (VALUES " + strings.Join(rows, ", ") + ") AS v(" + quoteNames(names) + ")"
	return q
}

// joinSQL lists expressions.
func joinSQL(list []expr) string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.sql
	}
	return strings.Join(out, ", ")
}

package dialect

import (
	"slices"
	"strings"
)

// selectParts are the clauses of one SELECT, each with the blank before it.
type selectParts struct {
	distinct, list, from, where, group, having, window, qualify string
}

// selectQuery rewrites one SELECT. FROM is read before the list, because types
// of columns decide how expressions are written.
func (r *rewriter) selectQuery() body {
	r.expect("select")
	var b body
	var p selectParts
	b.top = r.topClause()
	p.distinct = r.distinctClause()
	if b.top == "" {
		b.top = r.topClause()
	}
	b.scope = r.push()
	defer r.pop()
	list := r.i
	if from := r.findFrom(); from > 0 {
		r.i = from
		r.next()
		p.from = " FROM " + r.fromList()
	}
	after := r.i
	if p.from == "" {
		after = -1
	}
	if r.err == nil {
		r.i = list
	}
	p.list, b.columns, b.known = r.selectList()
	if r.is("into") {
		r.fail(r.peek(), codeSyntax, "SELECT INTO is not allowed here")
	}
	if r.err == nil && after >= 0 {
		if !r.is("from") {
			r.syntax()
		} else {
			r.i = after
		}
	}
	r.restOfSelect(&p)
	b.sql = r.bound("SELECT " + p.distinct + p.list + p.from + p.where + p.group + p.having + p.window + p.qualify)
	return b
}

// topClause reads TOP n.
func (r *rewriter) topClause() string {
	next := r.peekAt(1)
	if !r.is("top") || next.kind != tokenNumber && next.kind != tokenParam && !next.is("(") {
		return ""
	}
	r.next()
	if r.isOp("(") {
		return r.primary().sql
	}
	t := r.next()
	if t.kind == tokenParam {
		return r.param(t).sql
	}
	return t.val
}

func (r *rewriter) distinctClause() string {
	switch {
	case r.accept("all"):
		return ""
	case r.accept("distinct", "on"):
		r.expectOp("(")
		on := r.expressions()
		r.expectOp(")")
		return "DISTINCT ON (" + joinSQL(on) + ") "
	case r.accept("distinct"):
		return "DISTINCT "
	}
	return ""
}

// findFrom gives the index of this SELECT's FROM, 0 when there is none.
func (r *rewriter) findFrom() int {
	for i := r.i; i < len(r.toks)-1; i++ {
		t := r.toks[i]
		switch {
		case t.is("(") || t.is("["):
			if t.match < 0 {
				return 0
			}
			i = t.match
		case t.is(")") || t.is("]"), t.word("union"), t.word("intersect"), t.word("except"), t.word("minus"):
			return 0
		case t.word("from") && i > r.i && !r.toks[i-1].is(".") && !r.distinctFrom(i):
			return i
		}
	}
	return 0
}

// distinctFrom tells the FROM of IS [NOT] DISTINCT FROM.
func (r *rewriter) distinctFrom(i int) bool {
	return i >= 2 && r.toks[i-1].word("distinct") && (r.toks[i-2].word("is") || r.toks[i-2].word("not"))
}

// selectList rewrites the output columns; each has the name Redshift would give it.
func (r *rewriter) selectList() (sql string, columns []Column, known bool) {
	var items []string
	known = true
	for r.err == nil {
		item, out, ok := r.selectItem()
		items = append(items, item)
		columns = append(columns, out...)
		known = known && ok
		if !r.acceptOp(",") {
			break
		}
	}
	return strings.Join(items, ", "), columns, known
}

func (r *rewriter) selectItem() (string, []Column, bool) {
	if r.acceptOp("*") {
		return r.excluded("*", "")
	}
	if name, ok := r.wildcard(); ok {
		return r.excluded(r.qualifiedWildcard(), name)
	}
	e := r.expression()
	label := e.label
	explicit := r.accept("as")
	switch t := r.peek(); {
	case explicit:
		label = r.label()
	case t.kind == tokenQuoted, t.kind == tokenWord && !reserved[t.val] && !notAlias[t.val]:
		label, explicit = r.label(), true
	}
	out := []Column{{Name: label, Type: e.typ}}
	if !explicit && e.column {
		return e.sql, out, true
	}
	return e.sql + " AS " + QuoteName(label), out, true
}

// excluded rewrites EXCLUDE columns behind a wildcard.
func (r *rewriter) excluded(sql, relation string) (string, []Column, bool) {
	columns, known := r.scope.all(relation)
	if !r.accept("exclude") {
		return sql, columns, known
	}
	var names []string
	if r.isOp("(") {
		names = r.columnList()
	} else {
		names = []string{r.label()}
	}
	columns = slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return slices.Contains(names, c.Name) })
	return sql + " EXCLUDE (" + quoteNames(names) + ")", columns, known
}

// wildcard recognises name.*, schema.name.* and gives the relation's name.
func (r *rewriter) wildcard() (string, bool) {
	i := r.i
	name := ""
	for {
		t := r.toks[i]
		if t.kind != tokenWord && t.kind != tokenQuoted {
			return "", false
		}
		name = t.val
		if !r.toks[i+1].is(".") {
			return "", false
		}
		if r.toks[i+2].is("*") {
			return name, true
		}
		i += 2
	}
}

func (r *rewriter) qualifiedWildcard() string {
	var parts []string
	for !r.acceptOp("*") {
		parts = append(parts, r.label())
		r.expectOp(".")
	}
	return strings.Join(r.withoutDatabase(parts, 2), ".") + ".*"
}

// all gives the columns of * or name.*.
func (s *scope) all(name string) ([]Column, bool) {
	var out []Column
	known := true
	for _, rel := range s.relations {
		if name != "" && rel.name != name {
			continue
		}
		out = append(out, rel.columns...)
		known = known && rel.known
	}
	return out, known
}

// restOfSelect rewrites WHERE, GROUP BY, HAVING, QUALIFY and WINDOW.
func (r *rewriter) restOfSelect(p *selectParts) {
	if r.accept("where") {
		p.where = " WHERE " + r.expression().sql
	}
	if r.accept("group", "by") {
		p.group = " GROUP BY " + r.groupList()
	}
	if r.accept("having") {
		p.having = " HAVING " + r.expression().sql
	}
	if r.accept("window") {
		p.window = " WINDOW " + r.windowList()
	}
	if r.accept("qualify") {
		p.qualify = " QUALIFY " + r.expression().sql
	}
}

func (r *rewriter) groupList() string {
	if !r.enter() {
		return ""
	}
	defer r.leave()
	var out []string
	for r.err == nil {
		switch {
		case r.is("rollup"), r.is("cube"):
			word := strings.ToUpper(r.next().val)
			r.expectOp("(")
			out = append(out, word+" ("+r.groupList()+")")
			r.expectOp(")")
		case r.accept("grouping", "sets"):
			r.expectOp("(")
			out = append(out, "GROUPING SETS ("+r.groupList()+")")
			r.expectOp(")")
		case r.isOp("(") && r.peekAt(1).is(")"):
			r.i += 2
			out = append(out, "()")
		default:
			out = append(out, r.expression().sql)
		}
		if !r.acceptOp(",") {
			break
		}
	}
	return strings.Join(out, ", ")
}

func (r *rewriter) windowList() string {
	var out []string
	for r.err == nil {
		name := r.name()
		r.expect("as")
		out = append(out, QuoteName(name)+" AS "+r.windowSpec())
		if !r.acceptOp(",") {
			break
		}
	}
	return strings.Join(out, ", ")
}

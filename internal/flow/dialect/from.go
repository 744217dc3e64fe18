package dialect

import "strings"

// fromList rewrites the relations after FROM and puts them into the scope.
func (r *rewriter) fromList() string {
	var out []string
	for r.err == nil {
		out = append(out, r.joined())
		if !r.acceptOp(",") {
			break
		}
	}
	return strings.Join(out, ", ")
}

// joined rewrites one item of FROM with the joins that follow it.
func (r *rewriter) joined() string {
	if !r.enter() {
		return ""
	}
	defer r.leave()
	sql := r.fromItem()
	for r.err == nil {
		join := r.joinWords()
		if join == "" {
			break
		}
		sql += " " + join + " " + r.fromItem()
		switch {
		case r.accept("on"):
			sql += " ON " + r.expression().sql
		case r.accept("using"):
			sql += " USING (" + quoteNames(r.columnList()) + ")"
		case !strings.HasPrefix(join, "CROSS") && !strings.HasPrefix(join, "NATURAL"):
			r.syntax()
		}
	}
	return r.bound(sql)
}

// joinWords reads [NATURAL] [INNER | LEFT | RIGHT | FULL [OUTER]] JOIN or CROSS JOIN.
func (r *rewriter) joinWords() string {
	start := r.i
	natural := ""
	if r.accept("natural") {
		natural = "NATURAL "
	}
	kind := r.acceptAny("inner", "left", "right", "full", "cross")
	if kind == "left" || kind == "right" || kind == "full" {
		r.accept("outer")
	}
	if !r.accept("join") {
		if r.i > start {
			r.syntax()
		}
		return ""
	}
	if kind != "" && kind != "inner" {
		natural += strings.ToUpper(kind) + " "
	}
	return natural + "JOIN"
}

// fromItem rewrites a relation, a query, a function or a join in brackets, with its alias.
func (r *rewriter) fromItem() string {
	lateral := ""
	if r.accept("lateral") {
		lateral = "LATERAL "
	}
	rel := &relation{}
	var sql string
	switch {
	case r.isOp("(") && r.bracketedJoin():
		r.next()
		sql = "(" + r.joined() + ")"
		r.expectOp(")")
		rel = nil
	case r.isOp("("):
		r.next()
		q := r.nested()
		r.expectOp(")")
		sql = "(" + q.sql + ")"
		rel.columns, rel.known = q.columns, q.known
	case r.functionFollows():
		sql = r.tableFunction(rel)
	default:
		r.accept("only")
		sql, rel = r.relationName()
		r.acceptOp("*")
	}
	sql = lateral + sql + r.aliasClause(rel)
	if r.is("pivot") || r.is("unpivot") || r.is("tablesample") {
		r.fail(r.peek(), codeUnsupported, "%s is not supported", strings.ToUpper(r.peek().val))
	}
	if rel != nil {
		r.scope.relations = append(r.scope.relations, rel)
	}
	return sql
}

// bracketedJoin tells (a JOIN b …) from (SELECT …).
func (r *rewriter) bracketedJoin() bool {
	i := r.i
	for i < len(r.toks)-1 && r.toks[i].is("(") {
		i++
	}
	t := r.toks[i]
	query := t.word("select") || t.word("with") || t.word("values") || t.word("table")
	if !query {
		return true
	}
	// ((SELECT …) x JOIN y …) starts like a query too: look what follows the inner bracket.
	inner := r.peekAt(1)
	if !inner.is("(") || inner.match < 0 {
		return false
	}
	next := r.toks[inner.match+1]
	return !next.is(")") && !next.word("union") && !next.word("except") && !next.word("intersect") &&
		!next.word("minus") && !next.word("order") && !next.word("limit") && !next.word("offset")
}

// functionFollows recognises a table function: a name directly followed by a bracket.
func (r *rewriter) functionFollows() bool {
	i := r.i
	for r.toks[i].kind == tokenWord || r.toks[i].kind == tokenQuoted {
		switch next := r.toks[i+1]; {
		case next.is("("):
			return true
		case !next.is("."):
			return false
		}
		i += 2
	}
	return false
}

func (r *rewriter) tableFunction(rel *relation) string {
	prefix := ""
	for r.peekAt(1).is(".") {
		if schema := r.label(); schema == "information_schema" {
			prefix = overlayInformation + "."
		} else if schema != "pg_catalog" {
			prefix += QuoteName(schema) + "."
		}
		r.next()
	}
	t := r.peek()
	name := r.label()
	rel.name = name
	r.open(t, name, true)
	r.expectOp("(")
	var args []expr
	if !r.isOp(")") {
		args = r.expressions()
	}
	r.expectOp(")")
	if name == "table" || reserved[name] {
		r.syntaxAt(t)
	}
	return prefix + QuoteName(name) + "(" + joinSQL(args) + ")"
}

// relationName reads and rewrites the name of a relation.
func (r *rewriter) relationName() (string, *relation) {
	at := r.peek()
	n := r.qualifiedName()
	rel := &relation{schema: n.Schema, name: n.Name}
	if r.err != nil {
		return "", rel
	}
	if n.Schema == "" {
		for i := len(r.with) - 1; i >= 0; i-- {
			if w := r.with[i]; w.name == n.Name {
				rel.columns, rel.known = w.columns, w.known
				return QuoteName(n.Name), rel
			}
		}
	} else if n.Database == "" && r.scope.named(n.Schema) {
		r.fail(at, codeUnsupported, "unnesting of SUPER values in FROM is not supported")
		return "", rel
	}
	r.tables = append(r.tables, n)
	rel.columns, rel.known = r.cat.Columns(n)
	return r.relationSQL(n), rel
}

// qualifiedName is qualified without the position, which costs time to count.
func (r *rewriter) qualifiedName() Name {
	n := Name{Name: r.name()}
	for r.acceptOp(".") {
		if n.Database != "" {
			r.fail(r.last(), codeSyntax, "improper qualified name (too many dotted names)")
			break
		}
		n.Database, n.Schema, n.Name = n.Schema, n.Name, r.label()
	}
	if n.Database == r.cat.Database() {
		n.Database = ""
	}
	return n
}

// Where the engine finds Redshift's system catalog. What has no schema, and
// what is in pg_catalog, is found by the search path.
const overlayInformation = "overlay.information"

// relationSQL writes the name of a relation that is read.
func (r *rewriter) relationSQL(n Name) string {
	if n.Database == "" {
		switch n.Schema {
		case "pg_catalog":
			return QuoteName(n.Name)
		case "information_schema":
			return overlayInformation + "." + QuoteName(n.Name)
		}
	}
	return r.tableName(n)
}

// tableName writes the name of a table. A #temporary one has no schema.
func (r *rewriter) tableName(n Name) string {
	sql := QuoteName(n.Name)
	if n.Schema != "" && !isTempName(n.Name) {
		sql = QuoteName(n.Schema) + "." + sql
	}
	if n.Database != "" && n.Database != r.cat.Database() {
		sql = QuoteName(n.Database) + "." + sql
	}
	return sql
}

// withoutDatabase quotes the parts of a name and drops the current database
// before a name that has more than least parts after it.
func (r *rewriter) withoutDatabase(parts []string, least int) []string {
	if len(parts) > least && parts[0] == r.cat.Database() {
		parts = parts[1:]
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = QuoteName(p)
	}
	return out
}

// aliasClause rewrites [AS] alias [(columns)].
func (r *rewriter) aliasClause(rel *relation) string {
	t := r.peek()
	if !r.accept("as") && t.kind != tokenQuoted && (t.kind != tokenWord || reserved[t.val] || notAlias[t.val]) {
		return ""
	}
	alias := r.label()
	sql := " AS " + QuoteName(alias)
	var names []string
	if r.isOp("(") {
		names = r.aliasColumns()
		sql += "(" + quoteNames(names) + ")"
	}
	if rel != nil {
		rel.schema, rel.name = "", alias
		rel.rename(names)
	}
	return sql
}

// aliasColumns reads (name [type], …); types belong to functions that return records.
func (r *rewriter) aliasColumns() []string {
	r.expectOp("(")
	var out []string
	for r.err == nil {
		out = append(out, r.label())
		if !r.isOp(",") && !r.isOp(")") {
			r.typeName()
		}
		if !r.acceptOp(",") {
			break
		}
	}
	r.expectOp(")")
	return out
}

// rename gives the first columns other names.
func (rel *relation) rename(names []string) {
	if len(names) == 0 {
		return
	}
	columns := make([]Column, max(len(names), len(rel.columns)))
	copy(columns, rel.columns)
	for i, n := range names {
		columns[i].Name = n
	}
	rel.columns = columns
}

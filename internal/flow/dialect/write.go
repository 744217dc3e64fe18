package dialect

import (
	"sort"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// seek puts the cursor on a part of the statement and returns how to end there:
// the function refuses what the caller has not read.
func (r *rewriter) seek(s Span) (end func()) {
	r.i = sort.Search(len(r.toks)-1, func(i int) bool { return r.toks[i].start >= s.Start })
	return func() {
		if t := r.peek(); r.err == nil && t.kind != tokenEnd && t.start < s.End {
			r.syntax()
		}
	}
}

// expressionAt rewrites the expression at a part of the statement.
func (r *rewriter) expressionAt(s Span) expr {
	end := r.seek(s)
	e := r.expression()
	end()
	return e
}

// withAt rewrites the WITH of a writing statement; its names stay defined.
func (r *rewriter) withAt(s Span) string {
	if s.empty() {
		return ""
	}
	end := r.seek(s)
	sql := r.withClause()
	end()
	return sql + " "
}

// target is a table that is written.
type target struct {
	sql     string
	columns []Column
	known   bool
}

// target finds the table and puts it into the scope.
func (r *rewriter) target(n Name, alias string) target {
	t := target{sql: r.tableName(n)}
	t.columns, t.known = r.cat.Columns(n)
	rel := &relation{schema: n.Schema, name: n.Name, columns: t.columns, known: t.known}
	if alias != "" {
		rel.schema, rel.name = "", alias
		t.sql += " AS " + QuoteName(alias)
	}
	r.scope.relations = append(r.scope.relations, rel)
	return t
}

func (t target) column(name string) Column {
	for _, c := range t.columns {
		if c.Name == name {
			return c
		}
	}
	return Column{Name: name}
}

// into are the columns an INSERT fills: those it lists, or all but the generated ones.
func (t target) into(listed []string) ([]Column, bool) {
	if listed == nil {
		var out []Column
		for _, c := range t.columns {
			if c.Identity == nil || c.Identity.ByDefault {
				out = append(out, c)
			}
		}
		return out, t.known
	}
	out := make([]Column, len(listed))
	for i, name := range listed {
		out[i] = t.column(name)
	}
	return out, true
}

// insert rewrites INSERT. Values are made to fit their columns as Redshift does;
// where there are fewer than columns they fill the first ones.
func (r *rewriter) insert(s *Insert) string {
	r.push()
	t := r.target(s.Table, "")
	r.scope.relations = nil // Values cannot name the table's columns.
	columns, known := t.into(s.Columns)
	r.checkIdentity(s, t)
	if s.Default {
		return "INSERT INTO " + t.sql + " DEFAULT VALUES"
	}
	values, given := r.insertedQuery(s, columns, known)
	if s.Query == nil {
		values, given = r.insertedRows(s.Rows, columns)
	}
	if known && given > len(columns) {
		r.failAt(0, codeSyntax, "INSERT has more expressions than target columns")
	}
	sql := "INSERT INTO " + t.sql
	if n := min(given, len(columns)); s.Columns != nil || known && (n >= 0 && n < len(t.columns) || len(columns) < len(t.columns)) {
		if n < 0 || s.Columns != nil {
			n = len(columns)
		}
		names := make([]string, n)
		for i := range names {
			names[i] = columns[i].Name
		}
		sql += " (" + quoteNames(names) + ")"
	}
	return r.bound(sql + " " + values)
}

// insertedRows rewrites VALUES and says how many each row has.
func (r *rewriter) insertedRows(rows [][]Span, columns []Column) (string, int) {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = "(" + r.insertedRow(row, columns) + ")"
	}
	return "VALUES " + strings.Join(out, ", "), len(rows[0])
}

// checkIdentity refuses values for columns that only the warehouse fills.
func (r *rewriter) checkIdentity(s *Insert, t target) {
	for i, name := range s.Columns {
		c := t.column(name)
		if c.Identity == nil || c.Identity.ByDefault {
			continue
		}
		generated := s.Query == nil
		for _, row := range s.Rows {
			generated = generated && lowerASCII(row[i].of(r.src)) == "default"
		}
		if !generated {
			r.failAt(0, codeUnsupported, "cannot set an identity column to a value")
		}
	}
}

func (r *rewriter) insertedRow(row []Span, columns []Column) string {
	out := make([]string, len(row))
	for i, s := range row {
		if lowerASCII(s.of(r.src)) == "default" {
			out[i] = "DEFAULT"
			continue
		}
		e := r.expressionAt(s)
		if i < len(columns) {
			e = assigned(e, columns[i].Type)
		}
		out[i] = e.sql
	}
	return strings.Join(out, ", ")
}

// insertedQuery wraps the query's columns where the target's need it, and says
// how many there are, -1 when that is not known.
func (r *rewriter) insertedQuery(s *Insert, columns []Column, known bool) (sql string, given int) {
	if s.Query == nil {
		return "", 0
	}
	query := r.part(s.Query)
	from := r.output
	r.output = result{}
	given = -1
	if from.known {
		given = len(from.columns)
	}
	if !known || len(columns) == 0 {
		return query, given
	}
	n := len(columns)
	if from.known {
		n = min(n, len(from.columns))
	} else if s.Columns == nil {
		return query, given
	}
	var list []string
	names := make([]string, n)
	changed := false
	for i := range n {
		names[i] = "c" + strconv.Itoa(i+1)
		e := atom(names[i], unknown, noLabel)
		if from.known {
			e.typ = from.columns[i].Type
		}
		fit := assigned(e, columns[i].Type)
		changed = changed || fit.sql != e.sql
		list = append(list, fit.sql)
	}
	if !changed || from.known && len(from.columns) != n {
		return query, given
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM (" + query + ") AS q(" + strings.Join(names, ", ") + ")", given
}

// assigned makes a value fit a column: text has a length in bytes, numbers and
// dates are read from text as Redshift reads them.
func assigned(e expr, t sqltype.Type) expr {
	switch {
	case t.ID == sqltype.Unknown || e.lit == nullLiteral:
		return e
	case e.param != "": // The column says what the client's value is.
		e.sql, e.typ = "CAST("+e.sql+" AS "+t.Engine()+")", sqltype.Type{ID: t.ID}
	}
	text := e.isText()
	open := text || e.typ.ID == sqltype.Unknown
	switch {
	case t.ID == sqltype.Varchar || t.ID == sqltype.Char:
		return fitted(e, t)
	case isInteger(t) && open:
		if n := numeric(e); e.lit == stringLiteral && n.lit == numberLiteral && isInteger(n.typ) {
			return n
		}
		return atom(macroInteger+"("+e.sql+")", t, e.label)
	case isNumber(t) && open && e.lit != numberLiteral:
		return atom(macroNumber+"("+e.sql+")", t, e.label)
	case isTime(t) && e.lit == stringLiteral:
		return timeLiteral(e, t)
	case t.ID == sqltype.Date && open:
		return atom(macroDate+"("+e.sql+")", t, e.label)
	case t.ID == sqltype.Timestamp && open:
		return atom(macroTimestamp+"("+e.sql+")", t, e.label)
	case t.ID == sqltype.Varbyte && text:
		return atom("encode("+e.sql+")", t, e.label)
	}
	return e
}

// fitted refuses text that is too long for a column, but for blanks at its end.
func fitted(e expr, t sqltype.Type) expr {
	switch {
	case t.Length == 0:
		return e
	case e.lit == stringLiteral && len(e.text) <= t.Length && (t.ID == sqltype.Varchar || !strings.HasSuffix(e.text, " ")):
		return e
	case e.isText() && e.typ.Length > 0 && e.typ.Length <= t.Length && (t.ID == sqltype.Varchar || e.typ.ID == sqltype.Char):
		return e
	}
	sql := e.sql
	if !e.isText() {
		sql = "CAST(" + sql + " AS VARCHAR)"
	}
	name := macroFitVarchar
	if t.ID == sqltype.Char {
		name = macroFitChar
	}
	return atom(name+"("+sql+", "+strconv.Itoa(t.Length)+")", t, e.label)
}

// update rewrites UPDATE.
func (r *rewriter) update(s *Update) string {
	with := r.withAt(s.With)
	r.push()
	t := r.target(s.Table, s.Alias)
	from := r.fromAt(" FROM ", s.From)
	return r.bound(with + "UPDATE " + t.sql + " SET " + r.assignments(s.Set, t) + from + r.whereAt(s.Where))
}

func (r *rewriter) assignments(list []Assignment, t target) string {
	out := make([]string, len(list))
	for i, a := range list {
		value := "DEFAULT"
		if lowerASCII(a.Value.of(r.src)) != "default" {
			value = assigned(r.expressionAt(a.Value), t.column(a.Column).Type).sql
		}
		out[i] = QuoteName(a.Column) + " = " + value
	}
	return strings.Join(out, ", ")
}

func (r *rewriter) fromAt(word string, s Span) string {
	if s.empty() {
		return ""
	}
	end := r.seek(s)
	sql := word + r.fromList()
	end()
	return sql
}

func (r *rewriter) whereAt(s Span) string {
	if s.empty() {
		return ""
	}
	return " WHERE " + r.expressionAt(s).sql
}

// delete rewrites DELETE, which Redshift writes without FROM too.
func (r *rewriter) delete(s *Delete) string {
	with := r.withAt(s.With)
	r.push()
	t := r.target(s.Table, s.Alias)
	using := r.fromAt(" USING ", s.Using)
	return r.bound(with + "DELETE FROM " + t.sql + using + r.whereAt(s.Where))
}

// merge rewrites MERGE. That a source row matches once only, MergeCheck finds out.
func (r *rewriter) merge(s *Merge) string {
	if s.RemoveDuplicates {
		r.failAt(0, codeUnsupported, "MERGE … REMOVE DUPLICATES is not supported")
		return ""
	}
	t, source, on := r.mergeJoin(s)
	sql := "MERGE INTO " + t.sql + " USING " + source + " ON " + on + " WHEN MATCHED THEN "
	if s.Delete {
		sql += "DELETE"
	} else {
		sql += "UPDATE SET " + r.assignments(s.Set, t)
	}
	sql += " WHEN NOT MATCHED THEN INSERT "
	columns, known := t.into(s.Columns)
	if known {
		names := make([]string, min(len(columns), len(s.Values)))
		for i := range names {
			names[i] = columns[i].Name
		}
		sql += "(" + quoteNames(names) + ") "
	}
	return r.bound(sql + "VALUES (" + r.insertedRow(s.Values, columns) + ")")
}

func (r *rewriter) mergeJoin(s *Merge) (t target, source, on string) {
	r.push()
	t = r.target(s.Target, s.TargetAlias)
	u := r.target(s.Source, s.SourceAlias)
	r.tables = append(r.tables, s.Source)
	on = r.expressionAt(s.On).sql
	return t, u.sql, "(" + on + ")"
}

// MergeCheck is a query that finds a row when MERGE must fail with
// "Found multiple matches to update the same tuple.", which the engine does not notice.
func MergeCheck(s *Merge, c Catalog, params ...uint32) (string, error) {
	r, err := newRewriter(s.base, c, params)
	if err != nil {
		return "", err
	}
	t, source, on := r.mergeJoin(s)
	if r.err != nil {
		return "", moved(r.err, r.before)
	}
	name := QuoteName(s.Target.Name)
	if s.TargetAlias != "" {
		name = QuoteName(s.TargetAlias)
	}
	return "SELECT 1 FROM " + t.sql + " JOIN " + source + " ON " + on + " GROUP BY " + name + ".rowid HAVING count(*) > 1 LIMIT 1", nil
}

package dialect

import (
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Catalog is what a rewrite asks about the database a statement runs in.
type Catalog interface {
	// Database is the current database; names of three parts that start with it lose it.
	Database() string
	// Columns gives the declared columns of a table or view, in order. ok is false
	// when they are not known; then what depends on types is left to the engine.
	Columns(table Name) (columns []Column, ok bool)
}

// Column is one declared column of a table or view, or one of a result.
type Column struct {
	Name     string
	Type     sqltype.Type // ID Unknown in results where only the engine can tell; Length 0 where it is open
	Identity *Identity
}

// Translation is a statement in the engine's SQL.
type Translation struct {
	SQL string
	// Reads are the relations read, as named, without those that WITH defines.
	Reads []Name
	// Columns are those of the result of a query, when Known.
	Columns []Column
	Known   bool
}

// Rewrite gives the engine's SQL for a statement. For CREATE TABLE AS, CREATE VIEW
// and DECLARE that is their query alone. Statements the engine has no part in
// (COPY, GRANT, CREATE TABLE, SET, …) are an error.
//
// params are the OIDs of the parameters as far as the client gave them, 0 for unknown.
func Rewrite(s Statement, c Catalog, params ...uint32) (string, error) {
	out, err := Translate(s, c, params...)
	if err != nil {
		return "", err
	}
	return out.SQL, nil
}

// Translate is Rewrite with what else there is to know of the statement.
func Translate(s Statement, c Catalog, params ...uint32) (*Translation, error) {
	o, ok := s.(interface{ origin() base })
	if !ok {
		return nil, fmt.Errorf("rewrite: %T is no statement of this package", s)
	}
	r, err := newRewriter(o.origin(), c, params)
	if err != nil {
		return nil, err
	}
	sql := r.statement(s)
	if r.err != nil {
		return nil, moved(r.err, r.before)
	}
	return &Translation{SQL: sql, Reads: r.tables, Columns: r.output.columns, Known: r.output.known}, nil
}

// RewriteExpression gives the engine's SQL for an expression that stands alone, such as a column's DEFAULT.
func RewriteExpression(text string, c Catalog) (string, error) {
	r, err := newRewriter(base{text: text}, c, nil)
	if err != nil {
		return "", err
	}
	e := r.expression()
	if r.err == nil && !r.atEnd() {
		r.syntax()
	}
	if r.err != nil {
		return "", r.err
	}
	return e.sql, nil
}

func newRewriter(b base, c Catalog, params []uint32) (*rewriter, error) {
	cur, err := newCursor(b.text, b.keepCase)
	if err == nil {
		err = cur.trim()
	}
	if err != nil {
		return nil, moved(err, b.before)
	}
	return &rewriter{cursor: cur, cat: c, params: params, base: b}, nil
}

// moved shifts an error's position to the statement the text is a part of.
func moved(err error, before int) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && before > 0 && f.Position > 0 {
		f.Position += before
	}
	return err
}

// rewriter reads a statement again and writes it in the engine's SQL as it goes.
type rewriter struct {
	*cursor
	base
	cat    Catalog
	params []uint32
	scope  *scope
	with   []*relation // what WITH defines, innermost last
	tables []Name
	output result // of a query
	depth  int
	// aggregates counts the calls of aggregates so far.
	aggregates int
}

func (r *rewriter) statement(s Statement) string {
	switch s := s.(type) {
	case *Query:
		return r.wholeQuery()
	case *CreateTableAs:
		return renamedSQL(r.part(s.Query), s.Columns)
	case *CreateView:
		return renamedSQL(r.part(s.Query), s.Columns)
	case *DeclareCursor:
		return r.part(s.Query)
	case *Explain:
		return "EXPLAIN " + r.part(s.Statement)
	case *Insert:
		return r.insert(s)
	case *Update:
		return r.update(s)
	case *Delete:
		return r.delete(s)
	case *Merge:
		return r.merge(s)
	}
	r.failAt(0, codeUnsupported, "the engine does not run this statement: %s", firstLine(r.text))
	return ""
}

// renamedSQL gives the columns of a query other names.
func renamedSQL(query string, names []string) string {
	if len(names) == 0 {
		return query
	}
	return "SELECT * FROM (" + query + ") AS q(" + quoteNames(names) + ")"
}

// part rewrites a statement inside this one.
func (r *rewriter) part(s Statement) string {
	out, err := Translate(s, r.cat, r.params...)
	if err != nil {
		if f, ok := errors.AsType[*fault.Error](err); ok && r.err == nil {
			f.Position -= r.before // Both count from the outermost statement, and moved counts once more.
			r.err = f
			r.i = len(r.toks) - 1
		}
		return ""
	}
	r.tables = append(r.tables, out.Reads...)
	r.output = result{columns: out.Columns, known: out.Known}
	return out.SQL
}

func (r *rewriter) wholeQuery() string {
	r.output = r.query()
	if r.err == nil && !r.atEnd() {
		r.syntax()
	}
	return r.output.sql
}

// enter guards recursion; it is false when the statement is nested too deeply.
func (r *rewriter) enter() bool {
	if r.depth++; r.depth > maxNesting {
		r.fail(r.peek(), codeTooComplex, "stack depth limit exceeded")
	}
	return r.err == nil
}

func (r *rewriter) leave() { r.depth-- }

// maxRewritten bounds what rewrites that repeat an operand can grow to.
const maxRewritten = 16 << 20

func (r *rewriter) bound(sql string) string {
	if len(sql) > maxRewritten {
		r.fail(r.peek(), codeTooComplex, "statement is too complex")
		return ""
	}
	return sql
}

package dialect

import (
	"strings"
	"unicode/utf8"
)

// Query is SELECT, WITH … SELECT, VALUES or TABLE; Rewrite reads it further.
type Query struct{ base }

// CreateTableAs is CREATE TABLE … AS query, and SELECT … INTO.
type CreateTableAs struct {
	base
	Table       Name
	Temporary   bool
	IfNotExists bool
	Columns     []string // nil when the query names them
	Attributes  TableAttributes
	Query       *Query
	Into        bool // written as SELECT … INTO
}

// query reads a statement that starts with SELECT, WITH, VALUES, TABLE or "(".
func (p *parser) query() Statement {
	start := p.i
	if p.is("with") {
		with := p.withList()
		switch {
		case p.is("update"):
			return p.updateWith(with)
		case p.is("delete"):
			return p.deleteWith(with)
		case p.is("insert"), p.is("merge"):
			p.notSupported("WITH before " + p.peek().val)
			return nil
		}
		p.i = start
	}
	if into := p.findInto(); into > 0 {
		return p.selectInto(start, into)
	}
	return p.subquery()
}

// withList passes WITH [RECURSIVE] name [(columns)] AS (query), …
func (p *parser) withList() Span {
	from := p.peek().start
	p.expect("with")
	p.accept("recursive")
	for p.err == nil {
		p.name()
		if p.isOp("(") {
			p.skipGroup()
		}
		p.expect("as")
		p.skipGroup()
		if !p.acceptOp(",") {
			break
		}
	}
	return Span{from, p.last().end}
}

// subquery takes the rest of the statement as a query.
func (p *parser) subquery() *Query {
	return p.subqueryUntil(func(token) bool { return false })
}

func (p *parser) subqueryUntil(stop func(token) bool) *Query {
	if !p.startsQuery() {
		p.syntax()
		return nil
	}
	span := p.until(stop)
	if p.isOp(")") || p.isOp("]") {
		p.syntax()
	}
	if p.err != nil {
		return nil
	}
	return &Query{p.part(span)}
}

func (p *parser) startsQuery() bool {
	return p.isOp("(") || p.is("select") || p.is("with") || p.is("values") || p.is("table")
}

// findInto gives the index of the INTO of SELECT … INTO at the outermost level, 0 when there is none.
func (p *parser) findInto() int {
	for i := p.i; i < len(p.toks); i++ {
		t := p.toks[i]
		switch {
		case t.is("(") || t.is("["):
			if t.match < 0 {
				return 0
			}
			i = t.match
		case t.word("from"):
			return 0
		case t.word("into") && i > p.i && !p.toks[i-1].is("."):
			return i
		}
	}
	return 0
}

// selectInto blanks INTO [TEMP] [TABLE] name out of the query, so that positions stay right.
func (p *parser) selectInto(start, into int) Statement {
	p.i = into + 1
	t := &CreateTableAs{base: p.base, Into: true}
	t.Temporary = p.acceptAny("temp", "temporary") != ""
	p.accept("table")
	t.Table = p.qualified()
	t.Temporary = t.Temporary || isTempName(t.Table.Name)
	from, to := p.toks[into].start, p.last().end
	p.i = start
	q := p.subquery()
	if q == nil {
		return nil
	}
	q.text = blanked(q.text, Span{from - p.toks[start].start, to - p.toks[start].start})
	t.Query = q
	return t
}

// blanked replaces a part of text by as many blanks as it has characters.
func blanked(text string, s Span) string {
	return text[:s.Start] + strings.Repeat(" ", utf8.RuneCountInString(s.of(text))) + text[s.End:]
}

package dialect

// Insert is INSERT INTO. Its values lie in Text(), where Rows points to them.
type Insert struct {
	base
	Table   Name
	Columns []string // nil when there is no list
	Default bool     // DEFAULT VALUES
	Rows    [][]Span // VALUES: the expressions of each row; a span may read DEFAULT
	Query   *Query   // INSERT … SELECT
}

// Assignment is column = expression of an UPDATE or MERGE.
type Assignment struct {
	Column string
	Value  Span
}

// Update is UPDATE table SET ….
type Update struct {
	base
	With  Span // WITH …, empty when there is none
	Table Name
	Alias string
	Set   []Assignment
	From  Span // what follows FROM, empty when there is none
	Where Span
}

// Delete is DELETE [FROM] table.
type Delete struct {
	base
	With  Span
	Table Name
	Alias string
	Using Span
	Where Span
}

func (p *parser) insert() Statement {
	p.expect("insert", "into")
	in := &Insert{base: p.base, Table: p.qualified()}
	if p.isOp("(") && !p.queryInGroup() {
		in.Columns = p.columnList()
	}
	switch {
	case p.accept("default", "values"):
		in.Default = true
	case p.is("values") && p.peekAt(1).is("("):
		p.next()
		in.Rows = p.rows(len(in.Columns))
	default:
		in.Query = p.subquery()
	}
	return in
}

// queryInGroup tells INSERT INTO t (SELECT …) from a column list.
func (p *parser) queryInGroup() bool {
	i := p.i
	for i < len(p.toks)-1 && p.toks[i].is("(") {
		i++
	}
	t := p.toks[i]
	return t.word("select") || t.word("with") || t.word("values") && p.toks[min(i+1, len(p.toks)-1)].is("(")
}

func (p *parser) rows(columns int) [][]Span {
	var out [][]Span
	for p.err == nil {
		p.expectOp("(")
		row := p.spans()
		p.expectOp(")")
		p.checkCount(columns, len(row))
		if len(out) > 0 && len(row) != len(out[0]) && p.err == nil {
			p.fail(p.last(), codeSyntax, "VALUES lists must all be the same length")
		}
		out = append(out, row)
		if !p.acceptOp(",") {
			break
		}
	}
	return out
}

// spans reads expressions separated by commas.
func (p *parser) spans() []Span {
	var out []Span
	for p.err == nil {
		s := p.until(isComma)
		if s.empty() {
			p.syntax()
		}
		out = append(out, s)
		if !p.acceptOp(",") {
			break
		}
	}
	return out
}

func (p *parser) update() Statement { return p.updateWith(Span{}) }

func (p *parser) updateWith(with Span) Statement {
	p.expect("update")
	u := &Update{base: p.base, With: with, Table: p.qualified()}
	u.Alias = p.targetAlias("set")
	p.expect("set")
	u.Set = p.assignments(func(t token) bool { return t.word("from") || t.word("where") })
	if p.accept("from") {
		u.From = p.clause("where")
	}
	if p.accept("where") {
		u.Where = p.clause()
	}
	return u
}

// assignments reads column = expression, … up to a token that stop accepts.
func (p *parser) assignments(stop func(token) bool) []Assignment {
	var out []Assignment
	for p.err == nil {
		a := Assignment{Column: p.label()}
		for p.acceptOp(".") { // A qualified column: the last part counts.
			a.Column = p.label()
		}
		p.expectOp("=")
		a.Value = p.until(func(t token) bool {
			return t.is(",") || stop(t) && !(t.word("from") && p.last().word("distinct"))
		})
		if a.Value.empty() {
			p.syntax()
		}
		out = append(out, a)
		if !p.acceptOp(",") {
			break
		}
	}
	return out
}

// clause takes the source up to one of the words, which must not be empty.
func (p *parser) clause(words ...string) Span {
	s := p.until(func(t token) bool {
		for _, w := range words {
			if t.word(w) {
				return true
			}
		}
		return false
	})
	if s.empty() {
		p.syntax()
	}
	return s
}

// targetAlias reads [AS] alias before one of the words.
func (p *parser) targetAlias(before ...string) string {
	if p.accept("as") {
		return p.label()
	}
	t := p.peek()
	if t.kind == tokenQuoted {
		return p.next().val
	}
	if t.kind != tokenWord || reserved[t.val] {
		return ""
	}
	for _, w := range before {
		if t.val == w {
			return ""
		}
	}
	return p.next().val
}

func (p *parser) delete() Statement { return p.deleteWith(Span{}) }

func (p *parser) deleteWith(with Span) Statement {
	p.expect("delete")
	p.accept("from") // Redshift does without it.
	d := &Delete{base: p.base, With: with, Table: p.qualified()}
	d.Alias = p.targetAlias()
	if p.accept("using") {
		d.Using = p.clause("where")
	}
	if p.accept("where") {
		d.Where = p.clause()
	}
	return d
}

package dialect

// DeclareCursor is DECLARE name CURSOR FOR query.
type DeclareCursor struct {
	base
	Name  string
	Query *Query
}

// Fetch is FETCH [NEXT | ALL | [FORWARD] n] FROM cursor.
type Fetch struct {
	base
	Cursor string
	Count  int64 // rows wanted; FetchAll for all
}

// FetchAll is Fetch's Count for FETCH ALL.
const FetchAll = -1

// CloseCursor is CLOSE name.
type CloseCursor struct {
	base
	Cursor string
}

// Prepare is PREPARE name [(types)] AS statement.
type Prepare struct {
	base
	Name      string
	Types     []string // as written
	Statement Statement
}

// Execute is EXECUTE name [(arguments)].
type Execute struct {
	base
	Name      string
	Arguments []string // expressions as written
}

// Deallocate is DEALLOCATE [PREPARE] name; "" means all.
type Deallocate struct {
	base
	Name string
}

func (p *parser) declare() Statement {
	p.expect("declare")
	d := &DeclareCursor{base: p.base, Name: p.name()}
	p.expect("cursor", "for")
	d.Query = p.subquery()
	return d
}

func (p *parser) fetch() Statement {
	p.expect("fetch")
	f := &Fetch{base: p.base, Count: 1}
	switch {
	case p.accept("next"):
	case p.accept("all"), p.accept("forward", "all"):
		f.Count = FetchAll
	case p.peek().kind == tokenNumber || p.is("forward"):
		p.accept("forward")
		if p.peek().kind == tokenNumber {
			f.Count = p.integer()
		}
	case p.is("prior"), p.is("first"), p.is("last"), p.is("absolute"), p.is("relative"), p.is("backward"):
		return p.notSupported("FETCH " + p.peek().val)
	}
	if !p.accept("in") {
		p.expect("from")
	}
	f.Cursor = p.name()
	return f
}

func (p *parser) closeCursor() Statement {
	p.expect("close")
	return &CloseCursor{base: p.base, Cursor: p.name()}
}

func (p *parser) prepare() Statement {
	p.expect("prepare")
	s := &Prepare{base: p.base, Name: p.name()}
	if p.acceptOp("(") {
		for p.err == nil {
			from := p.peek().start
			p.typeName()
			s.Types = append(s.Types, p.src[from:p.last().end])
			if !p.acceptOp(",") {
				break
			}
		}
		p.expectOp(")")
	}
	p.expect("as")
	s.Statement = p.inner()
	return s
}

func (p *parser) execute() Statement {
	p.expect("execute")
	e := &Execute{base: p.base, Name: p.name()}
	if p.acceptOp("(") {
		for p.err == nil {
			e.Arguments = append(e.Arguments, p.until(isComma).of(p.src))
			if !p.acceptOp(",") {
				break
			}
		}
		p.expectOp(")")
	}
	return e
}

func isComma(t token) bool { return t.is(",") }

func (p *parser) deallocate() Statement {
	p.expect("deallocate")
	p.accept("prepare")
	if p.accept("all") {
		return &Deallocate{base: p.base}
	}
	return &Deallocate{base: p.base, Name: p.name()}
}

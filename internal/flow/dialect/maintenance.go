package dialect

// Analyze is ANALYZE [VERBOSE] [table [(columns)]] [{PREDICATE|ALL} COLUMNS], and ANALYZE COMPRESSION.
type Analyze struct {
	base
	Table       *Name // nil for all tables
	Columns     []string
	Verbose     bool
	Compression bool
	CompRows    int64
}

// Vacuum is VACUUM [FULL | SORT ONLY | DELETE ONLY | REINDEX | RECLUSTER] [table] [TO n PERCENT] [BOOST].
type Vacuum struct {
	base
	Kind    string // "full" unless given
	Table   *Name
	Percent int64 // 0 when not given
	Boost   bool
}

// Lock is LOCK [TABLE] name, ….
type Lock struct {
	base
	Tables []Name
}

// Explain is EXPLAIN [VERBOSE] statement.
type Explain struct {
	base
	Verbose   bool
	Statement Statement
}

// Call is CALL procedure(arguments).
type Call struct {
	base
	Procedure Name
	Arguments string // as written, without the brackets
}

// Cancel is CANCEL pid ['message'].
type Cancel struct {
	base
	PID     int64
	Message string
}

func (p *parser) analyze() Statement {
	p.next()
	a := &Analyze{base: p.base}
	a.Compression = p.accept("compression")
	a.Verbose = p.accept("verbose")
	if p.atEnd() || p.is("predicate", "columns") || p.is("all", "columns") {
		p.analyzeScope()
		return a
	}
	t := p.qualified()
	a.Table = &t
	if p.isOp("(") {
		a.Columns = p.columnList()
	}
	if a.Compression && p.accept("comprows") {
		a.CompRows = p.integer()
	}
	p.analyzeScope()
	return a
}

func (p *parser) analyzeScope() {
	if p.accept("predicate") || p.accept("all") {
		p.expect("columns")
	}
}

func (p *parser) vacuum() Statement {
	p.expect("vacuum")
	v := &Vacuum{base: p.base, Kind: "full"}
	switch {
	case p.accept("full"):
	case p.accept("sort", "only"):
		v.Kind = "sort only"
	case p.accept("delete", "only"):
		v.Kind = "delete only"
	case p.accept("reindex"):
		v.Kind = "reindex"
	case p.accept("recluster"):
		v.Kind = "recluster"
	}
	if !p.atEnd() && !p.is("to") && !p.is("boost") {
		t := p.qualified()
		v.Table = &t
	}
	if p.accept("to") {
		v.Percent = p.integer()
		p.expect("percent")
	}
	v.Boost = p.accept("boost")
	return v
}

func (p *parser) lock() Statement {
	p.expect("lock")
	p.accept("table")
	return &Lock{base: p.base, Tables: p.qualifiedList()}
}

func (p *parser) explain() Statement {
	p.expect("explain")
	e := &Explain{base: p.base, Verbose: p.accept("verbose")}
	e.Statement = p.inner()
	return e
}

// inner parses the rest of the statement as a statement of its own, which cannot hold another.
func (p *parser) inner() Statement {
	if p.is("explain") || p.is("prepare") {
		p.syntax()
	}
	if p.err != nil {
		return nil
	}
	outer := p.base
	rest := Span{p.peek().start, len(p.src)}
	p.base = outer.part(rest)
	defer func() { p.base = outer }()
	sub := &parser{cursor: p.tail(), base: p.base, depth: p.depth}
	s := sub.statement()
	if sub.err == nil && !sub.atEnd() {
		sub.syntax()
	}
	if sub.err != nil && p.err == nil {
		p.err = sub.err
		p.err.Position += position(p.src, rest.Start) - 1
	}
	p.i = len(p.toks) - 1
	return s
}

// tail is a cursor over the rest, with offsets that start at its first token.
func (c *cursor) tail() *cursor {
	from := c.peek().start
	toks := append([]token(nil), c.toks[c.i:]...)
	for i := range toks {
		toks[i].start -= from
		toks[i].end -= from
		if toks[i].match >= 0 {
			toks[i].match -= c.i
		}
	}
	return &cursor{src: c.src[from:], toks: toks}
}

func (p *parser) call() Statement {
	p.expect("call")
	return &Call{base: p.base, Procedure: p.qualified(), Arguments: p.skipGroup()}
}

func (p *parser) cancel() Statement {
	p.expect("cancel")
	c := &Cancel{base: p.base, PID: p.integer()}
	if p.peek().kind == tokenString {
		c.Message = p.next().val
	}
	return c
}

package dialect

// Merge is MERGE INTO target USING source ON condition ….
type Merge struct {
	base
	Target      Name
	TargetAlias string
	Source      Name
	SourceAlias string
	On          Span
	Set         []Assignment // WHEN MATCHED THEN UPDATE SET
	Delete      bool         // WHEN MATCHED THEN DELETE
	Columns     []string     // WHEN NOT MATCHED THEN INSERT
	Values      []Span
	// RemoveDuplicates is the short form, which replaces matching rows.
	RemoveDuplicates bool
}

func (p *parser) merge() Statement {
	p.expect("merge", "into")
	m := &Merge{base: p.base, Target: p.qualified()}
	m.TargetAlias = p.targetAlias()
	p.expect("using")
	if p.isOp("(") {
		p.fail(p.peek(), codeUnsupported, "MERGE with a subquery as source is not supported")
	}
	m.Source = p.qualified()
	m.SourceAlias = p.targetAlias()
	p.expect("on")
	at := p.peek()
	m.On = p.until(func(t token) bool {
		return t.word("when") || t.word("remove") && p.peekAt(1).word("duplicates")
	})
	if m.On.empty() {
		p.syntax()
	}
	if p.accept("remove", "duplicates") {
		m.RemoveDuplicates = true
		return m
	}
	p.mergeActions(m, at)
	return m
}

func (p *parser) mergeActions(m *Merge, at token) {
	matched, notMatched := 0, 0
	for p.accept("when") {
		if p.accept("matched", "then") {
			matched++
			p.whenMatched(m)
		} else {
			p.expect("not", "matched", "then", "insert")
			notMatched++
			p.whenNotMatched(m)
		}
	}
	if p.err == nil && (matched != 1 || notMatched != 1) {
		p.fail(at, codeSyntax, "MERGE must have one WHEN MATCHED clause and one WHEN NOT MATCHED clause")
	}
}

func (p *parser) whenMatched(m *Merge) {
	if p.accept("delete") {
		m.Delete = true
		return
	}
	p.expect("update", "set")
	m.Set = p.assignments(func(t token) bool { return t.word("when") && p.inMerge() })
}

// inMerge tells WHEN [NOT] MATCHED from the WHEN of a CASE.
func (p *parser) inMerge() bool {
	return p.is("when", "matched") || p.is("when", "not", "matched")
}

func (p *parser) whenNotMatched(m *Merge) {
	if p.isOp("(") {
		m.Columns = p.columnList()
	}
	p.expect("values")
	p.expectOp("(")
	m.Values = p.spans()
	p.expectOp(")")
	p.checkCount(len(m.Columns), len(m.Values))
}

// checkCount compares a column list with the values for it.
func (p *parser) checkCount(columns, values int) {
	switch {
	case p.err != nil || columns == 0 || columns == values:
	case values > columns:
		p.fail(p.last(), codeSyntax, "INSERT has more expressions than target columns")
	default:
		p.fail(p.last(), codeSyntax, "INSERT has more target columns than expressions")
	}
}

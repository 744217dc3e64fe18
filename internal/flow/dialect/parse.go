package dialect

// Parser reads statements under settings that differ from Redshift's defaults.
type Parser struct {
	// CaseSensitive is enable_case_sensitive_identifier: quoted names keep their case.
	CaseSensitive bool
}

// Parse reads one statement; a final semicolon is allowed. Errors are
// *fault.Error with an SQLSTATE; positions count from the first token.
func Parse(stmt string) (Statement, error) { return Parser{}.Parse(stmt) }

// Parse reads one statement as the package's Parse does.
func (r Parser) Parse(stmt string) (Statement, error) {
	c, err := newCursor(stmt, r.CaseSensitive)
	if err != nil {
		return nil, err
	}
	if err := c.trim(); err != nil {
		return nil, err
	}
	p := &parser{cursor: c, base: base{text: c.src, keepCase: r.CaseSensitive}}
	s := p.statement()
	if p.err == nil && !p.atEnd() {
		p.syntax()
	}
	if err := p.fault(); err != nil {
		return nil, err
	}
	return s, nil
}

// trim makes the source start at the first token and end at the last one that is no semicolon.
func (c *cursor) trim() error {
	n := len(c.toks) - 1
	for n > 0 && c.toks[n-1].is(";") {
		n--
	}
	from, to := c.toks[0].start, 0
	if n > 0 {
		to = c.toks[n-1].end
	} else {
		from = 0
	}
	c.src = c.src[from:to]
	c.toks = append(c.toks[:n:n], token{kind: tokenEnd, start: to, match: -1})
	for i := range c.toks {
		t := &c.toks[i]
		t.start, t.end = t.start-from, max(t.end, t.start)-from
		if t.is(";") {
			return syntaxFault(c.src, t.start, "cannot insert multiple commands into a prepared statement")
		}
	}
	return nil
}

type parser struct {
	*cursor
	base
	depth int // of statements inside statements
}

// statements maps the first word of a statement to its parser.
var statements map[string]func(*parser) Statement

func init() { // A plain initialiser would be a cycle: EXPLAIN and others contain statements.
	statements = map[string]func(*parser) Statement{
		"copy": (*parser).copyOrJob, "unload": (*parser).unload, "inlet": (*parser).inlet, "rehearse": (*parser).rehearse,
		"create": (*parser).create, "drop": (*parser).drop, "alter": (*parser).alter,
		"truncate": (*parser).truncate, "comment": (*parser).comment,
		"grant": (*parser).grant, "revoke": (*parser).revoke,
		"begin": (*parser).begin, "start": (*parser).begin, "commit": (*parser).finish, "end": (*parser).finish,
		"rollback": (*parser).finish, "abort": (*parser).finish,
		"set": (*parser).set, "reset": (*parser).reset, "show": (*parser).show,
		"analyze": (*parser).analyze, "analyse": (*parser).analyze, "vacuum": (*parser).vacuum, "lock": (*parser).lock,
		"explain": (*parser).explain, "declare": (*parser).declare, "fetch": (*parser).fetch, "close": (*parser).closeCursor,
		"prepare": (*parser).prepare, "execute": (*parser).execute, "deallocate": (*parser).deallocate,
		"call": (*parser).call, "cancel": (*parser).cancel, "use": (*parser).use, "discard": (*parser).discard,
		"insert": (*parser).insert, "update": (*parser).update, "delete": (*parser).delete, "merge": (*parser).merge,
		"select": (*parser).query, "with": (*parser).query, "values": (*parser).query, "table": (*parser).query,
	}
}

// maxNesting bounds recursion, as stack depth does in PostgreSQL.
const maxNesting = 250

func (p *parser) statement() Statement {
	t := p.peek()
	if p.depth++; p.depth > maxNesting {
		p.fail(t, codeTooComplex, "stack depth limit exceeded")
		return nil
	}
	defer func() { p.depth-- }()
	if t.is("(") {
		return p.query()
	}
	parse := statements[t.val]
	if t.kind != tokenWord || parse == nil {
		p.syntax()
		return nil
	}
	return parse(p)
}

// notSupported refuses a statement that Redshift has and this program does not.
func (p *parser) notSupported(what string) Statement {
	p.fail(p.peek(), codeUnsupported, "%s is not supported", what)
	return nil
}

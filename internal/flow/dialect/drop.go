package dialect

// Drop is DROP TABLE, VIEW or SCHEMA.
type Drop struct {
	base
	Kind     string // "table", "view", "schema"
	Names    []Name
	IfExists bool
	Cascade  bool
	External bool // with DROP EXTERNAL DATABASE
}

// Truncate is TRUNCATE [TABLE] name.
type Truncate struct {
	base
	Table Name
}

// Comment is COMMENT ON what name IS text.
type Comment struct {
	base
	On      string // "table", "column", "database", "view", "schema", "constraint", …
	Name    Name
	Column  string // for "column"
	Comment string
	Null    bool // IS NULL, which removes the comment
}

func (p *parser) drop() Statement {
	p.expect("drop")
	switch {
	case p.accept("table"):
		return p.dropNames("table")
	case p.accept("view"):
		return p.dropNames("view")
	case p.accept("schema"):
		return p.dropNames("schema")
	case p.accept("database"):
		return &Database{base: p.base, Verb: "drop", Name: p.name()}
	case p.accept("user"):
		return p.dropUser()
	case p.accept("group"):
		return p.group("drop")
	case p.accept("role"):
		return p.role("drop")
	case p.accept("template"):
		return p.template("drop", false)
	case p.is("job") && p.peekAt(1).kind != tokenEnd:
		p.next()
		return &CopyJob{base: p.base, Verb: "drop", Name: p.jobName(), Alias: true}
	}
	return p.createOther()
}

func (p *parser) dropNames(kind string) Statement {
	d := &Drop{base: p.base, Kind: kind, IfExists: p.ifExists(), Names: p.qualifiedList()}
	if kind == "schema" && p.accept("drop", "external", "database") {
		d.External = true
	}
	d.Cascade = p.acceptAny("cascade", "restrict") == "cascade"
	return d
}

func (p *parser) truncate() Statement {
	p.expect("truncate")
	p.accept("table")
	return &Truncate{base: p.base, Table: p.qualified()}
}

func (p *parser) comment() Statement {
	p.expect("comment", "on")
	c := &Comment{base: p.base, On: p.oneOf("table", "column", "database", "view", "schema", "constraint", "function", "procedure")}
	if c.On == "column" {
		c.Name, c.Column = p.columnOf()
	} else {
		c.Name = p.qualified()
		if p.isOp("(") {
			p.skipGroup()
		}
		if c.On == "constraint" {
			p.expect("on")
			p.qualified()
		}
	}
	p.expect("is")
	if c.Null = p.accept("null"); !c.Null {
		c.Comment = p.str()
	}
	return c
}

// columnOf reads [[database.]schema.]table.column.
func (p *parser) columnOf() (Name, string) {
	at := p.peek()
	parts := []string{p.name()}
	for p.acceptOp(".") {
		parts = append(parts, p.label())
	}
	if len(parts) < 2 || len(parts) > 4 {
		p.fail(at, codeSyntax, "column name must be qualified")
		return Name{}, ""
	}
	n := Name{Pos: p.position(at.start)}
	last := len(parts) - 1
	n.Name = parts[last-1]
	if last >= 2 {
		n.Schema = parts[last-2]
	}
	if last >= 3 {
		n.Database = parts[0]
	}
	return n, parts[last]
}

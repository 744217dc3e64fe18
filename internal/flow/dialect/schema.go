package dialect

// CreateSchema is CREATE SCHEMA name [AUTHORIZATION owner] [QUOTA …].
type CreateSchema struct {
	base
	Name        string
	IfNotExists bool
	Owner       string
	Quota       string // "" when not given, else for example "50 gb" or "unlimited"
}

// AlterSchema is ALTER SCHEMA name RENAME TO | OWNER TO | QUOTA.
type AlterSchema struct {
	base
	Name   string
	Rename string
	Owner  string
	Quota  string
}

// Database is CREATE, ALTER or DROP DATABASE.
type Database struct {
	base
	Verb    string // "create", "alter", "drop"
	Name    string
	Owner   string
	Rename  string
	Collate string
	Options map[string]string // what else was given, by keyword
}

func (p *parser) createSchema() Statement {
	s := &CreateSchema{base: p.base, IfNotExists: p.ifNotExists()}
	if p.accept("authorization") {
		s.Owner = p.name()
		s.Name = s.Owner
		return s
	}
	s.Name = p.qualified().Name
	if p.accept("authorization") {
		s.Owner = p.principal()
	}
	if p.accept("quota") {
		s.Quota = p.quota()
	}
	if !p.atEnd() && p.err == nil {
		p.notSupported("CREATE SCHEMA with schema elements")
	}
	return s
}

// quota reads UNLIMITED or a number with a unit.
func (p *parser) quota() string {
	if p.accept("unlimited") {
		return "unlimited"
	}
	n := p.next()
	unit := p.acceptAny("mb", "gb", "tb")
	if n.kind != tokenNumber {
		p.syntaxAt(n)
	}
	if unit == "" {
		unit = "gb"
	}
	return n.val + " " + unit
}

func (p *parser) alterSchema() Statement {
	s := &AlterSchema{base: p.base, Name: p.qualified().Name}
	switch {
	case p.accept("rename", "to"):
		s.Rename = p.name()
	case p.accept("owner", "to"):
		s.Owner = p.principal()
	case p.accept("quota"):
		s.Quota = p.quota()
	default:
		p.syntax()
	}
	return s
}

func (p *parser) createDatabase() Statement {
	d := &Database{base: p.base, Verb: "create", Name: p.name(), Options: map[string]string{}}
	p.accept("with")
	for p.err == nil && !p.atEnd() {
		p.databaseOption(d)
	}
	return d
}

func (p *parser) databaseOption(d *Database) {
	switch {
	case p.accept("owner"):
		p.acceptOp("=")
		d.Owner = p.name()
	case p.accept("collate"):
		d.Collate = p.collation()
	case p.accept("connection", "limit"):
		d.Options["connection limit"] = p.limit()
	case p.accept("isolation", "level"):
		d.Options["isolation level"] = p.oneOf("serializable", "snapshot")
	case p.is("from"):
		p.notSupported("CREATE DATABASE FROM")
	default:
		p.syntax()
	}
}

// limit reads a number or UNLIMITED.
func (p *parser) limit() string {
	if p.accept("unlimited") {
		return "unlimited"
	}
	t := p.next()
	if t.kind != tokenNumber {
		p.syntaxAt(t)
	}
	return t.val
}

func (p *parser) alterDatabase() Statement {
	d := &Database{base: p.base, Verb: "alter", Name: p.name(), Options: map[string]string{}}
	switch {
	case p.accept("rename", "to"):
		d.Rename = p.name()
	case p.accept("owner", "to"):
		d.Owner = p.name()
	default:
		for p.err == nil {
			p.databaseOption(d)
			if p.atEnd() {
				break
			}
		}
	}
	return d
}

package dialect

import "strings"

// Grant is GRANT or REVOKE, of privileges, of ASSUMEROLE, or of roles, and
// ALTER DEFAULT PRIVILEGES, whose inner grant it is.
type Grant struct {
	base
	Revoke     bool
	Default    *DefaultPrivileges // for ALTER DEFAULT PRIVILEGES
	Privileges []string           // lower case; "all" alone for ALL [PRIVILEGES]; for roles the role names
	Roles      bool               // GRANT ROLE
	Columns    []string           // of column privileges
	// On is what the privileges are on: "table", "all tables in schema", "schema",
	// "database", "function", "procedure", "language", "copy job", "assumerole", a scoped
	// "tables in schema" …; "" for roles and system privileges.
	On          string
	Objects     []Name // tables, schemas, databases, or role ARNs of ASSUMEROLE in Name
	For         []string
	Grantees    []Grantee
	GrantOption bool // WITH GRANT OPTION, WITH ADMIN OPTION, or GRANT OPTION FOR
	Cascade     bool
}

// DefaultPrivileges says for whom ALTER DEFAULT PRIVILEGES speaks.
type DefaultPrivileges struct {
	Users   []string
	Schemas []string
}

// Grantee is who gains or loses a privilege.
type Grantee struct {
	Kind string // "user", "group", "role", "public"
	Name string
}

func (p *parser) grant() Statement {
	p.expect("grant")
	g := &Grant{base: p.base}
	p.grantBody(g)
	return g
}

func (p *parser) revoke() Statement {
	p.expect("revoke")
	g := &Grant{base: p.base, Revoke: true}
	g.GrantOption = p.accept("grant", "option", "for") || p.accept("admin", "option", "for")
	p.grantBody(g)
	return g
}

// grantBody reads privileges, objects and grantees.
func (p *parser) grantBody(g *Grant) {
	if g.Roles = p.accept("role"); g.Roles {
		g.Privileges = []string{p.principal()}
		for p.acceptOp(",") {
			p.accept("role")
			g.Privileges = append(g.Privileges, p.principal())
		}
	} else {
		p.privileges(g)
		switch {
		case p.accept("on"):
			p.grantOn(g)
		case p.accept("for"):
			p.grantScope(g)
		}
	}
	p.grantees(g)
}

func (p *parser) privileges(g *Grant) {
	if p.accept("all") {
		p.accept("privileges")
		g.Privileges = []string{"all"}
		return
	}
	for p.err == nil {
		g.Privileges = append(g.Privileges, p.privilege())
		if p.isOp("(") {
			g.Columns = append(g.Columns, p.columnList()...)
		}
		if !p.acceptOp(",") {
			return
		}
	}
}

// privilege reads the words of one privilege, such as CREATE USER or SELECT.
func (p *parser) privilege() string {
	var w []string
	for p.peek().kind == tokenWord && !p.is("on") && !p.is("to") && !p.is("from") && !p.is("for") {
		w = append(w, p.next().val)
	}
	if w == nil {
		p.syntax()
	}
	return strings.Join(w, " ")
}

var schemaObjects = []string{"tables", "functions", "procedures", "views"}

// grantOn reads what follows ON.
func (p *parser) grantOn(g *Grant) {
	if len(g.Privileges) == 1 && g.Privileges[0] == "assumerole" {
		p.assumeRole(g)
		return
	}
	if p.accept("all") {
		g.On = "all " + p.oneOf(schemaObjects...) + " in schema"
		p.expect("in", "schema")
		g.Objects = p.qualifiedList()
		return
	}
	g.On = p.acceptAny("table", "schema", "database", "function", "procedure", "language", "template", "datashare", "model", "external")
	switch {
	case g.On == "external":
		g.On += " " + p.oneOf("table", "schema")
	case g.On == "" && p.is("copy", "job"):
		p.i += 2
		g.On = "copy job"
	case g.On == "":
		g.On = "table"
	}
	g.Objects = p.grantObjects()
}

func (p *parser) grantObjects() []Name {
	var out []Name
	for p.err == nil {
		out = append(out, p.qualified())
		if p.isOp("(") { // Argument types of a function.
			p.skipGroup()
		}
		if !p.acceptOp(",") {
			break
		}
	}
	return out
}

// assumeRole reads ON {'arn' [, …] | DEFAULT | ALL} … FOR {ALL | COPY | …}; the grantees stand between.
func (p *parser) assumeRole(g *Grant) {
	g.On = "assumerole"
	for p.err == nil {
		switch {
		case p.accept("default"), p.accept("all"):
			g.Objects = append(g.Objects, Name{Name: p.last().val})
		default:
			g.Objects = append(g.Objects, Name{Name: p.str()})
		}
		if !p.acceptOp(",") {
			return
		}
	}
}

// grantScope reads a scoped permission: FOR TABLES IN SCHEMA s, FOR COPY JOBS IN DATABASE d.
func (p *parser) grantScope(g *Grant) {
	var w []string
	for p.peek().kind == tokenWord && !p.is("in") {
		w = append(w, p.next().val)
	}
	p.expect("in")
	w = append(w, "in", p.oneOf("schema", "database"))
	g.On = strings.Join(w, " ")
	g.Objects = []Name{p.qualified()}
	if w[len(w)-1] == "schema" && p.accept("database") {
		g.Objects[0].Database = p.name()
	}
}

func (p *parser) grantees(g *Grant) {
	if g.Revoke {
		p.expect("from")
	} else {
		p.expect("to")
	}
	for p.err == nil {
		g.Grantees = append(g.Grantees, p.grantee())
		if p.accept("with", "grant", "option") || p.accept("with", "admin", "option") {
			g.GrantOption = true
		}
		if !p.acceptOp(",") {
			break
		}
	}
	if g.On == "assumerole" {
		p.expect("for")
		g.For = []string{p.privilege()}
		for p.acceptOp(",") {
			g.For = append(g.For, p.privilege())
		}
	}
	g.Cascade = p.acceptAny("cascade", "restrict") == "cascade"
}

func (p *parser) grantee() Grantee {
	switch {
	case p.accept("public"):
		return Grantee{Kind: "public"}
	case p.accept("group"):
		return Grantee{"group", p.principal()}
	case p.accept("role"):
		return Grantee{"role", p.principal()}
	}
	p.accept("user")
	return Grantee{"user", p.principal()}
}

// defaultPrivileges reads ALTER DEFAULT PRIVILEGES [FOR USER …] [IN SCHEMA …] {GRANT|REVOKE} ….
func (p *parser) defaultPrivileges() Statement {
	p.expect("default", "privileges")
	d := &DefaultPrivileges{}
	if p.accept("for", "user") {
		d.Users = p.principals()
	}
	if p.accept("in", "schema") {
		d.Schemas = p.nameList()
	}
	g := &Grant{base: p.base, Default: d}
	switch {
	case p.accept("grant"):
	case p.accept("revoke"):
		g.Revoke = true
		g.GrantOption = p.accept("grant", "option", "for")
	default:
		p.syntax()
	}
	p.privileges(g)
	p.expect("on")
	g.On = p.oneOf(schemaObjects...)
	p.grantees(g)
	return g
}

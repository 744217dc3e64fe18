package dialect

import "strings"

// Set is SET [SESSION | LOCAL] name {TO | =} value, and SET SESSION AUTHORIZATION.
type Set struct {
	base
	Name    string // lower case; "session authorization", "transaction", "session characteristics"
	Value   string // what was written, without quotes; list elements joined by ", "
	Default bool   // TO DEFAULT
	Local   bool
	Modes   *Transaction // for SET TRANSACTION and SET SESSION CHARACTERISTICS
}

// Reset is RESET name or RESET ALL (Name "all").
type Reset struct {
	base
	Name string
}

// Show is SHOW name, SHOW ALL, and the catalog forms (SHOW TABLES FROM SCHEMA …).
type Show struct {
	base
	What   string // "parameter", "databases", "schemas", "tables", "columns", "table", "view", "grants", …
	Name   string // of a parameter
	Object Name   // what FROM or the statement names
	Like   string
	Limit  int64  // 0 when not given
	Rest   string // SHOW GRANTS: what follows, as written
}

// Use is USE database.
type Use struct {
	base
	Database string
}

// Discard is DISCARD ALL and its parts.
type Discard struct {
	base
	What string
}

func (p *parser) set() Statement {
	p.expect("set")
	s := &Set{base: p.base}
	switch {
	case p.accept("session", "authorization"):
		s.Name = "session authorization"
		if s.Default = p.accept("default"); !s.Default {
			s.Value = p.settingScalar()
		}
		return s
	case p.accept("local", "session", "authorization"):
		s.Name, s.Local, s.Value = "session authorization", true, p.settingScalar()
		return s
	case p.is("transaction"), p.accept("session", "characteristics", "as"):
		return p.setTransaction(s)
	}
	if p.is("session") && !p.peekAt(1).is("=") && !p.peekAt(1).word("to") || p.is("local") {
		s.Local = p.next().val == "local"
	}
	p.setParameter(s)
	return s
}

func (p *parser) setTransaction(s *Set) Statement {
	s.Name = "transaction"
	if p.last().word("as") {
		s.Name = "session characteristics"
	}
	p.expect("transaction")
	s.Modes = &Transaction{base: p.base, Verb: "set"}
	for p.err == nil {
		p.transactionMode(s.Modes)
		p.acceptOp(",")
		if p.atEnd() {
			break
		}
	}
	return s
}

func (p *parser) setParameter(s *Set) {
	if p.accept("time", "zone") {
		s.Name = "timezone"
	} else {
		s.Name = p.parameterName()
		if !p.acceptOp("=") {
			p.expect("to")
		}
	}
	if s.Default = p.accept("default"); s.Default {
		return
	}
	s.Value = p.settingValue()
}

// parameterName reads name or prefix.name.
func (p *parser) parameterName() string {
	name := lowerASCII(p.label())
	for p.acceptOp(".") {
		name += "." + lowerASCII(p.label())
	}
	return name
}

// settingValue reads value [, value …].
func (p *parser) settingValue() string {
	out := []string{p.settingScalar()}
	for p.acceptOp(",") {
		out = append(out, p.settingScalar())
	}
	return strings.Join(out, ", ")
}

func (p *parser) settingScalar() string {
	sign := ""
	if p.isOp("-") || p.isOp("+") {
		sign = p.next().val
		if p.peek().kind != tokenNumber {
			p.syntax()
		}
	}
	t := p.peek()
	switch t.kind {
	case tokenString, tokenQuoted, tokenNumber:
		p.i++
		return sign + t.val
	case tokenWord:
		p.i++
		return p.src[t.start:t.end]
	}
	p.syntax()
	return ""
}

func (p *parser) reset() Statement {
	p.expect("reset")
	if p.accept("session", "authorization") {
		return &Reset{base: p.base, Name: "session authorization"}
	}
	return &Reset{base: p.base, Name: p.parameterName()}
}

func (p *parser) show() Statement {
	p.expect("show")
	s := &Show{base: p.base}
	switch next := p.peekAt(1); {
	case p.is("databases") || p.is("schemas") || p.is("tables") || p.is("columns"):
		p.showList(s)
	case (p.is("table") || p.is("view") || p.is("template") || p.is("procedure")) && next.kind != tokenEnd:
		s.What = p.next().val
		s.Object = p.qualified()
		if p.isOp("(") {
			p.skipGroup()
		}
	case p.is("grants"), p.is("datashares"), p.is("model"), p.is("functions"), p.is("parameters"), p.is("constraints"):
		s.What = p.next().val
		s.Rest = p.until(func(token) bool { return false }).of(p.src)
	case p.accept("session", "authorization"):
		s.What, s.Name = "parameter", "session_authorization"
	case p.accept("time", "zone"):
		s.What, s.Name = "parameter", "timezone"
	case p.accept("transaction", "isolation", "level"):
		s.What, s.Name = "parameter", "transaction_isolation"
	default:
		s.What, s.Name = "parameter", p.parameterName()
	}
	return s
}

// showList reads SHOW {DATABASES | SCHEMAS | TABLES | COLUMNS} [FROM …] [LIKE 'pattern'] [LIMIT n].
func (p *parser) showList(s *Show) {
	s.What = p.next().val
	if p.accept("from") {
		p.acceptAny("database", "schema", "table", "data")
		p.accept("catalog")
		s.Object = p.qualified()
	}
	if p.accept("like") {
		s.Like = p.str()
	}
	if p.accept("limit") {
		s.Limit = p.integer()
	}
}

func (p *parser) use() Statement {
	p.expect("use")
	return &Use{base: p.base, Database: p.name()}
}

func (p *parser) discard() Statement {
	p.expect("discard")
	return &Discard{base: p.base, What: p.oneOf("all", "plans", "temp", "temporary")}
}

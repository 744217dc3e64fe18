package dialect

import "strings"

// create reads what CREATE makes and goes on with that.
func (p *parser) create() Statement {
	p.expect("create")
	replace := p.accept("or", "replace")
	if p.accept("local") || p.accept("global") {
		if !p.is("temp") && !p.is("temporary") {
			p.syntax()
			return nil
		}
	}
	temp := p.acceptAny("temp", "temporary") != ""
	switch {
	case p.accept("table") && !replace:
		return p.createTable(temp)
	case p.last().word("table"):
		p.syntaxAt(p.last())
	case p.accept("view"):
		return p.createView(replace, temp)
	case temp:
		p.syntax()
	case p.accept("template"):
		return p.template("create", replace)
	case replace:
		return p.createOther()
	case p.accept("schema"):
		return p.createSchema()
	case p.accept("database"):
		return p.createDatabase()
	case p.accept("user"):
		return p.user("create")
	case p.accept("group"):
		return p.group("create")
	case p.accept("role"):
		return p.role("create")
	default:
		return p.createOther()
	}
	return nil
}

// notOffered are objects of Redshift that this program does not have.
var notOffered = words(`external materialized function procedure library model datashare rls masking
	policy identity aggregate language type domain index sequence trigger rule operator cast conversion tablespace
	extension unique`)

func (p *parser) createOther() Statement {
	if t := p.peek(); t.kind == tokenWord && notOffered[t.val] {
		what := strings.ToUpper(t.val)
		if next := p.peekAt(1); next.kind == tokenWord && (next.val == "table" || next.val == "schema" || next.val == "view" || next.val == "function") {
			what += " " + strings.ToUpper(next.val)
		}
		return p.notSupported(strings.ToUpper(p.toks[0].val) + " " + what)
	}
	p.syntax()
	return nil
}

// ifNotExists reads IF NOT EXISTS.
func (p *parser) ifNotExists() bool {
	if !p.accept("if") {
		return false
	}
	p.expect("not", "exists")
	return true
}

// ifExists reads IF EXISTS.
func (p *parser) ifExists() bool {
	if !p.accept("if") {
		return false
	}
	p.expect("exists")
	return true
}

package dialect

import "github.com/inlet-data/inlet/internal/sqltype"

// createTable reads what follows CREATE TABLE: a definition, or AS query.
func (p *parser) createTable(temp bool) Statement {
	exists := p.ifNotExists()
	at := p.peek()
	name := p.qualified()
	temp = temp || isTempName(name.Name)
	if p.definesTable() {
		t := &CreateTable{base: p.base, Table: name, Temporary: temp, IfNotExists: exists}
		p.tableElements(t)
		p.tableAttributes(&t.Attributes)
		p.checkTable(t, at)
		return t
	}
	t := &CreateTableAs{base: p.base, Table: name, Temporary: temp, IfNotExists: exists}
	if p.isOp("(") {
		t.Columns = p.columnList()
	}
	p.tableAttributes(&t.Attributes)
	p.expect("as")
	t.Query = p.subquery()
	return t
}

// isTempName reports a #name, which is a temporary table wherever it is used.
func isTempName(name string) bool { return len(name) > 1 && name[0] == '#' }

// definesTable tells (column type …) from the bare column list of CREATE TABLE AS.
func (p *parser) definesTable() bool {
	open := p.peek()
	if !open.is("(") {
		return false
	}
	second := p.peekAt(2)
	return !second.is(",") && !second.is(")") || open.match < 0
}

func (p *parser) tableElements(t *CreateTable) {
	p.expectOp("(")
	for p.err == nil {
		p.tableElement(t)
		if !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(")")
}

func (p *parser) tableElement(t *CreateTable) {
	switch {
	case p.is("like") && !p.peekAt(1).is(","):
		p.next()
		like := p.qualified()
		if t.Like != nil {
			p.fail(p.last(), codeUnsupported, "multiple LIKE clauses are not supported")
		}
		t.Like = &like
		if verb := p.acceptAny("including", "excluding"); verb != "" {
			p.expect("defaults")
			t.LikeDefault = verb == "including"
		}
	case p.startsConstraint():
		t.Constraints = append(t.Constraints, p.tableConstraint())
	default:
		t.Columns = append(t.Columns, p.columnDef(t.Table.Name))
	}
}

func (p *parser) startsConstraint() bool {
	return p.is("constraint") || p.is("unique") || p.is("primary", "key") || p.is("foreign", "key") || p.is("check")
}

func (p *parser) tableConstraint() TableConstraint {
	var c TableConstraint
	if p.accept("constraint") {
		c.Name = p.name()
	}
	switch {
	case p.accept("unique"):
		c.Kind = "unique"
	case p.accept("primary", "key"):
		c.Kind = "primary key"
	case p.accept("foreign", "key"):
		c.Kind = "foreign key"
	case p.is("check"):
		p.notSupported("CHECK constraint")
	default:
		p.syntax()
	}
	c.Columns = p.columnList()
	if c.Kind == "foreign key" {
		p.expect("references")
		c.References = p.reference()
	}
	return c
}

func (p *parser) reference() *Reference {
	r := &Reference{Table: p.qualified()}
	if p.isOp("(") {
		r.Columns = p.columnList()
	}
	return r
}

// columnDef reads name type [attribute …]. table is for the error text.
func (p *parser) columnDef(table string) ColumnDef {
	at := p.peek()
	d := ColumnDef{Name: p.name(), Pos: p.position(at.start)}
	d.Type = p.columnType(table + "." + d.Name)
	for p.err == nil && p.columnAttribute(&d) {
	}
	if d.Identity != nil {
		d.NotNull = true
		if d.Type.ID != sqltype.Integer && d.Type.ID != sqltype.Bigint && p.err == nil {
			p.fail(at, codeTableDef, `identity column "%s" must be of type INTEGER or BIGINT`, d.Name)
		}
		if d.Default != "" {
			p.fail(at, codeSyntax, `both default and identity specified for column "%s"`, d.Name)
		}
	}
	return d
}

// columnAttribute reads one attribute or constraint of a column; false when none follows.
func (p *parser) columnAttribute(d *ColumnDef) bool {
	if p.accept("constraint") { // Names of column constraints are not kept.
		p.name()
	}
	switch {
	case p.accept("default"):
		d.Default = p.defaultExpression()
	case p.accept("identity"):
		d.Identity = p.identity(false)
	case p.accept("generated", "by", "default", "as", "identity"):
		d.Identity = p.identity(true)
	case p.accept("encode"):
		d.Encode = p.encoding(d.Name)
	case p.accept("distkey"):
		d.DistKey = true
	case p.accept("sortkey"):
		d.SortKey = true
	case p.accept("collate"):
		d.Collate = p.collation()
	case p.accept("not", "null"):
		d.NotNull = true
	case p.accept("null"):
	case p.accept("unique"):
		d.Unique = true
	case p.accept("primary", "key"):
		d.PrimaryKey, d.NotNull = true, true
	case p.accept("references"):
		d.References = p.reference()
	case p.is("check"):
		p.notSupported("CHECK constraint")
	default:
		return false
	}
	return true
}

var afterDefault = words("null identity generated encode distkey sortkey collate unique primary references constraint check")

// defaultExpression takes the source of an expression up to the next attribute.
func (p *parser) defaultExpression() string {
	first := p.i
	span := p.until(func(t token) bool {
		if p.i == first {
			return t.is(",")
		}
		return t.is(",") || t.kind == tokenWord && afterDefault[t.val] || t.word("not") && p.peekAt(1).word("null")
	})
	if span.empty() && p.err == nil {
		p.syntax()
		return ""
	}
	return span.of(p.src)
}

func (p *parser) identity(byDefault bool) *Identity {
	id := &Identity{Seed: 1, Step: 1, ByDefault: byDefault}
	p.expectOp("(")
	id.Seed = p.integer()
	p.expectOp(",")
	id.Step = p.integer()
	p.expectOp(")")
	return id
}

var encodings = words("az64 bytedict delta delta32k lzo mostly8 mostly16 mostly32 raw runlength text255 text32k zstd auto none")

func (p *parser) encoding(column string) string {
	t := p.next()
	if (t.kind != tokenWord && t.kind != tokenQuoted) || !encodings[t.val] {
		p.fail(t, codeSyntax, `invalid encoding type specified for column "%s"`, column)
	}
	if t.val == "none" { // An older spelling.
		return "raw"
	}
	return t.val
}

func (p *parser) collation() string {
	switch p.acceptAny("case_sensitive", "cs", "case_insensitive", "ci") {
	case "case_sensitive", "cs":
		return "case_sensitive"
	case "case_insensitive", "ci":
		return "case_insensitive"
	}
	p.syntax()
	return ""
}

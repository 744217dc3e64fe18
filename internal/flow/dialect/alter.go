package dialect

import "github.com/inlet-data/inlet/internal/sqltype"

// AlterTable is one action of ALTER TABLE, or ALTER VIEW.
type AlterTable struct {
	base
	Table  Name
	View   bool   // written as ALTER VIEW
	Action string // one of the Alter constants
	Column string // the column acted on; for AlterAppend unused
	To     string // the new name, the new owner, or the new style
	Cascade,
	IgnoreExtra, FillTarget bool
	Add        *ColumnDef
	Type       sqltype.Type
	Encodings  []ColumnEncoding
	Constraint *TableConstraint
	From       *Name           // AlterAppend
	Attributes TableAttributes // AlterSort, AlterDist: what was asked for
}

// ColumnEncoding is ALTER COLUMN name ENCODE encoding.
type ColumnEncoding struct{ Column, Encode string }

// The actions of ALTER TABLE.
const (
	AlterRename         = "rename"
	AlterRenameColumn   = "rename column"
	AlterAddColumn      = "add column"
	AlterDropColumn     = "drop column"
	AlterColumnType     = "alter column type"
	AlterColumnEncode   = "alter column encode"
	AlterDist           = "alter distribution"
	AlterSort           = "alter sortkey"
	AlterEncode         = "alter encode auto"
	AlterOwner          = "owner"
	AlterAddConstraint  = "add constraint"
	AlterDropConstraint = "drop constraint"
	AlterAppend         = "append"
)

// alter reads what ALTER changes and goes on with that.
func (p *parser) alter() Statement {
	p.expect("alter")
	switch {
	case p.accept("table"):
		return p.alterTable(false)
	case p.accept("view"):
		return p.alterTable(true)
	case p.accept("schema"):
		return p.alterSchema()
	case p.accept("database"):
		return p.alterDatabase()
	case p.accept("user"):
		return p.user("alter")
	case p.accept("group"):
		return p.group("alter")
	case p.accept("role"):
		return p.role("alter")
	case p.accept("template"):
		return p.template("alter", false)
	case p.is("default", "privileges"):
		return p.defaultPrivileges()
	}
	return p.createOther()
}

func (p *parser) alterTable(view bool) Statement {
	a := &AlterTable{base: p.base, View: view, Table: p.qualified()}
	switch {
	case p.accept("rename", "to"):
		a.Action, a.To = AlterRename, p.name()
	case p.accept("owner", "to"):
		a.Action, a.To = AlterOwner, p.principal()
	case view:
		p.syntax()
	case p.accept("rename"):
		p.accept("column")
		a.Action, a.Column = AlterRenameColumn, p.label()
		p.expect("to")
		a.To = p.label()
	case p.accept("add"):
		p.alterAdd(a)
	case p.accept("drop"):
		p.alterDrop(a)
	case p.accept("alter"):
		p.alterAlter(a)
	case p.accept("append"):
		p.alterAppend(a)
	case p.is("set"), p.is("row"), p.is("masking"):
		return p.notSupported("ALTER TABLE " + firstLine(p.src[p.peek().start:]))
	default:
		p.syntax()
	}
	return a
}

func (p *parser) alterAdd(a *AlterTable) {
	if p.startsConstraint() {
		a.Action = AlterAddConstraint
		c := p.tableConstraint()
		a.Constraint = &c
		return
	}
	if p.is("partition") || p.is("if", "not", "exists", "partition") {
		p.notSupported("ALTER TABLE ADD PARTITION")
	}
	p.accept("column")
	a.Action = AlterAddColumn
	d := p.columnDef(a.Table.Name)
	a.Add, a.Column = &d, d.Name
	if d.NotNull && d.Default == "" && p.err == nil {
		p.fail(p.peek(), codeUnsupported, "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression")
	}
	if p.isOp(",") {
		p.fail(p.peek(), codeUnsupported, "ALTER TABLE ADD COLUMN adds one column at a time")
	}
}

func (p *parser) alterDrop(a *AlterTable) {
	if p.accept("constraint") {
		a.Action, a.To = AlterDropConstraint, p.name()
	} else {
		p.accept("column")
		a.Action, a.Column = AlterDropColumn, p.label()
	}
	a.Cascade = p.acceptAny("cascade", "restrict") == "cascade"
}

// alterAlter reads ALTER DISTSTYLE | DISTKEY | SORTKEY | ENCODE AUTO | [COLUMN] ….
func (p *parser) alterAlter(a *AlterTable) {
	switch {
	case p.accept("encode", "auto"):
		a.Action = AlterEncode
	case p.is("distkey") || p.is("diststyle"):
		p.alterDist(a)
	case p.is("sortkey") || p.is("compound") || p.is("interleaved"):
		p.alterSort(a)
	default:
		p.alterColumn(a)
	}
}

func (p *parser) alterDist(a *AlterTable) {
	a.Action = AlterDist
	if p.accept("distkey") {
		a.Attributes.DistStyle, a.Attributes.DistKey = "key", p.label()
		return
	}
	p.expect("diststyle")
	a.Attributes.DistStyle = p.oneOf("auto", "even", "key", "all")
	if a.Attributes.DistStyle == "key" {
		p.expect("distkey")
		a.Attributes.DistKey = p.label()
	}
}

func (p *parser) alterSort(a *AlterTable) {
	a.Action = AlterSort
	if p.is("sortkey") && p.peekAt(1).word("none") {
		p.i += 2
		a.Attributes.SortStyle = "none"
		return
	}
	p.sortKey(&a.Attributes)
	if a.Attributes.SortStyle == "interleaved" {
		p.fail(p.peek(), codeUnsupported, "ALTER INTERLEAVED SORTKEY is not supported")
	}
}

func (p *parser) alterColumn(a *AlterTable) {
	p.accept("column")
	a.Column = p.label()
	switch {
	case p.accept("type"):
		a.Action = AlterColumnType
		at := p.peek()
		a.Type = p.columnType(a.Table.Name + "." + a.Column)
		if a.Type.ID != sqltype.Varchar && p.err == nil {
			p.fail(at, codeUnsupported, `cannot alter type of column "%s": only the length of VARCHAR columns can change`, a.Column)
		}
	case p.accept("encode"):
		a.Action = AlterColumnEncode
		a.Encodings = []ColumnEncoding{{a.Column, p.encoding(a.Column)}}
		for p.acceptOp(",") {
			p.expect("alter")
			p.accept("column")
			name := p.label()
			p.expect("encode")
			a.Encodings = append(a.Encodings, ColumnEncoding{name, p.encoding(name)})
		}
	default:
		p.syntax()
	}
}

func (p *parser) alterAppend(a *AlterTable) {
	p.expect("from")
	from := p.qualified()
	a.Action, a.From = AlterAppend, &from
	switch p.acceptAny("ignoreextra", "filltarget") {
	case "ignoreextra":
		a.IgnoreExtra = true
	case "filltarget":
		a.FillTarget = true
	}
}

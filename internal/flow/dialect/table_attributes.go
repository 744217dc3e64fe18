package dialect

import (
	"slices"
	"strings"
)

// tableAttributes reads BACKUP, DISTSTYLE, DISTKEY, SORTKEY and ENCODE AUTO, in any order.
func (p *parser) tableAttributes(a *TableAttributes) {
	for p.err == nil && p.tableAttribute(a) {
	}
}

func (p *parser) tableAttribute(a *TableAttributes) bool {
	t := p.peek()
	switch {
	case p.accept("backup"):
		p.once(t, a.Backup == "")
		a.Backup = p.oneOf("yes", "no")
	case p.accept("diststyle"):
		p.once(t, a.DistStyle == "")
		a.DistStyle = p.oneOf("auto", "even", "key", "all")
	case p.accept("distkey"):
		p.once(t, a.DistKey == "")
		p.expectOp("(")
		a.DistKey = p.label()
		p.expectOp(")")
	case p.accept("encode"):
		p.expect("auto")
		a.EncodeAuto = true
	default:
		return p.sortKey(a)
	}
	return true
}

// sortKey reads [COMPOUND|INTERLEAVED] SORTKEY (…) or SORTKEY AUTO.
func (p *parser) sortKey(a *TableAttributes) bool {
	t := p.peek()
	style := p.acceptAny("compound", "interleaved")
	if style == "" && !p.is("sortkey") {
		return false
	}
	p.expect("sortkey")
	p.once(t, a.SortStyle == "")
	if style == "" && p.accept("auto") {
		a.SortStyle = "auto"
		return true
	}
	a.SortKeys = p.columnList()
	a.SortStyle = "compound"
	if style != "" {
		a.SortStyle = style
	}
	return true
}

// once refuses an attribute that is there already.
func (p *parser) once(at token, first bool) {
	if !first {
		p.fail(at, codeSyntax, "conflicting or redundant options")
	}
}

// oneOf takes one of the words or fails.
func (p *parser) oneOf(words ...string) string {
	w := p.acceptAny(words...)
	if w == "" {
		p.syntax()
	}
	return w
}

// Redshift's limits on tables.
const (
	maxColumns         = 1600
	maxSortKeys        = 400
	maxInterleavedKeys = 8
)

// checkTable refuses definitions that contradict themselves.
func (p *parser) checkTable(t *CreateTable, at token) {
	if p.err != nil {
		return
	}
	seen := map[string]bool{}
	for _, c := range t.Columns {
		if seen[c.Name] {
			p.fail(at, codeDuplicateCol, `column "%s" duplicated`, c.Name)
		}
		seen[c.Name] = true
	}
	if len(t.Columns) > maxColumns {
		p.fail(at, "54011", "tables can have at most %d columns", maxColumns)
	}
	p.checkDistribution(t, at)
	p.checkSorting(t, at)
	if t.Like == nil { // With LIKE the columns are not known here.
		p.checkKeys(t, at, seen)
	}
}

func (p *parser) checkDistribution(t *CreateTable, at token) {
	keys := 0
	for _, c := range t.Columns {
		if c.DistKey {
			keys++
		}
	}
	if t.Attributes.DistKey != "" {
		keys++
	}
	style := t.Attributes.DistStyle
	switch {
	case keys > 1:
		p.fail(at, codeTableDef, "Multiple DISTKEY columns are not allowed")
	case keys == 0 && style == "key":
		p.fail(at, codeTableDef, "DISTSTYLE KEY requires a DISTKEY column")
	case keys == 1 && style != "" && style != "key":
		p.fail(at, codeTableDef, "Cannot specify DISTKEY column for DISTSTYLE %s", strings.ToUpper(style))
	}
}

func (p *parser) checkSorting(t *CreateTable, at token) {
	inline := 0
	for _, c := range t.Columns {
		if c.SortKey {
			inline++
		}
	}
	a := t.Attributes
	switch {
	case inline > 1, inline == 1 && a.SortStyle != "":
		p.fail(at, codeTableDef, "Multiple SORTKEY definitions are not allowed; use a table attribute for a compound key")
	case len(a.SortKeys) > maxSortKeys:
		p.fail(at, codeTableDef, "SORTKEY can have at most %d columns", maxSortKeys)
	case a.SortStyle == "interleaved" && len(a.SortKeys) > maxInterleavedKeys:
		p.fail(at, codeTableDef, "INTERLEAVED SORTKEY can have at most %d columns", maxInterleavedKeys)
	}
}

func (p *parser) checkKeys(t *CreateTable, at token, columns map[string]bool) {
	named := slices.Clone(t.Attributes.SortKeys)
	if t.Attributes.DistKey != "" {
		named = append(named, t.Attributes.DistKey)
	}
	primary := 0
	for _, c := range t.Columns {
		if c.PrimaryKey {
			primary++
		}
	}
	for _, c := range t.Constraints {
		named = append(named, c.Columns...)
		if c.Kind == "primary key" {
			primary++
		}
	}
	if primary > 1 {
		p.fail(at, codeTableDef, `multiple primary keys for table "%s" are not allowed`, t.Table.Name)
	}
	for _, n := range named {
		if !columns[n] {
			p.fail(at, "42703", `column "%s" named in key does not exist`, n)
		}
	}
}

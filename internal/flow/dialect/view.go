package dialect

// CreateView is CREATE [OR REPLACE] VIEW.
type CreateView struct {
	base
	View        Name
	Replace     bool
	Columns     []string
	Query       *Query
	LateBinding bool // WITH NO SCHEMA BINDING
}

// createView reads what follows CREATE [OR REPLACE] VIEW.
func (p *parser) createView(replace, temp bool) Statement {
	if temp {
		return p.notSupported("CREATE TEMPORARY VIEW")
	}
	v := &CreateView{base: p.base, Replace: replace, View: p.qualified()}
	if p.isOp("(") {
		v.Columns = p.columnList()
	}
	p.expect("as")
	v.Query = p.subqueryUntil(func(t token) bool {
		return t.word("with") && p.is("with", "no", "schema", "binding")
	})
	v.LateBinding = p.accept("with", "no", "schema", "binding")
	return v
}

package dialect

import (
	"maps"
	"slices"
	"strings"
)

// Unload is UNLOAD ('query') TO 's3://…' authorization [option …].
type Unload struct {
	base
	Query   string // the text of the query
	To      string
	Auth    Auth
	Format  string // "text", "csv", "json", "parquet", "fixedwidth"
	Options []Option
	Ordered bool // The query says the order of its rows.
}

// unloadArguments says what follows each option of UNLOAD.
var unloadArguments = map[string]string{
	"manifest": "verbose?", "header": "", "delimiter": "string", "encrypted": "auto?", "kms_key_id": "string",
	"bzip2": "", "gzip": "", "zstd": "", "addquotes": "", "null": "string", "escape": "", "allowoverwrite": "",
	"cleanpath": "", "parallel": "switch", "maxfilesize": "size", "rowgroupsize": "size", "region": "string",
	"extension": "string", "partition": "columns", "fixedwidth": "string",
}

// unloadConflicts is what each format is refused with.
var unloadConflicts = map[string][]string{
	"csv":        {"fixedwidth", "addquotes"},
	"parquet":    {"delimiter", "fixedwidth", "addquotes", "escape", "null", "header", "gzip", "bzip2", "zstd"},
	"json":       {"delimiter", "header", "fixedwidth", "addquotes", "escape", "null"},
	"fixedwidth": {"delimiter", "header"},
	"cleanpath":  {"allowoverwrite"},
}

func (p *parser) unload() Statement {
	p.expect("unload")
	u := &Unload{base: p.base, Format: "text"}
	p.expectOp("(")
	at := p.peek()
	u.Query = p.str()
	u.Ordered = outer(u.Query, "order")
	if p.err == nil && outer(u.Query, "limit") {
		p.fail(at, codeUnsupported, "Limit clause is not supported")
	}
	p.expectOp(")")
	p.expect("to")
	u.To = p.str()
	seen := map[string]bool{}
	for p.err == nil && !p.atEnd() {
		p.unloadOption(u, seen)
	}
	for _, name := range slices.Sorted(maps.Keys(unloadConflicts)) {
		for _, other := range unloadConflicts[name] {
			if seen[name] && seen[other] {
				p.fail(p.last(), codeUnsupported, "UNLOAD option %s is not supported with %s", strings.ToUpper(other), strings.ToUpper(name))
			}
		}
	}
	return u
}

// outer reports a word in the outer SELECT of a query; a query that cannot be read is refused later.
func outer(query, word string) bool {
	c, err := newCursor(query, false)
	if err != nil {
		return false
	}
	depth := 0
	for _, t := range c.toks {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.word(word):
			return true
		}
	}
	return false
}

func (p *parser) unloadOption(u *Unload, seen map[string]bool) {
	t := p.next()
	if t.word("with") {
		t = p.next()
	}
	if t.word("format") {
		p.accept("as")
		t = p.next()
	}
	if seen[t.val] {
		p.fail(t, codeSyntax, "conflicting or redundant options: %s is given twice", strings.ToUpper(t.val))
		return
	}
	seen[t.val] = true
	switch {
	case t.kind != tokenWord:
		p.syntaxAt(t)
	case t.val == "csv" || t.val == "parquet" || t.val == "json":
		u.Format = t.val
	case p.unloadAuth(&u.Auth, t):
	default:
		p.unloadArgument(u, t)
	}
}

// unloadAuth reads authorization as COPY does.
func (p *parser) unloadAuth(a *Auth, t token) bool {
	switch t.val {
	case "iam_role", "credentials", "access_key_id", "secret_access_key", "session_token", "token":
	default:
		return false
	}
	r := &copyReader{parser: p, c: &Copy{Auth: *a}}
	copyOptions[t.val](r, t)
	*a = r.c.Auth
	return true
}

func (p *parser) unloadArgument(u *Unload, t token) {
	kind, ok := unloadArguments[t.val]
	if !ok {
		p.syntaxAt(t)
		return
	}
	o := Option{Name: t.val}
	switch kind {
	case "string":
		p.accept("as")
		at := p.peek()
		o.Value = p.str()
		if t.val == "delimiter" {
			if o.Value = unescapeByte(o.Value); p.err == nil && (len(o.Value) != 1 || o.Value[0] >= 0x80) {
				p.fail(at, codeUnsupported, "UNLOAD delimiter must be a single ASCII character")
			}
		}
	case "verbose?", "auto?":
		o.Value = p.acceptAny(strings.TrimSuffix(kind, "?"))
	case "switch":
		if o.Value = p.acceptAny("on", "true", "off", "false"); o.Value == "" {
			o.Value = "on"
		}
	case "size":
		p.accept("as")
		n := p.next()
		if n.kind != tokenNumber {
			p.syntaxAt(n)
		}
		o.Value = strings.TrimSpace(n.val + " " + p.acceptAny("mb", "gb"))
	case "columns":
		p.expect("by")
		o.Value = strings.Join(p.columnList(), ",")
		if p.accept("include") {
			o.Value += " include"
		}
	}
	if t.val == "fixedwidth" {
		u.Format = t.val
	}
	u.Options = append(u.Options, o)
}

package dialect

import "strings"

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

// unloadConflicts says what an option is refused with; a relation is listed on one side.
// Source: Redshift Database Developer Guide, "UNLOAD"; that a layout and a compression stand alone goes without saying there.
var unloadConflicts = map[string][]string{
	"csv":        {"json", "parquet", "fixedwidth", "addquotes", "escape"},
	"parquet":    {"json", "delimiter", "fixedwidth", "addquotes", "escape", "null", "header", "gzip", "bzip2", "zstd"},
	"json":       {"delimiter", "header", "fixedwidth", "addquotes", "escape", "null"},
	"fixedwidth": {"delimiter", "header", "addquotes", "escape"},
	"gzip":       {"bzip2", "zstd"},
	"bzip2":      {"zstd"},
	"cleanpath":  {"allowoverwrite"},
}

// unloadReader reads one UNLOAD; authorization is COPY's.
type unloadReader struct {
	*copyReader
	u *Unload
}

func (p *parser) unload() Statement {
	p.expect("unload")
	u := &Unload{base: p.base, Format: "text"}
	r := &unloadReader{&copyReader{parser: p, verb: "UNLOAD", c: &Copy{}, given: map[string]token{}}, u}
	p.expectOp("(")
	at := p.peek()
	u.Query = p.str()
	u.Ordered = outer(u.Query, "order")
	if p.err == nil && outer(u.Query, "limit") {
		p.fail(at, codeUnsupported, "Limit clause is not supported")
	}
	p.expectOp(")")
	p.expect("to")
	r.destination()
	for p.err == nil && !p.atEnd() {
		r.option()
	}
	if u.Auth = r.c.Auth; p.err == nil {
		r.checkTogether(unloadConflicts)
		r.checkAuth()
	}
	return u
}

// destination reads where the files go.
func (r *unloadReader) destination() {
	at := r.peek()
	r.u.To = r.str()
	bucket, ok := strings.CutPrefix(r.u.To, "s3://")
	if bucket, _, _ = strings.Cut(bucket, "/"); r.err == nil && (!ok || bucket == "") {
		r.fail(at, codeInvalidValue, `UNLOAD destination "%s" is not s3://bucket/prefix`, r.u.To)
	}
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

// option reads one parameter after TO.
func (r *unloadReader) option() {
	t := r.next()
	if t.word("with") {
		t = r.next()
	}
	if t.word("format") {
		r.accept("as")
		t = r.next()
	}
	if t.kind != tokenWord {
		r.syntaxAt(t)
		return
	}
	r.note(t.val, t)
	switch t.val {
	case "csv", "parquet", "json":
		r.u.Format = t.val
	case "iam_role", "credentials", "access_key_id", "secret_access_key", "session_token", "token":
		copyOptions[t.val](r.copyReader, t)
	default:
		r.argument(t)
	}
}

func (r *unloadReader) argument(t token) {
	kind, ok := unloadArguments[t.val]
	if !ok {
		r.unknown(t)
		return
	}
	o := Option{Name: t.val}
	switch kind {
	case "string":
		o.Value = r.text(t)
	case "verbose?", "auto?":
		o.Value = r.acceptAny(strings.TrimSuffix(kind, "?"))
	case "switch":
		if o.Value = r.acceptAny("on", "true", "off", "false"); o.Value == "" {
			o.Value = "on"
		}
	case "size":
		r.accept("as")
		n := r.next()
		if n.kind != tokenNumber {
			r.syntaxAt(n)
		}
		o.Value = strings.TrimSpace(n.val + " " + r.acceptAny("mb", "gb"))
	case "columns":
		r.expect("by")
		o.Value = strings.Join(r.columnList(), ",")
		if r.accept("include") {
			o.Value += " include"
		}
	}
	if t.val == "fixedwidth" {
		r.u.Format = t.val
	}
	r.u.Options = append(r.u.Options, o)
}

// text reads the string of an option.
func (r *unloadReader) text(option token) string {
	r.accept("as")
	at := r.peek()
	s := r.str()
	if option.val != "delimiter" {
		return s
	}
	if s = unescapeByte(s); r.err == nil && (len(s) != 1 || s[0] >= 0x80) {
		r.fail(at, codeUnsupported, "UNLOAD delimiter must be a single ASCII character")
	}
	return s
}

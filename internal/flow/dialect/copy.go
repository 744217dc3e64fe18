package dialect

import "strings"

// copyOrJob reads COPY table FROM … or COPY JOB verb ….
func (p *parser) copyOrJob() Statement {
	p.expect("copy")
	if p.is("job") && p.jobVerb(p.peekAt(1)) {
		p.next()
		return p.copyJob()
	}
	return p.copyTable()
}

// copyReader reads one COPY: what was given, and where, for the checks at the end.
type copyReader struct {
	*parser
	verb  string // "COPY", or "UNLOAD", which says as COPY does with whose rights it acts
	c     *Copy
	given map[string]token // option → where it stands
	order []string         // options as they came
}

func (p *parser) copyTable() Statement {
	c := &Copy{base: p.base, from: p.last().start}
	c.Table = p.qualified()
	if p.isOp("(") {
		c.Columns = p.columnList()
	}
	p.expect("from")
	r := &copyReader{parser: p, verb: "COPY", c: c, given: map[string]token{}}
	r.source()
	r.defaults()
	for p.err == nil && !p.atEnd() && !p.is("job") {
		r.option()
	}
	if p.err == nil && p.is("job") {
		r.job()
	}
	r.finish()
	if c.given = r.order; c.Template == nil { // With a template, only both together can be checked.
		r.check()
	}
	return c
}

// source reads the only thing COPY reads from: a literal.
func (r *copyReader) source() {
	at := r.peek()
	if r.is("stdin") {
		r.fail(at, codeUnsupported, "COPY FROM STDIN is not supported")
		return
	}
	r.c.Source = r.str()
	scheme, rest, found := strings.Cut(r.c.Source, "://")
	switch scheme = strings.ToLower(scheme); {
	case r.err != nil:
	case found && scheme == "s3":
		if bucket, _, _ := strings.Cut(rest, "/"); bucket == "" {
			r.fail(at, codeInvalidValue, `COPY source "%s" names no bucket`, r.c.Source)
		}
	case found && (scheme == "emr" || scheme == "dynamodb"):
		r.fail(at, codeUnsupported, "COPY from %s:// is not supported", scheme)
	default:
		r.fail(at, codeInvalidValue, `COPY source "%s" is not an s3:// URL`, r.c.Source)
	}
}

func (r *copyReader) defaults() {
	r.c.Format = Format{Kind: "text"}
	r.c.Options.InvChar = '?'
	r.c.Options.NullAs = `\N`
	r.c.Options.Encoding = "utf8"
}

// option reads one parameter after FROM.
func (r *copyReader) option() {
	t := r.peek()
	if t.kind != tokenWord {
		r.syntax()
		return
	}
	if next := r.peekAt(1); t.val == "with" && next.word("credentials") || t.val == "as" && next.kind == tokenWord && formatWords[next.val] || t.val == "format" {
		r.next()
		r.accept("as")
		if after := r.peek(); t.val == "format" && (after.kind != tokenWord || !formatWords[after.val]) {
			r.syntax()
			return
		}
		t = r.peek()
	}
	read, ok := copyOptions[t.val]
	if !ok {
		r.unknown(t)
		return
	}
	r.next()
	r.note(t.val, t)
	read(r, t)
}

// unknown refuses a word that is no option; the error names it.
func (r *copyReader) unknown(t token) {
	if what, ok := copyUnsupported[t.val]; ok {
		r.fail(t, codeUnsupported, "%s option %s is not supported%s", r.verb, strings.ToUpper(t.val), what.why)
		r.hint(what.hint)
		return
	}
	r.syntaxAt(t)
	r.hint(`"` + t.val + `" is not an option of ` + r.verb + ".")
}

// hint says the way out of the error, if it says none yet.
func (r *copyReader) hint(text string) {
	if r.err != nil && r.err.Hint == "" {
		r.err.Hint = text
	}
}

// note remembers an option and refuses it the second time.
func (r *copyReader) note(name string, t token) {
	if same, ok := copySpelling[name]; ok {
		name = same
	}
	if _, twice := r.given[name]; twice {
		r.fail(t, codeSyntax, "conflicting or redundant options: %s is given twice", strings.ToUpper(name))
	}
	r.given[name] = t
	r.order = append(r.order, name)
}

// finish fills what depends on several options.
func (r *copyReader) finish() {
	f := &r.c.Format
	if f.Delimiter == 0 {
		f.Delimiter = map[string]byte{"csv": ',', "text": '|'}[f.Kind]
	}
	if f.Quote == 0 && f.Kind == "csv" {
		f.Quote = '"'
	}
}

// job reads JOB CREATE name [AUTO ON | OFF], which ends the statement.
func (r *copyReader) job() {
	at := r.peek()
	r.expect("job", "create")
	j := &JobCreate{Pos: position(r.src, r.peek().start), Auto: true}
	j.Name = r.jobName()
	if r.accept("auto") {
		j.Auto = r.oneOf("on", "off") == "on"
	}
	if r.err == nil && !r.atEnd() {
		t := r.peek()
		if _, known := copyOptions[t.val]; known {
			r.fail(t, codeSyntax, `syntax error at or near "%s"`, r.src[t.start:t.end])
			r.err.Hint = "JOB CREATE comes after all other parameters of COPY."
		}
	}
	r.given["job"] = at
	r.c.Job = j
}

package dialect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Template is CREATE, ALTER or DROP TEMPLATE. Only COPY has templates.
type Template struct {
	base
	Verb       string // "create", "alter", "drop"
	Name       Name
	Replace    bool        // CREATE OR REPLACE
	Parameters []Parameter // of CREATE, and those that ALTER adds or sets
	Action     string      // of ALTER: "rename", "owner", "add", "drop", "set"
	To         string      // the new name or owner, or the parameter that is dropped
}

// Parameter is one parameter of COPY that a template holds.
type Parameter struct {
	Name  string // lower case, in one of its spellings: "delimiter"
	Value string // as written, "" for none
}

// String is the parameter as COPY takes it.
func (p Parameter) String() string {
	if p.Value == "" {
		return strings.ToUpper(p.Name)
	}
	return strings.ToUpper(p.Name) + " " + p.Value
}

// notTemplated are the parameters that say from where COPY reads, and as whom.
var notTemplated = words("iam_role credentials access_key_id secret_access_key session_token region manifest using job")

func (p *parser) template(verb string, replace bool) Statement {
	t := &Template{base: p.base, Verb: verb, Replace: replace, Name: p.qualified()}
	switch verb {
	case "create":
		p.expect("for", "copy")
		p.accept("as")
		t.Parameters = p.parameters()
	case "alter":
		p.alterTemplate(t)
	}
	return t
}

func (p *parser) alterTemplate(t *Template) {
	switch {
	case p.accept("rename", "to"):
		t.Action, t.To = "rename", p.name()
	case p.accept("owner", "to"):
		t.Action, t.To = "owner", p.principal()
	case p.accept("add"):
		t.Action, t.Parameters = "add", p.parameters()
		if p.err == nil && len(t.Parameters) != 1 {
			p.fail(p.last(), codeSyntax, "ALTER TEMPLATE adds one parameter at a time")
		}
	case p.accept("drop"):
		t.Action, t.To = "drop", spelling(lowerASCII(p.label()))
	case p.accept("set"):
		t.Action, t.Parameters = "set", p.setParameters()
	default:
		p.syntax()
	}
}

// parameters reads options of COPY up to the end of the statement.
func (p *parser) parameters() []Parameter {
	r := p.parameterReader()
	var all []Parameter
	for p.err == nil && !p.atEnd() {
		r.option()
		all = r.noted(all, r.given)
	}
	r.checkTogether(copyConflicts)
	return all
}

// setParameters reads name TO value, ….
func (p *parser) setParameters() []Parameter {
	r := p.parameterReader()
	var all []Parameter
	for p.err == nil {
		t := p.peek()
		read, ok := copyOptions[t.val]
		if t.kind != tokenWord || !ok {
			r.unknown(t)
			break
		}
		p.next()
		p.expect("to")
		r.note(t.val, p.last())
		read(r, t)
		if all = r.noted(all, r.given); p.err == nil && all[len(all)-1].Value == "" {
			p.fail(t, codeSyntax, "parameter %s has no value to set", strings.ToUpper(t.val))
		}
		if !p.acceptOp(",") {
			break
		}
	}
	return all
}

func (p *parser) parameterReader() *copyReader {
	r := &copyReader{parser: p, verb: "COPY", c: &Copy{base: p.base}, given: map[string]token{}}
	r.defaults()
	return r
}

var noiseAs = regexp.MustCompile(`(?i)^as\b\s*`)

// noted adds the option that was read last, with its argument as written.
func (r *copyReader) noted(all []Parameter, at map[string]token) []Parameter {
	if r.err != nil || len(r.order) == 0 {
		return all
	}
	name := r.order[len(r.order)-1]
	if notTemplated[name] {
		r.fail(at[name], codeUnsupported, "a template cannot hold the parameter %s", strings.ToUpper(name))
		return all
	}
	value := strings.TrimSpace(r.src[at[name].end:r.last().end])
	return append(all, Parameter{name, noiseAs.ReplaceAllString(value, "")})
}

func spelling(name string) string {
	if same, ok := copySpelling[name]; ok {
		return same
	}
	return name
}

// Parameters reads the parameters of a template as they are kept.
func Parameters(text string) ([]Parameter, error) {
	c, err := newCursor(text, true)
	if err != nil {
		return nil, err
	}
	p := &parser{cursor: c, base: base{text: text, keepCase: true}}
	all := p.parameters()
	return all, p.fault()
}

// family joins the parameters of which COPY takes one: a layout, a compression.
func family(name string) string {
	switch name {
	case "csv", "fixedwidth", "json", "avro", "parquet", "orc":
		return "format"
	case "gzip", "bzip2", "zstd", "lzop":
		return "compression"
	}
	return name
}

// With is the COPY with a template's parameters in the place of USING TEMPLATE;
// those it has itself win.
func (c *Copy) With(all []Parameter) (*Copy, error) {
	var add []string
	for _, p := range all {
		if !slices.ContainsFunc(c.given, func(name string) bool { return family(name) == family(p.Name) }) {
			add = append(add, p.String())
		}
	}
	text := c.text[c.from:c.templateAt.Start] + strings.Join(add, " ") + c.text[c.templateAt.End:]
	s, err := Parser{CaseSensitive: c.keepCase}.Parse(text)
	if err != nil {
		return nil, err
	}
	full, ok := s.(*Copy)
	if !ok {
		return nil, fmt.Errorf("put a template into COPY %s: it became another statement", c.Table.Name)
	}
	return full, nil
}

// usingTemplate reads TEMPLATE name.
func (r *copyReader) usingTemplate(t token) {
	r.expect("template")
	n := r.qualified()
	r.c.Template, r.c.templateAt = &n, Span{t.start, r.last().end}
}

package policy

import "strings"

// template is a policy value whose variables are filled from the request. A
// value without any is compiled once.
type template struct {
	parts []part
	fixed bool
}

// part is literal text with wildcards, or a variable.
type part struct {
	seq      []rune
	key      string // lower case; "" for literal text
	fallback string
	hasElse  bool
}

// grammar says what is special in a policy value.
type grammar struct {
	wild      bool // * and ? are wildcards
	variables bool // ${…} is a variable or an escape
}

// parseTemplate reads a policy value. Text that looks like a variable but is not one stays text.
func parseTemplate(s string, g grammar) template {
	t := template{fixed: true}
	for s != "" {
		open, end := -1, -1
		if g.variables {
			open = strings.Index(s, "${")
		}
		if open >= 0 {
			end = strings.IndexByte(s[open:], '}')
		}
		if end < 0 {
			t.literal(s, g.wild)
			break
		}
		t.literal(s[:open], g.wild)
		t.variable(s[open+2 : open+end])
		s = s[open+end+1:]
	}
	return t
}

func (t *template) literal(s string, wild bool) {
	seq := literalRunes(s)
	if wild {
		seq = wildRunes(s)
	}
	t.add(seq)
}

func (t *template) add(seq []rune) {
	if n := len(t.parts); n > 0 && t.parts[n-1].key == "" {
		t.parts[n-1].seq = append(t.parts[n-1].seq, seq...)
		return
	}
	t.parts = append(t.parts, part{seq: seq})
}

// variable adds what stood between ${ and }.
func (t *template) variable(inner string) {
	switch inner {
	case "*", "?", "$":
		t.add(literalRunes(inner))
		return
	}
	key, fallback, hasElse := strings.Cut(inner, ", ")
	if hasElse {
		fallback = strings.TrimSuffix(strings.TrimPrefix(fallback, "'"), "'")
	}
	t.parts = append(t.parts, part{key: strings.ToLower(strings.TrimSpace(key)), fallback: fallback, hasElse: hasElse})
	t.fixed = false
}

// expand fills the variables in. What they bring is literal, whatever it looks
// like. It fails when a key without default is absent or has several values.
func (t *template) expand(ctx Context) ([]rune, bool) {
	if t.fixed {
		if len(t.parts) == 0 {
			return nil, true
		}
		return t.parts[0].seq, true
	}
	var out []rune
	for _, p := range t.parts {
		if p.key == "" {
			out = append(out, p.seq...)
			continue
		}
		s, ok := p.value(ctx)
		if !ok {
			return nil, false
		}
		out = append(out, literalRunes(s)...)
	}
	return out, true
}

func (p *part) value(ctx Context) (string, bool) {
	v, ok := ctx[p.key]
	if ok && !v.Multi && len(v.Values) == 1 {
		return v.Values[0], true
	}
	return p.fallback, p.hasElse
}

// pattern is a template that texts are matched against.
type pattern struct {
	compiled wildcard
	template template
	fold     bool
}

func compilePattern(s string, g grammar, fold bool) pattern {
	p := pattern{template: parseTemplate(s, g), fold: fold}
	if seq, ok := p.template.expand(nil); p.template.fixed && ok {
		p.compiled = compileWildcard(seq, fold)
	}
	return p
}

// match reports whether s matches once the variables are filled.
func (p *pattern) match(s string, ctx Context) bool {
	if p.template.fixed {
		return p.compiled.match(s)
	}
	seq, ok := p.template.expand(ctx)
	if !ok {
		return false
	}
	w := compileWildcard(seq, p.fold)
	return w.match(s)
}

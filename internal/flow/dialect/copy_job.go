package dialect

import "strings"

func (p *parser) jobVerb(t token) bool {
	switch t.val {
	case "run", "alter", "show", "drop", "list":
		return t.kind == tokenWord
	}
	return false
}

// copyJob reads what follows COPY JOB.
func (p *parser) copyJob() Statement {
	j := &CopyJob{base: p.base, Verb: p.next().val}
	if j.Verb == "list" {
		return j
	}
	j.Name = p.jobName()
	if j.Verb == "alter" {
		p.expect("auto")
		j.Auto = p.oneOf("on", "off") == "on"
	}
	return j
}

// jobName reads the name of a COPY job, which must not hold a hyphen.
func (p *parser) jobName() string {
	t := p.peek()
	name := p.name()
	if p.err == nil && strings.Contains(name, "-") {
		p.fail(t, codeSyntax, `invalid COPY JOB name "%s": the name must not contain a hyphen`, name)
	}
	return name
}

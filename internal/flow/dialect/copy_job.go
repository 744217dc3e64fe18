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
	switch {
	case j.Verb == "alter" && p.accept("set"):
		j.Settings = p.jobSettings()
	case j.Verb == "alter":
		p.expect("auto")
		j.Auto = p.oneOf("on", "off") == "on"
	}
	return j
}

// jobSettings reads (name = value, …), which Redshift does not have.
func (p *parser) jobSettings() []JobSetting {
	var all []JobSetting
	given := map[string]bool{}
	p.expectOp("(")
	for p.err == nil {
		at := p.peek()
		s := JobSetting{Name: lowerASCII(p.label()), Pos: p.position(at.start)}
		p.expectOp("=")
		if s.Default = p.accept("default"); !s.Default {
			s.Value = p.settingScalar()
		}
		if given[s.Name] {
			p.fail(at, codeSyntax, `conflicting or redundant options: setting "%s" is given twice`, s.Name)
		}
		given[s.Name] = true
		all = append(all, s)
		if !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(")")
	return all
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

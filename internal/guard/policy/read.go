package policy

import "strings"

// read checks the grammar and compiles.
func read(src []byte, k Kind) (*Document, *problem) {
	if len(src) > maxText {
		return nil, &problem{what: badJSON, at: 0}
	}
	root, p := readJSON(src)
	if p != nil {
		return nil, p
	}
	if root.shape != object {
		return nil, &problem{what: notObject}
	}
	d := &Document{kind: k, text: string(src)}
	if p := d.readTop(&root); p != nil {
		return nil, p
	}
	list := root.field("Statement").statements()
	for i := range list {
		s, p := d.readStatement(&list[i])
		if p != nil {
			return nil, p
		}
		d.statements = append(d.statements, s)
		d.asks = d.asks || s.asks()
	}
	return d, nil
}

// asks reports whether the statement looks at the request's context.
func (s *statement) asks() bool {
	if len(s.conditions) > 0 {
		return true
	}
	for i := range s.resources.list {
		if !s.resources.list[i].all && !s.resources.list[i].rest.template.fixed {
			return true
		}
	}
	for i := range s.parties {
		if s.parties[i].region != "" {
			return true
		}
	}
	return false
}

// readTop reads Version and Id and sees that Statement is there.
func (d *Document) readTop(root *node) *problem {
	for _, f := range root.fields {
		switch f.name {
		case "Version":
			d.version = f.value.str
			if f.value.shape != text || d.version != oldVersion && d.version != newVersion {
				return &problem{what: badVersion, name: f.value.str, at: f.value.start}
			}
		case "Id":
			if f.value.shape != text {
				return &problem{what: badType, name: f.name, at: f.value.start}
			}
		case "Statement":
		default:
			return &problem{what: unknownField, name: f.name, at: f.value.start}
		}
	}
	s := root.field("Statement")
	switch {
	case s == nil:
		return &problem{what: missingField, name: "Statement"}
	case s.shape == array && len(s.items) == 0:
		return &problem{what: emptyStatement, at: s.start}
	case s.shape != array && s.shape != object:
		return &problem{what: badType, name: "Statement", at: s.start}
	}
	return nil
}

// statements gives the statements of a Statement element: one object may stand for an array of one.
func (n *node) statements() []node {
	if n.shape == object {
		return []node{*n}
	}
	return n.items
}

var statementFields = map[string]func(*Document, *statement, *node) *problem{
	"Sid":          readSid,
	"Effect":       readEffect,
	"Principal":    readPrincipal,
	"NotPrincipal": readNotPrincipal,
	"Action":       readActions,
	"NotAction":    readNotActions,
	"Resource":     readResources,
	"NotResource":  readNotResources,
	"Condition":    readConditions,
}

func (d *Document) readStatement(n *node) (statement, *problem) {
	s := statement{line: line([]byte(d.text), n.start)}
	if n.shape != object {
		return s, &problem{what: badType, name: "Statement", at: n.start}
	}
	for i := range n.fields {
		f := &n.fields[i]
		readField, ok := statementFields[f.name]
		if !ok {
			return s, &problem{what: unknownField, name: f.name, at: f.value.start}
		}
		if n.field("Not"+f.name) != nil {
			return s, &problem{what: bothFields, name: f.name, at: f.value.start}
		}
		if p := readField(d, &s, &f.value); p != nil {
			return s, p
		}
	}
	if n.field("Effect") == nil {
		return s, &problem{what: missingField, name: "Effect", at: n.start}
	}
	return s, nil
}

func readSid(_ *Document, s *statement, n *node) *problem {
	if n.shape != text {
		return &problem{what: badType, name: "Sid", at: n.start}
	}
	s.sid = n.str
	return nil
}

// readEffect takes any case here: IAM words a wrongly cased effect otherwise than a wrong one.
func readEffect(d *Document, s *statement, n *node) *problem {
	allow, deny := strings.EqualFold(n.str, "Allow"), strings.EqualFold(n.str, "Deny")
	cased := n.str == "Allow" || n.str == "Deny"
	if n.shape != text || !allow && !deny || !cased && !d.kind.iam() {
		return &problem{what: badEffect, name: n.str, at: n.start}
	}
	s.effect, s.deny = n.str, deny
	return nil
}

func readActions(d *Document, s *statement, n *node) *problem {
	list, ok := n.strings()
	if !ok {
		return &problem{what: badType, name: "Action", at: n.start}
	}
	for _, a := range list {
		s.actions = append(s.actions, compileAction(a))
	}
	return nil
}

func readNotActions(d *Document, s *statement, n *node) *problem {
	s.notActions = true
	return readActions(d, s, n)
}

func readResources(d *Document, s *statement, n *node) *problem {
	list, ok := n.strings()
	if !ok {
		return &problem{what: badType, name: "Resource", at: n.start}
	}
	s.resources.given = true
	for _, r := range list {
		s.resources.list = append(s.resources.list, compileResource(r, d.kind, d.variables()))
	}
	return nil
}

func readNotResources(d *Document, s *statement, n *node) *problem {
	s.resources.not = true
	return readResources(d, s, n)
}

// variables reports whether ${…} means anything in the document.
func (d *Document) variables() bool { return d.version == newVersion }

func readConditions(d *Document, s *statement, n *node) *problem {
	if n.shape != object {
		return &problem{what: badType, name: "Condition", at: n.start}
	}
	for i := range n.fields {
		if p := readOperator(d, s, &n.fields[i]); p != nil {
			return p
		}
	}
	return nil
}

func readOperator(d *Document, s *statement, f *field) *problem {
	if f.value.shape != object {
		return &problem{what: badType, name: "Condition", at: f.value.start}
	}
	// An operator without keys says nothing, and IAM then takes any name.
	for _, key := range f.value.fields {
		values, ok := key.value.scalars()
		if !ok {
			return &problem{what: badType, name: "Condition", at: key.value.start}
		}
		c, ok := newCondition(f.name, key.name, values, d.variables())
		if !ok {
			return &problem{what: badOperator, name: f.name, at: f.value.start}
		}
		s.conditions = append(s.conditions, c)
	}
	return nil
}

func readNotPrincipal(d *Document, s *statement, n *node) *problem {
	s.notPrincipals = true
	return readPrincipal(d, s, n)
}

func readPrincipal(_ *Document, s *statement, n *node) *problem {
	s.named = true
	if n.shape == text && n.str == "*" {
		s.parties = []party{newParty("AWS", "*")}
		return nil
	}
	if n.shape != object {
		return principalProblem("AWS", n.str, n.start)
	}
	for i := range n.fields {
		if p := s.readProvider(&n.fields[i]); p != nil {
			return p
		}
	}
	return nil
}

func (s *statement) readProvider(f *field) *problem {
	switch f.name {
	case "AWS", "Service", "Federated", "CanonicalUser":
	default:
		return principalProblem(f.name, "", f.value.start)
	}
	if _, ok := f.value.strings(); !ok {
		return principalProblem(f.name, f.value.str, f.value.start)
	}
	items := f.value.items
	if f.value.shape == text {
		items = []node{f.value}
	}
	for _, i := range items {
		p := newParty(f.name, i.str)
		p.start, p.end = i.start, i.end
		s.parties = append(s.parties, p)
	}
	return nil
}

// principalProblem is worded by IAM with the provider in front; S3 puts it into Detail.
func principalProblem(provider, value string, at int) *problem {
	if provider == "Service" {
		provider = "SERVICE"
	}
	return &problem{what: badPrincipal, name: provider, detail: `"` + provider + `":"` + value + `"`, at: at}
}

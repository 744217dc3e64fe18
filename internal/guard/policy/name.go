package policy

import "strings"

// fieldCount is the number of fields of an ARN; the last one may hold colons.
const fieldCount = 6

// name is a resource's ARN cut into fields, or text that is no ARN.
type name struct {
	whole  string
	fields [fieldCount]string
	isARN  bool
}

// cutName splits at the first five colons.
func cutName(s string) name {
	n := name{whole: s}
	for i := range fieldCount - 1 {
		head, tail, ok := strings.Cut(s, ":")
		if !ok {
			return n
		}
		n.fields[i] = head
		s = tail
	}
	n.fields[fieldCount-1] = s
	n.isARN = n.fields[0] == "arn"
	return n
}

// resource is one compiled entry of Resource or NotResource.
type resource struct {
	text   string
	all    bool // "*" alone
	never  bool // too few fields, where that matches nothing
	fields [fieldCount - 1]wildcard
	rest   pattern
}

// compileResource compiles an entry as documents of kind k read it. Variables
// work only after the fifth colon, and the service field takes no wildcard.
func compileResource(s string, k Kind, variables bool) resource {
	r := resource{text: s, all: s == "*"}
	if r.all {
		return r
	}
	parts := strings.SplitN(s, ":", fieldCount)
	given := len(parts)
	r.never = parts[0] != "arn" || given < fieldCount && !k.pads()
	for len(parts) < fieldCount {
		parts = append(parts, "*")
	}
	for i := range r.fields {
		seq := wildRunes(parts[i])
		if i == 2 && given > i {
			seq = literalRunes(parts[i])
		}
		r.fields[i] = compileWildcard(seq, false)
	}
	r.rest = compilePattern(parts[fieldCount-1], grammar{wild: true, variables: variables}, false)
	return r
}

// match reports whether the entry covers n. Actions without a resource are
// asked for as "*", which only "*" covers.
func (r *resource) match(n *name, ctx Context) bool {
	if r.all {
		return true
	}
	if r.never || !n.isARN {
		return false
	}
	for i := range r.fields {
		if !r.fields[i].match(n.fields[i]) {
			return false
		}
	}
	return r.rest.match(n.fields[fieldCount-1], ctx)
}

// unfilled reports whether the entry needs a variable the request does not have.
func (r *resource) unfilled(ctx Context) bool {
	if r.all || r.rest.template.fixed {
		return false
	}
	_, ok := r.rest.template.expand(ctx)
	return !ok
}

// listsBuckets reports whether the entry is the form S3 takes for ListAllMyBuckets beside "*".
func (r *resource) listsBuckets() bool { return r.text == "arn:aws:s3:::*" }

// action is one compiled entry of Action or NotAction.
type action struct {
	text    string
	all     bool
	service wildcard
	name    wildcard
}

func compileAction(s string) action {
	a := action{text: s, all: s == "*" || s == "*:*"}
	service, name, ok := strings.Cut(s, ":")
	if a.all || !ok {
		return a
	}
	a.service = compileWildcard(literalRunes(service), true)
	a.name = compileWildcard(wildRunes(name), true)
	return a
}

// match reports whether the entry covers service:name; case is ignored.
func (a *action) match(service, name string) bool {
	if a.all {
		return true
	}
	return a.service.match(service) && a.name.match(name)
}

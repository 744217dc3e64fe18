package policy

import "strings"

// Element names a part of a statement.
type Element string

// The elements in the order in which they are compared.
const (
	NoElement          Element = ""
	ActionElement      Element = "Action"
	ResourceElement    Element = "Resource"
	PrincipalElement   Element = "Principal"
	ConditionElement   Element = "Condition"
	notElement                 = "Not"
	bucketListing              = "s3:ListAllMyBuckets"
	bucketListingShort         = "ListAllMyBuckets"
)

// asked is a request prepared for matching: what many statements need is cut once.
type asked struct {
	*Request
	service, action string
	on              name
	bounded         bool // the caller has a permissions boundary
}

func prepare(r *Request) asked {
	a := asked{Request: r, on: cutName(r.Resource)}
	a.service, a.action, _ = strings.Cut(r.Action, ":")
	return a
}

// match says at which element a statement stops, NoElement when it applies,
// and how closely it names the caller. failed is the condition that was not met.
func (s *statement) match(a *asked, k Kind) (stop Element, grade Grade, failed *condition) {
	if !s.matchesAction(a) {
		return ActionElement, NoGrade, nil
	}
	if !s.matchesResource(a, k) {
		return ResourceElement, NoGrade, nil
	}
	grade = s.matchesPrincipal(a, k)
	if grade == NoGrade {
		return PrincipalElement, NoGrade, nil
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(a.Context) {
			return ConditionElement, grade, &s.conditions[i]
		}
	}
	return NoElement, grade, nil
}

func (s *statement) matchesAction(a *asked) bool {
	if len(s.actions) == 0 {
		return false
	}
	for i := range s.actions {
		if s.actions[i].match(a.service, a.action) {
			return !s.notActions
		}
	}
	return s.notActions
}

// matchesResource takes a missing Resource as the thing the policy lies on.
func (s *statement) matchesResource(a *asked, k Kind) bool {
	if !s.resources.given {
		return k.attached() && k != Bucket
	}
	if a.Resource == "*" && a.listsBuckets() && !s.resources.not {
		for i := range s.resources.list {
			if s.resources.list[i].listsBuckets() {
				return true
			}
		}
	}
	return s.resources.coversName(&a.on, a.Context)
}

func (a *asked) listsBuckets() bool {
	return len(a.Action) == len(bucketListing) && strings.EqualFold(a.Action, bucketListing)
}

func (r *resources) covers(on string, ctx Context) bool {
	n := cutName(on)
	return r.coversName(&n, ctx)
}

// coversName reports whether the element lets its statement apply to n. A
// NotResource whose variable has no value makes the statement not apply.
func (r *resources) coversName(n *name, ctx Context) bool {
	for i := range r.list {
		if r.list[i].match(n, ctx) {
			return !r.not
		}
		if r.not && r.list[i].unfilled(ctx) {
			return false
		}
	}
	return r.not
}

// resourceList compiles an element by itself.
func resourceList(k Kind, patterns []string, not bool) *resources {
	r := &resources{given: true, not: not}
	for _, p := range patterns {
		r.list = append(r.list, compileResource(p, k, true))
	}
	return r
}

// matchesPrincipal grades how the statement names the caller. Policies without
// Principal speak of whoever they are attached to.
func (s *statement) matchesPrincipal(a *asked, k Kind) Grade {
	if !s.named {
		if k.attached() {
			return NoGrade
		}
		return Direct
	}
	g := gradeOf(s.parties, &a.Principal, a.Context)
	if !s.notPrincipals {
		return g
	}
	// AWS denies a caller with a boundary under Deny with NotPrincipal whomever it lists.
	if g == NoGrade || s.deny && a.bounded && a.Principal.Type.account() {
		return Direct
	}
	return NoGrade
}

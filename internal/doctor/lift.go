package doctor

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// lift makes one statement that denies the call no longer deny it.
func (m *mending) lift(now *policy.Decision) error {
	lifted := m.each(now, func(s slot, _ *Document, i int, t *policy.StatementTrace) bool {
		if !t.Deny || !t.Matched {
			return false
		}
		return m.except(s, i, now)
	})
	if lifted || m.detach(now) {
		return nil
	}
	return errNoMend
}

// except tries to take the call out of a denying statement, the smallest change first.
func (m *mending) except(s slot, i int, now *policy.Decision) bool {
	before := denials(now)
	for _, change := range m.exceptions(s.kind) {
		d, err := read(s.get(&m.set).Text())
		if err != nil || !change(&d.Statements[i]) {
			continue
		}
		if m.try(s, d, func(after *policy.Decision) bool { return denials(after) < before }) {
			return true
		}
	}
	d, err := read(s.get(&m.set).Text())
	if err != nil {
		return false
	}
	d.Statements = slices.Delete(d.Statements, i, i+1)
	if len(d.Statements) == 0 && limits(s.kind) {
		d.Statements = Statements{m.facts.smallest(s.kind)} // Without any statement it would allow nothing at all.
	}
	return m.try(s, d, func(after *policy.Decision) bool { return denials(after) < before })
}

// limits reports whether documents of the kind bound what others allow.
func limits(k policy.Kind) bool {
	switch k {
	case policy.Boundary, policy.SessionPolicy, policy.SCP, policy.RCP, policy.VPCEndpoint:
		return true
	}
	return false
}

// denials counts the statements that deny the call.
func denials(d *policy.Decision) (n int) {
	for _, t := range d.Trace {
		if t.Deny && t.Matched {
			n++
		}
	}
	return n
}

func (m *mending) exceptions(k policy.Kind) []conditionChange {
	f := m.facts
	all := []conditionChange{f.acceptNegated, f.exceptAction, f.exceptResource}
	if onResource(k) || k == policy.SCP {
		all = append(all, f.exceptCaller)
	}
	return all
}

// acceptNegated adds what the request has to a condition that asks for something
// else: "deny unless the account is one of these".
func (f *Facts) acceptNegated(s *Statement) bool {
	for op, keys := range s.Condition {
		for k := range keys {
			v, present := f.Request.Context.Get(k)
			if !negative(op) || !present || strings.EqualFold(k, "aws:SecureTransport") {
				continue
			}
			values := v.Values
			if pattern, ok := integrations(values[0]); ok && strings.HasPrefix(strings.ToLower(op), "arn") {
				values = []string{pattern}
			}
			return s.accept(op, k, values)
		}
	}
	return false
}

// exceptAction takes the action out of a list that names it.
func (f *Facts) exceptAction(s *Statement) bool {
	left := slices.DeleteFunc(slices.Clone(s.Action), func(a string) bool { return strings.EqualFold(a, f.Request.Action) })
	if len(left) == 0 || len(left) == len(s.Action) {
		return false
	}
	s.Action = left
	return true
}

// exceptResource takes the resource out of a list that names it.
func (f *Facts) exceptResource(s *Statement) bool {
	left := slices.DeleteFunc(slices.Clone(s.Resource), func(r string) bool { return r == f.Request.Resource || r == f.resource() })
	if len(left) == 0 || len(left) == len(s.Resource) {
		return false
	}
	s.Resource = left
	return true
}

// exceptCaller adds a condition under which the statement no longer means the caller.
func (f *Facts) exceptCaller(s *Statement) bool {
	switch f.Request.Principal.Type {
	case policy.Anonymous:
		return false
	case policy.Service:
		s.condition("BoolIfExists", "aws:PrincipalIsAWSService", "false")
		return true
	}
	op, k, ok := s.entry("ArnNotEquals", "aws:PrincipalArn")
	if !ok {
		op, k = "ArnNotEquals", "aws:PrincipalArn"
	}
	s.condition(op, k, f.caller())
	return true
}

// detach takes a document that only AWS can change off its bearer.
func (m *mending) detach(now *policy.Decision) bool {
	before := denials(now)
	for _, s := range slots(&m.set, m.facts.decider(now)) {
		if awsManaged(s.get(&m.set)) && m.try(s, &Document{}, func(after *policy.Decision) bool { return denials(after) < before }) {
			return true
		}
	}
	return false
}

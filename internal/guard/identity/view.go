package identity

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// View is the store as one session sees it: its own account, each method
// asking the guard first.
type View struct {
	store *Store
	by    guard.Session
}

// As binds the store to a session.
func (s *Store) As(by guard.Session) *View { return &View{s, by} }

// asked is one question to the guard about a thing of the caller's account.
type asked struct {
	action string // without "iam:"
	on     string
	tags   map[string]string // of the thing
	facts  map[string][]string
}

func (v *View) check(ctx context.Context, a asked) error {
	facts := map[string][]string{}
	for k, value := range a.facts {
		facts[k] = value
	}
	for k, value := range a.tags {
		facts["aws:ResourceTag/"+k] = []string{value}
		facts["iam:ResourceTag/"+k] = []string{value}
	}
	return v.store.checker.Check(ctx, guard.Call{
		By: v.by, Action: "iam:" + a.action, On: a.on, Owner: v.by.Account, Context: facts,
	})
}

// tagFacts are the condition keys of a request that sets tags.
func tagFacts(tags map[string]string) map[string][]string {
	facts := map[string][]string{}
	for k, v := range tags {
		facts["aws:RequestTag/"+k] = []string{v}
		facts["aws:TagKeys"] = append(facts["aws:TagKeys"], k)
	}
	return facts
}

// PassRole checks that the caller may hand a role to a service, as whoever
// attaches a role to a cluster or an endpoint has to.
func (v *View) PassRole(ctx context.Context, roleARN, service string) error {
	a, err := arn.Parse(roleARN)
	if err != nil {
		return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValue", Message: fmt.Sprintf("%s is invalid", roleARN), Err: err}
	}
	if a.Account != v.by.Account {
		return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "Cross-account pass role is not allowed."}
	}
	var tags map[string]string
	v.store.read(func(s *state) {
		if r, ok := s.arns[roleARN].(*Role); ok {
			tags = r.Tags
		}
	})
	return v.check(ctx, asked{
		action: "PassRole", on: roleARN, tags: tags, facts: map[string][]string{"iam:PassedToService": {service}},
	})
}

// Policies implements guard.Identities. A session whose user or role was
// deleted, or made anew under the same name, has no policies.
func (s *Store) Policies(by guard.Session) (policy.Set, error) {
	var set policy.Set
	s.mu.RLock()
	b := s.state.bearerOf(&by)
	if b != nil {
		set.Identity, set.Boundary = b.identity, b.boundary
	}
	s.mu.RUnlock()
	if len(by.SessionPolicy) == 0 && len(by.PolicyARNs) == 0 {
		return set, nil
	}
	return set, s.sessionPolicies(&by, &set)
}

// bearerOf finds whose policies bind a session.
func (s *state) bearerOf(by *guard.Session) *Bearer {
	switch by.Type {
	case policy.User:
		if u, ok := s.arns[by.ARN].(*User); ok && u.ID == by.UserID {
			return &u.Bearer
		}
	case policy.AssumedRole:
		if r, ok := s.arns[by.RoleARN].(*Role); ok && len(by.UserID) > len(r.ID) && by.UserID[:len(r.ID)] == r.ID {
			return &r.Bearer
		}
	}
	return nil
}

// sessionPolicies adds the policies that were passed when the session was made.
func (s *Store) sessionPolicies(by *guard.Session, set *policy.Set) error {
	set.Session = []*policy.Document{}
	named := map[string]string{}
	texts := by.SessionPolicy
	s.read(func(st *state) {
		for _, a := range by.PolicyARNs {
			if p := st.policies[a]; p != nil {
				named[p.document.Text()] = a
				texts = append(texts[:len(texts):len(texts)], p.document.Text())
			}
		}
	})
	for _, t := range texts {
		d, err := s.texts.document(t)
		if err != nil {
			return err
		}
		if a := named[t]; a != "" {
			d = d.Named(a)
		}
		set.Session = append(set.Session, d)
	}
	return nil
}

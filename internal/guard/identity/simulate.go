package identity

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Simulation asks what policies would say. Nothing is called.
type Simulation struct {
	Source     string   // ARN of the user, group or role whose policies count; "" for none but Policies
	Policies   []string // identity policies, beside the source's
	Boundaries []string // in place of the source's boundary
	Actions    []string
	Resources  []string // "*" when empty
	Policy     string   // of the resources
	Owner      string   // account of the resources, the asking one when empty
	Caller     string   // ARN of the user who calls
	Context    policy.Context
}

// Simulated is the answer for one action on one resource.
type Simulated struct {
	Action, Resource string
	Effect           policy.Effect
	Bounded          bool // there is a boundary
	InBounds         bool // and it allows
	Statements       []SimulatedStatement
	Missing          []string // condition keys that statements ask for and the simulation does not have
}

// SimulatedStatement is a statement that decided, and where it stands.
type SimulatedStatement struct {
	Policy     string
	Start, End Position
}

// Position is a place in a document, counted from one.
type Position struct{ Line, Column int }

// Simulate decides each action on each resource, like SimulatePrincipalPolicy
// with a source and like SimulateCustomPolicy without.
func (v *View) Simulate(ctx context.Context, in Simulation) ([]Simulated, error) {
	action, on := "SimulateCustomPolicy", "*"
	if in.Source != "" {
		action, on = "SimulatePrincipalPolicy", in.Source
	}
	if err := v.check(ctx, asked{action: action, on: on}); err != nil {
		return nil, err
	}
	set, principal, err := v.simulated(&in)
	if err != nil {
		return nil, err
	}
	if len(in.Resources) == 0 {
		in.Resources = []string{"*"}
	}
	var out []Simulated
	for _, a := range in.Actions {
		for _, r := range in.Resources {
			q := policy.Request{
				Principal: principal, Action: a, Resource: r, ResourceAccount: cmp.Or(in.Owner, v.by.Account), Context: in.Context,
			}
			out = append(out, simulate(q, set))
		}
	}
	return out, nil
}

// simulated collects the policies of a simulation and who calls in it.
func (v *View) simulated(in *Simulation) (set policy.Set, by policy.Principal, err error) {
	by = policy.Principal{Type: policy.User, ARN: userARN(v.by.Account, rootPath, "simulated"), Account: v.by.Account}
	if in.Source != "" {
		if set, by, err = v.sourceOf(in.Source); err != nil {
			return set, by, err
		}
	}
	if in.Caller != "" {
		a, err := arn.Parse(in.Caller)
		if err != nil || !strings.HasPrefix(a.Resource, "user/") {
			return set, by, invalidInput("Invalid caller ARN: %s. Only ARNs of users may be given.", in.Caller)
		}
		by = policy.Principal{Type: policy.User, ARN: in.Caller, Account: a.Account}
	}
	more, err := documents(in.Policies, policy.Identity, "PolicyInputList")
	if err != nil {
		return set, by, err
	}
	set.Identity = slices.Concat(set.Identity, more)
	if len(in.Boundaries) > 0 {
		if set.Boundary, err = documents(in.Boundaries, policy.Boundary, "PermissionsBoundaryPolicyInputList"); err != nil {
			return set, by, err
		}
	}
	if in.Policy == "" {
		return set, by, nil
	}
	if in.Caller == "" && by.Type != policy.User || in.Caller == "" && in.Source == "" {
		return set, by, invalidInput("CallerArn is required when a resource policy is given.")
	}
	set.Resource, err = policy.Read([]byte(in.Policy), policy.Resource)
	if err != nil {
		return set, by, guard.Malformed(err)
	}
	set.Resource = set.Resource.Named("ResourcePolicy")
	return set, by, nil
}

// sourceOf finds the policies of a user, group or role of the caller's account.
func (v *View) sourceOf(source string) (set policy.Set, by policy.Principal, err error) {
	err = noSuchEntityText("%s cannot be found.", source)
	v.store.read(func(s *state) {
		var b *Bearer
		by = policy.Principal{Type: policy.User, ARN: source, Account: v.by.Account}
		switch e := s.arns[source].(type) {
		case *User:
			b, by.ID = &e.Bearer, e.ID
		case *Role:
			b, by.Type = &e.Bearer, policy.Role
		}
		for _, g := range s.groups {
			if g.ARN == source {
				b, by.Type = &g.Bearer, policy.FederatedUser // A group never calls; no policy names it.
			}
		}
		if b != nil && b.Account == v.by.Account {
			set.Identity, set.Boundary, err = b.identity, b.boundary, nil
		}
	})
	return set, by, err
}

func documents(texts []string, k policy.Kind, list string) ([]*policy.Document, error) {
	var out []*policy.Document
	for i, t := range texts {
		d, err := policy.Read([]byte(t), k)
		if err != nil {
			return nil, invalidInput("%s.%d: %s", list, i+1, guard.Malformed(err))
		}
		out = append(out, d.Named(fmt.Sprintf("%s.%d", list, i+1)))
	}
	return out, nil
}

func simulate(q policy.Request, set policy.Set) Simulated {
	d := policy.Explain(q, set)
	out := Simulated{Action: q.Action, Resource: q.Resource, Effect: d.Effect, Bounded: set.Boundary != nil}
	named := map[string]*policy.Document{}
	for _, doc := range slices.Concat(set.Identity, set.Boundary, []*policy.Document{set.Resource}) {
		if doc != nil {
			named[doc.Name()] = doc
		}
	}
	for _, t := range d.Trace {
		if t.Policy == policy.Boundary && t.Matched && !t.Deny {
			out.InBounds = true
		}
		if t.Failed == policy.ConditionElement && !t.Present && !slices.Contains(out.Missing, t.Key) {
			out.Missing = append(out.Missing, t.Key)
		}
		if t.Matched && d.Effect != policy.ImplicitDeny && t.Deny == (d.Effect == policy.ExplicitDeny) && t.Policy != policy.Boundary {
			out.Statements = append(out.Statements, placed(named[t.Document], t))
		}
	}
	return out
}

// placed finds where a statement begins and ends.
func placed(d *policy.Document, t policy.StatementTrace) SimulatedStatement {
	s := SimulatedStatement{Policy: t.Document}
	if d == nil {
		return s
	}
	text, statement := d.Text(), d.StatementText(t.Index)
	from := lineStart(text, t.Line)
	from += max(0, strings.Index(text[from:], statement))
	s.Start, s.End = position(text, from), position(text, min(len(text), from+len(statement)))
	return s
}

func lineStart(text string, line int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return at
}

func position(text string, offset int) Position {
	before := text[:offset]
	return Position{Line: 1 + strings.Count(before, "\n"), Column: offset - strings.LastIndexByte(before, '\n')}
}

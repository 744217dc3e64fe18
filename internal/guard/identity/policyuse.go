package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Scopes of ListPoliciesInput.
const (
	ScopeAll   = "All"
	ScopeAWS   = "AWS"
	ScopeLocal = "Local"
)

// Usages of a managed policy.
const (
	UsedAsPermissions = "PermissionsPolicy"
	UsedAsBoundary    = "PermissionsBoundary"
)

// ListPoliciesInput says which managed policies are wanted; the zero value all.
type ListPoliciesInput struct {
	Path     string
	Scope    string // ScopeAll when empty
	Attached bool   // only those that are used
	Usage    string // only those used so
}

// ListPolicies returns the managed policies the account sees, its own and AWS's, by ARN.
func (v *View) ListPolicies(ctx context.Context, in ListPoliciesInput) ([]ManagedPolicy, error) {
	in.Path = cmp.Or(in.Path, rootPath)
	if err := v.check(ctx, asked{action: "ListPolicies", on: policyARN(v.by.Account, in.Path, "")}); err != nil {
		return nil, err
	}
	var out []ManagedPolicy
	v.store.read(func(s *state) {
		for _, p := range s.policies {
			if _, err := v.visible(s, p.ARN); err != nil {
				continue
			}
			if shown := v.shown(s, p); in.wants(shown) {
				out = append(out, *shown)
			}
		}
	})
	slices.SortFunc(out, func(a, b ManagedPolicy) int { return strings.Compare(a.ARN, b.ARN) })
	return out, nil
}

func (in *ListPoliciesInput) wants(p *ManagedPolicy) bool {
	ours := p.Account != "aws"
	switch {
	case !strings.HasPrefix(p.Path, in.Path):
		return false
	case in.Scope == ScopeAWS && ours, in.Scope == ScopeLocal && !ours:
		return false
	case in.Attached && p.Attachments+p.Boundaries == 0:
		return false
	case in.Usage == UsedAsPermissions:
		return p.Attachments > 0
	case in.Usage == UsedAsBoundary:
		return p.Boundaries > 0
	}
	return true
}

// use is who has a managed policy attached, and whom it bounds.
type use struct{ permissions, boundaries []Entity }

func (u use) any() bool { return len(u.permissions)+len(u.boundaries) > 0 }

// Entity is a user, group or role that has a managed policy.
type Entity struct {
	Kind string // "User", "Group" or "Role"
	Name string
	ID   string
	Path string
}

// uses finds the entities of an account that have a managed policy, by kind and name.
func (s *state) uses(policyARN, account string) use {
	var u use
	note := func(h holder, b *Bearer) {
		if b.Account != account {
			return
		}
		e := Entity{h.action, b.Name, b.ID, b.Path}
		if slices.Contains(b.Attached, policyARN) {
			u.permissions = append(u.permissions, e)
		}
		if b.Boundary == policyARN {
			u.boundaries = append(u.boundaries, e)
		}
	}
	for _, x := range s.users {
		note(ofUser, &x.Bearer)
	}
	for _, x := range s.groups {
		note(ofGroup, &x.Bearer)
	}
	for _, x := range s.roles {
		note(ofRole, &x.Bearer)
	}
	for _, list := range [][]Entity{u.permissions, u.boundaries} {
		slices.SortFunc(list, func(a, b Entity) int {
			return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
		})
	}
	return u
}

// ListEntitiesInput says which users of a managed policy are wanted.
type ListEntitiesInput struct {
	PolicyARN string
	Kind      string // "User", "Group" or "Role"; "" means all
	Path      string // of the entities
	Usage     string // UsedAsPermissions or UsedAsBoundary; "" means both
}

// ListEntitiesForPolicy returns who has a managed policy, by kind and name.
func (v *View) ListEntitiesForPolicy(ctx context.Context, in ListEntitiesInput) ([]Entity, error) {
	if _, err := v.policy(ctx, "ListEntitiesForPolicy", in.PolicyARN); err != nil {
		return nil, err
	}
	var found []Entity
	v.store.read(func(s *state) {
		u := s.uses(in.PolicyARN, v.by.Account)
		if in.Usage != UsedAsBoundary {
			found = append(found, u.permissions...)
		}
		if in.Usage != UsedAsPermissions {
			found = append(found, u.boundaries...)
		}
	})
	found = slices.DeleteFunc(found, func(e Entity) bool {
		return in.Kind != "" && e.Kind != in.Kind || !strings.HasPrefix(e.Path, in.Path)
	})
	slices.SortStableFunc(found, func(a, b Entity) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	return slices.Compact(found), nil
}

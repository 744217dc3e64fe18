package identity

import (
	"context"
	"slices"
	"strings"
)

// Details is everything IAM knows of an account.
type Details struct {
	Users    []User
	Groups   []Group
	Roles    []Role
	Policies []ManagedPolicy // the account's own, and those of AWS's that it uses
	Profiles []InstanceProfile
}

// AccountDetails returns everything, each kind by name.
func (v *View) AccountDetails(ctx context.Context) (Details, error) {
	if err := v.check(ctx, asked{action: "GetAccountAuthorizationDetails", on: "*"}); err != nil {
		return Details{}, err
	}
	var d Details
	v.store.read(func(s *state) {
		d.bearers(s, v.by.Account)
		for _, p := range s.policies {
			shown := v.shown(s, p)
			if p.Account == v.by.Account || p.Account == "aws" && shown.Attachments+shown.Boundaries > 0 {
				d.Policies = append(d.Policies, *shown)
			}
		}
	})
	d.Profiles = v.profiles(func(*InstanceProfile) bool { return true })
	slices.SortFunc(d.Users, func(a, b User) int { return strings.Compare(a.Name, b.Name) })
	sortByName(d.Groups)
	slices.SortFunc(d.Roles, func(a, b Role) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(d.Policies, func(a, b ManagedPolicy) int { return strings.Compare(a.ARN, b.ARN) })
	return d, nil
}

func (d *Details) bearers(s *state, account string) {
	for _, u := range s.users {
		if u.Account == account {
			d.Users = append(d.Users, *u.copy())
		}
	}
	for _, g := range s.groups {
		if g.Account == account {
			d.Groups = append(d.Groups, Group{g.copy()})
		}
	}
	for _, r := range s.roles {
		if r.Account == account {
			d.Roles = append(d.Roles, r.answer(s.nameOf))
		}
	}
}

package iamapi

import (
	"context"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type detailsInput struct {
	paging
	Filter []string `query:"Filter" enum:"User Role Group LocalManagedPolicy AWSManagedPolicy"`
}

type policyDetail struct{ PolicyName, PolicyDocument string }

func policyDetails(inline map[string]string) list[policyDetail] {
	return listOf(slices.Sorted(maps.Keys(inline)), func(name string) policyDetail {
		return policyDetail{name, encoded(inline[name])}
	})
}

type userDetail struct {
	user
	UserPolicyList          list[policyDetail]
	GroupList               list[string]
	AttachedManagedPolicies list[attachedPolicy]
}

type groupDetail struct {
	group
	GroupPolicyList         list[policyDetail]
	AttachedManagedPolicies list[attachedPolicy]
}

type roleDetail struct {
	roleFacts
	InstanceProfileList     list[profile]
	RolePolicyList          list[policyDetail]
	AttachedManagedPolicies list[attachedPolicy]
}

type managedPolicyDetail struct {
	policyFacts
	PolicyVersionList list[policyVersion]
}

type detailsAnswer struct {
	UserDetailList  list[userDetail]
	GroupDetailList list[groupDetail]
	RoleDetailList  list[roleDetail]
	Policies        list[managedPolicyDetail]
	paged
}

// detail is one entry of the answer, of one kind.
type detail struct {
	kind, id string
	put      func(*detailsAnswer)
}

// details is the row that tells all of an account at once.
func (d door) details() []aws.Operation {
	return []aws.Operation{
		answer(d, "GetAccountAuthorizationDetails", func(ctx context.Context, v *identity.View, in detailsInput) (out detailsAnswer, err error) {
			all, err := v.AccountDetails(ctx)
			if err != nil {
				return out, err
			}
			wanted := slices.DeleteFunc(detailList(all), func(e detail) bool {
				return len(in.Filter) > 0 && !slices.Contains(in.Filter, e.kind)
			})
			wanted, out.paged, err = page(in.paging, wanted, func(e detail) string { return e.id })
			for _, e := range wanted {
				e.put(&out)
			}
			return out, err
		}),
	}
}

func detailList(all identity.Details) []detail {
	var out []detail
	for _, u := range all.Users {
		out = append(out, detail{"User", u.ID, func(a *detailsAnswer) {
			a.UserDetailList.Members = append(a.UserDetailList.Members, userDetailOf(u, all.Groups))
		}})
	}
	for _, g := range all.Groups {
		out = append(out, detail{"Group", g.ID, func(a *detailsAnswer) {
			a.GroupDetailList.Members = append(a.GroupDetailList.Members, groupDetail{
				groupOf(g), policyDetails(g.Inline), listOf(g.Attached, attachedPolicyOf),
			})
		}})
	}
	for _, r := range all.Roles {
		out = append(out, detail{"Role", r.ID, func(a *detailsAnswer) {
			a.RoleDetailList.Members = append(a.RoleDetailList.Members, roleDetailOf(r, all.Profiles))
		}})
	}
	for _, p := range all.Policies {
		kind := "LocalManagedPolicy"
		if p.Account == "aws" {
			kind = "AWSManagedPolicy"
		}
		out = append(out, detail{kind, p.ID, func(a *detailsAnswer) {
			a.Policies.Members = append(a.Policies.Members, managedPolicyDetail{policyFactsOf(p), versionDetails(p)})
		}})
	}
	return out
}

func userDetailOf(u identity.User, groups []identity.Group) userDetail {
	var names []string
	for _, g := range groups {
		if slices.Contains(u.Groups, g.ID) {
			names = append(names, g.Name)
		}
	}
	return userDetail{userOf(u), policyDetails(u.Inline), listOf(names, same), listOf(u.Attached, attachedPolicyOf)}
}

func roleDetailOf(r identity.Role, profiles []identity.InstanceProfile) roleDetail {
	in := slices.DeleteFunc(slices.Clone(profiles), func(p identity.InstanceProfile) bool { return p.Role != r.Name })
	return roleDetail{roleFactsOf(r), listOf(in, profileOf), policyDetails(r.Inline), listOf(r.Attached, attachedPolicyOf)}
}

func versionDetails(p identity.ManagedPolicy) list[policyVersion] {
	return listOf(p.Versions, func(v identity.PolicyVersion) policyVersion {
		out := versionOf(v, p.Default)
		out.Document = encoded(v.Document)
		return out
	})
}

package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type userPolicyInput struct {
	userName
	policyName
}

type groupPolicyInput struct {
	groupName
	policyName
}

type rolePolicyInput struct {
	roleName
	policyName
}

type putUserPolicyInput struct {
	userPolicyInput
	document
}

type putGroupPolicyInput struct {
	groupPolicyInput
	document
}

type putRolePolicyInput struct {
	rolePolicyInput
	document
}

type userPolicyAnswer struct{ UserName, PolicyName, PolicyDocument string }

type groupPolicyAnswer struct{ GroupName, PolicyName, PolicyDocument string }

type rolePolicyAnswer struct{ RoleName, PolicyName, PolicyDocument string }

type listForUserInput struct {
	userName
	paging
}

type listForGroupInput struct {
	groupName
	paging
}

type listForRoleInput struct {
	roleName
	paging
}

type policyNamesAnswer struct {
	PolicyNames list[string]
	paged
}

// inlinePolicies are the rows about policies that live in a user, group or role.
func (d door) inlinePolicies() []aws.Operation {
	return append(d.putInlinePolicies(), d.getInlinePolicies()...)
}

func (d door) putInlinePolicies() []aws.Operation {
	return []aws.Operation{
		do(d, "PutUserPolicy", func(ctx context.Context, v *identity.View, in putUserPolicyInput) error {
			return v.PutUserPolicy(ctx, in.UserName, in.PolicyName, in.PolicyDocument)
		}),
		do(d, "PutGroupPolicy", func(ctx context.Context, v *identity.View, in putGroupPolicyInput) error {
			return v.PutGroupPolicy(ctx, in.GroupName, in.PolicyName, in.PolicyDocument)
		}),
		do(d, "PutRolePolicy", func(ctx context.Context, v *identity.View, in putRolePolicyInput) error {
			return v.PutRolePolicy(ctx, in.RoleName, in.PolicyName, in.PolicyDocument)
		}),
		do(d, "DeleteUserPolicy", func(ctx context.Context, v *identity.View, in userPolicyInput) error {
			return v.DeleteUserPolicy(ctx, in.UserName, in.PolicyName)
		}),
		do(d, "DeleteGroupPolicy", func(ctx context.Context, v *identity.View, in groupPolicyInput) error {
			return v.DeleteGroupPolicy(ctx, in.GroupName, in.PolicyName)
		}),
		do(d, "DeleteRolePolicy", func(ctx context.Context, v *identity.View, in rolePolicyInput) error {
			return v.DeleteRolePolicy(ctx, in.RoleName, in.PolicyName)
		}),
	}
}

func (d door) getInlinePolicies() []aws.Operation {
	return []aws.Operation{
		answer(d, "GetUserPolicy", func(ctx context.Context, v *identity.View, in userPolicyInput) (userPolicyAnswer, error) {
			text, err := v.GetUserPolicy(ctx, in.UserName, in.PolicyName)
			return userPolicyAnswer{in.UserName, in.PolicyName, encoded(text)}, err
		}),
		answer(d, "GetGroupPolicy", func(ctx context.Context, v *identity.View, in groupPolicyInput) (groupPolicyAnswer, error) {
			text, err := v.GetGroupPolicy(ctx, in.GroupName, in.PolicyName)
			return groupPolicyAnswer{in.GroupName, in.PolicyName, encoded(text)}, err
		}),
		answer(d, "GetRolePolicy", func(ctx context.Context, v *identity.View, in rolePolicyInput) (rolePolicyAnswer, error) {
			text, err := v.GetRolePolicy(ctx, in.RoleName, in.PolicyName)
			return rolePolicyAnswer{in.RoleName, in.PolicyName, encoded(text)}, err
		}),
		answer(d, "ListUserPolicies", func(ctx context.Context, v *identity.View, in listForUserInput) (policyNamesAnswer, error) {
			names, err := v.ListUserPolicies(ctx, in.UserName)
			return pageOfNames(in.paging, names, err)
		}),
		answer(d, "ListGroupPolicies", func(ctx context.Context, v *identity.View, in listForGroupInput) (policyNamesAnswer, error) {
			names, err := v.ListGroupPolicies(ctx, in.GroupName)
			return pageOfNames(in.paging, names, err)
		}),
		answer(d, "ListRolePolicies", func(ctx context.Context, v *identity.View, in listForRoleInput) (policyNamesAnswer, error) {
			names, err := v.ListRolePolicies(ctx, in.RoleName)
			return pageOfNames(in.paging, names, err)
		}),
	}
}

func pageOfNames(p paging, names []string, err error) (out policyNamesAnswer, _ error) {
	if err != nil {
		return out, err
	}
	out.PolicyNames.Members, out.paged, err = page(p, names, same)
	return out, err
}

package iamapi

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type userAttachment struct {
	shortUserName
	policyARN
}

type groupAttachment struct {
	groupName
	policyARN
}

type roleAttachment struct {
	roleName
	policyARN
}

type attachedInput struct {
	paging
	PathPrefix string `query:"PathPrefix" min:"1" max:"512" pattern:"((/[A-Za-z0-9\\.,\\+@=_-]+)*)/"`
}

type attachedToUserInput struct {
	shortUserName
	attachedInput
}

type attachedToGroupInput struct {
	groupName
	attachedInput
}

type attachedToRoleInput struct {
	roleName
	attachedInput
}

type attachedPolicy struct{ PolicyName, PolicyArn string }

type attachedAnswer struct {
	AttachedPolicies list[attachedPolicy]
	paged
}

// attachments are the rows about managed policies on users, groups and roles.
func (d door) attachments() []aws.Operation {
	return append(d.attach(), d.listAttached()...)
}

func (d door) attach() []aws.Operation {
	return []aws.Operation{
		do(d, "AttachUserPolicy", func(ctx context.Context, v *identity.View, in userAttachment) error {
			return v.AttachUserPolicy(ctx, in.UserName, in.PolicyArn)
		}),
		do(d, "AttachGroupPolicy", func(ctx context.Context, v *identity.View, in groupAttachment) error {
			return v.AttachGroupPolicy(ctx, in.GroupName, in.PolicyArn)
		}),
		do(d, "AttachRolePolicy", func(ctx context.Context, v *identity.View, in roleAttachment) error {
			return v.AttachRolePolicy(ctx, in.RoleName, in.PolicyArn)
		}),
		do(d, "DetachUserPolicy", func(ctx context.Context, v *identity.View, in userAttachment) error {
			return v.DetachUserPolicy(ctx, in.UserName, in.PolicyArn)
		}),
		do(d, "DetachGroupPolicy", func(ctx context.Context, v *identity.View, in groupAttachment) error {
			return v.DetachGroupPolicy(ctx, in.GroupName, in.PolicyArn)
		}),
		do(d, "DetachRolePolicy", func(ctx context.Context, v *identity.View, in roleAttachment) error {
			return v.DetachRolePolicy(ctx, in.RoleName, in.PolicyArn)
		}),
	}
}

func (d door) listAttached() []aws.Operation {
	return []aws.Operation{
		answer(d, "ListAttachedUserPolicies", func(ctx context.Context, v *identity.View, in attachedToUserInput) (attachedAnswer, error) {
			arns, err := v.ListAttachedUserPolicies(ctx, in.UserName)
			return pageOfAttached(in.attachedInput, arns, err)
		}),
		answer(d, "ListAttachedGroupPolicies", func(ctx context.Context, v *identity.View, in attachedToGroupInput) (attachedAnswer, error) {
			arns, err := v.ListAttachedGroupPolicies(ctx, in.GroupName)
			return pageOfAttached(in.attachedInput, arns, err)
		}),
		answer(d, "ListAttachedRolePolicies", func(ctx context.Context, v *identity.View, in attachedToRoleInput) (attachedAnswer, error) {
			arns, err := v.ListAttachedRolePolicies(ctx, in.RoleName)
			return pageOfAttached(in.attachedInput, arns, err)
		}),
	}
}

func pageOfAttached(in attachedInput, arns []string, err error) (out attachedAnswer, _ error) {
	if err != nil {
		return out, err
	}
	var under []string
	for _, a := range arns {
		if path, _ := pathAndName(a); strings.HasPrefix(path, in.PathPrefix) {
			under = append(under, a)
		}
	}
	under, out.paged, err = page(in.paging, under, same)
	out.AttachedPolicies = listOf(under, attachedPolicyOf)
	return out, err
}

func attachedPolicyOf(policyARN string) attachedPolicy {
	_, name := pathAndName(policyARN)
	return attachedPolicy{name, policyARN}
}

// pathAndName splits the end of a policy's ARN: policy/path/name.
func pathAndName(policyARN string) (path, name string) {
	_, rest, _ := strings.Cut(policyARN, ":policy")
	i := strings.LastIndexByte(rest, '/') + 1
	return rest[:i], rest[i:]
}

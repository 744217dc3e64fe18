package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type tagUserInput struct {
	userName
	requiredTags
}

type tagRoleInput struct {
	roleName
	requiredTags
}

type tagPolicyInput struct {
	policyARN
	requiredTags
}

type tagProfileInput struct {
	profileName
	requiredTags
}

type untagUserInput struct {
	userName
	tagKeys
}

type untagRoleInput struct {
	roleName
	tagKeys
}

type untagPolicyInput struct {
	policyARN
	tagKeys
}

type untagProfileInput struct {
	profileName
	tagKeys
}

type listForPolicyInput struct {
	policyARN
	paging
}

type listForProfileInput struct {
	profileName
	paging
}

type tagsAnswer struct {
	Tags list[tag]
	paged
}

// tags are the rows about tags.
func (d door) tags() []aws.Operation {
	return append(append(d.putTags(), d.dropTags()...), d.listTags()...)
}

// tagged hands tags on as a map.
func tagged(in []tag, put func(map[string]string) error) error {
	m, err := tagsOf(in)
	if err != nil {
		return err
	}
	return put(m)
}

func (d door) putTags() []aws.Operation {
	return []aws.Operation{
		do(d, "TagUser", func(ctx context.Context, v *identity.View, in tagUserInput) error {
			return tagged(in.Tags, func(m map[string]string) error { return v.TagUser(ctx, in.UserName, m) })
		}),
		do(d, "TagRole", func(ctx context.Context, v *identity.View, in tagRoleInput) error {
			return tagged(in.Tags, func(m map[string]string) error { return v.TagRole(ctx, in.RoleName, m) })
		}),
		do(d, "TagPolicy", func(ctx context.Context, v *identity.View, in tagPolicyInput) error {
			return tagged(in.Tags, func(m map[string]string) error { return v.TagPolicy(ctx, in.PolicyArn, m) })
		}),
		do(d, "TagInstanceProfile", func(ctx context.Context, v *identity.View, in tagProfileInput) error {
			return tagged(in.Tags, func(m map[string]string) error { return v.TagInstanceProfile(ctx, in.InstanceProfileName, m) })
		}),
	}
}

func (d door) dropTags() []aws.Operation {
	return []aws.Operation{
		do(d, "UntagUser", func(ctx context.Context, v *identity.View, in untagUserInput) error {
			return v.UntagUser(ctx, in.UserName, in.TagKeys)
		}),
		do(d, "UntagRole", func(ctx context.Context, v *identity.View, in untagRoleInput) error {
			return v.UntagRole(ctx, in.RoleName, in.TagKeys)
		}),
		do(d, "UntagPolicy", func(ctx context.Context, v *identity.View, in untagPolicyInput) error {
			return v.UntagPolicy(ctx, in.PolicyArn, in.TagKeys)
		}),
		do(d, "UntagInstanceProfile", func(ctx context.Context, v *identity.View, in untagProfileInput) error {
			return v.UntagInstanceProfile(ctx, in.InstanceProfileName, in.TagKeys)
		}),
	}
}

func (d door) listTags() []aws.Operation {
	return []aws.Operation{
		answer(d, "ListUserTags", func(ctx context.Context, v *identity.View, in listForUserInput) (tagsAnswer, error) {
			m, err := v.ListUserTags(ctx, in.UserName)
			return pageOfTags(in.paging, m, err)
		}),
		answer(d, "ListRoleTags", func(ctx context.Context, v *identity.View, in listForRoleInput) (tagsAnswer, error) {
			m, err := v.ListRoleTags(ctx, in.RoleName)
			return pageOfTags(in.paging, m, err)
		}),
		answer(d, "ListPolicyTags", func(ctx context.Context, v *identity.View, in listForPolicyInput) (tagsAnswer, error) {
			m, err := v.ListPolicyTags(ctx, in.PolicyArn)
			return pageOfTags(in.paging, m, err)
		}),
		answer(d, "ListInstanceProfileTags", func(ctx context.Context, v *identity.View, in listForProfileInput) (tagsAnswer, error) {
			m, err := v.ListInstanceProfileTags(ctx, in.InstanceProfileName)
			return pageOfTags(in.paging, m, err)
		}),
	}
}

func pageOfTags(p paging, m map[string]string, err error) (out tagsAnswer, _ error) {
	if err != nil {
		return out, err
	}
	out.Tags.Members, out.paged, err = page(p, tagList(m), func(t tag) string { return t.Key })
	return out, err
}

package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type createProfileInput struct {
	path
	profileName
	tags
}

type profileAnswer struct{ InstanceProfile profile }

type listProfilesInput struct {
	pathPrefix
	paging
}

type listProfilesAnswer struct {
	InstanceProfiles list[profile]
	paged
}

type profileRoleInput struct {
	profileName
	roleName
}

// profiles are the rows about instance profiles.
func (d door) profiles() []aws.Operation {
	return []aws.Operation{
		answer(d, "CreateInstanceProfile", createInstanceProfile),
		answer(d, "GetInstanceProfile", func(ctx context.Context, v *identity.View, in profileName) (profileAnswer, error) {
			p, err := v.GetInstanceProfile(ctx, in.InstanceProfileName)
			return profileAnswer{profileOf(p)}, err
		}),
		answer(d, "ListInstanceProfiles", func(ctx context.Context, v *identity.View, in listProfilesInput) (listProfilesAnswer, error) {
			all, err := v.ListInstanceProfiles(ctx, in.PathPrefix)
			return pageOfProfiles(in.paging, all, err)
		}),
		answer(d, "ListInstanceProfilesForRole", func(ctx context.Context, v *identity.View, in listForRoleInput) (listProfilesAnswer, error) {
			all, err := v.ListInstanceProfilesForRole(ctx, in.RoleName)
			return pageOfProfiles(in.paging, all, err)
		}),
		do(d, "AddRoleToInstanceProfile", func(ctx context.Context, v *identity.View, in profileRoleInput) error {
			return v.AddRoleToInstanceProfile(ctx, in.InstanceProfileName, in.RoleName)
		}),
		do(d, "RemoveRoleFromInstanceProfile", func(ctx context.Context, v *identity.View, in profileRoleInput) error {
			return v.RemoveRoleFromInstanceProfile(ctx, in.InstanceProfileName, in.RoleName)
		}),
		do(d, "DeleteInstanceProfile", func(ctx context.Context, v *identity.View, in profileName) error {
			return v.DeleteInstanceProfile(ctx, in.InstanceProfileName)
		}),
	}
}

func createInstanceProfile(ctx context.Context, v *identity.View, in createProfileInput) (profileAnswer, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return profileAnswer{}, err
	}
	p, err := v.CreateInstanceProfile(ctx, in.Path, in.InstanceProfileName, tags)
	return profileAnswer{profileOf(p)}, err
}

func pageOfProfiles(p paging, all []identity.InstanceProfile, err error) (out listProfilesAnswer, _ error) {
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(p, all, func(p identity.InstanceProfile) string { return p.Name })
	out.InstanceProfiles = listOf(all, profileOf)
	return out, err
}

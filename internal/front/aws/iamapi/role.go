package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type createRoleInput struct {
	path
	roleName
	tags
	AssumeRolePolicyDocument string `query:"AssumeRolePolicyDocument" required:"true" min:"1" max:"131072" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"`
	Description              string `query:"Description" max:"1000" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"`
	MaxSessionDuration       int    `query:"MaxSessionDuration" min:"3600" max:"43200"`
	PermissionsBoundary      string `query:"PermissionsBoundary" min:"20" max:"2048"`
}

type roleAnswer struct{ Role role }

type listRolesInput struct {
	pathPrefix
	paging
}

type listRolesAnswer struct {
	Roles list[role]
	paged
}

type updateRoleInput struct {
	roleName
	Description        *string `query:"Description" max:"1000" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"`
	MaxSessionDuration int     `query:"MaxSessionDuration" min:"3600" max:"43200"`
}

type updateRoleDescriptionInput struct {
	roleName
	Description string `query:"Description" required:"true" max:"1000" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"`
}

type updateTrustInput struct {
	roleName
	document
}

// roles are the rows about roles themselves.
func (d door) roles() []aws.Operation {
	return []aws.Operation{
		answer(d, "CreateRole", createRole),
		answer(d, "GetRole", func(ctx context.Context, v *identity.View, in roleName) (roleAnswer, error) {
			r, err := v.GetRole(ctx, in.RoleName)
			return roleAnswer{roleOf(r)}, err
		}),
		answer(d, "ListRoles", listRoles),
		answer(d, "UpdateRole", func(ctx context.Context, v *identity.View, in updateRoleInput) (struct{}, error) {
			return struct{}{}, v.UpdateRole(ctx, in.RoleName, identity.RoleUpdate{Description: in.Description, MaxSession: in.MaxSessionDuration})
		}),
		answer(d, "UpdateRoleDescription", func(ctx context.Context, v *identity.View, in updateRoleDescriptionInput) (roleAnswer, error) {
			r, err := v.UpdateRoleDescription(ctx, in.RoleName, in.Description)
			return roleAnswer{roleOf(r)}, err
		}),
		do(d, "UpdateAssumeRolePolicy", func(ctx context.Context, v *identity.View, in updateTrustInput) error {
			return v.UpdateAssumeRolePolicy(ctx, in.RoleName, in.PolicyDocument)
		}),
		do(d, "DeleteRole", func(ctx context.Context, v *identity.View, in roleName) error {
			return v.DeleteRole(ctx, in.RoleName)
		}),
	}
}

func createRole(ctx context.Context, v *identity.View, in createRoleInput) (roleAnswer, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return roleAnswer{}, err
	}
	r, err := v.CreateRole(ctx, identity.CreateRoleInput{
		Name: in.RoleName, Path: in.Path, Trust: in.AssumeRolePolicyDocument, Description: in.Description,
		MaxSession: in.MaxSessionDuration, Tags: tags, Boundary: in.PermissionsBoundary,
	})
	return roleAnswer{roleOf(r)}, err
}

func listRoles(ctx context.Context, v *identity.View, in listRolesInput) (out listRolesAnswer, err error) {
	all, err := v.ListRoles(ctx, in.PathPrefix)
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(in.paging, all, func(r identity.Role) string { return r.Name })
	out.Roles = listOf(all, listedRole)
	return out, err
}

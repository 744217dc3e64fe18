package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type permissionsBoundary struct {
	PermissionsBoundary string `query:"PermissionsBoundary" required:"true" min:"20" max:"2048"`
}

type putUserBoundaryInput struct {
	shortUserName
	permissionsBoundary
}

type putRoleBoundaryInput struct {
	roleName
	permissionsBoundary
}

// boundaries are the rows about permissions boundaries.
func (d door) boundaries() []aws.Operation {
	return []aws.Operation{
		do(d, "PutUserPermissionsBoundary", func(ctx context.Context, v *identity.View, in putUserBoundaryInput) error {
			return v.PutUserPermissionsBoundary(ctx, in.UserName, in.PermissionsBoundary)
		}),
		do(d, "PutRolePermissionsBoundary", func(ctx context.Context, v *identity.View, in putRoleBoundaryInput) error {
			return v.PutRolePermissionsBoundary(ctx, in.RoleName, in.PermissionsBoundary)
		}),
		do(d, "DeleteUserPermissionsBoundary", func(ctx context.Context, v *identity.View, in shortUserName) error {
			return v.DeleteUserPermissionsBoundary(ctx, in.UserName)
		}),
		do(d, "DeleteRolePermissionsBoundary", func(ctx context.Context, v *identity.View, in roleName) error {
			return v.DeleteRolePermissionsBoundary(ctx, in.RoleName)
		}),
	}
}

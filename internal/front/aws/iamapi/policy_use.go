package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard/identity"
)

type listEntitiesInput struct {
	policyARN
	paging
	EntityFilter      string `query:"EntityFilter" enum:"User Role Group LocalManagedPolicy AWSManagedPolicy"`
	PathPrefix        string `query:"PathPrefix" min:"1" max:"512" pattern:"(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)"`
	PolicyUsageFilter string `query:"PolicyUsageFilter" enum:"PermissionsPolicy PermissionsBoundary"`
}

type policyGroup struct {
	GroupName string
	GroupID   string `xml:"GroupId"`
}

type policyUser struct {
	UserName string
	UserID   string `xml:"UserId"`
}

type policyRole struct {
	RoleName string
	RoleID   string `xml:"RoleId"`
}

type listEntitiesAnswer struct {
	PolicyGroups list[policyGroup]
	PolicyUsers  list[policyUser]
	PolicyRoles  list[policyRole]
	paged
}

func listEntitiesForPolicy(ctx context.Context, v *identity.View, in listEntitiesInput) (out listEntitiesAnswer, err error) {
	all, err := v.ListEntitiesForPolicy(ctx, identity.ListEntitiesInput{
		PolicyARN: in.PolicyArn, Kind: in.EntityFilter, Path: in.PathPrefix, Usage: in.PolicyUsageFilter,
	})
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(in.paging, all, func(e identity.Entity) string { return e.ID })
	for _, e := range all {
		switch e.Kind {
		case "User":
			out.PolicyUsers.Members = append(out.PolicyUsers.Members, policyUser{e.Name, e.ID})
		case "Group":
			out.PolicyGroups.Members = append(out.PolicyGroups.Members, policyGroup{e.Name, e.ID})
		default:
			out.PolicyRoles.Members = append(out.PolicyRoles.Members, policyRole{e.Name, e.ID})
		}
	}
	return out, err
}

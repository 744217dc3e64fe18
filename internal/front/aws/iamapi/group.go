package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type createGroupInput struct {
	path
	groupName
}

type groupAnswer struct{ Group group }

type getGroupInput struct {
	groupName
	paging
}

type getGroupAnswer struct {
	Group group
	Users list[user]
	paged
}

type listGroupsInput struct {
	pathPrefix
	paging
}

type listGroupsForUserInput struct {
	userName
	paging
}

type listGroupsAnswer struct {
	Groups list[group]
	paged
}

type updateGroupInput struct {
	groupName
	NewPath      string `query:"NewPath" min:"1" max:"512" pattern:"(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)"`
	NewGroupName string `query:"NewGroupName" min:"1" max:"128" pattern:"[\\w+=,.@-]+"`
}

type memberInput struct {
	groupName
	userName
}

// groups are the rows about groups and their members.
func (d door) groups() []aws.Operation {
	return []aws.Operation{
		answer(d, "CreateGroup", func(ctx context.Context, v *identity.View, in createGroupInput) (groupAnswer, error) {
			g, err := v.CreateGroup(ctx, in.Path, in.GroupName)
			return groupAnswer{groupOf(g)}, err
		}),
		answer(d, "GetGroup", getGroup),
		answer(d, "ListGroups", func(ctx context.Context, v *identity.View, in listGroupsInput) (listGroupsAnswer, error) {
			all, err := v.ListGroups(ctx, in.PathPrefix)
			return pageOfGroups(in.paging, all, err)
		}),
		answer(d, "ListGroupsForUser", func(ctx context.Context, v *identity.View, in listGroupsForUserInput) (listGroupsAnswer, error) {
			all, err := v.ListGroupsForUser(ctx, in.UserName)
			return pageOfGroups(in.paging, all, err)
		}),
		do(d, "UpdateGroup", func(ctx context.Context, v *identity.View, in updateGroupInput) error {
			return v.UpdateGroup(ctx, in.GroupName, in.NewPath, in.NewGroupName)
		}),
		do(d, "DeleteGroup", func(ctx context.Context, v *identity.View, in groupName) error {
			return v.DeleteGroup(ctx, in.GroupName)
		}),
		do(d, "AddUserToGroup", func(ctx context.Context, v *identity.View, in memberInput) error {
			return v.AddUserToGroup(ctx, in.GroupName, in.UserName)
		}),
		do(d, "RemoveUserFromGroup", func(ctx context.Context, v *identity.View, in memberInput) error {
			return v.RemoveUserFromGroup(ctx, in.GroupName, in.UserName)
		}),
	}
}

func getGroup(ctx context.Context, v *identity.View, in getGroupInput) (out getGroupAnswer, err error) {
	g, users, err := v.GetGroup(ctx, in.GroupName)
	if err != nil {
		return out, err
	}
	users, out.paged, err = page(in.paging, users, func(u identity.User) string { return u.Name })
	out.Group, out.Users = groupOf(g), listOf(users, listedUser)
	return out, err
}

func pageOfGroups(p paging, all []identity.Group, err error) (out listGroupsAnswer, _ error) {
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(p, all, func(g identity.Group) string { return g.Name })
	out.Groups = listOf(all, groupOf)
	return out, err
}

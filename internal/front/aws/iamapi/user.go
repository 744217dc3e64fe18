package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type createUserInput struct {
	path
	tags
	UserName            string `query:"UserName" required:"true" min:"1" max:"64" pattern:"[\\w+=,.@-]+"`
	PermissionsBoundary string `query:"PermissionsBoundary" min:"20" max:"2048"`
}

type userAnswer struct{ User user }

type listUsersInput struct {
	pathPrefix
	paging
}

type listUsersAnswer struct {
	Users list[user]
	paged
}

type updateUserInput struct {
	userName
	NewPath     string `query:"NewPath" min:"1" max:"512" pattern:"(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)"`
	NewUserName string `query:"NewUserName" min:"1" max:"64" pattern:"[\\w+=,.@-]+"`
}

// users are the rows about users themselves.
func (d door) users() []aws.Operation {
	return []aws.Operation{
		answer(d, "CreateUser", createUser),
		answer(d, "GetUser", func(ctx context.Context, v *identity.View, in maybeUserName) (userAnswer, error) {
			u, err := v.GetUser(ctx, in.UserName)
			return userAnswer{userOf(u)}, err
		}),
		answer(d, "ListUsers", listUsers),
		do(d, "UpdateUser", func(ctx context.Context, v *identity.View, in updateUserInput) error {
			return v.UpdateUser(ctx, in.UserName, in.NewPath, in.NewUserName)
		}),
		do(d, "DeleteUser", func(ctx context.Context, v *identity.View, in userName) error {
			return v.DeleteUser(ctx, in.UserName)
		}),
	}
}

func createUser(ctx context.Context, v *identity.View, in createUserInput) (userAnswer, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return userAnswer{}, err
	}
	u, err := v.CreateUser(ctx, identity.CreateUserInput{
		Name: in.UserName, Path: in.Path, Tags: tags, Boundary: in.PermissionsBoundary,
	})
	return userAnswer{userOf(u)}, err
}

func listUsers(ctx context.Context, v *identity.View, in listUsersInput) (out listUsersAnswer, err error) {
	all, err := v.ListUsers(ctx, in.PathPrefix)
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(in.paging, all, func(u identity.User) string { return u.Name })
	out.Users = listOf(all, listedUser)
	return out, err
}

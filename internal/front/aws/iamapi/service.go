// Package iamapi answers AWS IAM: who exists in an account and which policies
// bind them.
package iamapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const version = "2010-05-08"

// New makes the service over the node's identities.
func New(ids *identity.Store) *aws.QueryService {
	d := door{ids}
	return aws.NewQuery("iam", aws.Query{
		Version: version, Namespace: "https://iam.amazonaws.com/doc/" + version + "/",
		Statuses: map[string]int{
			"EntityAlreadyExists": http.StatusConflict, "DeleteConflict": http.StatusConflict,
			"LimitExceeded": http.StatusConflict, "NoSuchEntity": http.StatusNotFound,
		},
	}, slices.Concat(
		d.users(), d.keys(), d.groups(), d.roles(), d.policies(), d.inlinePolicies(), d.attachments(),
		d.boundaries(), d.tags(), d.profiles(), d.linkedRoles(), d.account(), d.never(), d.simulations(), d.details(), unsupported(),
	)...)
}

// door makes the rows of the table.
type door struct{ ids *identity.Store }

// answer is a row whose handler returns something.
func answer[In, Out any](d door, name string, f func(context.Context, *identity.View, In) (Out, error)) aws.Operation {
	return aws.Op(name, "iam:"+name, func(ctx context.Context, s guard.Session, in In) (Out, error) {
		return f(ctx, d.ids.As(s), in)
	})
}

// do is a row whose handler has nothing to tell.
func do[In any](d door, name string, f func(context.Context, *identity.View, In) error) aws.Operation {
	return answer(d, name, func(ctx context.Context, v *identity.View, in In) (aws.Empty, error) {
		return aws.Empty{}, f(ctx, v, in)
	})
}

// Package snsapi answers Amazon SNS: topics, their subscriptions over HTTP and
// into files, and publishing.
package snsapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

// statuses are the codes whose status in SNS's model is not their kind's.
var statuses = map[string]int{"Throttled": http.StatusTooManyRequests}

// New makes the service.
func New(t *topic.Topics) *aws.QueryService {
	p := aws.Query{Version: "2010-03-31", Namespace: "http://sns.amazonaws.com/doc/2010-03-31/", Statuses: statuses,
		Wording: aws.Wording{Invalid: "InvalidParameter", Single: true}, Denied: "AuthorizationError"}
	return aws.NewQuery("sns", p, slices.Concat(topics(t), subscriptions(t), unsupported())...)
}

// op makes a row whose handler gets the topics as the caller sees them.
func op[In, Out any](t *topic.Topics, name string, h func(context.Context, *topic.View, In) (Out, error)) aws.Operation {
	return aws.Op(name, "sns:"+name, func(ctx context.Context, s guard.Session, in In) (Out, error) {
		return h(ctx, t.As(s), in)
	})
}

// open makes a row that unsigned callers reach too: the links in messages are such calls.
func open[In, Out any](t *topic.Topics, name string, h func(context.Context, *topic.View, In) (Out, error)) aws.Operation {
	row := op(t, name, h)
	row.Open = true
	return row
}

// Package serverlessapi answers Amazon Redshift Serverless's control API:
// namespaces, workgroups, their credentials, tags and policies.
package serverlessapi

import (
	"context"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

// New makes the service.
func New(namespaces *warehouse.Namespaces) *aws.JSONService {
	d := door{namespaces}
	return aws.NewJSON("redshift-serverless", aws.JSON{Target: "RedshiftServerless", Version: "1.1"},
		slices.Concat(d.spaces(), d.workgroups(), d.access(), unsupported())...)
}

// door has the handlers; each binds the namespaces to its caller.
type door struct{ namespaces *warehouse.Namespaces }

// op makes a row whose handler gets the namespaces as the caller sees them.
func op[In, Out any](d door, name string, h func(context.Context, *warehouse.NamespaceView, In) (Out, error)) aws.Operation {
	return aws.Op(name, "redshift-serverless:"+name, func(ctx context.Context, s guard.Session, in In) (Out, error) {
		out, err := h(ctx, d.namespaces.As(s), in)
		return out, worded(err)
	})
}

// paging is what asks for a part of a list.
type paging struct {
	MaxResults int    `json:"maxResults" min:"1" max:"100"`
	NextToken  string `json:"nextToken"`
}

func (p paging) page() warehouse.Page { return warehouse.Page{Max: p.MaxResults, Marker: p.NextToken} }

// each makes a list, empty rather than null, of what f makes of things.
func each[In, Out any](things []In, f func(In) Out) []Out {
	out := make([]Out, len(things))
	for i, x := range things {
		out[i] = f(x)
	}
	return out
}

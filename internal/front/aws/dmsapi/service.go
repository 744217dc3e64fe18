// Package dmsapi answers the control API of AWS DMS: replication instances,
// endpoints, connections, tasks and serverless replications.
package dmsapi

import (
	"context"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

// New makes the service.
func New(store *replication.Store) *aws.JSONService {
	d := door{store}
	return aws.NewJSON("dms", aws.JSON{Target: "AmazonDMSv20160101", Version: "1.1", Wording: aws.Wording{Invalid: "InvalidParameterValueException"}},
		slices.Concat(d.subnetGroups(), d.instances(), d.endpoints(), d.connections(), d.tasks(), d.configs(), d.subscriptions(), d.assessments(), d.others(), unsupported())...)
}

// door has the handlers; each binds the store to its caller.
type door struct{ store *replication.Store }

// op makes a row whose handler gets the store as the caller sees it.
func op[In, Out any](d door, name string, h func(context.Context, *replication.View, In) (Out, error)) aws.Operation {
	return aws.Op(name, "dms:"+name, func(ctx context.Context, s guard.Session, in In) (Out, error) {
		return h(ctx, d.store.As(s), in)
	})
}

type filter struct {
	Name   string   `json:"Name" required:"true"`
	Values []string `json:"Values" required:"true"`
}

// paging is what asks for a part of a list.
type paging struct {
	MaxRecords *int   `json:"MaxRecords"`
	Marker     string `json:"Marker"`
}

// filtered is what asks for a part of a filtered list.
type filtered struct {
	Filters []filter `json:"Filters"`
	paging
}

func (p paging) query() replication.Query {
	return replication.Query{Max: p.MaxRecords, Marker: p.Marker}
}

func (f filtered) query() replication.Query {
	q := f.paging.query()
	for _, one := range f.Filters {
		q.Filters = append(q.Filters, replication.Filter(one))
	}
	return q
}

// tag is a tag; ResourceArn says whose it is where several resources are listed.
type tag struct {
	Key         string `json:"Key"`
	Value       string `json:"Value"`
	ResourceARN string `json:"ResourceArn,omitempty"`
}

func tags(given []tag) []replication.Tag {
	return each(given, func(t tag) replication.Tag { return replication.Tag{Key: t.Key, Value: t.Value} })
}

// each makes a list, empty rather than null, of what f makes of things.
func each[In, Out any](things []In, f func(In) Out) []Out {
	out := make([]Out, len(things))
	for i, x := range things {
		out[i] = f(x)
	}
	return out
}

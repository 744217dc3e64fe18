package replication

import (
	"context"
	"slices"
	"time"
)

// Schemas are the schemas of an endpoint's database as they were last read.
type Schemas struct {
	Resource  // the endpoint's
	Instance  string
	Status    string
	Failure   string `json:",omitempty"`
	Refreshed time.Time
	Names     []string
}

// The states of reading schemas.
const (
	schemasRefreshing = "refreshing"
	schemasSuccessful = "successful"
	schemasFailed     = "failed"
)

// RefreshSchemas begins to read the schemas of an endpoint's database.
func (v *View) RefreshSchemas(ctx context.Context, endpoint, instance string) (Schemas, error) {
	e, i, err := v.pair(ctx, "RefreshSchemas", endpoint, instance)
	if err != nil {
		return Schemas{}, err
	}
	r := Schemas{Resource: e.Resource, Instance: i.ARN, Status: schemasRefreshing, Refreshed: v.store.Now().UTC()}
	if err := v.store.putSchemas(r, true); err != nil {
		return r, err
	}
	v.store.background(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, testTimeout)
		defer cancel()
		names, err := v.readSchemas(ctx, e)
		done := r
		done.Status, done.Names = schemasSuccessful, names
		if err != nil {
			done.Status, done.Failure = schemasFailed, told(err)
		}
		if err := v.store.putSchemas(done, false); err != nil {
			v.store.Log.Error("the schemas of an endpoint were not kept", "endpoint", e.Identifier, "error", err)
		}
	})
	return r, nil
}

func (v *View) readSchemas(ctx context.Context, e Endpoint) ([]string, error) {
	to, err := v.store.connect(ctx, e, v.by.Request)
	if err != nil {
		return nil, err
	}
	names, err := v.store.Databases.Schemas(ctx, to)
	slices.Sort(names)
	return names, err
}

func (s *Store) putSchemas(r Schemas, begins bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.schemas.get(r.ARN)
	if begins && ok && old.Status == schemasRefreshing {
		return wrongState(r.ARN, "The schemas of endpoint %s are being refreshed already.", r.Identifier)
	}
	if !begins && !ok {
		return nil // The endpoint was changed or deleted meanwhile.
	}
	return s.schemas.put(s.db, r.ARN, r)
}

// RefreshStatus tells how reading the schemas of an endpoint went.
func (v *View) RefreshStatus(ctx context.Context, endpoint string) (Schemas, error) {
	return v.schemasOf(ctx, "DescribeRefreshSchemasStatus", endpoint)
}

func (v *View) schemasOf(ctx context.Context, action, endpoint string) (Schemas, error) {
	e, err := found(ctx, v, &v.store.endpoints, question{action: action, on: endpoint}, endpointBase)
	if err != nil {
		return Schemas{}, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	r, ok := v.store.schemas.get(e.ARN)
	if !ok {
		return r, notFound("Refresh of the schemas of endpoint", e.Identifier)
	}
	return r, nil
}

// Schemas lists the schemas of an endpoint's database as they were last read.
func (v *View) Schemas(ctx context.Context, endpoint string, q Query) ([]string, string, error) {
	r, err := v.schemasOf(ctx, "DescribeSchemas", endpoint)
	if err != nil {
		return nil, "", err
	}
	if r.Status != schemasSuccessful {
		return nil, "", wrongState(endpoint, "The schemas of endpoint %s were not read: %s %s", r.Identifier, r.Status, r.Failure)
	}
	return cut(slices.Clone(r.Names), func(name *string) string { return *name }, q, largestPage)
}

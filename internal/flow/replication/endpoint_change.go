package replication

import (
	"context"
	"strings"
)

// Endpoints lists the endpoints of the caller.
func (v *View) Endpoints(ctx context.Context, q Query) ([]Endpoint, string, error) {
	return list(ctx, v, listing[Endpoint]{
		action: "DescribeEndpoints", what: "endpoints", kept: &v.store.endpoints, base: endpointBase,
		by: attributes[Endpoint]{
			"endpoint-arn":  func(e *Endpoint) []string { return []string{e.ARN} },
			"endpoint-type": func(e *Endpoint) []string { return []string{e.Type} },
			"endpoint-id":   func(e *Endpoint) []string { return []string{e.Identifier} },
			"engine-name":   func(e *Endpoint) []string { return []string{e.Engine} },
		},
	}, q)
}

// ModifyEndpoint changes an endpoint; its connections have to be tested again.
func (v *View) ModifyEndpoint(ctx context.Context, name string, c EndpointChange) (Endpoint, error) {
	e, err := found(ctx, v, &v.store.endpoints, question{action: "ModifyEndpoint", on: name}, endpointBase)
	if err != nil {
		return e, err
	}
	if err := firstError(e.rename(&c), e.change(&c)); err != nil {
		return e, err
	}
	if err := v.checkEndpoint(ctx, "ModifyEndpoint", &e); err != nil {
		return e, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if _, ok := v.store.endpoints.get(name); !ok {
		return e, notFound(nouns[kindEndpoint], name)
	}
	if err := unique(v, &v.store.endpoints, endpointBase, &e.Resource); err != nil {
		return e, err
	}
	if t, ok := v.store.usedBy(name); ok && v.store.runs[t.ARN] != nil {
		return e, wrongState(name, "The endpoint %s is used by the running replication task %s.", e.Identifier, t.Identifier)
	}
	if err := v.store.disconnect(name); err != nil {
		return e, err
	}
	return e, v.store.endpoints.put(v.store.db, name, e)
}

func (e *Endpoint) rename(c *EndpointChange) error {
	if c.Identifier == nil {
		return nil
	}
	e.Identifier = strings.ToLower(*c.Identifier)
	return checkIdentifier("EndpointIdentifier", e.Identifier, longestTask)
}

// usedBy finds a task that reads or loads an endpoint, a running one first. It needs Store.mu.
func (s *Store) usedBy(endpoint string) (used Task, ok bool) {
	for _, t := range s.tasks.all {
		if t.Source != endpoint && t.Target != endpoint {
			continue
		}
		if used, ok = *t, true; s.runs[t.ARN] != nil {
			break
		}
	}
	return used, ok
}

// disconnect forgets the tests of an endpoint's connections. It needs Store.mu.
func (s *Store) disconnect(endpoint string) error {
	for _, c := range s.connections.where(func(c *Connection) bool { return c.Endpoint == endpoint }) {
		if err := s.connections.remove(s.db, c.key()); err != nil {
			return err
		}
	}
	if _, ok := s.schemas.get(endpoint); ok {
		return s.schemas.remove(s.db, endpoint)
	}
	return nil
}

// DeleteEndpoint removes an endpoint that no task uses.
func (v *View) DeleteEndpoint(ctx context.Context, name string) (Endpoint, error) {
	e, err := found(ctx, v, &v.store.endpoints, question{action: "DeleteEndpoint", on: name}, endpointBase)
	if err != nil {
		return e, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if t, ok := v.store.usedBy(name); ok {
		return e, wrongState(name, "Endpoint %s is part of one or more ReplicationTasks, for example %s.", e.Identifier, t.Identifier)
	}
	if err := v.store.disconnect(name); err != nil {
		return e, err
	}
	return e, v.store.endpoints.remove(v.store.db, name)
}

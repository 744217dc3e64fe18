package warehouse

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
)

// TaggedResource is one tag of one thing.
type TaggedResource struct {
	ARN, Type  string
	Key, Value string
}

// tagged is a thing with tags: as they are, and how they are changed.
type tagged struct {
	arn, kind string
	tags      map[string]string
	edit      func(tagChange) error
}

// tagChange makes new tags of those that are there.
type tagChange func(map[string]string) (map[string]string, error)

// tags are the things of the caller's account and region that have or may have tags.
func (v *NamespaceView) tags() []tagged {
	account, region := v.by.Account, v.by.Request.Region
	var all []tagged
	for _, n := range v.store.list(func(n *Namespace) bool { return n.Kind == Provisioned && n.Account == account && n.in(region) }) {
		all = append(all, tagged{n.ClusterARN(), "cluster", n.Tags, func(change tagChange) error { return v.store.retag(labelled{n, false}, change) }})
	}
	v.store.mu.RLock()
	defer v.store.mu.RUnlock()
	for _, g := range v.store.groups.subnets.below(account, region) {
		all = append(all, tagged{v.redshift("subnetgroup:" + g.Name), "subnetgroup", g.Tags, func(change tagChange) error {
			return retagOn(v, v.store.groups.subnets, g.Name, func(g *SubnetGroup) *map[string]string { return &g.Tags }, change)
		}})
	}
	for _, g := range v.store.groups.parameters.below(account, region) {
		all = append(all, tagged{v.redshift("parametergroup:" + g.Name), "parametergroup", g.Tags, func(change tagChange) error {
			return retagOn(v, v.store.groups.parameters, g.Name, func(g *ParameterGroup) *map[string]string { return &g.Tags }, change)
		}})
	}
	return all
}

// retag changes the tags of a namespace, a cluster or a workgroup.
func (s *Namespaces) retag(t labelled, change tagChange) error {
	_, err := s.update(t.namespace.ID, func(n *Namespace) error {
		to := &n.Tags
		if t.group {
			if n.Group == nil {
				return missingResource("workgroup", t.namespace.Workgroup)
			}
			to = &n.Group.Tags
		}
		tags, err := change(*to)
		*to = tags
		return err
	})
	return err
}

// retagOn changes the tags of a group on its shelf.
func retagOn[T owned](v *NamespaceView, s *shelf[T], name string, of func(*T) *map[string]string, change tagChange) error {
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	g, ok := s.all[v.key(name)]
	if !ok {
		return noResource(name)
	}
	tags, err := change(*of(&g))
	if err != nil {
		return err
	}
	*of(&g) = tags
	return s.put(v.store.db, v.key(name), g)
}

// taggedBy finds a thing by its ARN for an action on its tags.
func (v *NamespaceView) taggedBy(ctx context.Context, q question) (*tagged, error) {
	a, bad := arn.Parse(q.on)
	q.owner = a.Account
	var found *tagged
	for _, t := range v.tags() {
		if t.arn == q.on {
			found, q.tags = &t, t.tags
		}
	}
	if err := v.ask(ctx, q); err != nil {
		return nil, err
	}
	if bad != nil || a.Service != "redshift" {
		return nil, badParameter("InvalidParameterValue", "The resource name %s is not a valid ARN.", q.on)
	}
	if found == nil {
		return nil, noResource(q.on)
	}
	return found, nil
}

// CreateTags adds or replaces tags of a cluster or a group, named by its ARN.
func (v *NamespaceView) CreateTags(ctx context.Context, resource string, added map[string]string) error {
	t, err := v.taggedBy(ctx, question{action: "redshift:CreateTags", on: resource, facts: tagFacts(added)})
	if err != nil {
		return err
	}
	return t.edit(func(there map[string]string) (map[string]string, error) {
		return merged(there, added), checkTags(there, added)
	})
}

// merged are tags with others added or replaced.
func merged(there, added map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, there)
	maps.Copy(all, added)
	return all
}

// DeleteTags removes tags of a cluster or a group; keys that are not there are passed over.
func (v *NamespaceView) DeleteTags(ctx context.Context, resource string, keys []string) error {
	t, err := v.taggedBy(ctx, question{action: "redshift:DeleteTags", on: resource, facts: map[string][]string{"aws:TagKeys": keys}})
	if err != nil {
		return err
	}
	return t.edit(func(there map[string]string) (map[string]string, error) { return without(there, keys), nil })
}

func without(there map[string]string, keys []string) map[string]string {
	left := maps.Clone(there)
	maps.DeleteFunc(left, func(k, _ string) bool { return slices.Contains(keys, k) })
	return left
}

// DescribeTags lists the tags of one thing, or of all of a type ("" for every type).
func (v *NamespaceView) DescribeTags(ctx context.Context, resource, kind string, f TagFilter, p Page) ([]TaggedResource, string, error) {
	things, err := v.described(ctx, resource, kind)
	if err != nil {
		return nil, "", err
	}
	if resource != "" && kind != "" {
		return nil, "", badParameter("InvalidParameterCombination", "Specify either ResourceName or ResourceType, not both.")
	}
	if err := checkPage(p); err != nil {
		return nil, "", err
	}
	var all []TaggedResource
	for _, t := range things {
		for k, value := range t.tags {
			if f.selects(map[string]string{k: value}) {
				all = append(all, TaggedResource{t.arn, t.kind, k, value})
			}
		}
	}
	part, marker := page(all, func(t TaggedResource) string { return t.ARN + " " + t.Key }, p)
	return part, marker, nil
}

// described are the things whose tags the caller asks for.
func (v *NamespaceView) described(ctx context.Context, resource, kind string) ([]tagged, error) {
	if resource != "" {
		t, err := v.taggedBy(ctx, question{action: "redshift:DescribeTags", on: resource})
		if err != nil {
			return nil, err
		}
		return []tagged{*t}, nil
	}
	if err := v.ask(ctx, question{action: "redshift:DescribeTags", on: v.redshift("*")}); err != nil {
		return nil, err
	}
	kind = strings.ToLower(strings.ReplaceAll(kind, " ", ""))
	return slices.DeleteFunc(v.tags(), func(t tagged) bool { return kind != "" && t.kind != kind }), nil
}

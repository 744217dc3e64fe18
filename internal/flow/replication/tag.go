package replication

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Tag is a name and a value that people give a resource.
type Tag struct{ Key, Value string }

const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func tagMap(tags []Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

// checkTags holds tags that come to others to DMS's limits.
func checkTags(tags []Tag, had map[string]string) error {
	keys := maps.Clone(had)
	if keys == nil {
		keys = map[string]string{}
	}
	for _, t := range tags {
		if t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKey || strings.HasPrefix(t.Key, "aws:") || strings.HasPrefix(t.Key, "dms:") {
			return invalid(fmt.Sprintf("The tag key %q is not valid: it needs 1 to %d characters and may not begin with aws: or dms:.", t.Key, maxTagKey))
		}
		if utf8.RuneCountInString(t.Value) > maxTagValue {
			return invalid(fmt.Sprintf("The value of the tag %q is longer than %d characters.", t.Key, maxTagValue))
		}
		keys[t.Key] = t.Value
	}
	if len(keys) > maxTags {
		return invalid(fmt.Sprintf("A resource can have at most %d tags.", maxTags))
	}
	return nil
}

// ResourceTags are the tags of one resource.
type ResourceTags struct {
	ARN  string
	Tags []Tag
}

// AddTags adds tags to a resource or replaces those of the same keys.
func (v *View) AddTags(ctx context.Context, resource string, tags []Tag) error {
	if err := v.ask(ctx, question{action: "AddTagsToResource", on: resource, tags: v.store.tagsOf(resource), given: tags}); err != nil {
		return err
	}
	return v.store.retag(resource, func(old map[string]string) (map[string]string, error) {
		if err := checkTags(tags, old); err != nil {
			return nil, err
		}
		all := maps.Clone(old)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, tagMap(tags))
		return all, nil
	})
}

// RemoveTags takes tags off a resource; keys that are not there are passed over.
func (v *View) RemoveTags(ctx context.Context, resource string, keys []string) error {
	if err := v.ask(ctx, question{action: "RemoveTagsFromResource", on: resource, tags: v.store.tagsOf(resource), keys: keys}); err != nil {
		return err
	}
	return v.store.retag(resource, func(old map[string]string) (map[string]string, error) {
		all := maps.Clone(old)
		maps.DeleteFunc(all, func(key, _ string) bool { return slices.Contains(keys, key) })
		return all, nil
	})
}

// ListTags returns the tags of resources in the order of their keys.
func (v *View) ListTags(ctx context.Context, resources []string) ([]ResourceTags, error) {
	if len(resources) == 0 {
		return nil, invalid("The parameter ResourceArn or ResourceArnList must be provided.")
	}
	all := make([]ResourceTags, 0, len(resources))
	for _, resource := range resources {
		if err := v.ask(ctx, question{action: "ListTagsForResource", on: resource, tags: v.store.tagsOf(resource)}); err != nil {
			return nil, err
		}
		r, ok := v.store.resource(resource)
		if !ok {
			return nil, notFound(nouns[kindOf(resource)], resource)
		}
		one := ResourceTags{ARN: resource}
		for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
			one.Tags = append(one.Tags, Tag{key, r.Tags[key]})
		}
		all = append(all, one)
	}
	return all, nil
}

// resource finds the common part of a record of any kind.
func (s *Store) resource(name string) (Resource, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, look := range []func(string) (Resource, bool){
		look(&s.groups, groupBase), look(&s.instances, instanceBase), look(&s.endpoints, endpointBase),
		look(&s.tasks, taskBase), look(&s.certificates, certificateBase), look(&s.subscribers, subscriptionBase), look(&s.assessed, runBase),
	} {
		if r, ok := look(name); ok {
			return r, true
		}
	}
	return Resource{}, false
}

func look[T any](kept *shelf[T], base func(*T) *Resource) func(string) (Resource, bool) {
	return func(name string) (Resource, bool) {
		one, ok := kept.get(name)
		return *base(&one), ok
	}
}

func (s *Store) tagsOf(name string) map[string]string {
	r, _ := s.resource(name)
	return r.Tags
}

// retag replaces the tags of a record of any kind.
func (s *Store) retag(name string, change func(map[string]string) (map[string]string, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, try := range []func() (bool, error){
		retag(s, &s.groups, groupBase, name, change), retag(s, &s.instances, instanceBase, name, change), retag(s, &s.endpoints, endpointBase, name, change),
		retag(s, &s.tasks, taskBase, name, change), retag(s, &s.certificates, certificateBase, name, change),
		retag(s, &s.subscribers, subscriptionBase, name, change), retag(s, &s.assessed, runBase, name, change),
	} {
		if done, err := try(); done || err != nil {
			return err
		}
	}
	return notFound(nouns[kindOf(name)], name)
}

func retag[T any](s *Store, kept *shelf[T], base func(*T) *Resource, name string, change func(map[string]string) (map[string]string, error)) func() (bool, error) {
	return func() (bool, error) {
		one, ok := kept.get(name)
		if !ok {
			return false, nil
		}
		tags, err := change(base(&one).Tags)
		if err != nil {
			return true, err
		}
		base(&one).Tags = tags
		return true, kept.put(s.db, name, one)
	}
}

package logs

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

const maxTags = 50

func checkTags(had, tags map[string]string) error {
	all := maps.Clone(had)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, tags)
	for key, value := range tags {
		if key == "" || len([]rune(key)) > 128 || len([]rune(value)) > 256 {
			return invalid("The tag " + key + " is not valid.")
		}
	}
	if len(all) > maxTags {
		return &fault.Error{Kind: fault.TooLarge, Code: "TooManyTagsException", Message: "A resource can have no more than 50 tags."}
	}
	return nil
}

// askTagging asks for an action on a group's tags. The newer actions are on the group's own ARN, all
// others on the group as a place of streams.
func (v *View) askTagging(ctx context.Context, action, group string, facts map[string][]string) error {
	if strings.HasSuffix(action, "Resource") {
		return v.askOn(ctx, action, group, group, facts)
	}
	return v.ask(ctx, action, group, "", facts)
}

// Tag adds tags to a group, which the caller names by name or ARN.
func (v *View) Tag(ctx context.Context, action, group string, tags map[string]string) error {
	name := v.group(group)
	if err := v.askTagging(ctx, action, name, tagFacts(tags)); err != nil {
		return err
	}
	return v.store.update(name, func(g *Group) error {
		if err := checkTags(g.Tags, tags); err != nil {
			return err
		}
		all := maps.Clone(g.Tags)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, tags)
		g.Tags = all
		return nil
	})
}

// Untag takes tags off a group.
func (v *View) Untag(ctx context.Context, action, group string, keys []string) error {
	name := v.group(group)
	if err := v.askTagging(ctx, action, name, map[string][]string{"aws:TagKeys": keys}); err != nil {
		return err
	}
	return v.store.update(name, func(g *Group) error {
		g.Tags = maps.Clone(g.Tags)
		maps.DeleteFunc(g.Tags, func(key, _ string) bool { return slices.Contains(keys, key) })
		return nil
	})
}

// Tags are a group's tags.
func (v *View) Tags(ctx context.Context, action, group string) (map[string]string, error) {
	name := v.group(group)
	if err := v.askTagging(ctx, action, name, nil); err != nil {
		return nil, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	g, ok := v.store.groups[name]
	if !ok {
		return nil, noGroup()
	}
	if g.Tags == nil {
		return map[string]string{}, nil
	}
	return g.Tags, nil
}

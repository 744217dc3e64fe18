package arrival

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Tag is a name and a value that people give a resource.
type Tag struct{ Key, Value string }

const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// Tags returns an integration's tags in the order of their keys.
func (v *View) Tags(ctx context.Context, integration string) ([]Tag, error) {
	if err := v.ask(ctx, "redshift:DescribeTags", integration); err != nil {
		return nil, err
	}
	in, err := v.own(integration)
	if err != nil {
		return nil, err
	}
	return in.SortedTags(), nil
}

// SortedTags are the integration's tags in the order of their keys.
func (i *Integration) SortedTags() []Tag {
	tags := make([]Tag, 0, len(i.Tags))
	for _, key := range slices.Sorted(maps.Keys(i.Tags)) {
		tags = append(tags, Tag{key, i.Tags[key]})
	}
	return tags
}

// CreateTags adds tags to an integration, or replaces those of the same keys.
func (v *View) CreateTags(ctx context.Context, integration string, tags []Tag) error {
	if err := v.askTags(ctx, "redshift:CreateTags", integration, tagFacts(tags)); err != nil {
		return err
	}
	return v.retag(integration, func(in *Integration) error {
		if err := checkTags(tags, in.Tags); err != nil {
			return err
		}
		maps.Copy(in.Tags, tagMap(tags))
		return nil
	})
}

// DeleteTags takes tags off an integration; keys it does not have are no error.
func (v *View) DeleteTags(ctx context.Context, integration string, keys []string) error {
	facts := map[string][]string{}
	if len(keys) > 0 {
		facts["aws:TagKeys"] = keys
	}
	if err := v.askTags(ctx, "redshift:DeleteTags", integration, facts); err != nil {
		return err
	}
	return v.retag(integration, func(in *Integration) error {
		maps.DeleteFunc(in.Tags, func(key, _ string) bool { return slices.Contains(keys, key) })
		return nil
	})
}

func (v *View) askTags(ctx context.Context, action, integration string, facts map[string][]string) error {
	if in, err := v.own(integration); err == nil {
		maps.Copy(facts, resourceTags(&in))
	}
	return v.s.guard.Check(ctx, guard.Call{By: v.by, Action: action, On: integration, Owner: v.by.Account, Context: facts})
}

func (v *View) retag(integration string, change func(*Integration) error) error {
	v.s.changing.Lock()
	defer v.s.changing.Unlock()
	in, err := v.own(integration)
	if err != nil {
		return err
	}
	if in.Tags == nil {
		in.Tags = map[string]string{}
	}
	if err := change(&in); err != nil {
		return err
	}
	if err := v.s.put(in); err != nil {
		return err
	}
	v.s.leave()
	return nil
}

// tagFacts are the condition keys of a request that sets tags.
func tagFacts(tags []Tag) map[string][]string {
	facts := map[string][]string{}
	for _, t := range tags {
		facts["aws:RequestTag/"+t.Key] = []string{t.Value}
		facts["aws:TagKeys"] = append(facts["aws:TagKeys"], t.Key)
	}
	return facts
}

// resourceTags are the condition keys of the tags an integration has.
func resourceTags(in *Integration) map[string][]string {
	facts := make(map[string][]string, len(in.Tags))
	for key, value := range in.Tags {
		facts["aws:ResourceTag/"+key] = []string{value}
	}
	return facts
}

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

// checkTags holds tags that come to others to Redshift's limits.
func checkTags(tags []Tag, had map[string]string) error {
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKey || utf8.RuneCountInString(t.Value) > maxTagValue:
			return badTag("A tag key has from 1 to 128 characters, a tag value at most 256.")
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return badTag("Tag keys that begin with aws: are reserved.")
		case seen[t.Key]:
			return badTag(fmt.Sprintf("The tag key %s is given twice.", t.Key))
		}
		seen[t.Key] = true
	}
	for key := range had {
		seen[key] = true
	}
	if len(seen) > maxTags {
		return &fault.Error{Kind: fault.TooLarge, Code: "TagLimitExceededFault", Message: "You have exceeded the number of tags allowed: 50."}
	}
	return nil
}

func badTag(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidTagFault", Message: message}
}

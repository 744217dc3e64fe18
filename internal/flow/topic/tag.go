package topic

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/fault"
)

// Tag is a name and a value that people give a topic.
type Tag struct{ Key, Value string }

const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// Tags returns a topic's tags in the order of their keys.
func (v *View) Tags(ctx context.Context, topic string) ([]Tag, error) {
	one, err := v.tagged(ctx, "ListTagsForResource", topic, nil)
	if err != nil {
		return nil, err
	}
	tags := make([]Tag, 0, len(one.Tags))
	for _, key := range slices.Sorted(maps.Keys(one.Tags)) {
		tags = append(tags, Tag{key, one.Tags[key]})
	}
	return tags, nil
}

// AddTags adds tags to a topic or replaces those of the same keys.
func (v *View) AddTags(ctx context.Context, topic string, tags []Tag) error {
	if _, err := v.tagged(ctx, "TagResource", topic, tagFacts(tags)); err != nil {
		return err
	}
	return v.t.change(topic, func(one *Topic) error {
		one.Tags = maps.Clone(one.Tags)
		if one.Tags == nil {
			one.Tags = map[string]string{}
		}
		if err := checkTags(tags, one.Tags); err != nil {
			return err
		}
		maps.Copy(one.Tags, tagMap(tags))
		return nil
	})
}

// RemoveTags takes tags off a topic; keys that are not there are passed over.
func (v *View) RemoveTags(ctx context.Context, topic string, keys []string) error {
	if _, err := v.tagged(ctx, "UntagResource", topic, map[string][]string{"aws:TagKeys": keys}); err != nil {
		return err
	}
	return v.t.change(topic, func(one *Topic) error {
		one.Tags = maps.Clone(one.Tags)
		maps.DeleteFunc(one.Tags, func(key, _ string) bool { return slices.Contains(keys, key) })
		return nil
	})
}

func (v *View) tagged(ctx context.Context, action, topic string, facts map[string][]string) (Topic, error) {
	one, err := v.ask(ctx, action, topic, facts)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.NotFound {
		return one, noResource(topic)
	}
	return one, err
}

func tagFacts(tags []Tag) map[string][]string {
	facts := map[string][]string{}
	for _, t := range tags {
		facts["aws:RequestTag/"+t.Key] = []string{t.Value}
		facts["aws:TagKeys"] = append(facts["aws:TagKeys"], t.Key)
	}
	return facts
}

func tagMap(tags []Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

// checkTags holds tags that come to others to SNS's limits.
func checkTags(tags []Tag, had map[string]string) error {
	keys := maps.Clone(had)
	if keys == nil {
		keys = map[string]string{}
	}
	for _, t := range tags {
		if t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKey || strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return invalid("Tag Key")
		}
		if utf8.RuneCountInString(t.Value) > maxTagValue {
			return invalid("Tag Value")
		}
		keys[t.Key] = t.Value
	}
	if len(keys) > maxTags {
		return &fault.Error{Kind: fault.TooLarge, Code: "TagLimitExceeded", Message: "Could not complete request: tag quota of per resource exceeded"}
	}
	return nil
}

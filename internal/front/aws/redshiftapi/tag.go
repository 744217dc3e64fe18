package redshiftapi

import (
	"context"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) tagging() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateTags", createTags),
		op(d, "DeleteTags", deleteTags),
		op(d, "DescribeTags", describeTags),
	}
}

type tag struct{ Key, Value string }

func tagMap(tags []tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

func tagsOf(m map[string]string) members[tag] {
	return collect("Tag", slices.Sorted(maps.Keys(m)), func(k string) tag { return tag{k, m[k]} })
}

type createTagsInput struct {
	ResourceName string `required:"true"`
	Tags         []tag  `query:"Tags,Tag" required:"true"`
}

func createTags(ctx context.Context, v *warehouse.NamespaceView, in createTagsInput) (aws.Empty, error) {
	return aws.Empty{}, v.CreateTags(ctx, in.ResourceName, tagMap(in.Tags))
}

type deleteTagsInput struct {
	ResourceName string   `required:"true"`
	TagKeys      []string `query:"TagKeys,TagKey" required:"true"`
}

func deleteTags(ctx context.Context, v *warehouse.NamespaceView, in deleteTagsInput) (aws.Empty, error) {
	return aws.Empty{}, v.DeleteTags(ctx, in.ResourceName, in.TagKeys)
}

type describeTagsInput struct {
	paging
	filtering
	ResourceName, ResourceType string
}

type describeTagsOutput struct {
	TaggedResources members[taggedResource]
	Marker          string `xml:",omitempty"`
}

type taggedResource struct {
	Tag                        tag
	ResourceName, ResourceType string
}

func describeTags(ctx context.Context, v *warehouse.NamespaceView, in describeTagsInput) (describeTagsOutput, error) {
	found, marker, err := v.DescribeTags(ctx, in.ResourceName, in.ResourceType, in.filter(), in.page())
	all := collect("TaggedResource", found, func(t warehouse.TaggedResource) taggedResource {
		return taggedResource{tag{t.Key, t.Value}, t.ARN, t.Type}
	})
	return describeTagsOutput{all, marker}, err
}

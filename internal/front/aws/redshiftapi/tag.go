package redshiftapi

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

func (d door) tagging() []aws.Operation {
	return []aws.Operation{
		aws.Op("CreateTags", "redshift:CreateTags", d.createTags),
		aws.Op("DeleteTags", "redshift:DeleteTags", d.deleteTags),
		aws.Op("DescribeTags", "redshift:DescribeTags", d.describeTags),
	}
}

// ofIntegration reports whether an ARN names an event integration, which has its tags elsewhere.
func ofIntegration(resource string) bool {
	a, err := arn.Parse(resource)
	return err == nil && a.Service == "redshift" && strings.HasPrefix(a.Resource, integrationType+":")
}

// integrationType is what Redshift calls an integration in ARNs and among tagged resources.
const integrationType = "integration"

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

func (d door) createTags(ctx context.Context, s guard.Session, in createTagsInput) (aws.Empty, error) {
	if !ofIntegration(in.ResourceName) {
		return aws.Empty{}, d.namespaces.As(s).CreateTags(ctx, in.ResourceName, tagMap(in.Tags))
	}
	tags := make([]arrival.Tag, len(in.Tags))
	for i, t := range in.Tags {
		tags[i] = arrival.Tag(t)
	}
	return aws.Empty{}, d.integrations.As(s).CreateTags(ctx, in.ResourceName, tags)
}

type deleteTagsInput struct {
	ResourceName string   `required:"true"`
	TagKeys      []string `query:"TagKeys,TagKey" required:"true"`
}

func (d door) deleteTags(ctx context.Context, s guard.Session, in deleteTagsInput) (aws.Empty, error) {
	if ofIntegration(in.ResourceName) {
		return aws.Empty{}, d.integrations.As(s).DeleteTags(ctx, in.ResourceName, in.TagKeys)
	}
	return aws.Empty{}, d.namespaces.As(s).DeleteTags(ctx, in.ResourceName, in.TagKeys)
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

func (d door) describeTags(ctx context.Context, s guard.Session, in describeTagsInput) (describeTagsOutput, error) {
	if ofIntegration(in.ResourceName) {
		tags, err := d.integrations.As(s).Tags(ctx, in.ResourceName)
		all := collect("TaggedResource", tags, func(t arrival.Tag) taggedResource { return taggedResource{tag(t), in.ResourceName, integrationType} })
		return describeTagsOutput{TaggedResources: all}, err
	}
	found, marker, err := d.namespaces.As(s).DescribeTags(ctx, in.ResourceName, in.ResourceType, in.filter(), in.page())
	all := collect("TaggedResource", found, func(t warehouse.TaggedResource) taggedResource {
		return taggedResource{tag{t.Key, t.Value}, t.ARN, t.Type}
	})
	return describeTagsOutput{all, marker}, err
}

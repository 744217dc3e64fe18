package logsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// tags are the operations on tags, and their older forms that name groups.
func (d door) tags() []aws.Operation {
	return []aws.Operation{
		op(d, "TagResource", "TagResource", tagResource),
		op(d, "UntagResource", "UntagResource", untagResource),
		op(d, "ListTagsForResource", "ListTagsForResource", listTags),
		op(d, "TagLogGroup", "TagLogGroup", tagGroup),
		op(d, "UntagLogGroup", "UntagLogGroup", untagGroup),
		op(d, "ListTagsLogGroup", "ListTagsLogGroup", listGroupTags),
	}
}

type resource struct {
	ARN string `json:"resourceArn" required:"true" min:"1" max:"1011" pattern:"[\\w+=/:,.@-]*"`
}

type tagResourceInput struct {
	resource
	Tags map[string]string `json:"tags" required:"true" min:"1" max:"50"`
}

func tagResource(ctx context.Context, v *logs.View, in tagResourceInput) (aws.Empty, error) {
	return aws.Empty{}, v.Tag(ctx, "TagResource", in.ARN, in.Tags)
}

type untagResourceInput struct {
	resource
	Keys []string `json:"tagKeys" required:"true" max:"50" each:"1 128" pattern:"^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$"`
}

func untagResource(ctx context.Context, v *logs.View, in untagResourceInput) (aws.Empty, error) {
	return aws.Empty{}, v.Untag(ctx, "UntagResource", in.ARN, in.Keys)
}

type tagMap struct {
	Tags map[string]string `json:"tags"`
}

func listTags(ctx context.Context, v *logs.View, in resource) (tagMap, error) {
	tags, err := v.Tags(ctx, "ListTagsForResource", in.ARN)
	return tagMap{tags}, err
}

type tagGroupInput struct {
	groupName
	Tags map[string]string `json:"tags" required:"true" min:"1" max:"50"`
}

func tagGroup(ctx context.Context, v *logs.View, in tagGroupInput) (aws.Empty, error) {
	return aws.Empty{}, v.Tag(ctx, "TagLogGroup", in.Name, in.Tags)
}

type untagGroupInput struct {
	groupName
	Keys []string `json:"tags" required:"true" min:"1" each:"1 128" pattern:"^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$"`
}

func untagGroup(ctx context.Context, v *logs.View, in untagGroupInput) (aws.Empty, error) {
	return aws.Empty{}, v.Untag(ctx, "UntagLogGroup", in.Name, in.Keys)
}

func listGroupTags(ctx context.Context, v *logs.View, in groupName) (tagMap, error) {
	tags, err := v.Tags(ctx, "ListTagsLogGroup", in.Name)
	return tagMap{tags}, err
}

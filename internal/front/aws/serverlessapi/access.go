package serverlessapi

import (
	"context"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// access are the operations on credentials, policies and tags.
func (d door) access() []aws.Operation {
	return []aws.Operation{
		op(d, "GetCredentials", getCredentials),
		op(d, "PutResourcePolicy", putPolicy),
		op(d, "GetResourcePolicy", getPolicy),
		op(d, "DeleteResourcePolicy", deletePolicy),
		op(d, "TagResource", tagResource),
		op(d, "UntagResource", untagResource),
		op(d, "ListTagsForResource", listTags),
	}
}

type getCredentialsInput struct {
	WorkgroupName   string `json:"workgroupName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
	DBName          string `json:"dbName"`
	DurationSeconds int    `json:"durationSeconds"`
}

type credentials struct {
	DBUser          string   `json:"dbUser"`
	DBPassword      string   `json:"dbPassword"`
	Expiration      aws.Time `json:"expiration"`
	NextRefreshTime aws.Time `json:"nextRefreshTime"`
}

func getCredentials(ctx context.Context, v *warehouse.NamespaceView, in getCredentialsInput) (credentials, error) {
	c, err := v.WorkgroupCredentials(ctx, warehouse.IAMCredentialsInput{Name: in.WorkgroupName, DBName: in.DBName, Seconds: in.DurationSeconds})
	return credentials{c.Login, c.Password, aws.Time{Time: c.Expires}, aws.Time{Time: c.NextRefresh()}}, err
}

type resource struct {
	ResourceARN string `json:"resourceArn" required:"true"`
}

type putPolicyInput struct {
	ResourceARN string `json:"resourceArn" required:"true"`
	Policy      string `json:"policy" required:"true"`
}

type policyOutput struct {
	ResourcePolicy resourcePolicy `json:"resourcePolicy"`
}

type resourcePolicy struct {
	Policy      string `json:"policy"`
	ResourceARN string `json:"resourceArn"`
}

// putPolicy is about snapshots; integrations ask the policy that Redshift's PutResourcePolicy sets.
func putPolicy(ctx context.Context, v *warehouse.NamespaceView, in putPolicyInput) (policyOutput, error) {
	return policyOutput{resourcePolicy{in.Policy, in.ResourceARN}}, v.PutSharePolicy(ctx, in.ResourceARN)
}

func getPolicy(ctx context.Context, v *warehouse.NamespaceView, in resource) (policyOutput, error) {
	text, err := v.SharePolicy(ctx, in.ResourceARN)
	return policyOutput{resourcePolicy{text, in.ResourceARN}}, err
}

func deletePolicy(ctx context.Context, v *warehouse.NamespaceView, in resource) (aws.Empty, error) {
	return aws.Empty{}, v.DeleteSharePolicy(ctx, in.ResourceARN)
}

type tagInput struct {
	ResourceARN string `json:"resourceArn" required:"true" min:"1" max:"1011"`
	Tags        []tag  `json:"tags" required:"true" max:"200"`
}

func tagResource(ctx context.Context, v *warehouse.NamespaceView, in tagInput) (aws.Empty, error) {
	return aws.Empty{}, v.TagResource(ctx, in.ResourceARN, tagMap(in.Tags))
}

type untagInput struct {
	ResourceARN string   `json:"resourceArn" required:"true" min:"1" max:"1011"`
	TagKeys     []string `json:"tagKeys" required:"true" max:"200" each:"1 128"`
}

func untagResource(ctx context.Context, v *warehouse.NamespaceView, in untagInput) (aws.Empty, error) {
	return aws.Empty{}, v.UntagResource(ctx, in.ResourceARN, in.TagKeys)
}

type tagged struct {
	ResourceARN string `json:"resourceArn" required:"true" min:"1" max:"1011"`
}

type listTagsOutput struct {
	Tags []tag `json:"tags"`
}

func listTags(ctx context.Context, v *warehouse.NamespaceView, in tagged) (listTagsOutput, error) {
	tags, err := v.ListTags(ctx, in.ResourceARN)
	return listTagsOutput{each(slices.Sorted(maps.Keys(tags)), func(k string) tag { return tag{k, tags[k]} })}, err
}

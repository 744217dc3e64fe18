package redshiftapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// access are the operations on resource policies and temporary credentials.
func (d door) access() []aws.Operation {
	return []aws.Operation{
		op(d, "PutResourcePolicy", putPolicy),
		op(d, "GetResourcePolicy", getPolicy),
		op(d, "DeleteResourcePolicy", deletePolicy),
		op(d, "GetClusterCredentials", getCredentials),
		op(d, "GetClusterCredentialsWithIAM", getOwnCredentials),
	}
}

type resource struct {
	ResourceArn string `required:"true"`
}

type putPolicyInput struct {
	ResourceArn string `required:"true"`
	Policy      string `required:"true"`
}

type policyOutput struct{ ResourcePolicy resourcePolicy }

type resourcePolicy struct{ ResourceArn, Policy string }

func putPolicy(ctx context.Context, v *warehouse.NamespaceView, in putPolicyInput) (policyOutput, error) {
	return policyOutput{resourcePolicy{in.ResourceArn, in.Policy}}, v.PutPolicy(ctx, in.ResourceArn, in.Policy)
}

func getPolicy(ctx context.Context, v *warehouse.NamespaceView, in resource) (policyOutput, error) {
	text, err := v.Policy(ctx, in.ResourceArn)
	return policyOutput{resourcePolicy{in.ResourceArn, text}}, err
}

func deletePolicy(ctx context.Context, v *warehouse.NamespaceView, in resource) (aws.Empty, error) {
	return aws.Empty{}, v.DeletePolicy(ctx, in.ResourceArn)
}

type getCredentialsInput struct {
	DbUser            string `required:"true"` //nolint:revive,stylecheck // AWS's name.
	ClusterIdentifier string `required:"true"`
	DbName            string //nolint:revive,stylecheck // AWS's name.
	DurationSeconds   int
	AutoCreate        bool
	DbGroups          []string `query:"DbGroups,DbGroup"` //nolint:revive,stylecheck // AWS's name.
}

type credentials struct {
	DbUser, DbPassword string //nolint:revive,stylecheck // AWS's names.
	Expiration         aws.Time
}

func getCredentials(ctx context.Context, v *warehouse.NamespaceView, in getCredentialsInput) (credentials, error) {
	c, err := v.ClusterCredentials(ctx, warehouse.ClusterCredentialsInput{
		Cluster: in.ClusterIdentifier, DBUser: in.DbUser, DBName: in.DbName, AutoCreate: in.AutoCreate, Groups: in.DbGroups, Seconds: in.DurationSeconds,
	})
	return credentials{c.Login, c.Password, aws.Time{Time: c.Expires}}, err
}

type getOwnCredentialsInput struct {
	ClusterIdentifier string `required:"true"`
	DbName            string //nolint:revive,stylecheck // AWS's name.
	DurationSeconds   int
}

type ownCredentials struct {
	credentials
	NextRefreshTime aws.Time
}

func getOwnCredentials(ctx context.Context, v *warehouse.NamespaceView, in getOwnCredentialsInput) (ownCredentials, error) {
	c, err := v.ClusterCredentialsWithIAM(ctx, warehouse.IAMCredentialsInput{Name: in.ClusterIdentifier, DBName: in.DbName, Seconds: in.DurationSeconds})
	return ownCredentials{credentials{c.Login, c.Password, aws.Time{Time: c.Expires}}, aws.Time{Time: c.NextRefresh()}}, err
}

package redshiftapi

import (
	"context"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) clusters() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateCluster", createCluster),
		op(d, "DescribeClusters", describeClusters),
		op(d, "ModifyCluster", modifyCluster),
		op(d, "DeleteCluster", deleteCluster),
		op(d, "PauseCluster", simply((*warehouse.NamespaceView).PauseCluster)),
		op(d, "ResumeCluster", simply((*warehouse.NamespaceView).ResumeCluster)),
		op(d, "RebootCluster", simply((*warehouse.NamespaceView).RebootCluster)),
		op(d, "ModifyClusterIamRoles", modifyRoles),
		op(d, "DescribeLoggingStatus", describeLogging),
		op(d, "DescribeClusterSnapshots", describeSnapshots),
	}
}

type oneCluster struct{ Cluster cluster }

// shown is the answer of an operation that describes the cluster it worked on.
func shown(n *warehouse.Namespace, err error) (oneCluster, error) {
	if err != nil {
		return oneCluster{}, err
	}
	return oneCluster{describe(n)}, nil
}

type named struct {
	ClusterIdentifier string `required:"true"`
}

// simply makes a handler of a method that needs only the cluster's identifier.
func simply(method func(*warehouse.NamespaceView, context.Context, string) (*warehouse.Namespace, error)) func(context.Context, *warehouse.NamespaceView, named) (oneCluster, error) {
	return func(ctx context.Context, v *warehouse.NamespaceView, in named) (oneCluster, error) {
		return shown(method(v, ctx, in.ClusterIdentifier))
	}
}

// absent are options of clusters that stand for hardware and services that are not here.
type absent struct {
	ClusterSecurityGroups                []string `query:"ClusterSecurityGroups,ClusterSecurityGroupName"`
	HsmClientCertificateIdentifier       string
	HsmConfigurationIdentifier           string
	ExtraComputeForAutomaticOptimization bool
}

func (a absent) check() error {
	return lacking(map[string]bool{
		"ClusterSecurityGroups": len(a.ClusterSecurityGroups) > 0, "HsmClientCertificateIdentifier": a.HsmClientCertificateIdentifier != "",
		"HsmConfigurationIdentifier": a.HsmConfigurationIdentifier != "", "ExtraComputeForAutomaticOptimization": a.ExtraComputeForAutomaticOptimization,
	})
}

// absentAtFirst are those that only new clusters can have.
type absentAtFirst struct {
	absent
	SnapshotScheduleIdentifier string
	RedshiftIdcApplicationArn  string
	CatalogName                string `min:"1" max:"64" pattern:"^[a-z0-9_-]*[a-z]+[a-z0-9_-]*$"`
	LoadSampleData             string
	AdditionalInfo             string
	// AQUA is retired: AWS takes the option and does nothing.
	AquaConfigurationStatus string `enum:"enabled disabled auto"`
}

func (a absentAtFirst) check() error {
	if err := a.absent.check(); err != nil {
		return err
	}
	return lacking(map[string]bool{
		"SnapshotScheduleIdentifier": a.SnapshotScheduleIdentifier != "", "RedshiftIdcApplicationArn": a.RedshiftIdcApplicationArn != "",
		"CatalogName": a.CatalogName != "", "LoadSampleData": a.LoadSampleData != "",
	})
}

// lacking refuses the first parameter that was given.
func lacking(given map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if given[name] {
			return &fault.Error{Kind: fault.Unsupported, Code: "UnsupportedOperation", Message: "The parameter " + name + " is not supported by inlet."}
		}
	}
	return nil
}

type createClusterInput struct {
	warehouse.ClusterChange
	absentAtFirst
	ClusterIdentifier            string `required:"true"`
	NodeType                     string `required:"true"` // The change has it too.
	MasterUsername               string `required:"true"`
	MasterUserPassword           string `sensitive:"true"`
	ManageMasterPassword         bool
	MasterPasswordSecretKmsKeyID string `query:"MasterPasswordSecretKmsKeyId"`
	DBName                       string
	ClusterSubnetGroupName       string
	VpcSecurityGroupIDs          []string `query:"VpcSecurityGroupIds,VpcSecurityGroupId"`
	IamRoles                     []string `query:"IamRoles,IamRoleArn"`
	DefaultIamRoleArn            string
	Tags                         []tag `query:"Tags,Tag"`
}

func createCluster(ctx context.Context, v *warehouse.NamespaceView, in createClusterInput) (oneCluster, error) {
	if err := in.check(); err != nil {
		return oneCluster{}, err
	}
	return shown(v.CreateCluster(ctx, warehouse.CreateClusterInput{
		ClusterChange: in.ClusterChange, Identifier: in.ClusterIdentifier, DBName: in.DBName, AdminUser: in.MasterUsername,
		Password: in.MasterUserPassword, ManagePassword: in.ManageMasterPassword, SecretKey: in.MasterPasswordSecretKmsKeyID,
		SubnetGroup: in.ClusterSubnetGroupName, SecurityGroups: in.VpcSecurityGroupIDs, Roles: in.IamRoles, DefaultRole: in.DefaultIamRoleArn,
		Tags: tagMap(in.Tags),
	}))
}

type describeClustersInput struct {
	paging
	filtering
	ClusterIdentifier string
}

type describeClustersOutput struct {
	Marker   string `xml:",omitempty"`
	Clusters members[cluster]
}

func describeClusters(ctx context.Context, v *warehouse.NamespaceView, in describeClustersInput) (describeClustersOutput, error) {
	found, marker, err := v.DescribeClusters(ctx, in.ClusterIdentifier, in.filter(), in.page())
	return describeClustersOutput{marker, collect("Cluster", found, describe)}, err
}

type modifyClusterInput struct {
	warehouse.ClusterChange
	absent
	ClusterIdentifier            string `required:"true"`
	NewClusterIdentifier         string
	MasterUserPassword           string `sensitive:"true"`
	ManageMasterPassword         *bool
	MasterPasswordSecretKmsKeyID string   `query:"MasterPasswordSecretKmsKeyId"`
	VpcSecurityGroupIDs          []string `query:"VpcSecurityGroupIds,VpcSecurityGroupId"`
}

func modifyCluster(ctx context.Context, v *warehouse.NamespaceView, in modifyClusterInput) (oneCluster, error) {
	if err := in.check(); err != nil {
		return oneCluster{}, err
	}
	return shown(v.ModifyCluster(ctx, warehouse.ModifyClusterInput{
		ClusterChange: in.ClusterChange, Identifier: in.ClusterIdentifier, NewIdentifier: in.NewClusterIdentifier, Password: in.MasterUserPassword,
		ManagePassword: in.ManageMasterPassword, SecretKey: in.MasterPasswordSecretKmsKeyID, SecurityGroups: in.VpcSecurityGroupIDs,
	}))
}

type deleteClusterInput struct {
	ClusterIdentifier                   string `required:"true"`
	SkipFinalClusterSnapshot            bool
	FinalClusterSnapshotIdentifier      string
	FinalClusterSnapshotRetentionPeriod int
}

func deleteCluster(ctx context.Context, v *warehouse.NamespaceView, in deleteClusterInput) (oneCluster, error) {
	return shown(v.DeleteCluster(ctx, warehouse.DeleteClusterInput{
		Identifier: in.ClusterIdentifier, Snapshot: in.FinalClusterSnapshotIdentifier, SkipSnapshot: in.SkipFinalClusterSnapshot,
	}))
}

type modifyRolesInput struct {
	ClusterIdentifier string   `required:"true"`
	AddIamRoles       []string `query:"AddIamRoles,IamRoleArn"`
	RemoveIamRoles    []string `query:"RemoveIamRoles,IamRoleArn"`
	DefaultIamRoleArn *string
}

func modifyRoles(ctx context.Context, v *warehouse.NamespaceView, in modifyRolesInput) (oneCluster, error) {
	return shown(v.ModifyClusterRoles(ctx, warehouse.ModifyClusterRolesInput{
		Identifier: in.ClusterIdentifier, Add: in.AddIamRoles, Remove: in.RemoveIamRoles, DefaultRole: in.DefaultIamRoleArn,
	}))
}

type loggingStatus struct{ LoggingEnabled bool }

// describeLogging answers that nothing is logged: audit logging cannot be turned on here.
func describeLogging(ctx context.Context, v *warehouse.NamespaceView, in named) (loggingStatus, error) {
	return loggingStatus{}, v.LoggingStatus(ctx, in.ClusterIdentifier)
}

type describeSnapshotsInput struct {
	paging
	filtering
	ClusterIdentifier, SnapshotIdentifier, SnapshotArn string
	SnapshotType, OwnerAccount                         string
	StartTime, EndTime                                 *aws.Time
	ClusterExists                                      *bool
}

type describeSnapshotsOutput struct{ Snapshots members[aws.Empty] }

// describeSnapshots answers an empty list: snapshots cannot be made here.
func describeSnapshots(ctx context.Context, v *warehouse.NamespaceView, in describeSnapshotsInput) (describeSnapshotsOutput, error) {
	one := in.SnapshotIdentifier
	if one == "" {
		one = in.SnapshotArn
	}
	return describeSnapshotsOutput{}, v.Snapshots(ctx, in.ClusterIdentifier, one, in.page())
}

package dmsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) instances() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateReplicationInstance", createInstance),
		op(d, "DescribeReplicationInstances", describeInstances),
		op(d, "ModifyReplicationInstance", modifyInstance),
		op(d, "RebootReplicationInstance", rebootInstance),
		op(d, "DeleteReplicationInstance", deleteInstance),
		op(d, "DescribeOrderableReplicationInstances", orderableInstances),
	}
}

type instance struct {
	Identifier         string          `json:"ReplicationInstanceIdentifier"`
	Class              string          `json:"ReplicationInstanceClass"`
	Status             string          `json:"ReplicationInstanceStatus"`
	Storage            int             `json:"AllocatedStorage"`
	Created            aws.Time        `json:"InstanceCreateTime"`
	SecurityGroups     []securityGroup `json:"VpcSecurityGroups"`
	Zone               string          `json:"AvailabilityZone"`
	SubnetGroup        *subnetGroup    `json:"ReplicationSubnetGroup,omitempty"`
	Window             string          `json:"PreferredMaintenanceWindow"`
	Pending            aws.Empty       `json:"PendingModifiedValues"`
	MultiAZ            bool            `json:"MultiAZ"`
	Version            string          `json:"EngineVersion"`
	MinorUpgrade       bool            `json:"AutoMinorVersionUpgrade"`
	KMSKey             string          `json:"KmsKeyId"`
	ARN                string          `json:"ReplicationInstanceArn"`
	PrivateAddress     string          `json:"ReplicationInstancePrivateIpAddress"`
	PrivateAddresses   []string        `json:"ReplicationInstancePrivateIpAddresses"`
	PublicAddresses    []string        `json:"ReplicationInstancePublicIpAddresses"`
	PubliclyAccessible bool            `json:"PubliclyAccessible"`
	DNS                string          `json:"DnsNameServers,omitempty"`
	NetworkType        string          `json:"NetworkType"`
}

type securityGroup struct {
	ID     string `json:"VpcSecurityGroupId"`
	Status string `json:"Status"`
}

func describeInstance(v *replication.View, i replication.Instance, status string) instance {
	const here = "127.0.0.1"
	out := instance{
		Identifier: i.Identifier, Class: i.Class, Status: status, Storage: i.Storage, Created: aws.Time{Time: i.Created}, Zone: i.Zone, Window: i.Window,
		MultiAZ: i.MultiAZ, Version: i.Version, MinorUpgrade: i.MinorUpgrade, KMSKey: i.KMSKey, ARN: i.ARN, PrivateAddress: here,
		PrivateAddresses: []string{here}, PublicAddresses: []string{}, PubliclyAccessible: i.Public, DNS: i.DNS, NetworkType: i.Network,
		SecurityGroups: each(i.SecurityGroups, func(id string) securityGroup { return securityGroup{id, "active"} }),
	}
	if g, ok := v.InstanceGroup(&i); ok {
		described := describeGroup(g)
		out.SubnetGroup = &described
	}
	return out
}

type oneInstance struct {
	Instance instance `json:"ReplicationInstance"`
}

type createInstanceInput struct {
	Identifier         string   `json:"ReplicationInstanceIdentifier" required:"true"`
	Storage            *int     `json:"AllocatedStorage"`
	Class              string   `json:"ReplicationInstanceClass" required:"true" max:"30"`
	SecurityGroups     []string `json:"VpcSecurityGroupIds"`
	Zone               *string  `json:"AvailabilityZone"`
	SubnetGroup        *string  `json:"ReplicationSubnetGroupIdentifier"`
	Window             *string  `json:"PreferredMaintenanceWindow"`
	MultiAZ            *bool    `json:"MultiAZ"`
	Version            *string  `json:"EngineVersion"`
	MinorUpgrade       *bool    `json:"AutoMinorVersionUpgrade"`
	Tags               []tag    `json:"Tags"`
	KMSKey             *string  `json:"KmsKeyId"`
	PubliclyAccessible *bool    `json:"PubliclyAccessible"`
	DNS                *string  `json:"DnsNameServers"`
	ResourceIdentifier string   `json:"ResourceIdentifier"`
	NetworkType        *string  `json:"NetworkType"`
}

func createInstance(ctx context.Context, v *replication.View, in createInstanceInput) (oneInstance, error) {
	i, err := v.CreateInstance(ctx, replication.CreateInstanceInput{ResourceID: in.ResourceIdentifier, Tags: tags(in.Tags), InstanceChange: replication.InstanceChange{
		Identifier: &in.Identifier, Class: &in.Class, Storage: in.Storage, SecurityGroups: in.SecurityGroups, Zone: in.Zone, GroupName: in.SubnetGroup,
		Window: in.Window, MultiAZ: in.MultiAZ, Version: in.Version, MinorUpgrade: in.MinorUpgrade, KMSKey: in.KMSKey, Public: in.PubliclyAccessible,
		DNS: in.DNS, Network: in.NetworkType,
	}})
	return oneInstance{describeInstance(v, i, "creating")}, err
}

type instanceList struct {
	Marker    string     `json:"Marker,omitempty"`
	Instances []instance `json:"ReplicationInstances"`
}

func describeInstances(ctx context.Context, v *replication.View, in filtered) (instanceList, error) {
	all, marker, err := v.Instances(ctx, in.query())
	return instanceList{marker, each(all, func(i replication.Instance) instance { return describeInstance(v, i, "available") })}, err
}

type modifyInstanceInput struct {
	ARN                      string   `json:"ReplicationInstanceArn" required:"true"`
	Storage                  *int     `json:"AllocatedStorage"`
	ApplyImmediately         bool     `json:"ApplyImmediately"`
	Class                    *string  `json:"ReplicationInstanceClass" max:"30"`
	SecurityGroups           []string `json:"VpcSecurityGroupIds"`
	Window                   *string  `json:"PreferredMaintenanceWindow"`
	MultiAZ                  *bool    `json:"MultiAZ"`
	Version                  *string  `json:"EngineVersion"`
	AllowMajorVersionUpgrade bool     `json:"AllowMajorVersionUpgrade"`
	MinorUpgrade             *bool    `json:"AutoMinorVersionUpgrade"`
	Identifier               *string  `json:"ReplicationInstanceIdentifier"`
	NetworkType              *string  `json:"NetworkType"`
}

func modifyInstance(ctx context.Context, v *replication.View, in modifyInstanceInput) (oneInstance, error) {
	i, err := v.ModifyInstance(ctx, in.ARN, replication.InstanceChange{
		Identifier: in.Identifier, Class: in.Class, Storage: in.Storage, SecurityGroups: in.SecurityGroups, Window: in.Window, MultiAZ: in.MultiAZ,
		Version: in.Version, MinorUpgrade: in.MinorUpgrade, Network: in.NetworkType,
	})
	return oneInstance{describeInstance(v, i, "modifying")}, err
}

type rebootInstanceInput struct {
	ARN                  string `json:"ReplicationInstanceArn" required:"true"`
	ForceFailover        bool   `json:"ForceFailover"`
	ForcePlannedFailover bool   `json:"ForcePlannedFailover"`
}

func rebootInstance(ctx context.Context, v *replication.View, in rebootInstanceInput) (oneInstance, error) {
	i, err := v.RebootInstance(ctx, in.ARN)
	return oneInstance{describeInstance(v, i, "rebooting")}, err
}

type instanceARN struct {
	ARN string `json:"ReplicationInstanceArn" required:"true"`
}

func deleteInstance(ctx context.Context, v *replication.View, in instanceARN) (oneInstance, error) {
	i, err := v.DeleteInstance(ctx, in.ARN)
	return oneInstance{describeInstance(v, i, "deleting")}, err
}

type orderable struct {
	Version  string   `json:"EngineVersion"`
	Class    string   `json:"ReplicationInstanceClass"`
	Type     string   `json:"StorageType"`
	Min      int      `json:"MinAllocatedStorage"`
	Max      int      `json:"MaxAllocatedStorage"`
	Default  int      `json:"DefaultAllocatedStorage"`
	Included int      `json:"IncludedAllocatedStorage"`
	Zones    []string `json:"AvailabilityZones"`
	Release  string   `json:"ReleaseStatus"`
}

type orderableList struct {
	Orderable []orderable `json:"OrderableReplicationInstances"`
	Marker    string      `json:"Marker,omitempty"`
}

func orderableInstances(ctx context.Context, v *replication.View, in paging) (orderableList, error) {
	all, marker, err := v.OrderableInstances(ctx, in.query())
	return orderableList{each(all, func(o replication.Orderable) orderable {
		return orderable{o.Version, o.Class, "gp2", replication.MinStorage, replication.MaxStorage, replication.DefaultStorage, replication.DefaultStorage, []string{o.Zone}, "prod"}
	}), marker}, err
}

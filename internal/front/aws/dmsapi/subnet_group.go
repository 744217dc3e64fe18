package dmsapi

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) subnetGroups() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateReplicationSubnetGroup", createSubnetGroup),
		op(d, "DescribeReplicationSubnetGroups", describeSubnetGroups),
		op(d, "ModifyReplicationSubnetGroup", modifySubnetGroup),
		op(d, "DeleteReplicationSubnetGroup", deleteSubnetGroup),
	}
}

type subnetGroup struct {
	Identifier            string   `json:"ReplicationSubnetGroupIdentifier"`
	Description           string   `json:"ReplicationSubnetGroupDescription"`
	VPCID                 string   `json:"VpcId"`
	Status                string   `json:"SubnetGroupStatus"`
	Subnets               []subnet `json:"Subnets"`
	SupportedNetworkTypes []string `json:"SupportedNetworkTypes"`
	IsReadOnly            bool     `json:"IsReadOnly"`
}

type subnet struct {
	Identifier string `json:"SubnetIdentifier"`
	Zone       zone   `json:"SubnetAvailabilityZone"`
	Status     string `json:"SubnetStatus"`
}

type zone struct {
	Name string `json:"Name"`
}

// vpc is the network of all subnets: a node has no other.
const vpc = "vpc-0123456789abcdef0"

func describeGroup(g replication.SubnetGroup) subnetGroup {
	out := subnetGroup{Identifier: g.Identifier, Description: g.Description, VPCID: vpc, Status: "Complete", SupportedNetworkTypes: []string{"IPV4"}}
	for i, s := range g.Subnets {
		out.Subnets = append(out.Subnets, subnet{s, zone{fmt.Sprintf("%s%c", g.Region, 'a'+rune(i%3))}, "Active"})
	}
	return out
}

type oneSubnetGroup struct {
	Group subnetGroup `json:"ReplicationSubnetGroup"`
}

type createSubnetGroupInput struct {
	Identifier  string   `json:"ReplicationSubnetGroupIdentifier" required:"true"`
	Description string   `json:"ReplicationSubnetGroupDescription" required:"true"`
	SubnetIDs   []string `json:"SubnetIds" required:"true"`
	Tags        []tag    `json:"Tags"`
}

func createSubnetGroup(ctx context.Context, v *replication.View, in createSubnetGroupInput) (oneSubnetGroup, error) {
	g, err := v.CreateSubnetGroup(ctx, replication.SubnetGroupInput{Identifier: in.Identifier, Description: &in.Description, Subnets: in.SubnetIDs, Tags: tags(in.Tags)})
	return oneSubnetGroup{describeGroup(g)}, err
}

type subnetGroupList struct {
	Marker string        `json:"Marker,omitempty"`
	Groups []subnetGroup `json:"ReplicationSubnetGroups"`
}

func describeSubnetGroups(ctx context.Context, v *replication.View, in filtered) (subnetGroupList, error) {
	all, marker, err := v.SubnetGroups(ctx, in.query())
	return subnetGroupList{marker, each(all, describeGroup)}, err
}

type modifySubnetGroupInput struct {
	Identifier  string   `json:"ReplicationSubnetGroupIdentifier" required:"true"`
	Description *string  `json:"ReplicationSubnetGroupDescription"`
	SubnetIDs   []string `json:"SubnetIds" required:"true"`
}

func modifySubnetGroup(ctx context.Context, v *replication.View, in modifySubnetGroupInput) (oneSubnetGroup, error) {
	g, err := v.ModifySubnetGroup(ctx, replication.SubnetGroupInput{Identifier: in.Identifier, Description: in.Description, Subnets: in.SubnetIDs})
	return oneSubnetGroup{describeGroup(g)}, err
}

type subnetGroupName struct {
	Identifier string `json:"ReplicationSubnetGroupIdentifier" required:"true"`
}

func deleteSubnetGroup(ctx context.Context, v *replication.View, in subnetGroupName) (aws.Empty, error) {
	return aws.Empty{}, v.DeleteSubnetGroup(ctx, in.Identifier)
}

package redshiftapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) groups() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateClusterSubnetGroup", createSubnetGroup),
		op(d, "DescribeClusterSubnetGroups", describeSubnetGroups),
		op(d, "ModifyClusterSubnetGroup", modifySubnetGroup),
		op(d, "DeleteClusterSubnetGroup", deleteSubnetGroup),
	}
}

type subnetGroup struct {
	ClusterSubnetGroupName, Description, SubnetGroupStatus string
	Subnets                                                members[subnet]
	Tags                                                   members[tag]
}

type subnet struct{ SubnetIdentifier, SubnetStatus string }

type oneSubnetGroup struct{ ClusterSubnetGroup subnetGroup }

func describeSubnetGroup(g warehouse.SubnetGroup) subnetGroup {
	return subnetGroup{
		ClusterSubnetGroupName: g.Name, Description: g.Description, SubnetGroupStatus: "Complete", Tags: tagsOf(g.Tags),
		Subnets: collect("Subnet", g.Subnets, func(id string) subnet { return subnet{id, "Active"} }),
	}
}

type createSubnetGroupInput struct {
	ClusterSubnetGroupName string   `required:"true"`
	Description            string   `required:"true"`
	SubnetIDs              []string `query:"SubnetIds,SubnetIdentifier" required:"true"`
	Tags                   []tag    `query:"Tags,Tag"`
}

func createSubnetGroup(ctx context.Context, v *warehouse.NamespaceView, in createSubnetGroupInput) (oneSubnetGroup, error) {
	g, err := v.CreateSubnetGroup(ctx, warehouse.SubnetGroup{Name: in.ClusterSubnetGroupName, Description: in.Description, Subnets: in.SubnetIDs, Tags: tagMap(in.Tags)})
	return oneSubnetGroup{describeSubnetGroup(g)}, err
}

type describeSubnetGroupsInput struct {
	paging
	filtering
	ClusterSubnetGroupName string
}

type describeSubnetGroupsOutput struct {
	Marker              string `xml:",omitempty"`
	ClusterSubnetGroups members[subnetGroup]
}

func describeSubnetGroups(ctx context.Context, v *warehouse.NamespaceView, in describeSubnetGroupsInput) (describeSubnetGroupsOutput, error) {
	found, marker, err := v.DescribeSubnetGroups(ctx, in.ClusterSubnetGroupName, in.filter(), in.page())
	return describeSubnetGroupsOutput{marker, collect("ClusterSubnetGroup", found, describeSubnetGroup)}, err
}

type modifySubnetGroupInput struct {
	ClusterSubnetGroupName string `required:"true"`
	Description            *string
	SubnetIDs              []string `query:"SubnetIds,SubnetIdentifier" required:"true"`
}

func modifySubnetGroup(ctx context.Context, v *warehouse.NamespaceView, in modifySubnetGroupInput) (oneSubnetGroup, error) {
	g, err := v.ModifySubnetGroup(ctx, in.ClusterSubnetGroupName, in.SubnetIDs, in.Description)
	return oneSubnetGroup{describeSubnetGroup(g)}, err
}

type subnetGroupName struct {
	ClusterSubnetGroupName string `required:"true"`
}

func deleteSubnetGroup(ctx context.Context, v *warehouse.NamespaceView, in subnetGroupName) (aws.Empty, error) {
	return aws.Empty{}, v.DeleteSubnetGroup(ctx, in.ClusterSubnetGroupName)
}

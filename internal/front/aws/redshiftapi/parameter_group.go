package redshiftapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) parameters() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateClusterParameterGroup", createParameterGroup),
		op(d, "DescribeClusterParameterGroups", describeParameterGroups),
		op(d, "DescribeClusterParameters", describeParameters),
		op(d, "DescribeDefaultClusterParameters", describeDefaultParameters),
		op(d, "ModifyClusterParameterGroup", modifyParameterGroup),
		op(d, "ResetClusterParameterGroup", resetParameterGroup),
		op(d, "DeleteClusterParameterGroup", deleteParameterGroup),
	}
}

type parameterGroup struct {
	ParameterGroupName, ParameterGroupFamily, Description string
	Tags                                                  members[tag]
}

func describeParameterGroup(g warehouse.ParameterGroup) parameterGroup {
	return parameterGroup{g.Name, g.Family, g.Description, tagsOf(g.Tags)}
}

type oneParameterGroup struct{ ClusterParameterGroup parameterGroup }

type createParameterGroupInput struct {
	ParameterGroupName   string `required:"true"`
	ParameterGroupFamily string `required:"true"`
	Description          string `required:"true"`
	Tags                 []tag  `query:"Tags,Tag"`
}

func createParameterGroup(ctx context.Context, v *warehouse.NamespaceView, in createParameterGroupInput) (oneParameterGroup, error) {
	g, err := v.CreateParameterGroup(ctx, warehouse.ParameterGroup{
		Name: in.ParameterGroupName, Family: in.ParameterGroupFamily, Description: in.Description, Tags: tagMap(in.Tags),
	})
	return oneParameterGroup{describeParameterGroup(g)}, err
}

type describeParameterGroupsInput struct {
	paging
	filtering
	ParameterGroupName string
}

type describeParameterGroupsOutput struct {
	Marker          string `xml:",omitempty"`
	ParameterGroups members[parameterGroup]
}

func describeParameterGroups(ctx context.Context, v *warehouse.NamespaceView, in describeParameterGroupsInput) (describeParameterGroupsOutput, error) {
	found, marker, err := v.DescribeParameterGroups(ctx, in.ParameterGroupName, in.filter(), in.page())
	return describeParameterGroupsOutput{marker, collect("ClusterParameterGroup", found, describeParameterGroup)}, err
}

// parameter is one setting; as input only name and value count.
type parameter struct {
	ParameterName        string
	ParameterValue       string
	Description          string `xml:",omitempty"`
	Source               string `xml:",omitempty"`
	DataType             string `xml:",omitempty"`
	AllowedValues        string `xml:",omitempty"`
	ApplyType            string `xml:",omitempty" enum:"static dynamic"`
	IsModifiable         bool
	MinimumEngineVersion string `xml:",omitempty"`
}

func describeParameter(p warehouse.Parameter) parameter {
	return parameter{ParameterName: p.Name, ParameterValue: p.Value, Description: p.Description, Source: word(p.User, "user", "engine-default"),
		DataType: p.Type, AllowedValues: p.Allowed, ApplyType: word(p.Dynamic, "dynamic", "static"), IsModifiable: true}
}

type describeParametersInput struct {
	paging
	ParameterGroupName string `required:"true"`
	Source             string
}

type parameterList struct {
	Parameters members[parameter]
	Marker     string `xml:",omitempty"`
}

func describeParameters(ctx context.Context, v *warehouse.NamespaceView, in describeParametersInput) (parameterList, error) {
	found, marker, err := v.DescribeParameters(ctx, in.ParameterGroupName, in.Source, in.page())
	return parameterList{collect("Parameter", found, describeParameter), marker}, err
}

type describeDefaultParametersInput struct {
	paging
	ParameterGroupFamily string `required:"true"`
}

type familyParameters struct {
	ParameterGroupFamily string
	parameterList
}

type defaultParameters struct{ DefaultClusterParameters familyParameters }

func describeDefaultParameters(ctx context.Context, v *warehouse.NamespaceView, in describeDefaultParametersInput) (defaultParameters, error) {
	found, marker, err := v.DefaultParameters(ctx, in.ParameterGroupFamily, in.page())
	return defaultParameters{familyParameters{in.ParameterGroupFamily, parameterList{collect("Parameter", found, describeParameter), marker}}}, err
}

type modifyParameterGroupInput struct {
	ParameterGroupName string      `required:"true"`
	Parameters         []parameter `query:"Parameters,Parameter" required:"true"`
}

type parameterGroupChanged struct{ ParameterGroupName, ParameterGroupStatus string }

func modifyParameterGroup(ctx context.Context, v *warehouse.NamespaceView, in modifyParameterGroupInput) (parameterGroupChanged, error) {
	values := map[string]string{}
	for _, p := range in.Parameters {
		values[p.ParameterName] = p.ParameterValue
	}
	return changed(in.ParameterGroupName), v.ModifyParameterGroup(ctx, in.ParameterGroupName, values)
}

func changed(group string) parameterGroupChanged {
	return parameterGroupChanged{group, "Your parameter group has been updated. If you changed only dynamic parameters, associated clusters are being modified now. " +
		"If you changed static parameters, all updates, including dynamic parameters, will be applied when you reboot the associated clusters."}
}

type resetParameterGroupInput struct {
	ParameterGroupName string `required:"true"`
	ResetAllParameters bool
	Parameters         []parameter `query:"Parameters,Parameter"`
}

func resetParameterGroup(ctx context.Context, v *warehouse.NamespaceView, in resetParameterGroupInput) (parameterGroupChanged, error) {
	var names []string
	for _, p := range in.Parameters {
		names = append(names, p.ParameterName)
	}
	return changed(in.ParameterGroupName), v.ResetParameterGroup(ctx, in.ParameterGroupName, in.ResetAllParameters, names)
}

type parameterGroupName struct {
	ParameterGroupName string `required:"true"`
}

func deleteParameterGroup(ctx context.Context, v *warehouse.NamespaceView, in parameterGroupName) (aws.Empty, error) {
	return aws.Empty{}, v.DeleteParameterGroup(ctx, in.ParameterGroupName)
}

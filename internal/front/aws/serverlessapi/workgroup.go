package serverlessapi

import (
	"context"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) workgroups() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateWorkgroup", createWorkgroup),
		op(d, "GetWorkgroup", getWorkgroup),
		op(d, "ListWorkgroups", listWorkgroups),
		op(d, "UpdateWorkgroup", updateWorkgroup),
		op(d, "DeleteWorkgroup", deleteWorkgroup),
	}
}

// workgroup is a workgroup as Redshift Serverless describes it.
type workgroup struct {
	BaseCapacity           int               `json:"baseCapacity"`
	MaxCapacity            int               `json:"maxCapacity,omitempty"`
	ConfigParameters       []configParameter `json:"configParameters"`
	CreationDate           isoTime           `json:"creationDate"`
	CrossAccountVPCs       []string          `json:"crossAccountVpcs"`
	Endpoint               *endpoint         `json:"endpoint,omitempty"`
	EnhancedVPCRouting     bool              `json:"enhancedVpcRouting"`
	IPAddressType          string            `json:"ipAddressType"`
	NamespaceName          string            `json:"namespaceName"`
	Port                   int               `json:"port"`
	PricePerformanceTarget priceTarget       `json:"pricePerformanceTarget"`
	PubliclyAccessible     bool              `json:"publiclyAccessible"`
	SecurityGroupIDs       []string          `json:"securityGroupIds"`
	Status                 string            `json:"status"`
	SubnetIDs              []string          `json:"subnetIds"`
	TrackName              string            `json:"trackName"`
	WorkgroupARN           string            `json:"workgroupArn"`
	WorkgroupID            string            `json:"workgroupId"`
	WorkgroupName          string            `json:"workgroupName"`
}

type endpoint struct {
	Address      string      `json:"address"`
	Port         int         `json:"port"`
	VPCEndpoints []aws.Empty `json:"vpcEndpoints"`
}

type configParameter struct {
	Key   string `json:"parameterKey"`
	Value string `json:"parameterValue"`
}

type priceTarget struct {
	Level  int    `json:"level,omitempty" min:"1" max:"100"`
	Status string `json:"status" enum:"ENABLED DISABLED"`
}

func describeGroup(n *warehouse.Namespace) workgroup {
	g := n.Group
	w := workgroup{
		BaseCapacity: g.BaseCapacity, MaxCapacity: g.MaxCapacity, CreationDate: isoTime{g.Created}, CrossAccountVPCs: []string{},
		EnhancedVPCRouting: g.EnhancedRouting, IPAddressType: g.IPAddressType, NamespaceName: n.Name, Port: n.Port, PubliclyAccessible: g.Public,
		SecurityGroupIDs: append([]string{}, g.SecurityGroups...), SubnetIDs: append([]string{}, g.Subnets...), Status: groupStatus(g.Status),
		TrackName: g.Track, WorkgroupARN: n.WorkgroupARN(), WorkgroupID: g.ID, WorkgroupName: n.Workgroup,
		PricePerformanceTarget: priceTarget{g.PricePerformance.Level, g.PricePerformance.Status},
		ConfigParameters:       each(slices.Sorted(maps.Keys(g.Parameters)), func(k string) configParameter { return configParameter{k, g.Parameters[k]} }),
	}
	if n.Endpoint.Host != "" {
		w.Endpoint = &endpoint{n.Endpoint.Host, n.Endpoint.Port, []aws.Empty{}}
	}
	if w.Port == 0 {
		w.Port = n.Endpoint.Port
	}
	return w
}

func groupStatus(s warehouse.Status) string {
	switch s {
	case warehouse.StatusAvailable:
		return "AVAILABLE"
	case warehouse.StatusCreating:
		return "CREATING"
	case warehouse.StatusDeleting:
		return "DELETING"
	}
	return "MODIFYING"
}

type oneWorkgroup struct {
	Workgroup workgroup `json:"workgroup"`
}

func shownGroup(n *warehouse.Namespace, err error) (oneWorkgroup, error) {
	if err != nil {
		return oneWorkgroup{}, err
	}
	return oneWorkgroup{describeGroup(n)}, nil
}

// settings are the parts of a workgroup that can be created and updated.
type settings struct {
	BaseCapacity           *int              `json:"baseCapacity"`
	MaxCapacity            *int              `json:"maxCapacity"`
	ConfigParameters       []configParameter `json:"configParameters"`
	EnhancedVPCRouting     *bool             `json:"enhancedVpcRouting"`
	IPAddressType          *string           `json:"ipAddressType" pattern:"^(ipv4|dualstack)$"`
	Port                   *int              `json:"port"`
	PricePerformanceTarget *priceTarget      `json:"pricePerformanceTarget"`
	PubliclyAccessible     *bool             `json:"publiclyAccessible"`
	SecurityGroupIDs       []string          `json:"securityGroupIds"`
	SubnetIDs              []string          `json:"subnetIds"`
	TrackName              *string           `json:"trackName" min:"1" max:"256" pattern:"^[a-zA-Z0-9_]+$"`
}

func (s settings) change() warehouse.WorkgroupChange {
	c := warehouse.WorkgroupChange{
		BaseCapacity: s.BaseCapacity, MaxCapacity: s.MaxCapacity, Port: s.Port, EnhancedRouting: s.EnhancedVPCRouting, Public: s.PubliclyAccessible,
		IPAddressType: s.IPAddressType, Track: s.TrackName, Parameters: map[string]string{}, SecurityGroups: s.SecurityGroupIDs, Subnets: s.SubnetIDs,
	}
	for _, p := range s.ConfigParameters {
		c.Parameters[p.Key] = p.Value
	}
	if t := s.PricePerformanceTarget; t != nil {
		c.PricePerformance = &warehouse.PricePerformance{Level: t.Level, Status: t.Status}
	}
	return c
}

type createWorkgroupInput struct {
	settings
	WorkgroupName string `json:"workgroupName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
	NamespaceName string `json:"namespaceName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
	Tags          []tag  `json:"tags" max:"200"`
}

func createWorkgroup(ctx context.Context, v *warehouse.NamespaceView, in createWorkgroupInput) (oneWorkgroup, error) {
	return shownGroup(v.CreateWorkgroup(ctx, warehouse.CreateWorkgroupInput{
		WorkgroupChange: in.change(), Name: in.WorkgroupName, Namespace: in.NamespaceName, Tags: tagMap(in.Tags),
	}))
}

type workgroupName struct {
	WorkgroupName string `json:"workgroupName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
}

func getWorkgroup(ctx context.Context, v *warehouse.NamespaceView, in workgroupName) (oneWorkgroup, error) {
	return shownGroup(v.GetWorkgroup(ctx, in.WorkgroupName))
}

type listWorkgroupsInput struct {
	paging
	OwnerAccount string `json:"ownerAccount" min:"1" max:"12" pattern:"(\\d{12})"`
}

type listWorkgroupsOutput struct {
	Workgroups []workgroup `json:"workgroups"`
	NextToken  string      `json:"nextToken,omitempty"`
}

func listWorkgroups(ctx context.Context, v *warehouse.NamespaceView, in listWorkgroupsInput) (listWorkgroupsOutput, error) {
	found, next, err := v.ListWorkgroups(ctx, in.OwnerAccount, in.page())
	return listWorkgroupsOutput{each(found, describeGroup), next}, err
}

type updateWorkgroupInput struct {
	settings
	WorkgroupName string `json:"workgroupName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
}

func updateWorkgroup(ctx context.Context, v *warehouse.NamespaceView, in updateWorkgroupInput) (oneWorkgroup, error) {
	return shownGroup(v.UpdateWorkgroup(ctx, in.WorkgroupName, in.change()))
}

func deleteWorkgroup(ctx context.Context, v *warehouse.NamespaceView, in workgroupName) (oneWorkgroup, error) {
	return shownGroup(v.DeleteWorkgroup(ctx, in.WorkgroupName))
}

package dmsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) connections() []aws.Operation {
	return []aws.Operation{
		op(d, "TestConnection", testConnection),
		op(d, "DescribeConnections", describeConnections),
		op(d, "DeleteConnection", deleteConnection),
		op(d, "RefreshSchemas", refreshSchemas),
		op(d, "DescribeRefreshSchemasStatus", describeRefresh),
		op(d, "DescribeSchemas", describeSchemas),
	}
}

type connection struct {
	Instance     string `json:"ReplicationInstanceArn"`
	Endpoint     string `json:"EndpointArn"`
	Status       string `json:"Status"`
	Failure      string `json:"LastFailureMessage,omitempty"`
	EndpointName string `json:"EndpointIdentifier"`
	InstanceName string `json:"ReplicationInstanceIdentifier"`
}

func describeConnection(c replication.Connection) connection {
	return connection{c.Instance, c.Endpoint, c.Status, c.Failure, c.Identifier, c.InstanceName}
}

type oneConnection struct {
	Connection connection `json:"Connection"`
}

type pair struct {
	Instance string `json:"ReplicationInstanceArn" required:"true"`
	Endpoint string `json:"EndpointArn" required:"true"`
}

func testConnection(ctx context.Context, v *replication.View, in pair) (oneConnection, error) {
	c, err := v.TestConnection(ctx, in.Endpoint, in.Instance)
	return oneConnection{describeConnection(c)}, err
}

type connectionList struct {
	Marker      string       `json:"Marker,omitempty"`
	Connections []connection `json:"Connections"`
}

func describeConnections(ctx context.Context, v *replication.View, in filtered) (connectionList, error) {
	all, marker, err := v.Connections(ctx, in.query())
	return connectionList{marker, each(all, describeConnection)}, err
}

func deleteConnection(ctx context.Context, v *replication.View, in pair) (oneConnection, error) {
	c, err := v.DeleteConnection(ctx, in.Endpoint, in.Instance)
	c.Status = "deleting"
	return oneConnection{describeConnection(c)}, err
}

type refreshStatus struct {
	Endpoint  string   `json:"EndpointArn"`
	Instance  string   `json:"ReplicationInstanceArn"`
	Status    string   `json:"Status"`
	Refreshed aws.Time `json:"LastRefreshDate"`
	Failure   string   `json:"LastFailureMessage,omitempty"`
}

type oneRefresh struct {
	Status refreshStatus `json:"RefreshSchemasStatus"`
}

func describeStatus(s replication.Schemas) oneRefresh {
	return oneRefresh{refreshStatus{s.ARN, s.Instance, s.Status, aws.Time{Time: s.Refreshed}, s.Failure}}
}

func refreshSchemas(ctx context.Context, v *replication.View, in pair) (oneRefresh, error) {
	s, err := v.RefreshSchemas(ctx, in.Endpoint, in.Instance)
	return describeStatus(s), err
}

func describeRefresh(ctx context.Context, v *replication.View, in endpointARN) (oneRefresh, error) {
	s, err := v.RefreshStatus(ctx, in.ARN)
	return describeStatus(s), err
}

type describeSchemasInput struct {
	endpointARN
	paging
}

type schemaList struct {
	Marker  string   `json:"Marker,omitempty"`
	Schemas []string `json:"Schemas"`
}

func describeSchemas(ctx context.Context, v *replication.View, in describeSchemasInput) (schemaList, error) {
	all, marker, err := v.Schemas(ctx, in.ARN, in.query())
	if all == nil {
		all = []string{}
	}
	return schemaList{marker, all}, err
}

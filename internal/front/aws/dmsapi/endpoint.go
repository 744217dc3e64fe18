package dmsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) endpoints() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateEndpoint", createEndpoint),
		op(d, "DescribeEndpoints", describeEndpoints),
		op(d, "ModifyEndpoint", modifyEndpoint),
		op(d, "DeleteEndpoint", deleteEndpoint),
		op(d, "DescribeEndpointTypes", describeEndpointTypes),
		op(d, "DescribeEndpointSettings", describeEndpointSettings),
	}
}

type endpoint struct {
	Identifier        string                          `json:"EndpointIdentifier"`
	Type              string                          `json:"EndpointType"`
	Engine            string                          `json:"EngineName"`
	Display           string                          `json:"EngineDisplayName"`
	User              string                          `json:"Username,omitempty"`
	Host              string                          `json:"ServerName,omitempty"`
	Port              int                             `json:"Port,omitempty"`
	Database          string                          `json:"DatabaseName,omitempty"`
	Attributes        string                          `json:"ExtraConnectionAttributes,omitempty"`
	Status            string                          `json:"Status"`
	KMSKey            string                          `json:"KmsKeyId"`
	ARN               string                          `json:"EndpointArn"`
	Certificate       string                          `json:"CertificateArn,omitempty"`
	SSLMode           string                          `json:"SslMode"`
	ServiceAccessRole string                          `json:"ServiceAccessRoleArn,omitempty"`
	IsReadOnly        bool                            `json:"IsReadOnly"`
	Redshift          *replication.RedshiftSettings   `json:"RedshiftSettings,omitempty"`
	PostgreSQL        *replication.PostgreSQLSettings `json:"PostgreSQLSettings,omitempty"`
	MySQL             *replication.MySQLSettings      `json:"MySQLSettings,omitempty"`
}

func describeEndpoint(e replication.Endpoint, status string) endpoint {
	e = e.WithoutPassword()
	return endpoint{
		Identifier: e.Identifier, Type: e.Type, Engine: e.Engine, Display: replication.EngineDisplay(e.Engine), User: e.User, Host: e.Host, Port: e.Port,
		Database: e.Database, Attributes: e.Attributes, Status: status, KMSKey: e.KMSKey, ARN: e.ARN, Certificate: e.Certificate, SSLMode: e.SSLMode,
		ServiceAccessRole: e.ServiceAccessRole, Redshift: e.Redshift, PostgreSQL: e.PostgreSQL, MySQL: e.MySQL,
	}
}

type oneEndpoint struct {
	Endpoint endpoint `json:"Endpoint"`
}

// shown describes an endpoint that there is; an error has none.
func shown(e replication.Endpoint, status string, err error) (oneEndpoint, error) {
	if err != nil {
		return oneEndpoint{}, err
	}
	return oneEndpoint{describeEndpoint(e, status)}, nil
}

// endpointSettings are what requests can say of an endpoint.
type endpointSettings struct {
	User              *string                         `json:"Username"`
	Password          *string                         `json:"Password" sensitive:"true"`
	Host              *string                         `json:"ServerName"`
	Port              *int                            `json:"Port"`
	Database          *string                         `json:"DatabaseName"`
	Attributes        *string                         `json:"ExtraConnectionAttributes"`
	Certificate       *string                         `json:"CertificateArn"`
	SSLMode           *string                         `json:"SslMode" enum:"none require verify-ca verify-full"`
	ServiceAccessRole *string                         `json:"ServiceAccessRoleArn"`
	Redshift          *replication.RedshiftSettings   `json:"RedshiftSettings"`
	PostgreSQL        *replication.PostgreSQLSettings `json:"PostgreSQLSettings"`
	MySQL             *replication.MySQLSettings      `json:"MySQLSettings"`
}

func (s endpointSettings) change() replication.EndpointChange {
	return replication.EndpointChange{
		Host: s.Host, User: s.User, Password: s.Password, Database: s.Database, Port: s.Port, Attributes: s.Attributes, Certificate: s.Certificate,
		SSLMode: s.SSLMode, ServiceAccessRole: s.ServiceAccessRole, MySQL: s.MySQL, PostgreSQL: s.PostgreSQL, Redshift: s.Redshift,
	}
}

type createEndpointInput struct {
	endpointSettings
	Identifier         string `json:"EndpointIdentifier" required:"true"`
	Type               string `json:"EndpointType" required:"true" enum:"source target"`
	Engine             string `json:"EngineName" required:"true"`
	KMSKey             string `json:"KmsKeyId"`
	Tags               []tag  `json:"Tags"`
	ResourceIdentifier string `json:"ResourceIdentifier"`
}

func createEndpoint(ctx context.Context, v *replication.View, in createEndpointInput) (oneEndpoint, error) {
	c := in.change()
	c.Identifier, c.Type, c.Engine = &in.Identifier, &in.Type, &in.Engine
	e, err := v.CreateEndpoint(ctx, replication.CreateEndpointInput{EndpointChange: c, KMSKey: in.KMSKey, ResourceID: in.ResourceIdentifier, Tags: tags(in.Tags)})
	return shown(e, "active", err)
}

type endpointList struct {
	Marker    string     `json:"Marker,omitempty"`
	Endpoints []endpoint `json:"Endpoints"`
}

func describeEndpoints(ctx context.Context, v *replication.View, in filtered) (endpointList, error) {
	all, marker, err := v.Endpoints(ctx, in.query())
	return endpointList{marker, each(all, func(e replication.Endpoint) endpoint { return describeEndpoint(e, "active") })}, err
}

type modifyEndpointInput struct {
	endpointSettings
	ARN           string  `json:"EndpointArn" required:"true"`
	Identifier    *string `json:"EndpointIdentifier"`
	Type          *string `json:"EndpointType" enum:"source target"`
	Engine        *string `json:"EngineName"`
	ExactSettings bool    `json:"ExactSettings"`
}

func modifyEndpoint(ctx context.Context, v *replication.View, in modifyEndpointInput) (oneEndpoint, error) {
	c := in.change()
	c.Identifier, c.Type, c.Engine, c.Exact = in.Identifier, in.Type, in.Engine, in.ExactSettings
	e, err := v.ModifyEndpoint(ctx, in.ARN, c)
	return shown(e, "active", err)
}

type endpointARN struct {
	ARN string `json:"EndpointArn" required:"true"`
}

func deleteEndpoint(ctx context.Context, v *replication.View, in endpointARN) (oneEndpoint, error) {
	e, err := v.DeleteEndpoint(ctx, in.ARN)
	return shown(e, "deleting", err)
}

type endpointType struct {
	Engine  string `json:"EngineName"`
	CDC     bool   `json:"SupportsCDC"`
	Type    string `json:"EndpointType"`
	Oldest  string `json:"ReplicationInstanceEngineMinimumVersion"`
	Display string `json:"EngineDisplayName"`
}

type endpointTypeList struct {
	Marker string         `json:"Marker,omitempty"`
	Types  []endpointType `json:"SupportedEndpointTypes"`
}

func describeEndpointTypes(ctx context.Context, v *replication.View, in filtered) (endpointTypeList, error) {
	all, marker, err := v.EndpointTypes(ctx, in.query())
	return endpointTypeList{marker, each(all, func(t replication.EndpointType) endpointType {
		return endpointType{t.Engine, true, t.Type, "3.5.3", t.Display}
	})}, err
}

type endpointSetting struct {
	Name          string   `json:"Name"`
	Type          string   `json:"Type"`
	EnumValues    []string `json:"EnumValues,omitempty"`
	Sensitive     bool     `json:"Sensitive"`
	Units         string   `json:"Units,omitempty"`
	Applicability string   `json:"Applicability,omitempty"`
	IntValueMin   *int     `json:"IntValueMin,omitempty"`
	IntValueMax   *int     `json:"IntValueMax,omitempty"`
	DefaultValue  string   `json:"DefaultValue,omitempty"`
}

type endpointSettingList struct {
	Marker   string            `json:"Marker,omitempty"`
	Settings []endpointSetting `json:"EndpointSettings"`
}

type describeSettingsInput struct {
	Engine string `json:"EngineName" required:"true"`
	paging
}

func describeEndpointSettings(ctx context.Context, v *replication.View, in describeSettingsInput) (endpointSettingList, error) {
	all, marker, err := v.EndpointSettings(ctx, in.Engine, in.query())
	return endpointSettingList{marker, each(all, func(s replication.EndpointSetting) endpointSetting {
		return endpointSetting{s.Name, s.Type, s.Values, s.Sensitive, s.Unit, s.About, s.Low, s.Top, s.DefaultValue}
	})}, err
}

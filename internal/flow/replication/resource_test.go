package replication_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/secret"
)

// TestVPCRole refuses instances and subnet groups until dms-vpc-role is as it has to be.
func TestVPCRole(t *testing.T) {
	w := newWorld(t)
	const message = "The IAM Role arn:aws:iam::222222222222:role/dms-vpc-role is not configured properly."
	group := replication.SubnetGroupInput{Identifier: "SG", Description: ptr("d"), Subnets: []string{"subnet-a", "subnet-b"}}
	try := func() error {
		_, err := w.view.CreateSubnetGroup(w.ctx, group)
		_, also := w.view.CreateInstance(w.ctx, replication.CreateInstanceInput{InstanceChange: replication.InstanceChange{Identifier: ptr("ri"), Class: ptr("dms.t3.micro")}})
		if fault.CodeOf(err) != fault.CodeOf(also) {
			t.Errorf("the group is refused with %v, the instance with %v", err, also)
		}
		return err
	}
	w.refused(try(), "AccessDeniedFault", message)
	w.role("dms-vpc-role", strings.Replace(trust, "dms", "ec2", 1))
	w.refused(try(), "AccessDeniedFault", message)
	w.ok(w.ids.As(w.by).UpdateAssumeRolePolicy(w.ctx, "dms-vpc-role", trust))
	w.refused(try(), "AccessDeniedFault", message)
	if d := w.guard.ByRequest("call-1"); len(d) == 0 || d[len(d)-1].Call.Action != "ec2:DescribeVpcs" {
		t.Errorf("the last refusal is %+v", d)
	}
	w.ok(w.ids.As(w.by).AttachRolePolicy(w.ctx, "dms-vpc-role", "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"))
	w.ok(try())
	w.refused(w.view.DeleteSubnetGroup(w.ctx, "other"), "ResourceNotFoundFault", "Subnet Group")
	w.ok(w.view.DeleteSubnetGroup(w.ctx, "sg"))
}

func TestSubnetGroups(t *testing.T) {
	w := newWorld(t)
	w.roles()
	for _, c := range []struct {
		name, identifier string
		subnets          []string
		code             string
	}{
		{"one subnet", "a", []string{"subnet-a"}, "ReplicationSubnetGroupDoesNotCoverEnoughAZs"},
		{"the same twice", "a", []string{"subnet-a", "subnet-a"}, "ReplicationSubnetGroupDoesNotCoverEnoughAZs"},
		{"no subnet", "a", []string{"subnet-a", "x"}, "InvalidSubnet"},
		{"default", "Default", []string{"subnet-a", "subnet-b"}, "InvalidParameterValueException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.view.CreateSubnetGroup(w.ctx, replication.SubnetGroupInput{Identifier: c.identifier, Subnets: c.subnets})
			(&world{TB: t}).refused(err, c.code, "")
		})
	}
	g, err := w.view.CreateSubnetGroup(w.ctx, replication.SubnetGroupInput{Identifier: "My.Group", Subnets: []string{"subnet-a", "subnet-b"}})
	w.ok(err)
	if g.Identifier != "my.group" || g.ARN != "arn:aws:dms:us-east-1:222222222222:subgrp:my.group" {
		t.Errorf("group %+v", g)
	}
	_, err = w.view.CreateInstance(w.ctx, replication.CreateInstanceInput{InstanceChange: replication.InstanceChange{Identifier: ptr("ri"), Class: ptr("dms.t3.micro"), GroupName: ptr("My.Group")}})
	w.ok(err)
	w.refused(w.view.DeleteSubnetGroup(w.ctx, "my.group"), "InvalidResourceStateFault", "in use")
	changed, err := w.view.ModifySubnetGroup(w.ctx, replication.SubnetGroupInput{Identifier: "my.group", Description: ptr("new"), Subnets: []string{"subnet-c", "subnet-d"}})
	w.ok(err)
	if changed.Description != "new" || changed.Subnets[0] != "subnet-c" {
		t.Errorf("changed to %+v", changed)
	}
}

func TestInstances(t *testing.T) {
	w := newWorld(t)
	w.roles()
	i := w.instance("RI1")
	if i.Identifier != "ri1" || !i.Public || i.Storage != 50 || i.Network != "IPV4" {
		t.Errorf("instance %+v", i)
	}
	for name, c := range map[string]replication.InstanceChange{
		"class":   {Class: ptr("dms.t9.huge")},
		"storage": {Storage: ptr(1)},
		"version": {Version: ptr("1.0")},
		"window":  {Window: ptr("sometimes")},
		"network": {Network: ptr("IPX")},
	} {
		_, err := w.view.ModifyInstance(w.ctx, i.ARN, c)
		if fault.CodeOf(err) != "InvalidParameterValueException" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.instance("ri2")
	_, err := w.view.ModifyInstance(w.ctx, i.ARN, replication.InstanceChange{Identifier: ptr("ri2")})
	w.refused(err, "ResourceAlreadyExistsFault", "ri2")
	changed, err := w.view.ModifyInstance(w.ctx, i.ARN, replication.InstanceChange{Class: ptr("dms.r6i.large"), MultiAZ: ptr(true)})
	w.ok(err)
	if changed.Class != "dms.r6i.large" || !changed.MultiAZ {
		t.Errorf("changed to %+v", changed)
	}
	_, err = w.view.DeleteInstance(w.ctx, i.ARN)
	w.ok(err)
	_, err = w.view.DeleteInstance(w.ctx, i.ARN)
	w.refused(err, "ResourceNotFoundFault", "Replication Instance")
	events, _, err := w.view.Events(w.ctx, replication.EventsInput{Source: "ri1", Type: "replication-instance", Duration: 5})
	w.ok(err)
	var got []string
	for _, e := range events {
		got = append(got, e.Category)
	}
	if len(got) != 3 {
		t.Errorf("events %v", got)
	}
}

// TestEndpointRole has the seed's first message when a Redshift target is tested.
func TestEndpointRole(t *testing.T) {
	w := newWorld(t)
	w.role("dms-vpc-role", trust, "AmazonDMSVPCManagementRole")
	mine := w.role("my-dms-access-for-endpoint", trust)
	e, i := w.endpoint(redshiftEndpoint("tgt")), w.instance("ri1")
	test := func() error {
		_, err := w.view.TestConnection(w.ctx, e.ARN, i.ARN)
		return err
	}
	w.refused(test(), "AccessDeniedFault", "Role 'dms-access-for-endpoint' is not configured properly.")
	if d := w.guard.Last(); d == nil || d.ID() != "call-1" || d.Call.On != "arn:aws:iam::222222222222:role/dms-access-for-endpoint" {
		t.Errorf("the refusal is %+v", d)
	}
	all, _, err := w.view.Connections(w.ctx, replication.Query{})
	if w.ok(err); len(all) != 1 || all[0].Status != "failed" || !strings.Contains(all[0].Failure, "is not configured properly.") {
		t.Errorf("connections %+v", all)
	}
	_, err = w.view.ModifyEndpoint(w.ctx, e.ARN, replication.EndpointChange{Redshift: &replication.RedshiftSettings{ServiceAccessRole: &mine}})
	w.ok(err)
	if c := w.connect(e.ARN, i.ARN); c.Status != "successful" {
		t.Errorf("with a role of its own: %+v", c)
	}
	w.ok(w.ids.As(w.by).UpdateAssumeRolePolicy(w.ctx, "my-dms-access-for-endpoint", strings.Replace(trust, "dms", "redshift", 1)))
	w.refused(test(), "AccessDeniedFault", "Role '"+mine+"' is not configured properly.")
}

// TestFindings are told, though the connection counts as successful.
func TestFindings(t *testing.T) {
	w := newWorld(t)
	w.fakes.findings = []string{"the role is not associated"}
	p := w.pair("full-load")
	all, _, err := w.view.Connections(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "endpoint-arn", Values: []string{p.target.ARN}}}})
	w.ok(err)
	if all[0].Status != "successful" || all[0].Failure != "" || len(all[0].Findings) != 1 {
		t.Errorf("connection %+v", all[0])
	}
	events, _, err := w.view.Events(w.ctx, replication.EventsInput{Duration: 60, Categories: []string{"failure"}})
	w.ok(err)
	if len(events) == 0 || !strings.Contains(events[0].Message, "the role is not associated") {
		t.Errorf("events %+v", events)
	}
	_, err = w.view.DeleteConnection(w.ctx, p.target.ARN, p.instance.ARN)
	w.ok(err)
	_, err = w.view.DeleteConnection(w.ctx, p.target.ARN, p.instance.ARN)
	w.refused(err, "ResourceNotFoundFault", "Connection")
}

func TestEndpointInput(t *testing.T) {
	w := newWorld(t)
	w.roles()
	for _, c := range []struct {
		name       string
		in         replication.CreateEndpointInput
		change     func(*replication.CreateEndpointInput)
		code, text string
	}{
		{"engine", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Engine = ptr("db2") }, "InvalidParameterValueException", "Invalid engine name: db2"},
		{"direction", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Type = ptr("target") }, "InvalidParameterValueException", "as source only"},
		{"no host", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Host = nil }, "InvalidParameterValueException", "ServerName"},
		{"no database", redshiftEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Database = nil }, "InvalidParameterValueException", "DatabaseName"},
		{"other settings", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Redshift = &replication.RedshiftSettings{} }, "InvalidParameterCombinationException", "RedshiftSettings"},
		{"range", redshiftEndpoint("e"), func(in *replication.CreateEndpointInput) {
			in.Redshift = &replication.RedshiftSettings{UploadStreams: ptr(65)}
		}, "InvalidParameterValueException", "from 1 to 64"},
		{"unknown attribute", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Attributes = ptr("color=red") }, "InvalidParameterValueException", "color"},
		{"attribute without value", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Attributes = ptr("red") }, "InvalidParameterValueException", "name=value"},
		{"attribute's type", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.Attributes = ptr("eventsPollInterval=often") }, "InvalidParameterValueException", "number"},
		{"half a secret", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.MySQL = &replication.MySQLSettings{Secret: ptr("s")} }, "InvalidParameterCombinationException", "together"},
		{"secret and password", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) {
			in.MySQL = &replication.MySQLSettings{Secret: ptr("s"), SecretsRole: ptr("arn:aws:iam::222222222222:role/r")}
		}, "InvalidParameterCombinationException", "clear-text"},
		{"other account's role", redshiftEndpoint("e"), func(in *replication.CreateEndpointInput) {
			in.ServiceAccessRole = ptr("arn:aws:iam::111111111111:role/r")
		}, "AccessDeniedFault", "Cross-account"},
		{"no certificate", mysqlEndpoint("e"), func(in *replication.CreateEndpointInput) { in.SSLMode = ptr("verify-ca") }, "InvalidParameterValueException", "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.change(&c.in)
			_, err := w.view.CreateEndpoint(w.ctx, c.in)
			(&world{TB: t}).refused(err, c.code, c.text)
		})
	}
}

// TestEndpointSettings are the same on both levels and in attributes; changes merge, unless they are exact.
func TestEndpointSettings(t *testing.T) {
	w := newWorld(t)
	w.roles()
	in := mysqlEndpoint("e")
	in.Password = nil
	in.Attributes = ptr("eventsPollInterval=7;password=topsecret;CharsetMapping=latin1,65001")
	in.MySQL = &replication.MySQLSettings{ServerTimezone: ptr("UTC")}
	e := w.endpoint(in)
	if e.Port != 3306 || *e.MySQL.Port != 3306 || *e.MySQL.ServerName != "db" || *e.MySQL.EventsPollInterval != 7 || *e.MySQL.ServerTimezone != "UTC" {
		t.Errorf("endpoint %+v, settings %+v", e, e.MySQL)
	}
	if e.Password != "topsecret" || e.Attributes != "eventsPollInterval=7;CharsetMapping=latin1,65001" {
		t.Errorf("attributes %s", e.Attributes)
	}
	if value, ok := e.Attribute("charsetmapping"); !ok || value != "latin1,65001" {
		t.Errorf("attribute %q %t", value, ok)
	}
	if shown := e.WithoutPassword(); shown.Password != "" || shown.MySQL.Password != nil || *e.MySQL.Password != "topsecret" {
		t.Errorf("shown %+v", shown.MySQL)
	}
	e, err := w.view.ModifyEndpoint(w.ctx, e.ARN, replication.EndpointChange{MySQL: &replication.MySQLSettings{ServerName: ptr("db2")}})
	w.ok(err)
	if e.Host != "db2" || *e.MySQL.ServerTimezone != "UTC" || e.User != "u" {
		t.Errorf("changed to %+v, settings %+v", e, e.MySQL)
	}
	e, err = w.view.ModifyEndpoint(w.ctx, e.ARN, replication.EndpointChange{Exact: true, MySQL: &replication.MySQLSettings{ServerName: ptr("db3"), Username: ptr("v"), Password: ptr("p")}})
	w.ok(err)
	if e.Host != "db3" || e.MySQL.ServerTimezone != nil || e.User != "v" {
		t.Errorf("replaced by %+v, settings %+v", e, e.MySQL)
	}
	settings, _, err := w.view.EndpointSettings(w.ctx, "redshift-serverless", replication.Query{})
	w.ok(err)
	for _, s := range settings {
		if s.Name == "FileTransferUploadStreams" && (s.Type != "integer" || *s.Low != 1 || *s.Top != 64 || s.DefaultValue != "10") || s.Name == "EncryptionMode" && s.Type != "enum" {
			t.Errorf("setting %+v", s)
		}
	}
	if len(settings) != 31 {
		t.Errorf("%d settings", len(settings))
	}
}

// TestSecret logs in with what Secrets Manager keeps, read as the role of the endpoint.
func TestSecret(t *testing.T) {
	w := newWorld(t)
	w.roles()
	made, err := w.secrets.As(w.by).Create(w.ctx, secret.CreateInput{Name: "db", Value: secret.Value{Text: ptr(`{"host":"hidden","port":3307,"username":"sam","password":"topsecret"}`)}})
	w.ok(err)
	role := w.role("reader", strings.Replace(trust, "dms.", "dms.us-east-1.", 1))
	in := mysqlEndpoint("src")
	in.Host, in.User, in.Password = nil, nil, nil
	in.MySQL = &replication.MySQLSettings{Secret: &made.ARN, SecretsRole: &role}
	e := w.endpoint(in)
	i := w.instance("ri1")
	if c := w.connect(e.ARN, i.ARN); c.Status != "failed" || !strings.Contains(c.Failure, "Unable to find Secrets Manager secret") {
		t.Errorf("without a policy: %+v", c)
	}
	w.ok(w.ids.As(w.by).AttachRolePolicy(w.ctx, "reader", "arn:aws:iam::aws:policy/SecretsManagerReadWrite"))
	if c := w.connect(e.ARN, i.ARN); c.Status != "successful" {
		t.Fatalf("connection %+v", c)
	}
	want := replication.Login{Host: "hidden", Port: 3307, User: "sam", Password: "topsecret"}
	if diff := cmp.Diff(want, w.fakes.seen[0].Login); diff != "" {
		t.Error(diff)
	}
}

func TestSchemas(t *testing.T) {
	w := newWorld(t)
	w.roles()
	e, i := w.endpoint(mysqlEndpoint("src")), w.instance("ri1")
	_, _, err := w.view.Schemas(w.ctx, e.ARN, replication.Query{})
	w.refused(err, "ResourceNotFoundFault", "")
	refresh := func() replication.Schemas {
		_, err := w.view.RefreshSchemas(w.ctx, e.ARN, i.ARN)
		w.ok(err)
		var s replication.Schemas
		w.until("the schemas", func() bool {
			s, err = w.view.RefreshStatus(w.ctx, e.ARN)
			w.ok(err)
			return s.Status != "refreshing"
		})
		return s
	}
	w.fakes.refusal = errors.New("nobody there")
	if s := refresh(); s.Status != "failed" || s.Failure != "nobody there" {
		t.Errorf("refreshed %+v", s)
	}
	w.fakes.refusal, w.fakes.schemas = nil, []string{"shop", "demo1"}
	refresh()
	names, _, err := w.view.Schemas(w.ctx, e.ARN, replication.Query{})
	w.ok(err)
	if diff := cmp.Diff([]string{"demo1", "shop"}, names); diff != "" {
		t.Error(diff)
	}
}

// TestPages has markers, limits and filters.
func TestPages(t *testing.T) {
	w := newWorld(t)
	w.roles()
	for i := range 45 {
		w.endpoint(mysqlEndpoint(fmt.Sprintf("e%d", i)))
	}
	seen := map[string]bool{}
	marker, pages := "", 0
	for {
		all, next, err := w.view.Endpoints(w.ctx, replication.Query{Max: ptr(20), Marker: marker})
		w.ok(err)
		for _, e := range all {
			seen[e.Identifier] = true
		}
		pages++
		if marker = next; marker == "" {
			break
		}
	}
	if len(seen) != 45 || pages != 3 {
		t.Errorf("%d endpoints on %d pages", len(seen), pages)
	}
	_, _, err := w.view.Endpoints(w.ctx, replication.Query{Max: ptr(19)})
	w.refused(err, "InvalidParameterValueException", "from 20 to 100")
	_, _, err = w.view.Endpoints(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "color", Values: []string{"red"}}}})
	w.refused(err, "InvalidParameterValueException", "color")
	_, _, err = w.view.Endpoints(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "endpoint-type", Values: []string{"target"}}}})
	w.refused(err, "ResourceNotFoundFault", "")
	all, _, err := w.view.Endpoints(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "endpoint-type", Values: []string{"source"}}, {Name: "endpoint-id", Values: []string{"e1", "e2", "x"}}}})
	w.ok(err)
	if len(all) != 2 {
		t.Errorf("found %d", len(all))
	}
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	w.roles()
	in := mysqlEndpoint("e")
	in.Tags = []replication.Tag{{Key: "team", Value: "data"}}
	e := w.endpoint(in)
	w.ok(w.view.AddTags(w.ctx, e.ARN, []replication.Tag{{Key: "team", Value: "ops"}, {Key: "tier", Value: "1"}}))
	w.ok(w.view.RemoveTags(w.ctx, e.ARN, []string{"tier", "none"}))
	all, err := w.view.ListTags(w.ctx, []string{e.ARN})
	w.ok(err)
	if diff := cmp.Diff([]replication.ResourceTags{{ARN: e.ARN, Tags: []replication.Tag{{Key: "team", Value: "ops"}}}}, all); diff != "" {
		t.Error(diff)
	}
	w.refused(w.view.AddTags(w.ctx, e.ARN, []replication.Tag{{Key: "aws:x"}}), "InvalidParameterValueException", "aws:")
	_, err = w.view.ListTags(w.ctx, []string{e.ARN + "x"})
	w.refused(err, "ResourceNotFoundFault", "Endpoint")
}

func TestAccountAttributes(t *testing.T) {
	w := newWorld(t)
	w.roles()
	w.instance("ri1")
	quotas, id, err := w.view.AccountAttributes(w.ctx)
	w.ok(err)
	if quotas[0] != (replication.Quota{Name: "ReplicationInstances", Used: 1, Max: 60}) || len(id) != 12 {
		t.Errorf("%v %s", quotas, id)
	}
}

// TestTakenNames refuses a second record of a name or of a chosen last part of the ARN.
func TestTakenNames(t *testing.T) {
	w := newWorld(t)
	w.roles()
	for _, c := range []struct{ name, id, taken string }{{"one", "id", ""}, {"one", "other", "one"}, {"two", "id", "two"}, {"two", "other", ""}} {
		in := mysqlEndpoint(c.name)
		in.ResourceID = c.id
		_, endpoint := w.view.CreateEndpoint(w.ctx, in)
		_, instance := w.view.CreateInstance(w.ctx, replication.CreateInstanceInput{ResourceID: c.id,
			InstanceChange: replication.InstanceChange{Identifier: &c.name, Class: ptr("dms.t3.micro")}})
		for _, err := range []error{endpoint, instance} {
			if c.taken == "" {
				w.ok(err)
			} else {
				w.refused(err, "ResourceAlreadyExistsFault", c.taken)
			}
		}
	}
}

package replication_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// user makes a user with the statements of a policy.
func (w *world) user(name, statements string) *replication.View {
	w.Helper()
	v := w.ids.As(w.ids.Root(account))
	_, err := v.CreateUser(w.ctx, identity.CreateUserInput{Name: name})
	w.ok(err)
	w.ok(v.PutUserPolicy(w.ctx, name, "p", `{"Version":"2012-10-17","Statement":[`+statements+`]}`))
	key, err := v.CreateAccessKey(w.ctx, name)
	w.ok(err)
	_, _, by, err := w.ids.Credential(key.ID)
	w.ok(err)
	by.Request = w.by.Request
	return w.store.As(by)
}

// allow is a statement that allows one action on resources of one kind.
func allow(action string, resources ...string) string {
	return `{"Effect":"Allow","Action":"` + action + `","Resource":["` + strings.Join(resources, `","`) + `"]}`
}

const (
	anyEndpoint = "arn:aws:dms:us-east-1:222222222222:endpoint:*"
	anyInstance = "arn:aws:dms:us-east-1:222222222222:rep:*"
	anyTask     = "arn:aws:dms:us-east-1:222222222222:task:*"
)

// TestAuthorized lets who may do no more than an action on the resources that AWS lists for it.
func TestAuthorized(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	group, err := w.view.CreateSubnetGroup(w.ctx, replication.SubnetGroupInput{Identifier: "sg", Subnets: []string{"subnet-a", "subnet-b"}})
	w.ok(err)
	newTask := func(name string, tags ...replication.Tag) func(context.Context, *replication.View) error {
		return func(ctx context.Context, v *replication.View) error {
			_, err := v.CreateTask(ctx, replication.CreateTaskInput{Identifier: name, Source: p.source.ARN, Target: p.target.ARN, Instance: p.instance.ARN,
				Type: "full-load", Mappings: mapping, Tags: tags})
			return err
		}
	}
	newInstance := func(ctx context.Context, v *replication.View) error {
		_, err := v.CreateInstance(ctx, replication.CreateInstanceInput{InstanceChange: replication.InstanceChange{Identifier: ptr("ri9"), Class: ptr("dms.t3.micro"), GroupName: ptr("sg")}})
		return err
	}
	tag := replication.Tag{Key: "team", Value: "a"}
	for i, c := range []struct {
		name, statements string
		call             func(context.Context, *replication.View) error
		denied           string // action and resource, "" when it is allowed
	}{
		{"a task of all its parts", allow("dms:CreateReplicationTask", anyEndpoint, anyInstance), newTask("t2"), ""},
		{"a task of an endpoint that is not allowed", allow("dms:CreateReplicationTask", p.source.ARN, anyInstance), newTask("t3"), "dms:CreateReplicationTask " + p.target.ARN},
		{"a task on an instance that is not allowed", allow("dms:CreateReplicationTask", anyEndpoint, anyTask), newTask("t4"), "dms:CreateReplicationTask " + p.instance.ARN},
		{"a task with a tag", allow("dms:CreateReplicationTask", "*"), newTask("t5", tag), "dms:AddTagsToResource"},
		{"a task with a tag that is allowed", allow("dms:CreateReplicationTask", "*") + "," + allow("dms:AddTagsToResource", anyTask), newTask("t6", tag), ""},
		{"a task with a tag that is forbidden", allow("dms:*", "*") + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"dms:req-tag/team":"a"}}}`, newTask("t7", tag), "dms:CreateReplicationTask"},
		{"an instance in a group that is not allowed", allow("dms:CreateReplicationInstance", anyInstance), newInstance, "dms:CreateReplicationInstance " + group.ARN},
		{"an instance in a group", allow("dms:CreateReplicationInstance", anyInstance, group.ARN), newInstance, ""},
		{"an endpoint", allow("dms:CreateEndpoint", anyEndpoint), func(ctx context.Context, v *replication.View) error {
			_, err := v.CreateEndpoint(ctx, mysqlEndpoint("mine"))
			return err
		}, ""},
		{"an endpoint with a role that is not passed", allow("dms:CreateEndpoint", anyEndpoint), func(ctx context.Context, v *replication.View) error {
			in := redshiftEndpoint("passed")
			in.Redshift = &replication.RedshiftSettings{ServiceAccessRole: ptr("arn:aws:iam::222222222222:role/dms-access-for-endpoint")}
			_, err := v.CreateEndpoint(ctx, in)
			return err
		}, "iam:PassRole arn:aws:iam::222222222222:role/dms-access-for-endpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.call(w.ctx, w.user("user"+string(rune('a'+i)), c.statements))
			if c.denied == "" {
				(&world{TB: t}).ok(err)
				return
			}
			action, on, _ := strings.Cut(c.denied, " ")
			if !denied(err) || !strings.Contains(err.Error(), action) || !strings.Contains(err.Error(), on) {
				t.Errorf("it answers %v, want a denial of %s", err, c.denied)
			}
		})
	}
}

// denied reports whether an error is a decision of the guard.
func denied(err error) bool {
	_, ok := errors.AsType[*guard.Denied](err)
	return ok
}

// TestResourceTags has tags of a resource in the keys of DMS.
func TestResourceTags(t *testing.T) {
	w := newWorld(t)
	w.roles()
	in := mysqlEndpoint("kept")
	in.Tags = []replication.Tag{{Key: "keep", Value: "yes"}}
	e := w.endpoint(in)
	v := w.user("careful", allow("dms:*", "*")+`,{"Effect":"Deny","Action":"dms:DeleteEndpoint","Resource":"*","Condition":{"StringEquals":{"dms:endpoint-tag/keep":"yes"}}}`)
	if _, err := v.DeleteEndpoint(w.ctx, e.ARN); !denied(err) {
		t.Errorf("the endpoint is deleted with %v", err)
	}
	_, err := v.DeleteEndpoint(w.ctx, w.endpoint(mysqlEndpoint("other")).ARN)
	w.ok(err)
}

// TestOtherAccount keeps what one account has from the administrator of another.
func TestOtherAccount(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.ok(w.ids.CreateAccount("333333333333", "three"))
	by := w.ids.Root("333333333333")
	by.Request = w.by.Request
	v := w.store.As(by)
	calls := map[string]func() error{
		"DeleteEndpoint": func() error { _, err := v.DeleteEndpoint(w.ctx, p.source.ARN); return err },
		"DeleteInstance": func() error { _, err := v.DeleteInstance(w.ctx, p.instance.ARN); return err },
		"StartTask": func() error {
			_, err := v.StartTask(w.ctx, "StartReplicationTask", replication.StartInput{Task: p.task.ARN, Type: replication.StartReplication})
			return err
		},
		"TestConnection": func() error { _, err := v.TestConnection(w.ctx, p.source.ARN, p.instance.ARN); return err },
		"ListTags":       func() error { _, err := v.ListTags(w.ctx, []string{p.task.ARN}); return err },
		"CreateTask": func() error {
			_, err := v.CreateTask(w.ctx, replication.CreateTaskInput{Identifier: "theirs", Source: p.source.ARN, Target: p.target.ARN, Instance: p.instance.ARN, Type: "full-load", Mappings: mapping})
			return err
		},
	}
	for name, call := range calls {
		if err := call(); !denied(err) {
			t.Errorf("%s answers %v", name, err)
		}
	}
	if all, _, err := v.Endpoints(w.ctx, replication.Query{}); err != nil || len(all) != 0 {
		t.Errorf("endpoints %v, %v", all, err)
	}
	elsewhere := w.by
	elsewhere.Request.Region = "eu-west-1"
	if _, err := w.store.As(elsewhere).DeleteEndpoint(w.ctx, p.source.ARN); fault.CodeOf(err) != "ResourceNotFoundFault" {
		t.Errorf("in another region it answers %v", err)
	}
}

// TestKindOfTask keeps actions on tasks from serverless replications, which a policy may forbid apart.
func TestKindOfTask(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	c, err := w.view.CreateConfig(w.ctx, replication.CreateConfigInput{Identifier: "c1", Source: p.source.ARN, Target: p.target.ARN, Type: "full-load", Mappings: mapping,
		Compute: replication.Compute{Max: ptr(2)}})
	w.ok(err)
	_, err = w.view.DeleteTask(w.ctx, "DeleteReplicationTask", c.ARN)
	w.refused(err, "ResourceNotFoundFault", c.ARN)
	_, err = w.view.DeleteTask(w.ctx, "DeleteReplicationConfig", p.task.ARN)
	w.refused(err, "ResourceNotFoundFault", p.task.ARN)
	_, err = w.view.StartTask(w.ctx, "StartReplicationTask", replication.StartInput{Task: c.ARN, Type: replication.StartReplication})
	w.refused(err, "ResourceNotFoundFault", c.ARN)
	_, err = w.view.DeleteTask(w.ctx, "DeleteReplicationConfig", c.ARN)
	w.ok(err)
}

// TestOtherEngine leaves nothing of the engine an endpoint had before: neither its password nor its roles count.
func TestOtherEngine(t *testing.T) {
	w := newWorld(t)
	e := w.endpoint(mysqlEndpoint("src"))
	v := w.user("modifier", allow("dms:ModifyEndpoint", anyEndpoint))
	change := replication.EndpointChange{Engine: ptr("postgres"), Database: ptr("d"), Host: ptr("db"), User: ptr("u"), Password: ptr("other")}
	changed, err := v.ModifyEndpoint(w.ctx, e.ARN, change)
	w.ok(err)
	if changed.MySQL != nil || changed.PostgreSQL == nil {
		t.Errorf("settings of both engines: %+v, %+v", changed.MySQL, changed.PostgreSQL)
	}
	_, err = v.ModifyEndpoint(w.ctx, e.ARN, replication.EndpointChange{PostgreSQL: &replication.PostgreSQLSettings{ServiceAccessRole: ptr("arn:aws:iam::222222222222:role/any")}})
	if !denied(err) || !strings.Contains(err.Error(), "iam:PassRole") {
		t.Errorf("a role is handed over with %v", err)
	}
}

// TestCertificateOfOthers asks for the certificate that an endpoint trusts, too.
func TestCertificateOfOthers(t *testing.T) {
	w := newWorld(t)
	in := mysqlEndpoint("tls")
	in.Certificate, in.SSLMode = ptr("arn:aws:dms:us-east-1:333333333333:cert:theirs"), ptr("verify-ca")
	if _, err := w.view.CreateEndpoint(w.ctx, in); !denied(err) {
		t.Errorf("an endpoint with a certificate of another account: %v", err)
	}
}

// TestAttributeSecret tells nothing of an attribute that is cut off: a password can hold a semicolon.
func TestAttributeSecret(t *testing.T) {
	w := newWorld(t)
	in := mysqlEndpoint("src")
	in.Attributes = ptr("password=half;restofit")
	_, err := w.view.CreateEndpoint(w.ctx, in)
	w.refused(err, "InvalidParameterValueException", "name=value")
	if strings.Contains(err.Error(), "restofit") {
		t.Errorf("the error tells of the password: %v", err)
	}
}

// TestEventFilters refuses what events are not chosen by.
func TestEventFilters(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	only := func(name, value string) replication.Query {
		return replication.Query{Filters: []replication.Filter{{Name: name, Values: []string{value}}}}
	}
	events, _, err := w.view.Events(w.ctx, replication.EventsInput{Query: only("replication-instance-id", p.instance.Identifier)})
	w.ok(err)
	for _, e := range events {
		if e.Identifier != p.instance.Identifier {
			t.Errorf("an event of %s", e.Identifier)
		}
	}
	if len(events) == 0 {
		t.Error("no events of the instance")
	}
	_, _, err = w.view.Events(w.ctx, replication.EventsInput{Query: only("color", "red")})
	w.refused(err, "InvalidParameterValueException", "color")
	_, _, err = w.view.Events(w.ctx, replication.EventsInput{Type: "server"})
	w.refused(err, "InvalidParameterValueException", "replication-instance")
	_, err = w.view.EventCategories(w.ctx, "", only("color", "red").Filters)
	w.refused(err, "InvalidParameterValueException", "color")
}

// TestLongLine cuts a line that no event of a log can hold; the lines behind it come.
func TestLongLine(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.fakes.result = func(ctx context.Context) (string, error) {
		j := w.fakes.jobs[len(w.fakes.jobs)-1]
		j.Log.Printf(tasklog.TargetApply, tasklog.Error, "%s", strings.Repeat("é", 1<<20))
		j.Log.Printf(tasklog.TaskManager, tasklog.Info, "the last")
		return "FULL_LOAD_ONLY_FINISHED", nil
	}
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	w.status(p.task.ARN, replication.StatusStopped)
	read, err := w.logs.As(w.by).Get(w.ctx, logs.GetInput{Group: "dms-tasks-ri1", Stream: "dms-task-" + p.task.ID(), Head: true})
	w.ok(err)
	if n := len(read.Events); n != 3 || !strings.HasSuffix(read.Events[1].Message, "é ... (cut)") || !strings.HasSuffix(read.Events[2].Message, "the last") {
		t.Errorf("%d lines", n)
	}
}

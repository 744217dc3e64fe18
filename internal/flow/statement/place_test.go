package statement_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/secret"
)

// may is a statement that allows an action on everything.
func may(actions ...string) string {
	return `{"Effect":"Allow","Action":["` + strings.Join(actions, `","`) + `"],"Resource":"*"}`
}

func (w *world) secret(name, text string) string {
	w.Helper()
	made, err := w.secrets.As(w.admin).Create(w.ctx, secret.CreateInput{Name: name, Value: secret.Value{Text: &text}})
	w.ok(err)
	return made.ARN
}

// Each way in needs its own right, and leads to its own database user.
func TestWaysIn(t *testing.T) {
	w := newWorld(t)
	const execute = "redshift-data:ExecuteStatement"
	arn := w.secret("wh", `{"username":"awsuser","password":"`+password+`","dbClusterIdentifier":"wh"}`)
	for i, c := range []struct {
		name   string
		place  statement.Place
		action string // besides ExecuteStatement
		user   string
	}{
		{"a database user", statement.Place{Cluster: "wh", Database: "dev", DBUser: "awsuser"}, "redshift:GetClusterCredentials", "awsuser"},
		{"the caller, in a cluster", statement.Place{Cluster: "wh", Database: "dev"}, "redshift:GetClusterCredentialsWithIAM", "IAM:u1"},
		{"the caller, in a workgroup", statement.Place{Workgroup: "slwg", Database: "dev"}, "redshift-serverless:GetCredentials", "IAM:u2"},
		{"a secret, in a cluster", statement.Place{Cluster: "wh", Database: "dev", SecretARN: arn}, "secretsmanager:GetSecretValue", "awsuser"},
		{"a secret, in a workgroup", statement.Place{Workgroup: "slwg", Database: "dev", SecretARN: arn}, "secretsmanager:GetSecretValue", "awsuser"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := *w
			w.TB = t
			name := "u" + string(rune('0'+i))
			in := statement.Input{Place: c.place, SQL: []string{"SELECT current_user"}}
			_, err := w.store.As(w.user(name+"-stranger", "")).Submit(w.ctx, in)
			w.denied(err, execute)
			_, err = w.store.As(w.user(name+"-poor", may(execute))).Submit(w.ctx, in)
			w.denied(err, c.action)
			by := w.user(name, may(execute, c.action, "redshift-data:DescribeStatement", "redshift-data:GetStatementResult"))
			st, err := w.store.As(by).Submit(w.ctx, in)
			w.ok(err)
			w.admin = by // Whose statement it is may look at it.
			if d := cmp.Diff([]string{`[{"stringValue":"` + c.user + `"}]`}, w.rows(w.ended(st.ID).ID, statement.JSON)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	w := newWorld(t)
	other := w.secret("other", `{"username":"awsuser","password":"x","dbClusterIdentifier":"else"}`)
	noUser := w.secret("no-user", `{"password":"x"}`)
	for _, c := range []struct {
		name  string
		place statement.Place
		code  string
	}{
		{"nowhere", statement.Place{Database: "dev"}, "ValidationException"},
		{"two places", statement.Place{Cluster: "wh", Workgroup: "slwg", Database: "dev"}, "ValidationException"},
		{"no database", statement.Place{Cluster: "wh"}, "ValidationException"},
		{"user and secret", statement.Place{Cluster: "wh", Database: "dev", DBUser: "a", SecretARN: other}, "ValidationException"},
		{"user in a workgroup", statement.Place{Workgroup: "slwg", Database: "dev", DBUser: "a"}, "ValidationException"},
		{"unknown cluster", statement.Place{Cluster: "x", Database: "dev"}, "ValidationException"},
		{"unknown workgroup", statement.Place{Workgroup: "xxx", Database: "dev"}, "ValidationException"},
		{"unknown workgroup ARN", statement.Place{Workgroup: "arn:aws:redshift-serverless:us-east-1:222222222222:workgroup/1", Database: "dev"}, "ValidationException"},
		{"bad user", statement.Place{Cluster: "wh", Database: "dev", DBUser: "a b"}, "ValidationException"},
		{"secret of another cluster", statement.Place{Cluster: "wh", Database: "dev", SecretARN: other}, "ValidationException"},
		{"secret without a user", statement.Place{Cluster: "wh", Database: "dev", SecretARN: noUser}, "ValidationException"},
		{"unknown secret", statement.Place{Cluster: "wh", Database: "dev", SecretARN: "none"}, "ResourceNotFoundException"},
	} {
		_, err := w.store.As(w.admin).Submit(w.ctx, statement.Input{Place: c.place, SQL: []string{"SELECT 1"}})
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
	wrong := w.secret("wrong", `{"username":"awsuser","password":"wrong"}`)
	for _, c := range []struct {
		place statement.Place
		error string
	}{
		{statement.Place{Cluster: "wh", Database: "dev", SecretARN: wrong}, `FATAL: password authentication failed for user "awsuser"`},
		{statement.Place{Cluster: "wh", Database: "dev", DBUser: "nobody"}, `FATAL: user "nobody" does not exist`},
		{statement.Place{Cluster: "wh", Database: "other", DBUser: "awsuser"}, `FATAL: database "other" does not exist`},
	} {
		if st := w.run(statement.Input{Place: c.place, SQL: []string{"SELECT 1"}}); st.Status != statement.Failed || st.Error != c.error {
			t.Errorf("got %s %q, want %q", st.Status, st.Error, c.error)
		}
	}
	for _, ns := range w.namespaces.All() {
		if ns.Workgroup != "" {
			if st := w.run(statement.Input{Place: statement.Place{Workgroup: ns.WorkgroupARN(), Database: "dev"}, SQL: []string{"SELECT 1"}}); st.Status != statement.Finished {
				t.Errorf("by the workgroup's ARN: %s %q", st.Status, st.Error)
			}
		}
	}
}

// A statement belongs to the user, or the role, that submitted it.
func TestOwners(t *testing.T) {
	w := newWorld(t)
	st := w.run(sql("SELECT 1"))
	all := may("redshift-data:*")
	colleague := w.store.As(w.user("colleague", all))
	_, err := colleague.Describe(w.ctx, st.ID)
	w.refused(err, "ResourceNotFoundException")
	w.refused(colleague.Cancel(w.ctx, st.ID), "ResourceNotFoundException")
	if list, _, err := colleague.List(w.ctx, statement.ListInput{Status: statement.All}); err != nil || len(list) != 0 {
		t.Errorf("got %d statements, %v", len(list), err)
	}
	own := `{"Effect":"Allow","Action":"redshift-data:*","Resource":"*","Condition":{"StringEquals":{"redshift-data:statement-owner-iam-userid":"${aws:userid}"}}}`
	_, err = w.store.As(w.user("careful", own)).Describe(w.ctx, st.ID)
	w.denied(err, "redshift-data:DescribeStatement")
}

func TestRoleSessions(t *testing.T) {
	w := newWorld(t)
	v := w.ids.As(w.admin)
	_, err := v.CreateRole(w.ctx, identity.CreateRoleInput{Name: "loader", Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"}]}`})
	w.ok(err)
	w.ok(v.PutRolePolicy(w.ctx, "loader", "p", `{"Version":"2012-10-17","Statement":[`+may("redshift-data:*", "redshift:*")+`]}`))
	one, two := w.assume("loader", "one"), w.assume("loader", "two")
	st, err := w.store.As(one).Submit(w.ctx, statement.Input{Place: statement.Place{Cluster: "wh", Database: "dev"}, SQL: []string{"SELECT current_user"}})
	w.ok(err)
	w.admin = two
	if d := cmp.Diff([]string{`[{"stringValue":"IAMR:loader"}]`}, w.rows(w.ended(st.ID).ID, statement.JSON)); d != "" {
		t.Error(d)
	}
	for own, want := range map[bool]int{false: 1, true: 0} {
		if list, _, err := w.store.As(two).List(w.ctx, statement.ListInput{OwnSession: own}); err != nil || len(list) != want {
			t.Errorf("own session %v: %d statements, %v", own, len(list), err)
		}
	}
}

func (w *world) assume(role, name string) guard.Session {
	w.Helper()
	by, err := w.ids.Assume(w.ctx, nil, w.admin, identity.AssumeRoleInput{RoleARN: "arn:aws:iam::" + account + ":role/" + role, SessionName: name})
	w.ok(err)
	by.Request.Region = region
	return by
}

func TestCatalog(t *testing.T) {
	w := newWorld(t)
	w.run(sql("CREATE SCHEMA s_1", "CREATE SCHEMA sx1", "CREATE TABLE s_1.orders (id BIGINT NOT NULL, name VARCHAR(20) DEFAULT 'x', price DECIMAL(10,2))", "CREATE TABLE sx1.orders (a INT)",
		"CREATE VIEW s_1.v AS SELECT id FROM s_1.orders"))
	v := w.store.As(w.admin)
	in := statement.CatalogInput{Place: cluster}
	names, _, err := v.Databases(w.ctx, in)
	w.ok(err)
	if d := cmp.Diff([]string{"dev"}, names); d != "" {
		t.Error(d)
	}
	in.Schema = "s%1"
	in.Limit = 1
	names, next, err := v.Schemas(w.ctx, in)
	w.ok(err)
	in.Token = next
	more, next, err := v.Schemas(w.ctx, in)
	w.ok(err)
	if d := cmp.Diff([]string{"s_1", "sx1"}, append(names, more...)); d != "" || next != "" {
		t.Error(d, next)
	}
	tables, _, err := v.Tables(w.ctx, statement.CatalogInput{Place: cluster, Schema: "s%1", Table: "%"})
	w.ok(err)
	if d := cmp.Diff([]statement.Table{{"s_1", "orders", "TABLE"}, {"s_1", "v", "VIEW"}, {"sx1", "orders", "TABLE"}}, tables); d != "" {
		t.Error(d)
	}
	columns, _, err := v.Columns(w.ctx, statement.CatalogInput{Place: cluster, Schema: "s_1", Table: "orders"})
	w.ok(err)
	want := []statement.Column{
		{Name: "id", Type: "int8", Precision: 19, Signed: true, Schema: "s_1", Table: "orders"},
		{Name: "name", Type: "varchar", Length: 20, Precision: 20, Nullable: 1, CaseSensitive: true, Schema: "s_1", Table: "orders", Default: "'x'"},
		{Name: "price", Type: "numeric", Precision: 10, Scale: 2, Nullable: 1, Signed: true, Schema: "s_1", Table: "orders"},
	}
	if d := cmp.Diff(want, columns); d != "" {
		t.Error(d)
	}
	_, _, err = v.Databases(w.ctx, statement.CatalogInput{Place: statement.Place{Cluster: "wh", Database: "other", DBUser: "awsuser"}})
	w.refused(err, "ValidationException")
	_, _, err = v.Databases(w.ctx, statement.CatalogInput{Place: cluster, Token: "-"})
	w.refused(err, "ValidationException")
}

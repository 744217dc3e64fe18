package node

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// furnished is a line with everything that its pipeline needs but the integration.
func furnished(t *testing.T) *line {
	t.Helper()
	l := newLine(t)
	for _, g := range l.grants {
		l.shell(g.Command)
	}
	l.ok(l.sql(asked.SQL[0]))
	return l
}

// create makes the integration from a bucket, and waits until it is settled.
func (l *line) create(bucket, target string) error {
	l.Helper()
	view := l.integrations.As(l.root(Account1))
	made, err := view.Create(l.Context(), arrival.CreateInput{Name: "events", SourceARN: arn.Bucket(bucket), TargetARN: target})
	if err != nil {
		return err
	}
	return l.settled(view, made.ARN)
}

// says waits until a query answers with one row, whose fields joined are want.
func (l *line) says(at *Login, sql, want string) {
	l.Helper()
	c, err := at.Connect(l.Context())
	l.ok(err)
	defer c.Close(context.WithoutCancel(l.Context()))
	look, limit := time.NewTicker(5*time.Millisecond), time.After(10*time.Second)
	defer look.Stop()
	for {
		all, err := c.PgConn().Exec(l.Context(), sql).ReadAll()
		l.ok(err)
		var rows []string
		for _, row := range all[0].Rows {
			var fields []string
			for _, f := range row {
				fields = append(fields, strings.TrimSpace(string(f)))
			}
			rows = append(rows, strings.Join(fields, " "))
		}
		got := strings.Join(rows, "\n")
		if got == want {
			return
		}
		select {
		case <-look.C:
		case <-limit:
			l.Fatalf("%s\nsays %q, want %q", sql, got, want)
		}
	}
}

// refused runs a statement and returns its error.
func (l *line) refused(at *Login, sql string) *pgconn.PgError {
	l.Helper()
	c, err := at.Connect(l.Context())
	l.ok(err)
	defer c.Close(context.WithoutCancel(l.Context()))
	_, err = c.Exec(l.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		l.Fatalf("%s: %v", sql, err)
	}
	return e
}

func TestTrap21IntegrationLifeCycle(t *testing.T) {
	l := furnished(t)
	l.ok(l.sql(asked.SQL[1])) // The job is there before any integration.
	const states, jobs = "SELECT channel_state, job_name, job_state FROM svv_copy_job_integrations WHERE job_name = 'j'", "SELECT count(*) FROM sys_copy_job"
	l.says(&l.Info.Login, states, "Pending j 1")
	l.put("in/1.csv", "1\n")

	l.ok(l.create(files, l.Info.Namespace))
	l.says(&l.Info.Login, states, "Established j 0")
	l.put("in/2.csv", "2\n")
	l.says(&l.Info.Login, "SELECT a FROM t ORDER BY a", "2")

	view := l.integrations.As(l.root(Account1))
	all, _, err := view.Describe(t.Context(), arrival.DescribeInput{})
	l.ok(err)
	_, err = view.Delete(t.Context(), all[0].ARN)
	l.ok(err)
	l.says(&l.Info.Login, states, "Inactive j 1")
	l.says(&l.Info.Login, jobs, "1")
	l.put("in/3.csv", "3\n")
	l.ok(l.Settled(t.Context(), "j"))
	l.says(&l.Info.Login, "SELECT a FROM t ORDER BY a", "2")
}

func TestTrap22IntegrationPrerequisites(t *testing.T) {
	l := furnished(t)
	root1 := l.root(Account1)
	for _, name := range []string{"bare", "my.bucket"} {
		_, err := l.buckets.As(root1).CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: name})
		l.ok(err)
	}
	far, err := l.namespaces.Put(warehouse.Namespace{Kind: warehouse.Serverless, Account: Account2, Region: "eu-west-1", Name: "far", Workgroup: "far"})
	l.ok(err)
	policy, err := l.namespaces.As(l.root(Account2)).Policy(t.Context(), l.Info.Namespace)
	l.ok(err)

	if err := l.create("bare", l.Info.Namespace); err == nil || !strings.Contains(err.Error(), "failed") || !strings.Contains(err.Error(), "s3:GetBucket") {
		t.Errorf("(a) without a bucket policy: %v", err)
	}
	l.ok(l.namespaces.As(l.root(Account2)).PutPolicy(t.Context(), l.Info.Namespace, strings.ReplaceAll(policy, "redshift:CreateInboundIntegration", "redshift:DescribeInboundIntegrations")))
	if err := l.create(files, l.Info.Namespace); !denied(err, "redshift:CreateInboundIntegration") {
		t.Errorf("(b) without CreateInboundIntegration: %v", err)
	}
	l.ok(l.namespaces.As(l.root(Account2)).PutPolicy(t.Context(), l.Info.Namespace, policy))
	for name, c := range map[string]struct{ bucket, target, code string }{
		"(c) a period in the bucket's name": {"my.bucket", l.Info.Namespace, "UnsupportedOperation"},
		"(d) another Region":                {files, far.ARN(), "UnsupportedOperation"},
	} {
		if err := l.create(c.bucket, c.target); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := l.integrate(); err != nil { // It takes away those before.
		t.Fatal(err)
	}
	if err := l.create(files, l.Info.Namespace); fault.CodeOf(err) != "IntegrationAlreadyExistsFault" {
		t.Errorf("(e) a second one for the pair: %v", err)
	}
}

func TestTrap23RoleErrors(t *testing.T) {
	l := furnished(t)
	s := &l.Info.Serverless
	l.says(&s.Login, "CREATE TABLE t (a INTEGER); SELECT 1", "")
	l.put("in/1.csv", "1\n")
	ids := l.identities.As(l.root(Account2))
	const other = "arn:aws:iam::" + Account2 + ":role/Other"
	_, err := ids.CreateRole(t.Context(), identity.CreateRoleInput{Name: "Other", Trust: trustRedshift})
	l.ok(err)
	l.ok(ids.PutRolePolicy(t.Context(), "Other", "p", allowRead))
	with := func(role string) string { return strings.ReplaceAll(copyThis, loader, role) }
	says := func(name string, e *pgconn.PgError, want, code string) {
		t.Helper()
		if !strings.Contains(e.Message, want) || !strings.Contains(e.Detail, code) {
			t.Errorf("%s: %q, detail %q", name, e.Message, e.Detail)
		}
	}
	says("(a) not associated", l.refused(&l.Info.Login, with(other)), "is not authorized to assume IAM Role "+other, "8001")
	says("(b) not associated, Serverless", l.refused(&s.Login, with(other)), "The requested role "+other+" is not associated to cluster, should retry : 0", "30000")

	_, err = l.namespaces.As(l.root(Account2)).UpdateNamespace(t.Context(), warehouse.UpdateNamespaceInput{Name: s.Name, Roles: &[]string{other}})
	l.ok(err)
	says("(b) still being associated", l.refused(&s.Login, with(other)), "is not associated to cluster", "30000")
	l.inSync(s.Namespace, other)
	l.ok(ids.UpdateAssumeRolePolicy(t.Context(), "Other", trustRedshift))
	says("(c) no trust for Serverless", l.refused(&s.Login, with(other)), "Not authorized to get credentials of role "+other, "30000")

	l.ok(ids.UpdateAssumeRolePolicy(t.Context(), "Other", strings.ReplaceAll(trustRedshift, "redshift.amazonaws.com", "redshift-serverless.amazonaws.com")))
	says("(d) on Serverless", l.refused(&s.Login, with(other)), "S3ServiceException:Access Denied,Status 403", "8001")
	l.ok(ids.UpdateAssumeRolePolicy(t.Context(), "Other", trustRedshift))
	_, err = l.namespaces.As(l.root(Account2)).ModifyRoles(t.Context(), l.Info.Namespace, []string{other}, nil)
	l.ok(err)
	says("(d) the bucket's policy lets the other role alone", l.refused(&l.Info.Login, with(other)), "S3ServiceException:Access Denied,Status 403", "8001")
}

// denied reports whether an action was refused.
func denied(err error, action string) bool {
	d, ok := errors.AsType[*guard.Denied](err)
	return ok && d.Call.Action == action
}

// inSync waits until a role is attached to a namespace.
func (l *line) inSync(namespace, role string) {
	l.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		ns, err := l.namespaces.ByARN(namespace)
		l.ok(err)
		if slices.ContainsFunc(ns.Roles, func(r warehouse.AttachedRole) bool { return r.ARN == role && r.Status == warehouse.RoleInSync }) {
			return
		}
		select {
		case <-look.C:
		case <-l.Context().Done():
			l.Fatalf("%s has %+v", namespace, ns.Roles)
		}
	}
}

func TestTrap24Serverless(t *testing.T) {
	l := furnished(t)
	s := &l.Info.Serverless
	view := l.namespaces.As(l.root(Account2))
	policy, err := view.Policy(t.Context(), l.Info.Namespace)
	l.ok(err)
	policy = strings.ReplaceAll(policy, l.Info.Namespace, s.Namespace)
	if err := view.PutSharePolicy(t.Context(), s.Namespace); fault.CodeOf(err) != "ValidationException" {
		t.Errorf("Redshift Serverless, whose policies are for snapshots, takes it: %v", err)
	}
	if err := l.create(files, s.Namespace); !denied(err, "redshift:CreateInboundIntegration") {
		t.Errorf("without a policy an integration is let in: %v", err)
	}
	l.ok(view.PutPolicy(t.Context(), s.Namespace, policy)) // Redshift's PutResourcePolicy is what integrations ask.
	l.ok(l.create(files, s.Namespace))

	l.says(&s.Login, "CREATE TABLE t (a INTEGER); SELECT 1", "")
	l.put("in/bad.csv", "x\n")
	_, err = view.UpdateNamespace(t.Context(), warehouse.UpdateNamespaceInput{Name: s.Name, Roles: &[]string{loader}})
	l.ok(err)
	l.inSync(s.Namespace, loader)
	l.shell("aws iam update-assume-role-policy --profile " + profile2 + " --role-name Loader --policy-document '" +
		strings.ReplaceAll(trustRedshift, `"redshift.amazonaws.com"`, `["redshift.amazonaws.com","redshift-serverless.amazonaws.com"]`) + "'")
	if e := l.refused(&s.Login, copyThis); e.Message != "Load into table 't' failed. Check 'sys_load_error_detail' system table for details." {
		t.Errorf("the failure: %q, %q", e.Message, e.Hint)
	}
	l.says(&s.Login, "SELECT count(*) FROM stl_load_errors", "0")
	l.says(&s.Login, "SELECT trim(file_name), line_number, error_code FROM sys_load_error_detail", "s3://"+files+"/in/bad.csv 1 1207")
	l.refused(&l.Info.Login, copyThis)
	l.says(&l.Info.Login, "SELECT count(*) FROM stl_load_errors", "1")
}

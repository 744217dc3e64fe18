package node

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	files    = Account1 + "-data-source"
	loader   = "arn:aws:iam::" + Account2 + ":role/Loader"
	creator  = "pipeline"
	copyThis = "COPY t FROM 's3://" + files + "/in/' IAM_ROLE '" + loader + "' CSV"
)

// asked is a pipeline without any policy.
var asked = config.File{
	Buckets:      []config.Bucket{{Name: files, Account: Account1}},
	Warehouse:    config.Warehouse{Roles: []string{loader}},
	Integrations: []config.Integration{{Name: "events", Account: Account1, Bucket: files}},
	SQL:          []string{"CREATE TABLE t (a INTEGER)", copyThis + " JOB CREATE j AUTO ON"},
}

// line is a node with a pipeline whose policies are the generated ones.
type line struct {
	*testing.T
	*Node
	user   guard.Session
	grants []doctor.Grant
}

func newLine(t *testing.T) *line {
	t.Helper()
	l := &line{T: t, Node: begin(t, Options{Data: t.TempDir(), AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0"})}
	needs, err := Needs(&asked, &l.Info)
	l.ok(err)
	needs.User = creator
	l.grants = doctor.Generate(needs)
	u, err := l.identities.As(l.root(Account1)).CreateUser(t.Context(), identity.CreateUserInput{Name: creator})
	l.ok(err)
	l.user = guard.Session{Type: policy.User, ARN: u.ARN, Account: Account1, Name: u.Name, UserID: u.ID}
	_, err = l.buckets.As(l.root(Account1)).CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: files})
	l.ok(err)
	return l
}

// begin runs a node until the test ends.
func begin(t *testing.T, o Options) *Node {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan *Node, 1), make(chan error, 1)
	o.Ready = func(n *Node) { ready <- n }
	go func() { ended <- Run(ctx, o) }()
	t.Cleanup(cancel)
	select {
	case n := <-ready:
		t.Cleanup(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
		return n
	case err := <-ended:
		t.Fatal(err)
	}
	return nil
}

func (l *line) ok(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// shell runs commands in a real shell whose aws hands its arguments to the node's views.
func (l *line) shell(command string) {
	l.Helper()
	out, err := exec.Command("sh", "-c", "aws() { printf '%s\\0' \"$@\" --; }\n"+command).Output()
	if err != nil {
		l.Fatalf("%v\n%s", err, command)
	}
	for one := range strings.SplitSeq(strings.TrimSuffix(string(out), "--\x00"), "--\x00") {
		if err := l.aws(strings.Split(strings.TrimSuffix(one, "\x00"), "\x00")); err != nil {
			l.Fatalf("%v\n%s", err, command)
		}
	}
}

// aws does what the doors would, in the name of the profile's account.
func (l *line) aws(args []string) error {
	flag := map[string]string{}
	for i := 2; i+1 < len(args); i += 2 {
		flag[args[i]] = args[i+1]
	}
	by := l.root(map[string]string{profile1: Account1, profile2: Account2}[flag["--profile"]])
	ctx, ids := l.Context(), l.identities.As(by)
	switch args[0] + " " + args[1] {
	case "iam create-role":
		_, err := ids.CreateRole(ctx, identity.CreateRoleInput{Name: flag["--role-name"], Path: flag["--path"], Trust: flag["--assume-role-policy-document"]})
		if fault.KindOf(err) == fault.Exists {
			return ids.UpdateAssumeRolePolicy(ctx, flag["--role-name"], flag["--assume-role-policy-document"])
		}
		return err
	case "iam update-assume-role-policy":
		return ids.UpdateAssumeRolePolicy(ctx, flag["--role-name"], flag["--policy-document"])
	case "iam put-role-policy":
		return ids.PutRolePolicy(ctx, flag["--role-name"], flag["--policy-name"], flag["--policy-document"])
	case "iam put-user-policy":
		return ids.PutUserPolicy(ctx, flag["--user-name"], flag["--policy-name"], flag["--policy-document"])
	case "s3api put-bucket-policy":
		return l.buckets.As(by).PutBucketPolicy(ctx, flag["--bucket"], []byte(flag["--policy"]), false)
	case "redshift put-resource-policy":
		return l.namespaces.As(by).PutPolicy(ctx, flag["--resource-arn"], flag["--policy"])
	case "redshift modify-cluster-iam-roles":
		_, err := l.namespaces.As(by).ModifyRoles(ctx, l.Info.Namespace, []string{flag["--add-iam-roles"]}, nil)
		return err
	case "redshift delete-integration":
		_, err := l.integrations.As(by).Delete(ctx, flag["--integration-arn"])
		return err
	}
	return fmt.Errorf("unknown command %q", args)
}

// integrate makes the integration anew, as the user.
func (l *line) integrate() error {
	l.Helper()
	view := l.integrations.As(l.root(Account1))
	old, _, err := view.Describe(l.Context(), arrival.DescribeInput{})
	l.ok(err)
	for _, in := range old {
		if _, err := view.Delete(l.Context(), in.ARN); err != nil && fault.KindOf(err) != fault.NotFound { // It may have gone meanwhile.
			return err
		}
	}
	by := l.user
	by.Request = inside(l.Info.Region)
	made, err := l.integrations.As(by).Create(l.Context(), arrival.CreateInput{Name: "events", SourceARN: arn.Bucket(files), TargetARN: l.Info.Namespace})
	if err != nil {
		return err
	}
	return l.settled(view, made.ARN)
}

// settled waits until an integration is active or has failed.
func (l *line) settled(view *arrival.View, integration string) error {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		now, _, err := view.Describe(l.Context(), arrival.DescribeInput{ARN: integration})
		if err != nil {
			return err
		}
		switch now[0].Status {
		case arrival.Active:
			return nil
		case arrival.Failed:
			return fmt.Errorf("the integration failed: %v", now[0].Errors)
		}
		select {
		case <-look.C:
		case <-l.Context().Done():
			return l.Context().Err()
		}
	}
}

func (l *line) sql(text string) error {
	l.Helper()
	c, err := l.Connect(l.Context())
	l.ok(err)
	defer c.Close(context.WithoutCancel(l.Context()))
	_, err = c.Exec(l.Context(), text, pgx.QueryExecModeSimpleProtocol)
	return err
}

// whole is the whole way: the integration, and COPY, which lists and reads.
func (l *line) whole() error {
	l.Helper()
	return errors.Join(l.integrate(), l.sql(copyThis))
}

func (l *line) put(key, text string) {
	l.Helper()
	_, err := l.buckets.As(l.root(Account1)).Put(l.Context(), bucket.PutInput{Bucket: files, Key: key, Body: strings.NewReader(text), Size: int64(len(text))})
	l.ok(err)
}

// rows waits until the table has n rows.
func (l *line) rows(n int) { l.counts("SELECT count(*) FROM t", n) }

// counts waits until a query's only value is n.
func (l *line) counts(sql string, n int) {
	l.Helper()
	c, err := l.Connect(l.Context())
	l.ok(err)
	defer c.Close(context.WithoutCancel(l.Context()))
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for got := -1; got != n; {
		l.ok(c.QueryRow(l.Context(), sql).Scan(&got))
		select {
		case <-look.C:
		case <-l.Context().Done():
			l.Fatalf("%s is %d, want %d", sql, got, n)
		}
	}
}

// without is a grant's document without one action; the last one makes place for another, harmless one.
func without(g doctor.Grant, statement, action int) *doctor.Document {
	d := &doctor.Document{Version: g.Document.Version, Statements: slices.Clone(g.Document.Statements)}
	st := &d.Statements[statement]
	if len(st.Action) > 1 {
		st.Action = slices.Delete(slices.Clone(st.Action), action, action+1)
		return d
	}
	if len(d.Statements) > 1 {
		d.Statements = slices.Delete(d.Statements, statement, statement+1)
		return d
	}
	st.Action = doctor.Values{map[string]string{"role trust": "sts:TagSession", "user policy": "redshift:DescribeIntegrations"}[g.Kind]}
	return d
}

// hopOf is where the way must end without an action.
func hopOf(g doctor.Grant, action string) doctor.Hop {
	switch {
	case g.Kind == "role trust":
		return doctor.RoleTrust
	case g.Kind == "role policy":
		return doctor.RolePolicy
	case g.Kind == "user policy":
		return doctor.CallerPolicy
	case action == "redshift:CreateInboundIntegration":
		return doctor.NamespaceForUs
	case g.Kind == "namespace policy":
		return doctor.NamespaceService
	case strings.HasSuffix(action, "Notification") || strings.HasSuffix(action, "Location"):
		return doctor.BucketForService
	}
	return doctor.BucketForRole
}

// explained checks that the last refusal names the hop and the action, mends it, and expects success.
func (l *line) explained(hop doctor.Hop, action string) {
	l.Helper()
	r, err := l.Why(l.Context(), "last")
	l.ok(err)
	if !slices.ContainsFunc(r.Findings, func(f doctor.Finding) bool { return f.Hop == hop && f.Action == action }) {
		l.Errorf("%s is not named at %s: %+v", action, hop, r.Findings)
	}
	for _, m := range append(r.Mends, commands(r.After)...) {
		l.shell(m.Command)
	}
	if err := l.whole(); err != nil {
		l.Errorf("the mend for %s at %s does not help: %v\n%+v", action, hop, err, r.Mends)
	}
}

func commands(list []string) (out []doctor.Mend) {
	for _, c := range list {
		out = append(out, doctor.Mend{Command: c})
	}
	return out
}

// TestLeastPrivilege shows that the generated policies suffice, and that none of
// their actions can be spared: without it one hop refuses, `inlet why` names it,
// and what it prints repairs it.
func TestLeastPrivilege(t *testing.T) {
	l := newLine(t)
	for _, g := range l.grants {
		l.shell(g.Command)
	}
	for _, sql := range asked.SQL {
		l.ok(l.sql(sql))
	}
	l.ok(l.integrate())
	l.put("in/1.csv", "1\n2\n")
	l.rows(2) // By the event and the job.
	l.ok(l.sql("COPY JOB ALTER j AUTO OFF"))

	for _, g := range l.grants {
		if g.Document == nil {
			continue
		}
		for i, st := range g.Document.Statements {
			for j, action := range st.Action {
				t.Run(g.Kind+" "+action, func(t *testing.T) {
					one := *l
					one.T = t
					one.shell(strings.Replace(g.Command, g.Document.String(), without(g, i, j).String(), 1))
					if err := one.whole(); err == nil {
						t.Fatal("it can be spared")
					}
					one.explained(hopOf(g, action), action)
					one.shell(g.Command)
				})
			}
		}
	}
	t.Run("attachment", func(t *testing.T) {
		one := *l
		one.T = t
		_, err := l.namespaces.As(l.root(Account2)).ModifyRoles(t.Context(), l.Info.Namespace, nil, []string{loader})
		one.ok(err)
		if err := one.sql(copyThis); err == nil {
			t.Fatal("it can be spared")
		}
		one.explained(doctor.RoleAttached, "sts:AssumeRole")
	})
}

// TestWhyAfterRestart shows that a refusal can be explained when the program was restarted.
func TestWhyAfterRestart(t *testing.T) {
	dir := t.TempDir()
	o := Options{Data: dir, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0"}
	t.Run("before", func(t *testing.T) {
		n := begin(t, o)
		_, err := n.identities.As(guard.Session{Type: policy.User, ARN: "arn:aws:iam::111111111111:user/x", Account: Account1, Name: "x", UserID: "AIDAX",
			Request: guard.Request{ID: "R-1", Time: time.Now()}}).ListRoles(t.Context(), "")
		if err == nil {
			t.Fatal("a stranger may list roles")
		}
	})
	t.Run("after", func(t *testing.T) {
		n := begin(t, o)
		r, err := n.Why(t.Context(), "R-1")
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Action != "iam:ListRoles" || r.Findings[0].Hop != doctor.CallerPolicy {
			t.Errorf("got %+v, %v", r, err)
		}
		if _, err := n.Why(t.Context(), "R-2"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("got %v", err)
		}
	})
}

// TestHints shows that SQL errors and job messages say where to ask.
func TestHints(t *testing.T) {
	l := newLine(t)
	for _, g := range l.grants {
		l.shell(g.Command)
	}
	for _, sql := range asked.SQL {
		l.ok(l.sql(sql))
	}
	l.ok(l.integrate())
	l.ok(l.buckets.As(l.root(Account1)).DeleteBucketPolicy(t.Context(), files))
	l.put("in/1.csv", "1\n")
	l.counts("SELECT count(*) FROM sys_copy_job_info WHERE message LIKE 'Hint: refused in the bucket policy of "+files+"; run: inlet why %'", 1)
	l.ok(l.Settled(t.Context(), "j"))
	l.ok(l.sql("COPY JOB ALTER j AUTO OFF"))
	for _, sql := range []string{copyThis, "COPY JOB RUN j"} {
		e, ok := errors.AsType[*pgconn.PgError](l.sql(sql))
		if !ok {
			t.Fatalf("%s was not refused", sql)
		}
		_, id, ok := strings.Cut(e.Hint, "run: inlet why ")
		if !ok || !strings.Contains(e.Hint, "the bucket policy of "+files) {
			t.Fatalf("%s: hint %s", sql, e.Hint)
		}
		r, err := l.Why(t.Context(), id)
		l.ok(err)
		if r.Findings[0].Hop != doctor.BucketForRole {
			t.Errorf("%s: %+v", sql, r.Findings)
		}
	}
}

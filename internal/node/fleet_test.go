package node_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/node"
)

// TestServerless uses both warehouses of a node; each has its own tables, and its port stays.
func TestServerless(t *testing.T) {
	dir := t.TempDir()
	n := start(t, options(dir))
	first := n.Info.Serverless
	ask(t, first.Login, "CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1), (2)")
	exec1(t, n, "CREATE TABLE t (a INTEGER)")
	if got := count(t, n, "t"); got != 0 {
		t.Errorf("the cluster has %d rows, want none", got)
	}
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	n = start(t, options(dir))
	if n.Info.Serverless != first {
		t.Errorf("after the restart it is %+v, before it was %+v", n.Info.Serverless, first)
	}
	if got := ask(t, first.Login, "SELECT count(*) FROM t"); got != "2" {
		t.Errorf("%s rows, want 2", got)
	}
}

// ask runs statements and returns the only value of the last one's answer.
func ask(t testing.TB, l node.Login, statements ...string) (value string) {
	t.Helper()
	c, err := l.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	for _, sql := range statements {
		results, err := c.PgConn().Exec(t.Context(), sql).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		if rows := results[0].Rows; len(rows) == 1 && len(rows[0]) == 1 {
			value = string(rows[0][0])
		}
	}
	return value
}

// TestUnused starts a node: no engine opens before somebody comes.
func TestUnused(t *testing.T) {
	dir := t.TempDir()
	if err := start(t, options(dir)).stop(); err != nil {
		t.Fatal(err)
	}
	n := start(t, options(dir))
	if files, err := filepath.Glob(dir + "/warehouse/*/*"); err != nil || len(files) > 0 {
		t.Errorf("there are %v, %v", files, err)
	}
	exec1(t, n, "SELECT 1")
	var engines []string
	for _, w := range n.Health().Warehouses {
		engines = append(engines, w.Kind+" "+w.Engine)
	}
	if got := strings.Join(engines, ", "); got != "provisioned ok, serverless closed" && got != "serverless closed, provisioned ok" {
		t.Errorf("got %s", got)
	}
}

// TestBrokenEngine breaks one warehouse's file: its clients are told, the other goes on.
func TestBrokenEngine(t *testing.T) {
	dir := t.TempDir()
	n := start(t, options(dir))
	id := n.Info.Serverless.Namespace[strings.LastIndex(n.Info.Serverless.Namespace, "/")+1:]
	ask(t, n.Info.Serverless.Login, "SELECT 1")
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "warehouse", id, "dev.duckdb"), []byte(strings.Repeat("broken ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	n = start(t, options(dir))
	_, err := n.Info.Serverless.Connect(t.Context())
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "57P03" {
		t.Errorf("got %v", err)
	}
	exec1(t, n, "SELECT 1")
	if h := n.Health(); h.Status != "failing" || !strings.Contains(h.Engine, "database file cannot be opened") {
		t.Errorf("got %+v", h)
	}
}

// TestPutAside brings a file to a warehouse that is stopped: it gets it when it starts.
func TestPutAside(t *testing.T) {
	n := start(t, options(t.TempDir()))
	login := n.Info.Serverless.Login
	ask(t, login, "CREATE TABLE t (a INTEGER)",
		"COPY t FROM 's3://b/' IAM_ROLE 'arn:aws:iam::222222222222:role/r' JOB CREATE j AUTO OFF")
	if err := n.Host().Stop(t.Context(), login.Namespace, false); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Session(t.Context(), login.Namespace, session.Options{User: "awsuser"}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a session in a stopped warehouse: %v", err)
	}
	file := arrival.Arrival{Bucket: "b", Key: "k", ETag: "e", Size: 1, Time: time.Now().Add(time.Second)}
	if err := n.Sink().Arrived(t.Context(), login.Namespace, []arrival.Arrival{file}); err != nil {
		t.Fatal(err)
	}
	ns, err := n.Namespaces().ByARN(login.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := n.Host().Start(t.Context(), ns)
	if err != nil || port != login.SQLPort {
		t.Fatalf("port %d, %v, want %d", port, err, login.SQLPort)
	}
	n.Rest()
	if got := ask(t, login, "SELECT count(*) FROM sys_copy_job_detail WHERE job_name = 'j' AND status = 'P'"); got != "1" {
		t.Errorf("%s files wait for the job, want 1", got)
	}
}

// TestDrop takes a warehouse and its files away.
func TestDrop(t *testing.T) {
	n := start(t, options(t.TempDir()))
	login := n.Info.Serverless.Login
	ask(t, login, "SELECT 1")
	if err := n.Host().Stop(t.Context(), login.Namespace, true); err != nil {
		t.Fatal(err)
	}
	if _, err := login.Connect(t.Context()); err == nil {
		t.Error("it still answers")
	}
	if files, err := filepath.Glob(n.Info.Data + "/warehouse/*"); err != nil || len(files) > 0 {
		t.Errorf("there are %v, %v", files, err)
	}
	exec1(t, n, "SELECT 1")
}

// TestTemporaryLogins logs in as GetClusterCredentials and its kin say.
func TestTemporaryLogins(t *testing.T) {
	n := start(t, options(t.TempDir()))
	view := n.Namespaces().As(n.Root(node.Account2))
	as := func(c warehouse.Credential, err error) node.Login {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		l := n.Info.Login
		l.User, l.Password = c.Login, c.Password
		return l
	}
	admin := warehouse.ClusterCredentialsInput{Cluster: n.Info.Cluster, DBUser: "awsuser", DBName: "dev"}
	fresh := warehouse.ClusterCredentialsInput{Cluster: n.Info.Cluster, DBUser: "ann", AutoCreate: true}
	lost := warehouse.ClusterCredentialsInput{Cluster: n.Info.Cluster, DBUser: "bob"}
	if got := ask(t, as(view.ClusterCredentials(t.Context(), admin)), "SELECT current_user"); got != "awsuser" {
		t.Errorf("logged in as %s", got)
	}
	for range 2 {
		if got := ask(t, as(view.ClusterCredentials(t.Context(), fresh)), "SELECT current_user"); got != "ann" {
			t.Errorf("logged in as %s", got)
		}
	}
	nobody := as(view.ClusterCredentials(t.Context(), lost))
	if _, err := nobody.Connect(t.Context()); err == nil || !strings.Contains(err.Error(), `user "bob" does not exist`) {
		t.Errorf("a user nobody made: %v", err)
	}
	own := as(view.ClusterCredentialsWithIAM(t.Context(), warehouse.IAMCredentialsInput{Name: n.Info.Cluster}))
	if got := ask(t, own, "SELECT current_user"); got != own.User {
		t.Errorf("logged in as %s, want %s", got, own.User)
	}
	own.Password = "Wrong0ne"
	if _, err := own.Connect(t.Context()); err == nil || !strings.Contains(err.Error(), "password authentication failed") {
		t.Errorf("a wrong password: %v", err)
	}
}

// TestSession opens sessions without a connection, as the Data API does.
func TestSession(t *testing.T) {
	n := start(t, options(t.TempDir()))
	for _, user := range []string{"awsuser", "IAM:ann", "IAMA:eve"} {
		s, err := n.Session(t.Context(), n.Info.Namespace, session.Options{User: user, Database: "dev"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := n.Session(t.Context(), n.Info.Namespace, session.Options{User: "nobody"}); fault.CodeOf(err) != "28000" {
		t.Errorf("got %v", err)
	}
}

// TestNoCluster deletes the cluster: the node goes on without, and makes no other at its next start.
func TestNoCluster(t *testing.T) {
	dir := t.TempDir()
	n := start(t, options(dir))
	exec1(t, n, "SELECT 1")
	in := warehouse.DeleteClusterInput{Identifier: n.Info.Cluster, SkipSnapshot: true}
	if _, err := n.Namespaces().As(n.Root(node.Account2)).DeleteCluster(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	n = start(t, options(dir))
	if n.Info.Cluster != "" || n.Info.Region != "us-east-1" {
		t.Errorf("got %+v", n.Info)
	}
	if _, err := n.Connect(t.Context()); fault.CodeOf(err) != "NoWarehouse" {
		t.Errorf("got %v", err)
	}
	if err := n.Apply(t.Context(), &config.File{Warehouse: config.Warehouse{Roles: []string{"arn:aws:iam::222222222222:role/r"}}}); fault.CodeOf(err) != "ClusterNotFound" {
		t.Errorf("got %v", err)
	}
	ask(t, n.Info.Serverless.Login, "SELECT 1")
}

package node_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/node"
)

// childData names the data directory for the child process of TestKill.
const childData = "INLET_TEST_NODE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childData); dir != "" {
		o := options(dir)
		o.Ready = func(*node.Node) { os.Stdout.WriteString("ready\n") }
		if err := node.Run(context.Background(), o); err != nil {
			os.Stderr.WriteString(err.Error())
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func options(dir string) node.Options {
	return node.Options{Data: dir, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0"}
}

// running is a node in this process.
type running struct {
	*node.Node
	stop func() error
}

func start(t testing.TB, o node.Options) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan *node.Node, 1), make(chan error, 1)
	o.Ready = func(n *node.Node) { ready <- n }
	go func() { ended <- node.Run(ctx, o) }()
	stopped := false
	stop := func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	select {
	case n := <-ready:
		return &running{n, stop}
	case err := <-ended:
		stopped = true
		cancel()
		t.Fatal(err)
	}
	return nil
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	first := start(t, options(dir))
	found, err := node.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	if found.AWS != first.Info.AWS || found.Password != first.Info.Password {
		t.Errorf("found %+v, runs %+v", found, first.Info)
	}
	exec1(t, first, "CREATE TABLE t (a INTEGER)")
	exec1(t, first, "INSERT INTO t VALUES (1), (2), (3)")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Find(dir); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after the stop: %v, want not found", err)
	}
	second := start(t, options(dir))
	if second.Info.Password != first.Info.Password || second.Info.Namespace != first.Info.Namespace {
		t.Error("a restart changed the password or the namespace")
	}
	if got := count(t, second, "t"); got != 3 {
		t.Errorf("%d rows after the restart, want 3", got)
	}
}

func exec1(t testing.TB, n *running, sql string) {
	t.Helper()
	c, err := n.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func count(t testing.TB, n *running, table string) (rows int) {
	t.Helper()
	c, err := n.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestSecondRefused(t *testing.T) {
	dir := t.TempDir()
	start(t, options(dir))
	err := node.Run(t.Context(), options(dir))
	if err == nil || !strings.Contains(err.Error(), "another inlet (process ") || !strings.Contains(err.Error(), ") uses "+dir) {
		t.Errorf("got %v", err)
	}
	if _, err := node.Find(dir); err != nil {
		t.Errorf("the refused node hid the first: %v", err)
	}
}

func TestPortInUse(t *testing.T) {
	first := start(t, options(t.TempDir()))
	o := options(t.TempDir())
	o.AWSListen = strings.TrimPrefix(first.Info.AWS, "http://")
	err := node.Run(t.Context(), o)
	if _, hint := node.Explain(err); fault.KindOf(err) != fault.Unavailable || !strings.Contains(hint, "--aws-listen") {
		t.Errorf("got %v, hint %q", err, hint)
	}
}

func TestHealth(t *testing.T) {
	n := start(t, options(t.TempDir()))
	res, err := http.Get(n.Info.AWS + "/_inlet/health")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var h node.Health
	if err := json.NewDecoder(res.Body).Decode(&h); err != nil || res.StatusCode != 200 {
		t.Fatalf("%s: %v", res.Status, err)
	}
	i := n.Info
	want := node.Health{Status: "ok", Engine: "ok", Tasks: []node.TaskStatus{}, Warehouses: []node.Warehouse{
		{Name: "inlet-cluster", Kind: "provisioned", Namespace: i.Namespace, Host: i.SQLHost, Port: i.SQLPort, Engine: "closed"},
		{Name: "inlet-serverless", Kind: "serverless", Namespace: i.Serverless.Namespace, Host: i.Serverless.SQLHost, Port: i.Serverless.SQLPort, Engine: "closed"},
	}}
	slices.SortFunc(h.Warehouses, func(a, b node.Warehouse) int { return strings.Compare(a.Kind, b.Kind) })
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

// TestFilesArePrivate looks for files others could read: there are keys in them.
func TestFilesArePrivate(t *testing.T) {
	dir := t.TempDir() + "/data"
	start(t, options(dir))
	for _, name := range []string{"", "node.json", "aws/credentials", "tls/server.key", "control.bbolt"} {
		info, err := os.Stat(dir + "/" + name)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

// TestPipeline applies a pipeline file, twice over a restart.
func TestPipeline(t *testing.T) {
	f, err := config.Read("../config/testdata/seed1.good.yml")
	if err != nil {
		t.Fatal(err)
	}
	o := options(t.TempDir())
	o.Pipeline = f
	for range 2 {
		n := start(t, o)
		if got := count(t, n, "public.data_import"); got != 0 {
			t.Errorf("%d rows", got)
		}
		if got := count(t, n, "sys_copy_job"); got != 1 {
			t.Errorf("%d jobs, want 1", got)
		}
		if err := n.stop(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKill kills a node's process and starts again on its directory.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childData+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the child said %q, %v", line, err)
	}
	info, err := node.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := info.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1), (2)"} {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil {
		t.Error("the killed process ended well")
	}
	if _, err := node.Find(dir); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after the kill: %v, want not found", err)
	}
	n := start(t, options(dir))
	n.Rest()
	if i := slices.IndexFunc(n.Health().Warehouses, func(w node.Warehouse) bool { return w.Kind == "provisioned" }); n.Health().Warehouses[i].Engine != "ok" {
		t.Errorf("after the kill nobody looked for files that wait: %+v", n.Health())
	}
	if got := count(t, n, "t"); got != 2 {
		t.Errorf("%d rows after the kill, want 2", got)
	}
}

// BenchmarkStart starts a node that exists.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	if err := errors.Join(start(b, options(dir)).stop()); err != nil {
		b.Fatal(err)
	}
	var ready time.Duration
	for b.Loop() {
		from := time.Now()
		n := start(b, options(dir))
		ready += time.Since(from)
		if err := n.stop(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(ready.Milliseconds())/float64(b.N), "ms/ready")
}

func TestWrongRegion(t *testing.T) {
	n := start(t, options(t.TempDir()))
	if err := n.Apply(t.Context(), &config.File{Region: "eu-west-1"}); fault.CodeOf(err) != "RegionMismatch" {
		t.Errorf("got %v", err)
	}
}

// TestBadPipeline starts with a file that cannot be applied: the node says why and ends.
func TestBadPipeline(t *testing.T) {
	o := options(t.TempDir())
	o.Pipeline = &config.File{SQL: []string{"SELECT nothing FROM nowhere"}}
	if err := node.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), `run "SELECT nothing FROM nowhere"`) {
		t.Errorf("got %v", err)
	}
	if _, err := node.Find(o.Data); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}

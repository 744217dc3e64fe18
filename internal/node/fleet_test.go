package node_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

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

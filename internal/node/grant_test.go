package node_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/node"
)

// refused runs a statement that must fail and returns its error.
func refused(t testing.TB, l node.Login, sql string) *pgconn.PgError {
	t.Helper()
	c, err := l.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	_, err = c.Exec(t.Context(), sql)
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		t.Fatalf("%s: got %v, want a refusal", sql, err)
	}
	return e
}

// TestGrants grants to the user of an IAM login of a workgroup; grants live through a restart and end with the table.
func TestGrants(t *testing.T) {
	dir := t.TempDir()
	n := start(t, options(dir))
	admin := n.Info.Serverless.Login
	ann := func() node.Login {
		c, err := n.Namespaces().As(n.Root(node.Account2)).WorkgroupCredentials(t.Context(), warehouse.IAMCredentialsInput{Name: n.Info.Serverless.Workgroup})
		if err != nil {
			t.Fatal(err)
		}
		l := n.Info.Serverless.Login
		l.User, l.Password = c.Login, c.Password
		return l
	}
	user := ask(t, ann(), "SELECT current_user")
	ask(t, admin, "CREATE SCHEMA shop", "CREATE TABLE shop.orders (id INT)", "INSERT INTO shop.orders VALUES (1), (2)")
	if e := refused(t, ann(), "SELECT count(*) FROM shop.orders"); e.Code != "42501" || e.Message != "permission denied for schema shop" ||
		!strings.Contains(e.Hint, "GRANT USAGE ON SCHEMA shop TO "+warehouse.Identifier(user)) {
		t.Errorf("got %+v", e)
	}
	ask(t, admin, "GRANT USAGE ON SCHEMA shop TO "+warehouse.Identifier(user), "GRANT SELECT ON shop.orders TO "+warehouse.Identifier(user))
	if got := ask(t, ann(), "SELECT count(*) FROM shop.orders"); got != "2" {
		t.Errorf("%s rows", got)
	}
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	n = start(t, options(dir))
	admin = n.Info.Serverless.Login
	if got := ask(t, ann(), "SELECT count(*) FROM shop.orders"); got != "2" {
		t.Errorf("%s rows after the restart", got)
	}
	ask(t, admin, "TRUNCATE shop.orders")
	if got := ask(t, ann(), "SELECT count(*) FROM shop.orders"); got != "0" {
		t.Errorf("%s rows after TRUNCATE", got)
	}
	ask(t, admin, "DROP TABLE shop.orders", "CREATE TABLE shop.orders (id INT)")
	if e := refused(t, ann(), "SELECT count(*) FROM shop.orders"); e.Message != "permission denied for relation orders" {
		t.Errorf("got %+v", e)
	}
}

// TestLoginGroups logs in with DbGroups: the groups hold for the session.
func TestLoginGroups(t *testing.T) {
	n := start(t, options(t.TempDir()))
	ask(t, n.Info.Login, "CREATE TABLE t (a INT)", "CREATE GROUP readers", "GRANT SELECT ON t TO GROUP readers")
	login := func(groups ...string) node.Login {
		c, err := n.Namespaces().As(n.Root(node.Account2)).ClusterCredentials(t.Context(),
			warehouse.ClusterCredentialsInput{Cluster: n.Info.Cluster, DBUser: "ann", AutoCreate: true, Groups: groups})
		if err != nil {
			t.Fatal(err)
		}
		l := n.Info.Login
		l.User, l.Password = c.Login, c.Password
		return l
	}
	if e := refused(t, login(), "SELECT * FROM t"); e.Code != "42501" {
		t.Errorf("got %+v", e)
	}
	if got := ask(t, login("readers"), "SELECT count(*) FROM t"); got != "0" {
		t.Errorf("got %s", got)
	}
}

// TestApply says what an applier of changes says, in the extended protocol with parameters.
func TestApply(t *testing.T) {
	n := start(t, options(t.TempDir()))
	c, err := n.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	run := func(q interface {
		Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
	}, sql string, args ...any) {
		t.Helper()
		if _, err := q.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%.60s: %v", sql, err)
		}
	}
	run(c, `CREATE TABLE "order" (id BIGINT NOT NULL, "group" VARCHAR(20), at TIMESTAMP, PRIMARY KEY (id))`)
	run(c, "CREATE TABLE checkpoint (task VARCHAR(64), position VARCHAR(400))")
	run(c, "INSERT INTO checkpoint VALUES ($1, $2)", "t", "0")
	var rows []string
	for i := range 5000 {
		rows = append(rows, fmt.Sprintf("(%d, 'row %d', '2026-01-02 03:04:05.123456')", i, i))
	}
	for _, commit := range []bool{false, true} {
		tx, err := c.BeginTx(t.Context(), pgx.TxOptions{})
		if err != nil {
			t.Fatal(err)
		}
		run(tx, `CREATE TEMP TABLE changes (LIKE "order")`)
		run(tx, "INSERT INTO changes VALUES "+strings.Join(rows, ", "))
		run(tx, `DELETE FROM "order" USING changes s WHERE "order".id = s.id`)
		run(tx, `INSERT INTO "order" SELECT * FROM changes`)
		run(tx, `UPDATE "order" SET "group" = s."group" || $1 FROM changes s WHERE "order".id = s.id AND s.id < $2`, "!", 10)
		run(tx, "UPDATE checkpoint SET position = $1 WHERE task = $2", "mysql-bin.000001:4", "t")
		if commit {
			run(tx, "DROP TABLE changes")
			err = tx.Commit(t.Context())
		} else {
			err = tx.Rollback(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		want, position := map[bool]string{false: "0 0", true: "5000 10"}[commit], map[bool]string{false: "0", true: "mysql-bin.000001:4"}[commit]
		if got := ask(t, n.Info.Login, `SELECT count(*) || ' ' || count(CASE WHEN "group" LIKE '%!' THEN 1 END) FROM "order"`); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := ask(t, n.Info.Login, "SELECT position FROM checkpoint"); got != position {
			t.Errorf("position %s", got)
		}
	}
	if got := ask(t, n.Info.Login, `SELECT max(at)::VARCHAR FROM "order"`); got != "2026-01-02 03:04:05.123456" {
		t.Errorf("got %s", got)
	}
}

package e2e

import (
	"context"
	"errors"
	"os/exec"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/rogpeppe/go-internal/testscript"
)

// interpreter is a python that has the modules a script imports.
type interpreter string

func findPython(t *testing.T, module, from string) interpreter {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import "+module).Run() == nil {
			return interpreter(name)
		}
	}
	t.Fatalf("no python3 has %s: make clients, or %s", module, from)
	return ""
}

// verb runs a python script.
func (p interpreter) verb(ts *testscript.TestScript, neg bool, args []string) {
	run(ts, neg, append([]string{string(p)}, args...)...)
}

// javascript runs a script with node, which finds the modules of clients.
func javascript(ts *testscript.TestScript, neg bool, args []string) {
	run(ts, neg, append([]string{"node"}, args...)...)
}

// pgxVerb does with pgx what the other clients' scripts do: table, rows by binary
// parameters, a transaction rolled back, an error that leaves the connection usable.
func pgxVerb(ts *testscript.TestScript, _ bool, _ []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn := connect(ctx, ts)
	defer conn.Close(context.WithoutCancel(ctx))
	_, err := conn.Exec(ctx, "CREATE TABLE from_pgx (id INTEGER, name VARCHAR(20), price DECIMAL(8,2))")
	ts.Check(err)
	for i, name := range []string{"lamp", "desk"} {
		_, err := conn.Exec(ctx, "INSERT INTO from_pgx VALUES ($1, $2, $3)", i+1, name, "9.95")
		ts.Check(err)
	}
	tx, err := conn.Begin(ctx)
	ts.Check(err)
	_, err = tx.Exec(ctx, "DELETE FROM from_pgx")
	ts.Check(err)
	ts.Check(tx.Rollback(ctx))
	_, err = conn.Exec(ctx, "SELECT * FROM not_there")
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "42P01" {
		ts.Fatalf("a missing table gives %v", err)
	}
	var n, sum int
	ts.Check(conn.QueryRow(ctx, "SELECT count(*), sum(id) FROM from_pgx WHERE name <> $1", "sofa").Scan(&n, &sum))
	if n != 2 || sum != 3 {
		ts.Fatalf("from_pgx has %d rows with sum %d, want 2 and 3", n, sum)
	}
}

package e2e

import (
	"net"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
)

// mariadb is `mariadb start`: a server that lives until the test's end, with the
// variables that the mysql client reads.
func mariadb(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 || args[0] != "start" {
			ts.Fatalf("usage: mariadb start")
		}
		host, port, err := net.SplitHostPort(mariadbtest.Start(t).Addr)
		ts.Check(err)
		for name, value := range map[string]string{
			"MYSQL_HOST": host, "MYSQL_TCP_PORT": port, "MYSQL_USER": mariadbtest.User, "MYSQL_PWD": mariadbtest.Password,
		} {
			ts.Setenv(name, value)
		}
	}
}

// mysql is the real one.
func mysql(ts *testscript.TestScript, neg bool, args []string) {
	run(ts, neg, append([]string{"mysql", "--no-defaults", "--protocol=tcp", "--host=" + ts.Getenv("MYSQL_HOST"), "--user=" + ts.Getenv("MYSQL_USER"), "-BN"}, args...)...)
}

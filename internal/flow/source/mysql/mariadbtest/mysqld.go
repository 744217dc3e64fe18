package mariadbtest

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source/servertest"
)

// StartMySQL runs a MySQL that was unpacked under root, with the libraries beside
// it, as Start runs MariaDB. Options are mysqld's own and win over those of a source.
func StartMySQL(t testing.TB, root string, options ...string) *Server {
	t.Helper()
	s := &Server{Process: servertest.New(t, "mysql"), program: unpacked(root)}
	common := []string{"--no-defaults", "--user=" + account(), "--datadir=" + s.Path("data"), "--lc-messages-dir=" + filepath.Join(root, "usr/share/mysql"),
		"--innodb-redo-log-capacity=8M", "--innodb-buffer-pool-size=64M"}
	args := slices.Concat(s.program[1:], common, []string{"--initialize-insecure"})
	if out, err := exec.Command(s.program[0], args...).CombinedOutput(); err != nil {
		t.Fatalf("mysqld --initialize-insecure: %v\n%s", err, out)
	}
	s.grant(t)
	s.args = append(slices.Concat(common, s.places()), "--log-bin=binlog", "--server-id=101", "--mysqlx=OFF", "--secure-file-priv=", "--innodb-flush-log-at-trx-commit=2",
		"--gtid-mode=ON", "--enforce-gtid-consistency=ON")
	s.args = append(s.args, options...)
	s.Run(t)
	return s
}

// unpacked is the command of a server that is to find its own libraries, and not the system's.
func unpacked(root string) []string {
	lib := filepath.Join(root, "usr/lib/x86_64-linux-gnu")
	return []string{filepath.Join(root, "usr/lib64/ld-linux-x86-64.so.2"), "--library-path", lib, filepath.Join(root, "usr/sbin/mysqld")}
}

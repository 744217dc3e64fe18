// Package mariadbtest starts a private MariaDB for tests: on a temporary
// directory and a free port, ended with the test. It starts a MySQL the same way
// where one was unpacked.
package mariadbtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"

	"github.com/inlet-data/inlet/internal/flow/source/servertest"
)

// User and Password log in to every server, with all rights.
const (
	User     = "admin"
	Password = "s3cret"
)

// Server is a running MariaDB.
type Server struct {
	*servertest.Process

	program []string // With what comes before its arguments.
	args    []string
	conn    *client.Conn
}

// Start runs a server that writes a binary log as a source needs it. Options are
// mariadbd's own and win over those.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	for _, program := range []string{"mariadbd", "mariadb-install-db"} {
		if _, err := find(program); err != nil {
			t.Fatalf("missing %s: sudo apt-get install mariadb-server", program)
		}
	}
	program, _ := find("mariadbd")
	s := &Server{Process: servertest.New(t, "mariadb"), program: []string{program}}
	s.install(t)
	s.args = append([]string{"--no-defaults", "--user=" + account(), "--datadir=" + s.Path("data"), "--log-bin=binlog", "--server-id=101",
		"--binlog-format=ROW", "--binlog-row-metadata=FULL", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=4M",
		"--innodb-flush-log-at-trx-commit=2", "--character-set-server=utf8mb4"}, append(s.places(), options...)...)
	s.Run(t)
	return s
}

// places are the files and the port that the server has to itself. Temporary tables are among
// them: a server that starts removes those of all others from the directory they share.
func (s *Server) places() []string {
	return []string{"--socket=" + s.Path("s"), "--pid-file=" + s.Path("pid"), "--tmpdir=" + s.Path("data"), "--port=" + s.Port(), "--bind-address=127.0.0.1", "--init-file=" + s.Path("init.sql")}
}

// install gives the server a data directory of its own.
func (s *Server) install(t testing.TB) {
	t.Helper()
	template := servertest.Template(t, "mariadbtest", s.program[0], func(dir string) string { return empty(t, dir) })
	if err := os.CopyFS(s.Path("data"), os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	s.grant(t)
}

// grant has the server make the user when it starts.
func (s *Server) grant(t testing.TB) {
	t.Helper()
	init := fmt.Sprintf("CREATE USER IF NOT EXISTS '%s'@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%s'@'%%' WITH GRANT OPTION;\n", User, Password, User)
	if err := os.WriteFile(s.Path("init.sql"), []byte("SET sql_log_bin=0;\n"+init), 0o644); err != nil {
		t.Fatal(err)
	}
}

// empty makes a data directory.
func empty(t testing.TB, dir string) string {
	t.Helper()
	program, _ := find("mariadb-install-db")
	made := filepath.Join(dir, "data")
	out, err := exec.Command(program, "--no-defaults", "--datadir="+made, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--user="+account(), "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M").CombinedOutput()
	if err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	return made
}

// Run starts the server, after Kill or Stop on the same data and port, and returns when it answers.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	if s.conn != nil {
		s.conn.Close()
	}
	s.Launch(t, exec.Command(s.program[0], slices.Concat(s.program[1:], s.args)...))
	err := s.Await(time.Now().Add(60*time.Second), func() (err error) {
		s.conn, err = client.Connect(s.Addr, User, Password, "")
		return err
	})
	if err != nil {
		t.Fatalf("the server is not ready: %v\n%s", err, s.Log())
	}
}

// Restart kills the server and starts it again.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Kill()
	s.Run(t)
}

// Exec runs statements in one session that lasts until the server ends.
func (s *Server) Exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if _, err := s.conn.Execute(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// Value is the first column of the first row of a query.
func (s *Server) Value(t testing.TB, query string) string {
	t.Helper()
	r, err := s.conn.Execute(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	v, err := r.GetString(0, 0)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// find also looks where distributions keep servers, which is not on everyone's path.
func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	return exec.LookPath(filepath.Join("/usr/sbin", program))
}

// account is whom mariadbd runs as; it asks for a name when root starts it.
func account() string {
	u, err := user.Current()
	if err != nil {
		return "root"
	}
	return u.Username
}

// Package mariadbtest starts a private MariaDB for tests: on a temporary
// directory and a free port, ended with the test. It starts a MySQL the same way
// where one was unpacked.
package mariadbtest

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
)

// User and Password log in to every server, with all rights.
const (
	User     = "admin"
	Password = "s3cret"
)

// Server is a running MariaDB.
type Server struct {
	Addr string // host:port

	dir     string
	program []string // With what comes before its arguments.
	args    []string
	cmd     *exec.Cmd
	done    chan struct{}
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
	dir, err := os.MkdirTemp("", "mariadb") // Not t.TempDir, whose path is too long for a socket.
	if err != nil {
		t.Fatal(err)
	}
	program, _ := find("mariadbd")
	s := &Server{dir: dir, Addr: freeAddr(t), program: []string{program}}
	t.Cleanup(func() { s.Kill(); os.RemoveAll(dir) })
	s.install(t)
	s.args = append([]string{"--no-defaults", "--user=" + account(), "--datadir=" + s.data(), "--log-bin=binlog", "--server-id=101",
		"--binlog-format=ROW", "--binlog-row-metadata=FULL", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=4M",
		"--innodb-flush-log-at-trx-commit=2", "--character-set-server=utf8mb4"}, append(s.places(), options...)...)
	s.Run(t)
	return s
}

// places are the files and the port that the server has to itself.
func (s *Server) places() []string {
	_, port, _ := net.SplitHostPort(s.Addr)
	return []string{"--socket=" + filepath.Join(s.dir, "s"), "--pid-file=" + filepath.Join(s.dir, "pid"), "--port=" + port,
		"--bind-address=127.0.0.1", "--init-file=" + s.init()}
}

func (s *Server) init() string { return filepath.Join(s.dir, "init.sql") }

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// install copies a data directory that was made once on this machine: making
// one takes seconds, and every package that tests against a server would pay them.
func (s *Server) install(t testing.TB) {
	t.Helper()
	if err := os.CopyFS(s.data(), os.DirFS(template(t))); err != nil {
		t.Fatal(err)
	}
	s.grant(t)
}

// grant has the server make the user when it starts.
func (s *Server) grant(t testing.TB) {
	t.Helper()
	init := fmt.Sprintf("CREATE USER IF NOT EXISTS '%s'@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%s'@'%%' WITH GRANT OPTION;\n", User, Password, User)
	if err := os.WriteFile(s.init(), []byte("SET sql_log_bin=0;\n"+init), 0o644); err != nil {
		t.Fatal(err)
	}
}

// template is the data directory of the installed version, made when there is none.
func template(t testing.TB) string {
	t.Helper()
	server, _ := find("mariadbd")
	info, err := os.Stat(server)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("mariadbtest-%d-%x", os.Geteuid(), info.ModTime().UnixNano()))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	dir, err := os.MkdirTemp("", "mariadb-install")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	program, _ := find("mariadb-install-db")
	made := filepath.Join(dir, "data")
	out, err := exec.Command(program, "--no-defaults", "--datadir="+made, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--user="+account(), "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M").CombinedOutput()
	if err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	if err := os.Rename(made, path); err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, syscall.ENOTEMPTY) {
		t.Fatal(err) // Another test that was faster is fine.
	}
	return path
}

// Run starts the server, after Kill or Stop on the same data and port, and returns when it answers.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s.cmd = exec.Command(s.program[0], slices.Concat(s.program[1:], s.args)...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) { cmd.Wait(); close(done) }(s.cmd, s.done)
	s.await(t)
}

// await polls: a server has no other way to say that it is ready.
func (s *Server) await(t testing.TB) {
	t.Helper()
	deadline := time.After(60 * time.Second)
	for tick := time.Tick(20 * time.Millisecond); ; {
		conn, err := client.Connect(s.Addr, User, Password, "")
		if err == nil {
			s.conn = conn
			return
		}
		select {
		case <-tick:
		case <-s.done:
			t.Fatalf("the server ended before it was ready:\n%s", s.log())
		case <-deadline:
			t.Fatalf("the server is not ready: %v\n%s", err, s.log())
		}
	}
}

func (s *Server) log() string {
	text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	lines := strings.Split(string(text), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// Kill ends the server at once, as a crash does.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	if s.conn != nil {
		s.conn.Close()
	}
	s.cmd.Process.Kill()
	<-s.done
	s.cmd = nil
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

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

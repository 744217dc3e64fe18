// Package postgrestest runs a PostgreSQL server of a test's own, with a log that can be decoded.
package postgrestest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/source/servertest"
)

// User and Password log in to every server, with all rights; Database is there from the start.
const (
	User     = "admin"
	Password = "s3cret"
	Database = "postgres"
)

// Server is a running PostgreSQL.
type Server struct {
	*servertest.Process

	args []string
	conn *pgconn.PgConn
}

// Start runs a server with wal_level=logical. Options are settings such as
// "max_replication_slots=1" and win over those given here.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	if program("postgres") == "" || program("initdb") == "" {
		t.Fatal("missing postgres and initdb: sudo apt-get install postgresql")
	}
	s := &Server{Process: servertest.New(t, "postgres")}
	own(t, s.Path(""))
	template := servertest.Template(t, "postgrestest", program("postgres"), func(dir string) string { return empty(t, dir) })
	if out, err := exec.Command("cp", "-Rp", template, s.Path("data")).CombinedOutput(); err != nil {
		t.Fatalf("copy the data directory: %v\n%s", err, out)
	}
	s.args = []string{"-D", s.Path("data")}
	for _, option := range append([]string{"listen_addresses=127.0.0.1", "port=" + s.Port(), "unix_socket_directories=" + s.Path(""), "wal_level=logical", "fsync=off",
		"full_page_writes=off", "shared_buffers=32MB", "max_connections=40", "max_replication_slots=10", "max_wal_senders=10", "autovacuum=off", "jit=off",
		"hba_file=" + s.Path("data/pg_hba.conf")}, options...) {
		s.args = append(s.args, "-c", option)
	}
	s.Run(t)
	return s
}

// empty makes a data directory.
func empty(t testing.TB, dir string) string {
	t.Helper()
	own(t, dir)
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(Password+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(dir, "data")
	cmd := exec.Command(program("initdb"), "-D", made, "-U", User, "--pwfile="+password, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	cmd.Dir, cmd.SysProcAttr = dir, account()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	return made
}

// Run starts the server, after Kill on the same data and port, and returns when it answers.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	if s.conn != nil {
		s.conn.Close(context.Background())
	}
	deadline := time.Now().Add(60 * time.Second)
	for tick := time.Tick(50 * time.Millisecond); ; <-tick {
		cmd := exec.Command(program("postgres"), s.args...)
		cmd.Dir, cmd.SysProcAttr = s.Path(""), account()
		s.Launch(t, cmd)
		err := s.Await(deadline, func() (err error) {
			s.conn, err = s.Connect(User, Password, Database)
			return err
		})
		if err == nil {
			return
		}
		// What a killed server forked may hold its memory for a moment longer.
		if !strings.Contains(s.Log(), "is still in use") || time.Now().After(deadline) {
			t.Fatalf("postgres is not ready: %v\n%s", err, s.Log())
		}
	}
}

// Connect opens a session.
func (s *Server) Connect(user, password, database string) (*pgconn.PgConn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return pgconn.Connect(ctx, fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", user, password, s.Addr, database))
}

// File writes a file that only the server may read and returns its path.
func (s *Server) File(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := s.Path(name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	own(t, path)
	return path
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
		if _, err := s.conn.Exec(context.Background(), q).ReadAll(); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// Value is the first column of the first row of a query, "" when there is none.
func (s *Server) Value(t testing.TB, query string) string {
	t.Helper()
	r, err := s.conn.Exec(context.Background(), query).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if len(r) == 0 || len(r[0].Rows) == 0 {
		return ""
	}
	return string(r[0].Rows[0][0])
}

// program finds one of the newest version that is installed: distributions keep servers off the path.
func program(name string) string {
	if all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(all) > 0 {
		return slices.MaxFunc(all, func(a, b string) int { return version(a) - version(b) })
	}
	path, _ := exec.LookPath(name)
	return path
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// account is whom the server runs as: it refuses to be root.
func account() *syscall.SysProcAttr {
	u, err := user.Lookup("postgres")
	if os.Geteuid() != 0 || err != nil {
		return nil
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func own(t testing.TB, path string) {
	t.Helper()
	if a := account(); a != nil {
		if err := os.Chown(path, int(a.Credential.Uid), int(a.Credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

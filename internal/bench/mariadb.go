package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	gomysql "github.com/go-mysql-org/go-mysql/client"
)

// benchUser reads and writes the source; its password is its name.
const benchUser = "bench"

// mariadb is a private server that writes a binary log as a source needs it.
type mariadb struct {
	addr string
	cmd  *exec.Cmd
	conn *gomysql.Conn
}

func startMariaDB(ctx context.Context, dir string) (*mariadb, error) {
	if _, err := exec.LookPath("mariadbd"); err != nil {
		return nil, errors.New("MariaDB's server is missing: sudo apt-get install mariadb-server")
	}
	data := filepath.Join(dir, "mariadb")
	install := exec.CommandContext(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--user=root")
	if out, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("mariadb-install-db: %w\n%s", err, out)
	}
	init := filepath.Join(dir, "mariadb.sql")
	if err := os.WriteFile(init, fmt.Appendf(nil, "CREATE USER '%[1]s'@'%%' IDENTIFIED BY '%[1]s';\nGRANT ALL ON *.* TO '%[1]s'@'%%';\n", benchUser), 0o644); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	m := &mariadb{addr: fmt.Sprintf("127.0.0.1:%d", port)}
	m.cmd = exec.Command("mariadbd", "--no-defaults", "--user=root", "--datadir="+data, "--socket="+filepath.Join(dir, "s"), "--pid-file="+filepath.Join(dir, "mariadb.pid"),
		fmt.Sprintf("--port=%d", port), "--bind-address=127.0.0.1", "--log-bin=binlog", "--server-id=1", "--binlog-format=ROW", "--binlog-row-metadata=FULL",
		"--innodb-buffer-pool-size=1G", "--innodb-flush-log-at-trx-commit=2", "--init-file="+init, "--character-set-server=utf8mb4")
	if err := m.cmd.Start(); err != nil {
		return nil, err
	}
	if m.conn, err = m.connect(ctx); err != nil {
		m.stop()
		return nil, err
	}
	return m, nil
}

// connect logs in as soon as the server answers.
func (m *mariadb) connect(ctx context.Context) (*gomysql.Conn, error) {
	deadline := time.Now().Add(time.Minute)
	for {
		conn, err := gomysql.Connect(m.addr, benchUser, benchUser, "")
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return nil, fmt.Errorf("connect to MariaDB: %w", errors.Join(err, ctx.Err()))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// url is how inlet is told of the server.
func (m *mariadb) url() string {
	return fmt.Sprintf("mariadb://%[1]s:%[1]s@%[2]s", benchUser, m.addr)
}

func (m *mariadb) hostPort() (host, port string) {
	host, port, _ = net.SplitHostPort(m.addr)
	return host, port
}

func (m *mariadb) run(statements ...string) error {
	for _, sql := range statements {
		if _, err := m.conn.Execute(sql); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	return nil
}

func (m *mariadb) stop() {
	if m.conn != nil {
		_ = m.conn.Close()
	}
	_ = m.cmd.Process.Signal(syscall.SIGKILL) // Its folder goes, too.
	_ = m.cmd.Wait()
}

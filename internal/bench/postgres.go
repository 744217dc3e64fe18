package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"os/user"

	"github.com/jackc/pgx/v5"
)

// postgres is a private instance with the settings it comes with.
type postgres struct {
	bin, data string
	as        *syscall.SysProcAttr // nil unless root, whom it refuses
	pid       int
	conn      *pgx.Conn
}

func startPostgres(ctx context.Context, dir string) (*postgres, error) {
	bin, err := postgresFolder()
	if err != nil {
		return nil, err
	}
	p := &postgres{bin: bin, data: filepath.Join(dir, "postgres")}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	if err := p.command(ctx, "initdb", "-D", p.data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale"); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=", port)
	if err := p.command(ctx, "pg_ctl", "-D", p.data, "-w", "-l", filepath.Join(p.data, "log"), "-o", options, "start"); err != nil {
		return nil, err
	}
	if p.conn, err = pgx.Connect(ctx, fmt.Sprintf("host=127.0.0.1 port=%d user=bench dbname=postgres sslmode=disable", port)); err != nil {
		p.stop()
		return nil, err
	}
	return p, p.findPID()
}

// postgresFolder is where the newest version's programs are.
func postgresFolder() (string, error) {
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		all = append(all, path)
	}
	if len(all) == 0 {
		return "", errors.New("PostgreSQL's server is missing: sudo apt-get install postgresql")
	}
	return filepath.Dir(slices.Max(all)), nil
}

// prepare makes the data folder, and gives it to another user when this one is root.
func (p *postgres) prepare() error {
	if err := os.Mkdir(p.data, 0o700); err != nil || os.Getuid() != 0 {
		return err
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	p.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return os.Chown(p.data, uid, gid)
}

func (p *postgres) command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.SysProcAttr, cmd.Dir = p.as, p.data
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (p *postgres) findPID() error {
	text, err := os.ReadFile(filepath.Join(p.data, "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	p.pid, err = strconv.Atoi(first)
	return err
}

// load copies the file into a new table.
func (p *postgres) load(ctx context.Context, s source, file string) error {
	return execAll(ctx, p.conn, "DROP TABLE IF EXISTS "+s.name, "CREATE TABLE "+s.name+" "+s.columns, "COPY "+s.name+" FROM '"+file+"' "+s.postgres)
}

func (p *postgres) stop() {
	if p.conn != nil {
		_ = p.conn.Close(context.Background())
	}
	_ = p.command(context.Background(), "pg_ctl", "-D", p.data, "-m", "immediate", "stop") // Its folder goes, too.
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

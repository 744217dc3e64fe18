package workload

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
)

// database is a server under load, with a schema shop.
type database interface {
	engine() string
	url() string
	open() (session, error)
	source() source.Source
	Restart(t testing.TB)
	words() dialect
}

// session is one connection; after an error of the network it is of no more use.
type session interface {
	run(sql string) error
	rows(sql string) ([][]string, error)
	gone() bool
	close()
}

const null = "∅"

type mariadb struct{ *mariadbtest.Server }

func startMariaDB(t testing.TB) database {
	t.Helper()
	m := mariadb{mariadbtest.Start(t, "--innodb-lock-wait-timeout=1", "--max-connections=100")}
	m.Exec(t, "CREATE DATABASE shop")
	return m
}

func (m mariadb) engine() string { return "mariadb" }

func (m mariadb) url() string {
	return "mysql://" + mariadbtest.User + ":" + mariadbtest.Password + "@" + m.Addr
}

func (m mariadb) source() source.Source {
	return mysql.New(mysql.Config{Addrs: []string{m.Addr}, User: mariadbtest.User, Password: mariadbtest.Password})
}

func (m mariadb) open() (session, error) {
	c, err := client.Connect(m.Addr, mariadbtest.User, mariadbtest.Password, "shop")
	if err != nil {
		return nil, err
	}
	s := &mysqlSession{conn: c}
	return s, s.run("SET SESSION sql_mode = 'STRICT_ALL_TABLES'")
}

type mysqlSession struct {
	conn *client.Conn
	lost bool
}

func (s *mysqlSession) run(sql string) error {
	_, err := s.rows(sql)
	return err
}

func (s *mysqlSession) rows(sql string) ([][]string, error) {
	r, err := s.conn.Execute(sql)
	if err != nil {
		s.lost = s.lost || broken(err) || strings.Contains(err.Error(), "connection was bad") || strings.Contains(err.Error(), "1053")
		return nil, fmt.Errorf("%.200s: %w", sql, err)
	}
	defer r.Close()
	if r.Resultset == nil {
		return nil, nil
	}
	all := make([][]string, r.RowNumber())
	for i := range all {
		for j := range r.ColumnNumber() {
			v, err := r.GetValue(i, j)
			if err != nil {
				return nil, err
			}
			switch v := v.(type) {
			case nil:
				all[i] = append(all[i], null)
			case []byte:
				all[i] = append(all[i], string(v))
			default:
				all[i] = append(all[i], fmt.Sprint(v))
			}
		}
	}
	return all, nil
}

// broken reports whether an error is the network's.
func broken(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok
}

func (s *mysqlSession) gone() bool { return s.lost }
func (s *mysqlSession) close()     { s.conn.Close() }

type postgresql struct{ *postgrestest.Server }

func startPostgreSQL(t testing.TB) database {
	t.Helper()
	p := postgresql{postgrestest.Start(t, "lock_timeout=1s", "deadlock_timeout=100ms")}
	p.Exec(t, "CREATE SCHEMA shop")
	return p
}

func (p postgresql) engine() string { return "postgres" }

func (p postgresql) url() string {
	return "postgres://" + postgrestest.User + ":" + postgrestest.Password + "@" + p.Addr + "/" + postgrestest.Database
}

// source reads only; the slot of the task is not touched.
func (p postgresql) source() source.Source {
	return postgres.New(postgres.Config{Addrs: []string{p.Addr}, Database: postgrestest.Database, User: postgrestest.User, Password: postgrestest.Password, Slot: "verify"})
}

func (p postgresql) open() (session, error) {
	c, err := p.Connect(postgrestest.User, postgrestest.Password, postgrestest.Database)
	if err != nil {
		return nil, err
	}
	s := &pgSession{c}
	return s, s.run("SET search_path TO shop; SET timezone TO 'UTC'")
}

type pgSession struct{ conn *pgconn.PgConn }

func (s *pgSession) run(sql string) error {
	_, err := s.rows(sql)
	return err
}

func (s *pgSession) rows(sql string) ([][]string, error) {
	results, err := s.conn.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%.200s: %w", sql, err)
	}
	var all [][]string
	for _, r := range results {
		for _, row := range r.Rows {
			line := make([]string, len(row))
			for i, v := range row {
				if line[i] = string(v); v == nil {
					line[i] = null
				}
			}
			all = append(all, line)
		}
	}
	return all, nil
}

func (s *pgSession) gone() bool { return s.conn.IsClosed() }
func (s *pgSession) close()     { s.conn.Close(context.Background()) }

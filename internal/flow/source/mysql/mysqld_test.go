//go:build mysqld

package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// mysqld is a MySQL as its makers ship it; make mysql unpacks one and names its
// folder in MYSQL_ROOT. Its log describes columns as little as it may.
type mysqld struct{ mariadb }

func startMySQL(t *testing.T, options ...string) mysqld {
	t.Helper()
	root := os.Getenv("MYSQL_ROOT")
	if root == "" {
		t.Fatal("MYSQL_ROOT does not name an unpacked MySQL: run make mysql")
	}
	return mysqld{mariadb{mariadbtest.StartMySQL(t, root, options...)}}
}

func (m mysqld) Purge(t testing.TB) { m.purge(t, "SHOW BINARY LOG STATUS") }

// Values are those of MariaDB but for the types that only it has, and JSON, which MySQL writes its own way.
func (m mysqld) Values() []sourcetest.Value {
	var all []sourcetest.Value
	for _, v := range sourcetest.Values(values) {
		switch v.Declared {
		case "uuid", "inet4", "inet6", "json", "point", "geometry":
		default:
			all = append(all, v)
		}
	}
	return append(all, sourcetest.Values(mysqlValues)...)
}

var mysqlValues = [][4]string{
	{"json", `'{"b": [1.10, null], "a": "ü", "c": 1e10}'`, `"{""a"": ""ü"", ""b"": [1.1, null], ""c"": 10000000000.0}"`, "character varying(65535)"},
	{"json", `'[0.1, -0.0, 1e0, 1e14, 1e15, 1e16, 123456789012345678e0, 1234567890123456.5, 1e-14, 1e-15, 1e-16, 12e-15, -1.5e-7, 1.5e300, 1e-300, 4.5e15, 0.30000000000000004]'`,
		`"[0.1, -0.0, 1.0, 100000000000000.0, 1e15, 1e16, 1.2345678901234568e17, 1234567890123456.5, 0.00000000000001, 0.000000000000001, 1e-16, 0.000000000000012, -0.00000015, 1.5e300, 1e-300, 4.5e15, 0.30000000000000004]"`, "character varying(65535)"},
	{"json", `JSON_OBJECT('d', CAST('2024-02-29 01:02:03.5' AS DATETIME(1)), 'n', CAST(1.50 AS DECIMAL(5,2)))`, `"{""d"": ""2024-02-29 01:02:03.500000"", ""n"": 1.50}"`, "character varying(65535)"},
	{"point", "ST_GeomFromText('POINT(1 2)')", `"0101000000000000000000f03f0000000000000040"`, "character varying(65535)"},
}

func TestMySQL(t *testing.T) {
	m := startMySQL(t, "--binlog-row-metadata=FULL")
	m.Exec(t, "CREATE DATABASE shop", "SET SESSION sql_mode = ''")
	t.Log(strings.TrimSpace(m.Value(t, "SELECT VERSION()")))
	sourcetest.Run(t, m)
}

// TestMySQLMinimal: the log that MySQL writes by default does not name its columns.
func TestMySQLMinimal(t *testing.T) {
	m := startMySQL(t)
	m.Exec(t, "CREATE DATABASE shop", "SET SESSION sql_mode = ''",
		"CREATE TABLE shop.t (id int unsigned PRIMARY KEY, e enum('ä','b'), s set('x','y') CHARACTER SET latin1, u bigint unsigned, v varchar(10) CHARACTER SET latin1)")
	src := m.Open(t)
	defer src.Close()
	from := must(src.Position(context.Background()))(t)
	m.Exec(t, "INSERT INTO shop.t VALUES (4294967295, 'ä', 'x,y', 18446744073709551615, 'Größe')")
	follow(t, src, from, "", `INSERT t 4294967295,"ä","x,y",18446744073709551615,"Größe"`)
	m.Exec(t, "ALTER TABLE shop.t ADD COLUMN w int")
	follow(t, src, from, "SourceSetting")
	sourcetest.Expect(t, check(t, m.Addr, mariadbtest.User, mariadbtest.Password), "SourceSetting", "binlog_row_metadata is MINIMAL", "SET GLOBAL binlog_row_metadata = FULL")
}

// TestMySQLTags: transactions with tags cannot be followed by GTID, so file and offset must do.
func TestMySQLTags(t *testing.T) {
	m := startMySQL(t, "--binlog-row-metadata=FULL")
	m.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.t (id int PRIMARY KEY)")
	src := m.Open(t)
	defer src.Close()
	from := must(src.Position(context.Background()))(t)
	m.Exec(t, "INSERT INTO shop.t VALUES (1)", "SET gtid_next = 'AUTOMATIC:tagged'", "INSERT INTO shop.t VALUES (2)")
	follow(t, src, from, "", "INSERT t 1", "INSERT t 2")
	from = must(src.Position(context.Background()))(t)
	m.Exec(t, "INSERT INTO shop.t VALUES (3)", "SET gtid_next = 'AUTOMATIC'", "INSERT INTO shop.t VALUES (4)")
	follow(t, src, from, "", "INSERT t 3", "INSERT t 4")
}

// TestMySQLReset: an emptied log is told from the one before, with GTIDs and without.
func TestMySQLReset(t *testing.T) {
	for _, mode := range []string{"ON", "OFF"} {
		t.Run("gtid_mode "+mode, func(t *testing.T) {
			m := startMySQL(t, "--binlog-row-metadata=FULL", "--gtid-mode="+mode, "--enforce-gtid-consistency="+mode)
			m.Exec(t, "CREATE DATABASE shop", "RESET BINARY LOGS AND GTIDS", "CREATE TABLE shop.t (id int PRIMARY KEY)", "INSERT INTO shop.t VALUES (0)", "INSERT INTO shop.t VALUES (1)")
			src := m.Open(t)
			defer src.Close()
			k := &commits{}
			k.Until = must(src.Position(context.Background()))(t)
			m.Exec(t, "INSERT INTO shop.t VALUES (2)")
			if err := src.Changes(context.Background(), k.Until, k); !errors.Is(err, sourcetest.ErrEnd) {
				t.Fatal(err)
			}
			<-time.After(1100 * time.Millisecond) // The time of a file is in seconds.
			m.Exec(t, "RESET BINARY LOGS AND GTIDS")
			m.Exec(t, "CREATE TABLE shop.u (id int PRIMARY KEY)")
			for i := 3; i < 13; i++ {
				m.Exec(t, fmt.Sprintf("INSERT INTO shop.t VALUES (%d)", i))
			}
			follow(t, src, k.last, mysql.CodePurged)
		})
	}
}

// commits remembers where the first transaction with a row ended.
type commits struct {
	sourcetest.Notes
	last source.Position
}

func (c *commits) Commit(at source.Commit) error {
	if c.last = at.Position(); len(c.Lines) > 0 {
		return sourcetest.ErrEnd
	}
	return nil
}

// TestMySQLFailover: without GTIDs another server's log cannot be entered, with them it goes on.
func TestMySQLFailover(t *testing.T) {
	for _, mode := range []string{"ON", "OFF"} {
		t.Run("gtid_mode "+mode, func(t *testing.T) {
			options := []string{"--binlog-row-metadata=FULL", "--gtid-mode=" + mode, "--enforce-gtid-consistency=" + mode}
			a := startMySQL(t, options...)
			b := startMySQL(t, append(options, "--server-id=102", "--log-bin=other")...)
			a.Exec(t, "RESET BINARY LOGS AND GTIDS")
			b.Exec(t, "RESET BINARY LOGS AND GTIDS")
			host, port, _ := strings.Cut(a.Addr, ":")
			b.Exec(t, "CHANGE REPLICATION SOURCE TO SOURCE_HOST='"+host+"', SOURCE_PORT="+port+", SOURCE_USER='"+mariadbtest.User+"', SOURCE_PASSWORD='"+mariadbtest.Password+
				"', GET_SOURCE_PUBLIC_KEY=1"+map[string]string{"ON": ", SOURCE_AUTO_POSITION=1"}[mode], "START REPLICA")
			a.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.t (id int PRIMARY KEY)")
			src := mysql.New(mysql.Config{Addrs: []string{a.Addr, b.Addr}, User: mariadbtest.User, Password: mariadbtest.Password})
			defer src.Close()
			from := must(src.Position(context.Background()))(t)
			a.Exec(t, "INSERT INTO shop.t VALUES (1)")
			tick := time.Tick(20 * time.Millisecond)
			for arrived(t, b) == "0" {
				<-tick
			}
			a.Kill()
			b.Exec(t, "STOP REPLICA", "INSERT INTO shop.t VALUES (2)")
			if mode == "OFF" {
				follow(t, src, from, mysql.CodePurged)
				return
			}
			follow(t, src, from, "", "INSERT t 1", "INSERT t 2")
		})
	}
}

func arrived(t *testing.T, m mysqld) string {
	if m.Value(t, "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'") == "0" {
		return "0"
	}
	return m.Value(t, "SELECT COUNT(*) FROM shop.t")
}

// follow reads the log to its end and compares the rows, or the code of the fault that stops it.
func follow(t *testing.T, src source.Source, from source.Position, code string, want ...string) {
	t.Helper()
	k := &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)}
	err := src.Changes(context.Background(), from, k)
	if fault.CodeOf(err) != code || code == "" && !errors.Is(err, sourcetest.ErrEnd) {
		t.Errorf("changes: %v, want %q", err, code)
	}
	if diff := cmp.Diff(want, k.Lines); diff != "" && code == "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

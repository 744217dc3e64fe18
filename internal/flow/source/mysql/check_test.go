package mysql_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

func check(t *testing.T, addr, user, password string, tables ...source.Name) []*fault.Error {
	t.Helper()
	src := mysql.New(mysql.Config{Addrs: []string{addr}, User: user, Password: password})
	defer src.Close()
	return sourcetest.Faults(src.Check(context.Background(), tables))
}

func testCheck(t *testing.T, m mariadb) {
	m.Exec(t, "CREATE TABLE shop.good (id int PRIMARY KEY)", "CREATE TABLE shop.keyless (id int)",
		"CREATE USER poor@'%' IDENTIFIED BY 'p'", "CREATE USER reader@'%' IDENTIFIED BY 'p'", "GRANT SELECT ON shop.good TO reader@'%'",
		"GRANT BINLOG MONITOR ON *.* TO reader@'%'")
	good, keyless := source.Name{Schema: "shop", Table: "good"}, source.Name{Schema: "shop", Table: "keyless"}
	tests := []struct {
		name      string
		setting   string // Changed before and put back after.
		bad, was  string
		user      string
		password  string
		table     source.Name
		code      string
		says, sql string
	}{
		{name: "all is well", table: good},
		{name: "wrong password", password: "wrong", table: good, code: "SourceLogin", says: "refuses user and password"},
		{name: "statements", setting: "binlog_format", bad: "'STATEMENT'", was: "'ROW'", table: good, code: "SourceSetting", says: "binlog_format is STATEMENT", sql: "SET GLOBAL binlog_format = ROW"},
		{name: "minimal images", setting: "binlog_row_image", bad: "'MINIMAL'", was: "'FULL'", table: good, code: "SourceSetting", says: "binlog_row_image is MINIMAL", sql: "SET GLOBAL binlog_row_image = FULL"},
		{name: "no metadata", setting: "binlog_row_metadata", bad: "'NO_LOG'", was: "'FULL'", table: good, code: "SourceSetting", says: "binlog_row_metadata is NO_LOG", sql: "SET GLOBAL binlog_row_metadata = FULL"},
		{name: "no key", table: keyless, code: "SourceNoKey", says: "no primary key", sql: "ALTER TABLE `shop`.`keyless` ADD COLUMN"},
		{name: "no right to read", user: "reader", password: "p", table: keyless, code: "SourceTable", says: "may not read it", sql: "GRANT SELECT ON `shop`.`keyless` TO 'reader'@'%'"},
		{name: "no right to follow", user: "reader", password: "p", table: good, code: "SourceGrant", says: "may not read the binary log", sql: "GRANT BINLOG MONITOR, REPLICATION SLAVE ON *.* TO 'reader'@'%'"},
		{name: "no table", table: source.Name{Schema: "shop", Table: "absent"}, code: "SourceTable", says: "does not exist"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.setting != "" {
				m.Exec(t, "SET GLOBAL "+tt.setting+" = "+tt.bad)
				defer m.Exec(t, "SET GLOBAL "+tt.setting+" = "+tt.was)
			}
			user, password := mariadbtest.User, mariadbtest.Password
			if tt.user != "" {
				user = tt.user
			}
			if tt.password != "" {
				password = tt.password
			}
			got := check(t, m.Addr, user, password, tt.table)
			sourcetest.Expect(t, got, tt.code, tt.says, tt.sql)
		})
	}
}

func TestCheckLogOff(t *testing.T) {
	m := mariadbtest.Start(t, "--skip-log-bin")
	sourcetest.Expect(t, check(t, m.Addr, mariadbtest.User, mariadbtest.Password), "SourceLogOff", "log_bin is OFF", "log_bin=binlog")
	src := mariadb{m}.Open(t)
	defer src.Close()
	if _, err := src.Position(context.Background()); fault.CodeOf(err) != "SourceLogOff" {
		t.Errorf("position without a log: %v", err)
	}
}

// testLogFormat: rows that the log lacks stop the stream, and never pass in silence.
func testLogFormat(t *testing.T, m mariadb) {
	m.Exec(t, "CREATE DATABASE other", "CREATE TABLE shop.t (id int PRIMARY KEY, v int, w int)", "CREATE TABLE other.t (id int)",
		"CREATE TABLE shop.loose (v varchar(10))", "CREATE TABLE shop.generated (id int PRIMARY KEY, v int, twice int AS (v * 2) VIRTUAL, thrice int AS (v * 3) STORED, w int)")
	src := m.Open(t)
	defer src.Close()
	tests := []struct {
		name       string
		statements []string
		rows       []string
		code, says string
	}{
		{"statement", []string{"SET SESSION binlog_format = 'STATEMENT'", "INSERT INTO shop.t VALUES (1, 2, 3)", "SET SESSION binlog_format = 'ROW'"}, nil, mysql.CodeFormat, "binlog_format"},
		{"statement on another table", []string{"SET SESSION binlog_format = 'STATEMENT'", "INSERT INTO other.t VALUES (1)", "SET SESSION binlog_format = 'ROW'"}, nil, "", ""},
		{"minimal image", []string{"SET SESSION binlog_row_image = 'MINIMAL'", "UPDATE shop.t SET v = 5", "SET SESSION binlog_row_image = 'FULL'"}, nil, mysql.CodeFormat, "binlog_row_image"},
		{"compressed", []string{"SET GLOBAL log_bin_compress = ON", "INSERT INTO shop.t SELECT seq + 1, REPEAT('7', 5), 2 FROM other.t, (SELECT 1 AS seq) s", "INSERT INTO shop.loose VALUES (REPEAT('x', 300))", "SET GLOBAL log_bin_compress = OFF"},
			[]string{"INSERT t 2,77777,2", `INSERT loose "` + strings.Repeat("x", 10) + `"`}, "", ""},
		{"no key", []string{"INSERT INTO shop.loose VALUES ('a'), ('a')", "UPDATE shop.loose SET v = 'b' WHERE v = 'a' LIMIT 1"},
			[]string{`INSERT loose "a"`, `INSERT loose "a"`, `UPDATE loose "a" "b"`}, "", ""},
		{"generated columns", []string{"INSERT INTO shop.generated (id, v, w) VALUES (1, 10, 5)", "DELETE FROM shop.generated"},
			[]string{"INSERT generated 1,10,30,5", "DELETE generated 1,10,30,5"}, "", ""},
		{"rows of another transaction", []string{"BEGIN", "INSERT INTO shop.t VALUES (8, 8, 8)", "SAVEPOINT a", "INSERT INTO shop.t VALUES (9, 9, 9)", "ROLLBACK TO a", "COMMIT"},
			[]string{"INSERT t 8,8,8"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m.Exec(t, "SET SESSION sql_mode = ''")
			from := must(src.Position(context.Background()))(t)
			m.Exec(t, tt.statements...)
			k := &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)}
			err := src.Changes(context.Background(), from, k)
			if tt.code == "" && !errors.Is(err, sourcetest.ErrEnd) || fault.CodeOf(err) != tt.code || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("changes: %v, want %s %s", err, tt.code, tt.says)
			}
			if diff := cmp.Diff(tt.rows, k.Lines); diff != "" && tt.code == "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
		})
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// testSnapshotWithoutKey: the position is the one of the rows, whatever happens beside.
func testSnapshotWithoutKey(t *testing.T, m mariadb) {
	m.Exec(t, "CREATE TABLE shop.log (v int)", "INSERT INTO shop.log VALUES (1), (2)")
	src := m.Open(t)
	defer src.Close()
	d := must(src.Describe(context.Background(), source.Name{Schema: "shop", Table: "log"}))(t)
	if ranges := must(src.Split(context.Background(), d, 1))(t); len(ranges) != 1 {
		t.Errorf("%d ranges, want 1", len(ranges))
	}
	var b strings.Builder
	got := must(src.Snapshot(context.Background(), d, source.Range{}, &b))(t)
	m.Exec(t, "INSERT INTO shop.log VALUES (3)")
	k := &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)}
	if err := src.Changes(context.Background(), got.At, k); !errors.Is(err, sourcetest.ErrEnd) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"INSERT log 3"}, k.Lines); diff != "" || b.String() != "1\n2\n" {
		t.Errorf("snapshot %q; changes after it differ (-want +got):\n%s", b.String(), diff)
	}
}

// TestFailover: a replica takes over, and the log goes on by GTID.
func TestFailover(t *testing.T) {
	a := mariadbtest.Start(t)
	b := mariadbtest.Start(t, "--server-id=102", "--log-slave-updates=ON", "--log-bin=other")
	host, port, _ := strings.Cut(a.Addr, ":")
	b.Exec(t, "CHANGE MASTER TO MASTER_HOST='"+host+"', MASTER_PORT="+port+", MASTER_USER='"+mariadbtest.User+"', MASTER_PASSWORD='"+mariadbtest.Password+"', MASTER_USE_GTID=slave_pos", "START SLAVE")
	a.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.t (id int PRIMARY KEY)")
	src := mysql.New(mysql.Config{Addrs: []string{a.Addr, b.Addr}, User: mariadbtest.User, Password: mariadbtest.Password})
	defer src.Close()
	from := must(src.Position(context.Background()))(t)
	a.Exec(t, "INSERT INTO shop.t VALUES (1)", "INSERT INTO shop.t VALUES (2)")
	k := &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)}
	if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) {
		t.Fatal(err)
	}
	middle := k.Until
	a.Exec(t, "INSERT INTO shop.t VALUES (3)")
	if got := b.Value(t, "SELECT MASTER_GTID_WAIT('"+a.Value(t, "SELECT @@gtid_binlog_pos")+"', 30)"); got != "0" {
		t.Fatalf("the replica does not follow: %s", got)
	}
	a.Kill()
	b.Exec(t, "STOP SLAVE", "INSERT INTO shop.t VALUES (4)")
	k.Until = must(src.Position(context.Background()))(t)
	if k.Until <= middle {
		t.Errorf("position %q on the second server does not come after %q", k.Until, middle)
	}
	if err := src.Changes(context.Background(), middle, k); !errors.Is(err, sourcetest.ErrEnd) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"INSERT t 1", "INSERT t 2", "INSERT t 3", "INSERT t 4"}, k.Lines); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

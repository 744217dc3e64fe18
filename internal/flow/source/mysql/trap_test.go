package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// both reads table shop.name by a snapshot, and what statements do to it from the log.
func both(t *testing.T, m mariadb, name string, statements ...string) (snapshot, changes []string) {
	t.Helper()
	src := m.Open(t)
	defer src.Close()
	from := must(src.Position(context.Background()))(t)
	m.Exec(t, statements...)
	k := &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)}
	if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) {
		t.Fatal(err)
	}
	d := must(src.Describe(context.Background(), source.Name{Schema: "shop", Table: name}))(t)
	var b strings.Builder
	must(src.Snapshot(context.Background(), d, source.Range{}, &b))(t)
	for _, row := range k.Lines {
		changes = append(changes, strings.TrimPrefix(row, "INSERT "+name+" "))
	}
	return strings.Split(strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), source.Null, "NULL"), "\n"), changes
}

// TestTraps: values that others lose come the same by snapshot and from the log.
func TestTraps(t *testing.T) {
	m := mariadb{mariadbtest.Start(t, "--default-time-zone=-08:00")}
	m.Exec(t, "CREATE DATABASE shop", "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
	tests := []struct {
		name, columns string
		statements    []string
		want          []string
	}{
		{"unsigned extremes", "a tinyint unsigned, b smallint unsigned, c mediumint unsigned, d int unsigned, e bigint unsigned",
			[]string{"INSERT INTO shop.t VALUES (1, 255, 65535, 16777215, 4294967295, 18446744073709551615)"},
			[]string{"1,255,65535,16777215,4294967295,18446744073709551615"}},
		{"dates that are none", "a date, b datetime, c date NOT NULL",
			[]string{"INSERT INTO shop.t VALUES (1, '0000-00-00', '2024-02-30 00:00:00', '2024-02-30')"},
			[]string{"1,0000-00-00,2024-02-30 00:00:00,2024-02-30"}},
		{"hours beyond a day", "a time(6), b time(1), c time",
			[]string{"INSERT INTO shop.t VALUES (1, '-838:59:59', '25:00:00.5', '00:00:00')"},
			[]string{"1,-838:59:59,25:00:00.500000,00:00:00"}},
		{"zones of server and session", "a datetime, b timestamp",
			[]string{"SET SESSION time_zone = '+02:00'", "INSERT INTO shop.t VALUES (1, '2024-03-31 02:30:00', '2024-03-31 02:30:00')", "SET SESSION time_zone = '-08:00'",
				"INSERT INTO shop.t VALUES (2, '2024-03-31 02:30:00', '2024-03-31 02:30:00')"},
			[]string{"1,2024-03-31 02:30:00,2024-03-31 00:30:00", "2,2024-03-31 02:30:00,2024-03-31 10:30:00"}},
		{"NULL, nothing and what looks like NULL", "a varchar(20), b varchar(20), c varchar(20)",
			[]string{`INSERT INTO shop.t VALUES (1, '', NULL, '\\N'), (2, 'NULL', ' ', 'a,"b"')`},
			[]string{`1,"",NULL,"\N"`, `2,"NULL"," ","a,""b"""`}},
		{"rows of one statement in several events", "v varchar(2000)",
			[]string{"INSERT INTO shop.t SELECT seq, REPEAT('x', 2000) FROM shop.seq_1_to_300"}, long(300)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY, "+tt.columns+")")
			defer m.Exec(t, "DROP TABLE shop.t")
			snapshot, changes := both(t, m, "t", tt.statements...)
			if diff := cmp.Diff(tt.want, snapshot); diff != "" {
				t.Errorf("snapshot differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, changes); diff != "" {
				t.Errorf("changes differ (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("values from before ALTER TABLE", func(t *testing.T) { testLogged(t, m) })
	t.Run("an emptied log", func(t *testing.T) { testReset(t, m) })
	t.Run("rows that the log does not hold", func(t *testing.T) { testCuts(t, m) })
	t.Run("a table replaced", func(t *testing.T) { testReplaced(t, m) })
	t.Run("rows that the engine changes", func(t *testing.T) { testCascade(t, m) })
}

func long(n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf(`%d,"%s"`, i+1, strings.Repeat("x", 2000))
	}
	return rows
}

// testLogged: rows from before a table was altered are read by what the log says of their
// types, which is the same as what the server said.
func testLogged(t *testing.T, m mariadb) {
	src := m.Open(t)
	defer src.Close()
	for i, v := range values {
		if v[0] == "uuid" || v[0] == "inet4" || v[0] == "inet6" {
			continue // The log says that they are bytes.
		}
		t.Run(v[0]+" "+v[1], func(t *testing.T) {
			n := source.Name{Schema: "shop", Table: fmt.Sprint("logged", i)}
			alter := fmt.Sprintf("ALTER TABLE %s ADD COLUMN w int FIRST", n)
			m.Exec(t, "SET SESSION sql_mode = '', time_zone = '+00:00'", fmt.Sprintf("CREATE TABLE %s (id int PRIMARY KEY, v %s)", n, v[0]))
			before := must(src.Describe(context.Background(), n))(t)
			from := must(src.Position(context.Background()))(t)
			m.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES (1, %s)", n, v[1]), alter)
			k := &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)}
			if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"INSERT " + n.Table + " 1," + v[2], alter}, k.Lines); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
			if got, want := k.Shapes[0].Columns[1].Type, before.Columns[1].Type; got != want {
				t.Errorf("type %s, want %s", got, want)
			}
		})
	}
}

// testReset: transactions are numbered from 1 again, beyond the number of the position.
func testReset(t *testing.T, m mariadb) {
	src := m.Open(t)
	defer src.Close()
	m.Exec(t, "RESET MASTER", "CREATE TABLE shop.emptied (id int PRIMARY KEY, v varchar(500))", "INSERT INTO shop.emptied VALUES (0, '')")
	from := must(src.Position(context.Background()))(t)
	m.Exec(t, "RESET MASTER")
	for i := 1; i < 9; i++ {
		m.Exec(t, fmt.Sprintf("INSERT INTO shop.emptied VALUES (%d, REPEAT('x', 400))", i))
	}
	err := src.Changes(context.Background(), from, &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)})
	sourcetest.Expect(t, sourcetest.Faults(err), mysql.CodePurged, "", "load the tables again")
}

// testCuts: a partition that goes takes rows along that nothing names.
func testCuts(t *testing.T, m mariadb) {
	src := m.Open(t)
	defer src.Close()
	m.Exec(t, "CREATE TABLE shop.parted (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))")
	tests := []struct{ statement, code string }{
		{"ALTER TABLE shop.parted ADD PARTITION (PARTITION c VALUES LESS THAN (30))", ""},
		{"ALTER TABLE shop.parted TRUNCATE PARTITION a", mysql.CodeFormat},
		{"ALTER TABLE shop.parted DROP PARTITION a", mysql.CodeFormat},
	}
	for _, tt := range tests {
		t.Run(tt.statement, func(t *testing.T) {
			from := must(src.Position(context.Background()))(t)
			m.Exec(t, tt.statement)
			err := src.Changes(context.Background(), from, &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)})
			if fault.CodeOf(err) != tt.code || tt.code == "" && !errors.Is(err, sourcetest.ErrEnd) {
				t.Errorf("changes: %v, want %s", err, tt.code)
			}
		})
	}
}

func testReplaced(t *testing.T, m mariadb) {
	src := m.Open(t)
	defer src.Close()
	m.Exec(t, "CREATE TABLE shop.replaced (id int PRIMARY KEY)")
	from := must(src.Position(context.Background()))(t)
	m.Exec(t, "CREATE OR REPLACE TABLE shop.replaced (id int PRIMARY KEY, v int)")
	k := &sourcetest.Notes{Until: must(src.Position(context.Background()))(t)}
	if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"TRUNCATE TABLE replaced", "CREATE TABLE replaced"}, k.Lines); diff != "" {
		t.Errorf("DDL differs (-want +got):\n%s", diff)
	}
}

func testCascade(t *testing.T, m mariadb) {
	m.Exec(t, "CREATE TABLE shop.parent (id int PRIMARY KEY)",
		"CREATE TABLE shop.child (id int PRIMARY KEY, p int, CONSTRAINT of_parent FOREIGN KEY (p) REFERENCES shop.parent (id) ON DELETE CASCADE)")
	got := check(t, m.Addr, mariadbtest.User, mariadbtest.Password, source.Name{Schema: "shop", Table: "child"})
	sourcetest.Expect(t, got, "SourceCascade", "foreign key of_parent changes rows by itself", "ALTER TABLE `shop`.`child` DROP FOREIGN KEY `of_parent`")
	sourcetest.Expect(t, check(t, m.Addr, mariadbtest.User, mariadbtest.Password, source.Name{Schema: "shop", Table: "parent"}), "", "", "")
}

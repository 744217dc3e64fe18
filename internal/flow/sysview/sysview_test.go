package sysview_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/sysview"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// open makes a database that holds testdata/fixture.sql and the views.
func open(t testing.TB) *duckdb.Engine {
	t.Helper()
	engine := openWith(t, func(exec func(string) error) error { return sysview.Install(exec, "dev") })
	conn := connect(t, engine, "awsuser")
	if _, err := conn.Exec(context.Background(), read(t, "testdata/fixture.sql")); err != nil {
		t.Fatal(err)
	}
	return engine
}

// openWith makes a database with the tables of the catalog and the ledger.
func openWith(t testing.TB, setup func(exec func(string) error) error) *duckdb.Engine {
	t.Helper()
	schema := read(t, "../warehouse/schema.sql") + read(t, "../ledger/schema.sql")
	engine, err := duckdb.Open(duckdb.Config{Path: filepath.Join(t.TempDir(), "dev.duckdb"), Threads: 1, Setup: func(exec func(string) error) error {
		if err := exec(schema); err != nil {
			return err
		}
		return setup(exec)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	return engine
}

func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// connect opens a connection as a session does for its user.
func connect(t testing.TB, engine *duckdb.Engine, user string) warehouse.Conn {
	t.Helper()
	conn, err := engine.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	sql := fmt.Sprintf("SET VARIABLE inlet_user = '%s'; SET VARIABLE inlet_pid = 1073741900; SET VARIABLE inlet_database = 'dev'", user)
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
	return conn
}

// query prints the rows of a SELECT as lines, fields separated by bars.
func query(conn warehouse.Conn, sql string) (string, error) {
	var b strings.Builder
	sql = "SELECT coalesce(COLUMNS(*)::VARCHAR, '∅') FROM (" + strings.TrimRight(sql, "; \n") + "\n)"
	err := warehouse.EachRow(context.Background(), conn, func(c *warehouse.Chunk, row int) error {
		for i := range c.Vectors {
			if i > 0 {
				b.WriteByte('|')
			}
			b.Write(c.Vectors[i].Bytes(row))
		}
		b.WriteByte('\n')
		return nil
	}, sql)
	return b.String(), err
}

func relation(view string) string {
	return strings.Replace(view, "information_schema.", "overlay.information.", 1)
}

func TestViews(t *testing.T) {
	conn := connect(t, open(t), "awsuser")
	for view, columns := range sysview.Views() {
		t.Run(view, func(t *testing.T) {
			if len(columns) == 0 {
				t.Fatal("no columns are listed")
			}
			var want strings.Builder
			for _, c := range columns {
				want.WriteString(c.Name + "|" + sysview.EngineType(c) + "\n")
			}
			got, err := query(conn, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+relation(view)+")")
			if err != nil {
				t.Fatal(err)
			}
			if got != want.String() {
				t.Errorf("columns differ\ngot\n%swant\n%s", got, want.String())
			}
			if _, err := query(conn, "SELECT * FROM "+relation(view)); err != nil {
				t.Error(err)
			}
		})
	}
}

// The overlay's type table and format_type must agree with package sqltype.
func TestFormatType(t *testing.T) {
	conn := connect(t, open(t), "awsuser")
	for id := sqltype.Unknown; id <= sqltype.Oid; id++ {
		typ := sqltype.Type{ID: id}
		switch id {
		case sqltype.Decimal:
			typ.Precision, typ.Scale = 12, 3
		case sqltype.Char, sqltype.Varchar, sqltype.Varbyte:
			typ.Length = 77
		}
		got, err := query(conn, fmt.Sprintf("SELECT format_type(%d, %d)", typ.OID(), typ.Typmod()))
		if err != nil {
			t.Fatal(err)
		}
		if want := typ.String() + "\n"; got != want {
			t.Errorf("format_type(%d, %d) = %q, want %q", typ.OID(), typ.Typmod(), got, want)
		}
	}
}

func TestDatabaseName(t *testing.T) {
	var sql strings.Builder
	err := sysview.Install(func(s string) error { sql.WriteString(s); return nil }, `my "db's`)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`FROM "my ""db's".inlet.load`, `'my "db''s' AS database_name`} {
		if !strings.Contains(sql.String(), want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(sql.String(), "$catalog") || strings.Contains(sql.String(), "$database") {
		t.Error("a placeholder is left")
	}
}

func TestInstallFails(t *testing.T) {
	err := sysview.Install(func(string) error { return context.Canceled }, "dev")
	if !errors.Is(err, context.Canceled) || err.Error() != "install system views: context canceled" {
		t.Errorf("error is %v", err)
	}
}

func BenchmarkInstall(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		engine := openWith(b, func(exec func(string) error) error {
			b.StartTimer()
			defer b.StopTimer()
			return sysview.Install(exec, "dev")
		})
		engine.Close()
		b.StartTimer()
	}
}

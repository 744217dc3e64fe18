//go:build cgo

package duckdb

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// open makes an engine on a new file.
func open(t testing.TB, cfg Config) *Engine {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(t.TempDir(), "dev.duckdb")
	}
	e, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func connect(t testing.TB, e *Engine) warehouse.Conn {
	t.Helper()
	c, err := e.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func exec(t testing.TB, c warehouse.Conn, sql string, args ...any) int64 {
	t.Helper()
	n, err := c.Exec(context.Background(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// query answers one string a row, values separated by bars.
func query(t testing.TB, c warehouse.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, err := c.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	lines, err := read(rows)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return lines
}

func read(rows warehouse.Rows) (lines []string, err error) {
	for {
		chunk, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		for row := range chunk.Rows {
			values := make([]string, len(chunk.Vectors))
			for i := range values {
				values[i] = show(&chunk.Vectors[i], row)
			}
			lines = append(lines, strings.Join(values, "|"))
		}
	}
}

func show(v *warehouse.Vector, row int) string {
	if v.Null(row) {
		return "∅"
	}
	switch v.Type.Kind {
	case warehouse.KindBool:
		return fmt.Sprint(warehouse.Values[bool](v)[row])
	case warehouse.KindInt8:
		return fmt.Sprint(warehouse.Values[int8](v)[row])
	case warehouse.KindInt16:
		return fmt.Sprint(warehouse.Values[int16](v)[row])
	case warehouse.KindInt32:
		return fmt.Sprint(warehouse.Values[int32](v)[row])
	case warehouse.KindInt64:
		return fmt.Sprint(warehouse.Values[int64](v)[row])
	case warehouse.KindInt128:
		return showInt128(v, row)
	case warehouse.KindFloat:
		return fmt.Sprint(warehouse.Values[float32](v)[row])
	case warehouse.KindDouble:
		return fmt.Sprint(warehouse.Values[float64](v)[row])
	case warehouse.KindDecimal:
		w := *v
		w.Type.Kind = warehouse.DecimalKind(v.Type.Precision)
		return show(&w, row) + fmt.Sprintf("e-%d", v.Type.Scale)
	case warehouse.KindVarchar:
		return string(v.Bytes(row))
	case warehouse.KindBlob:
		return hex.EncodeToString(v.Bytes(row))
	case warehouse.KindDate:
		return time.Unix(int64(warehouse.Values[int32](v)[row])*86400, 0).UTC().Format(time.DateOnly)
	case warehouse.KindTime:
		return fmt.Sprint(time.Duration(warehouse.Values[int64](v)[row]) * time.Microsecond)
	case warehouse.KindTimeTZ:
		bits := warehouse.Values[uint64](v)[row]
		return fmt.Sprintf("%v%+d", time.Duration(bits>>24)*time.Microsecond, 57599-int64(bits&(1<<24-1)))
	case warehouse.KindTimestamp, warehouse.KindTimestampTZ:
		return time.UnixMicro(warehouse.Values[int64](v)[row]).UTC().Format("2006-01-02 15:04:05.999999")
	case warehouse.KindInterval:
		return fmt.Sprint(warehouse.Values[warehouse.Interval](v)[row])
	}
	return "?"
}

func showInt128(v *warehouse.Vector, row int) string {
	x := warehouse.Values[warehouse.Int128](v)[row]
	n := new(big.Int).Lsh(big.NewInt(x.Hi), 64)
	return n.Add(n, new(big.Int).SetUint64(x.Lo)).String()
}

// engineError fails the test unless err is the engine's.
func engineError(t testing.TB, err error) *warehouse.EngineError {
	t.Helper()
	e, ok := errors.AsType[*warehouse.EngineError](err)
	if !ok {
		t.Fatalf("error is %T %v, want an EngineError", err, err)
	}
	return e
}

func diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestOpenTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.duckdb")
	e := open(t, Config{Path: path})
	_, err := Open(Config{Path: filepath.Join(filepath.Dir(path), ".", "dev.duckdb")})
	if fault.KindOf(err) != fault.Conflict || fault.CodeOf(err) != "55006" {
		t.Errorf("second Open: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, Config{Path: path})
	diff(t, "catalog", "dev", again.Catalog())
}

func TestOpenRefused(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage.duckdb")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("no database ", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		cfg  Config
		kind fault.Kind
	}{
		{"no database", Config{Path: garbage}, fault.Internal},
		{"no directory", Config{Path: filepath.Join(t.TempDir(), "none", "dev.duckdb")}, fault.NotFound},
		{"threads", Config{Path: filepath.Join(t.TempDir(), "dev.duckdb"), Threads: -1}, fault.Invalid},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			for range 2 { // The second attempt shows that the first claimed nothing.
				_, err := Open(test.cfg)
				if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != test.kind || fault.CodeOf(err) == "55006" {
					t.Errorf("error %v", err)
				}
			}
		})
	}
}

func TestSettings(t *testing.T) {
	e := open(t, Config{Threads: 2, MemoryLimit: 200 << 20})
	c := connect(t, e)
	got := query(t, c, `SELECT name, value FROM duckdb_settings() WHERE name IN ('preserve_insertion_order', 'integer_division',
		'default_null_order', 'enable_external_access', 'autoinstall_known_extensions', 'autoload_known_extensions', 'errors_as_json',
		'disabled_compression_methods', 'memory_limit', 'threads', 'TimeZone', 'lock_configuration') ORDER BY name`)
	diff(t, "settings", []string{"TimeZone|UTC", "autoinstall_known_extensions|false", "autoload_known_extensions|false",
		"default_null_order|NULLS_LAST_ON_ASC_FIRST_ON_DESC", "disabled_compression_methods|Dictionary", "enable_external_access|false",
		"errors_as_json|true", "integer_division|true", "lock_configuration|true", "memory_limit|200.0 MiB",
		"preserve_insertion_order|false", "threads|2"}, got)
	for _, sql := range []string{"SET threads = 1", "SELECT * FROM read_text('/etc/hostname')", "ATTACH 'other.duckdb' AS o",
		"COPY (SELECT 1) TO 'out.csv'", "INSTALL httpfs", "LOAD httpfs"} {
		if _, err := c.Exec(context.Background(), sql); err == nil {
			t.Errorf("%s was not refused", sql)
		}
	}
}

func TestOverlay(t *testing.T) {
	setup := func(exec func(string) error) error {
		return exec(`CREATE TABLE IF NOT EXISTS inner_table (id INTEGER);
			CREATE MACRO overlay.main.twice(x) AS 2 * x;
			CREATE VIEW overlay.main.sys_inner AS SELECT id, twice(id) AS double FROM dev.public.inner_table`)
	}
	e := open(t, Config{Setup: setup})
	one, two := connect(t, e), connect(t, e)
	exec(t, one, "CREATE SCHEMA s; INSERT INTO inner_table VALUES (21)")
	diff(t, "view over the file", []string{"21|42"}, query(t, two, "SELECT * FROM sys_inner"))

	exec(t, one, "SET search_path = 's,public'")
	exec(t, one, "CREATE TABLE here (id INTEGER)")
	diff(t, "other connection's path", []string{"public"}, query(t, two, "SELECT current_schema()"))
	diff(t, "table", []string{"dev|s"}, query(t, two, "SELECT database_name, schema_name FROM duckdb_tables() WHERE table_name = 'here'"))
	exec(t, two, "CREATE TABLE sys_inner (id INTEGER)")
	diff(t, "public before overlay", []string{}, append([]string{}, query(t, two, "SELECT * FROM sys_inner")...))
}

func TestCatalogName(t *testing.T) {
	e := open(t, Config{Path: filepath.Join(t.TempDir(), "my db,'\"x.duckdb")})
	c := connect(t, e)
	diff(t, "path", []string{"my db,'\"x|public"}, query(t, c, "SELECT current_database(), current_schema()"))
}

func TestConnectAfterClose(t *testing.T) {
	e := open(t, Config{})
	c := connect(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Connect(context.Background()); engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Errorf("Connect: %v", err)
	}
	if _, err := c.Exec(context.Background(), "SELECT 1"); engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Errorf("Exec: %v", err)
	}
	if e.Health() == nil {
		t.Error("a closed engine is healthy")
	}
}

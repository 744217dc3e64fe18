//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func TestResultTypes(t *testing.T) {
	cases := []struct{ name, sql, typ, want string }{
		{"bool", "true", "BOOLEAN", "true"},
		{"int8", "(-128)::TINYINT", "TINYINT", "-128"},
		{"int16", "32767::SMALLINT", "SMALLINT", "32767"},
		{"int32", "(-2147483648)::INTEGER", "INTEGER", "-2147483648"},
		{"int64", "9223372036854775807", "BIGINT", "9223372036854775807"},
		{"hugeint", "-170141183460469231731687303715884105727::HUGEINT", "HUGEINT", "-170141183460469231731687303715884105727"},
		{"float", "1.5::FLOAT", "FLOAT", "1.5"},
		{"double", "1e300::DOUBLE", "DOUBLE", "1e+300"},
		{"decimal 4", "-12.34::DECIMAL(4,2)", "DECIMAL(4,2)", "-1234e-2"},
		{"decimal 9", "1234567.89::DECIMAL(9,2)", "DECIMAL(9,2)", "123456789e-2"},
		{"decimal 18", "-1234567890123456.78::DECIMAL(18,2)", "DECIMAL(18,2)", "-123456789012345678e-2"},
		{"decimal 38", "-99999999999999999999999999999999999999::DECIMAL(38,0)", "DECIMAL(38,0)", "-99999999999999999999999999999999999999e-0"},
		{"short text", "'twelve bytes'", "VARCHAR", "twelve bytes"},
		{"long text", "'thirteen byte' || repeat('é', 3)", "VARCHAR", "thirteen byteééé"},
		{"empty text", "''", "VARCHAR", ""},
		{"blob", `'\x00\xFF'::BLOB`, "BLOB", "00ff"},
		{"date", "DATE '1969-12-31'", "DATE", "1969-12-31"},
		{"time", "TIME '23:59:59.999999'", "TIME", "23h59m59.999999s"},
		{"timetz", "TIMETZ '12:00:00+02'", "TIMETZ", "12h0m0s+7200"},
		{"timestamp", "TIMESTAMP '2024-02-29 01:02:03.000004'", "TIMESTAMP", "2024-02-29 01:02:03.000004"},
		{"timestamptz", "TIMESTAMPTZ '2024-02-29 01:02:03+02'", "TIMESTAMPTZ", "2024-02-28 23:02:03"},
		{"interval", "INTERVAL '1 year 2 days 3 seconds'", "INTERVAL", "{12 2 3000000}"},
		{"json", `'{"a":1}'::JSON`, "VARCHAR", `{"a":1}`},
		{"untyped null", "NULL", "INTEGER", "∅"},
		{"uint8", "255::UTINYINT", "SMALLINT", "255"},
		{"uint16", "65535::USMALLINT", "INTEGER", "65535"},
		{"uint32", "4294967295::UINTEGER", "BIGINT", "4294967295"},
		{"uint64", "18446744073709551615::UBIGINT", "HUGEINT", "18446744073709551615"},
		{"uint128", "340282366920938463463374607431768211455::UHUGEINT", "VARCHAR", "340282366920938463463374607431768211455"},
		{"bignum", "'12345678901234567890123456789012345678901234567890'::BIGNUM", "VARCHAR", "12345678901234567890123456789012345678901234567890"},
		{"timestamp_s", "TIMESTAMP_S '2024-02-29 01:02:03'", "TIMESTAMP", "2024-02-29 01:02:03"},
		{"timestamp_ms", "TIMESTAMP_MS '2024-02-29 01:02:03.004'", "TIMESTAMP", "2024-02-29 01:02:03.004"},
		{"timestamp_ns", "TIMESTAMP_NS '2024-02-29 01:02:03.004005006'", "TIMESTAMP", "2024-02-29 01:02:03.004005"},
		{"uuid", "'00000000-0000-0000-0000-000000000001'::UUID", "VARCHAR", "00000000-0000-0000-0000-000000000001"},
		{"bit", "'101'::BIT", "VARCHAR", "101"},
		{"enum", "'b'::ENUM('a', 'b')", "VARCHAR", "b"},
		{"list", "[1, NULL, 3]", "VARCHAR", "[1, NULL, 3]"},
		{"array", "[1, 2]::INTEGER[2]", "VARCHAR", "[1, 2]"},
		{"struct", "{'a': 1, 'b': 'x'}", "VARCHAR", "{'a': 1, 'b': x}"},
		{"map", "MAP {'k': 1}", "VARCHAR", "{k=1}"},
	}
	c := connect(t, open(t, Config{}))
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			sql := "SELECT " + test.sql + ` AS "a b", 1 AS one; -- end`
			stmt, err := c.Prepare(context.Background(), sql)
			if err != nil {
				// A comment behind the semicolon cannot stand inside a wrapper.
				sql = strings.TrimSuffix(sql, "; -- end")
				if stmt, err = c.Prepare(context.Background(), sql); err != nil {
					t.Fatal(err)
				}
			}
			defer stmt.Close()
			diff(t, "prepared type", test.typ, stmt.Columns()[0].Type.String())
			diff(t, "prepared name", "a b", stmt.Columns()[0].Name)
			rows, err := stmt.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			diff(t, "columns", stmt.Columns(), rows.Columns())
			got, err := read(rows)
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "value", []string{test.want + "|1"}, got)
		})
	}
}

func TestArguments(t *testing.T) {
	at := time.Date(2024, 2, 29, 1, 2, 3, 4000, time.FixedZone("", 3600))
	long := strings.Repeat("long ü ", 1000)
	cases := []struct {
		name, sql string
		args      []any
		want      string
	}{
		{"null", "SELECT $1::INTEGER", []any{nil}, "∅"},
		{"bool", "SELECT $1", []any{true}, "true"},
		{"int64 to int32", "SELECT $1::INTEGER", []any{int64(7)}, "7"},
		{"float64", "SELECT $1 * 2", []any{1.25}, "2.5"},
		{"text to int", "SELECT $1::INTEGER + 1", []any{"41"}, "42"},
		{"text to decimal", "SELECT $1::DECIMAL(38,10)", []any{"-1234567890123456789012345678.0123456789"}, "-12345678901234567890123456780123456789e-10"},
		{"long text", "SELECT $1", []any{long}, long},
		{"text with NUL", "SELECT strlen($1)", []any{"a\x00b"}, "3"},
		{"blob", "SELECT $1", []any{[]byte{0, 255}}, "00ff"},
		{"empty blob", "SELECT $1", []any{[]byte{}}, ""},
		{"time", "SELECT $1", []any{at}, "2024-02-29 00:02:03.000004"},
		{"time with zone", "SELECT $1::TIMESTAMPTZ", []any{at}, "2024-02-29 00:02:03.000004"},
		{"time to date", "SELECT $1::DATE", []any{at}, "2024-02-29"},
		{"numbered out of order", "SELECT $2::VARCHAR || $1::VARCHAR || $2::VARCHAR", []any{"a", "b"}, "bab"},
		{"list known by its argument", "SELECT [$1]", []any{int64(1)}, "[1]"},
		{"list built in a wrapper", "SELECT [$1::INTEGER], $2::VARCHAR", []any{int64(1), "x"}, "[1]|x"},
	}
	c := connect(t, open(t, Config{}))
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			diff(t, "rows", []string{test.want}, query(t, c, test.sql, test.args...))
		})
	}
}

func TestRefusedArguments(t *testing.T) {
	cases := []struct {
		name string
		args []any
		kind warehouse.ErrorKind
	}{
		{"too few", nil, warehouse.ErrorBinder},
		{"too many", []any{"a", "b"}, warehouse.ErrorBinder},
		{"type", []any{int32(1)}, warehouse.ErrorBinder},
		{"encoding", []any{"\xff"}, warehouse.ErrorConversion},
		{"cast", []any{"x"}, warehouse.ErrorConversion},
	}
	c := connect(t, open(t, Config{}))
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			rows, err := c.Query(context.Background(), "SELECT $1::INTEGER", test.args...)
			if err == nil {
				_, err = read(rows)
			}
			if got := engineError(t, err); got.Kind != test.kind {
				t.Errorf("kind %d: %v", got.Kind, err)
			}
		})
	}
}

func TestPrepareDescribes(t *testing.T) {
	c := connect(t, open(t, Config{}))
	exec(t, c, "CREATE TABLE t (id INTEGER, price DECIMAL(12,3), seen TIMESTAMPTZ)")
	cases := []struct{ sql, columns, params string }{
		{"SELECT id AS n, price FROM t WHERE id = $1 AND seen > $2", "n INTEGER, price DECIMAL(12,3)", "INTEGER, TIMESTAMPTZ"},
		{"SELECT $1::DECIMAL(20,5) AS d", "d DECIMAL(20,5)", "DECIMAL(20,5)"},
		{"SELECT $1", "unknown NULL", "NULL"},
		{"INSERT INTO t VALUES ($1, $2, $3)", "", "INTEGER, DECIMAL(12,3), TIMESTAMPTZ"},
		{"INSERT INTO t VALUES ($1, 1, NULL) RETURNING price", "price DECIMAL(12,3)", "INTEGER"},
		{"UPDATE t SET price = $1", "", "DECIMAL(12,3)"},
		{"CREATE TABLE u AS SELECT 1 AS x", "", ""},
		{"BEGIN", "", ""},
		{"EXPLAIN SELECT 1", "explain_key VARCHAR, explain_value VARCHAR", ""},
		{"SHOW TABLES", "name VARCHAR", ""},
	}
	for _, test := range cases {
		t.Run(test.sql, func(t *testing.T) {
			stmt, err := c.Prepare(context.Background(), test.sql)
			if err != nil {
				t.Fatal(err)
			}
			defer stmt.Close()
			var columns, params []string
			for _, col := range stmt.Columns() {
				columns = append(columns, col.Name+" "+col.Type.String())
			}
			for _, p := range stmt.Params() {
				params = append(params, p.String())
			}
			diff(t, "columns", test.columns, strings.Join(columns, ", "))
			diff(t, "params", test.params, strings.Join(params, ", "))
		})
	}
}

func TestAffected(t *testing.T) {
	c := connect(t, open(t, Config{}))
	cases := []struct {
		sql  string
		want int64
	}{
		{"CREATE TABLE t (id INTEGER)", 0},
		{"INSERT INTO t SELECT range FROM range(5000)", 5000},
		{"UPDATE t SET id = id + 1 WHERE id < 10", 10},
		{"DELETE FROM t WHERE id >= 4000", 1000},
		{"CREATE TABLE u AS SELECT * FROM t", 4000},
		{"INSERT INTO t VALUES (1); DELETE FROM t WHERE id = 1", 2},
		{"DELETE FROM t; DELETE FROM u", 4000},
		{"SELECT * FROM range(10)", 0},
		{"", 0},
		{"-- nothing", 0},
	}
	for _, test := range cases {
		if got := exec(t, c, test.sql); got != test.want {
			t.Errorf("%s affected %d rows, want %d", test.sql, got, test.want)
		}
	}
}

func TestStatementReuse(t *testing.T) {
	ctx := context.Background()
	c := connect(t, open(t, Config{}))
	exec(t, c, "CREATE TABLE t (id INTEGER)")
	insert, err := c.Prepare(ctx, "INSERT INTO t VALUES ($1)")
	if err != nil {
		t.Fatal(err)
	}
	defer insert.Close()
	for i := range int64(3) {
		rows, err := insert.Run(ctx, i)
		if err != nil {
			t.Fatal(err)
		}
		if rows.Affected() != 1 || len(rows.Columns()) != 0 {
			t.Errorf("insert affected %d rows and has %d columns", rows.Affected(), len(rows.Columns()))
		}
		rows.Close()
	}
	exec(t, c, "ALTER TABLE t ADD COLUMN name VARCHAR")
	diff(t, "rows", []string{"0|∅", "1|∅", "2|∅"}, query(t, c, "SELECT * FROM t ORDER BY id"))
}

// The next statement on a connection ends the stream before it.
func TestStreamInvalidated(t *testing.T) {
	ctx := context.Background()
	c := connect(t, open(t, Config{}))
	rows, err := c.Query(ctx, "SELECT range FROM range(1000000)")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.Next(); err != nil {
		t.Fatal(err)
	}
	diff(t, "next statement", []string{"1"}, query(t, c, "SELECT 1"))
	if _, err := rows.Next(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("Next after the next statement: %v", err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
}

// A sort below a wrapper keeps its order through many chunks and threads.
func TestWrapperKeepsOrder(t *testing.T) {
	c := connect(t, open(t, Config{Threads: 4}))
	rows, err := c.Query(context.Background(), "SELECT i::UBIGINT FROM (SELECT hash(range) % 1000000 AS i FROM range(300000)) ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n, last := 0, uint64(0)
	for {
		chunk, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range warehouse.Values[warehouse.Int128](&chunk.Vectors[0])[:chunk.Rows] {
			if x.Lo < last {
				t.Fatalf("row %d: %d after %d", n, x.Lo, last)
			}
			n, last = n+1, x.Lo
		}
	}
	diff(t, "rows", 300000, n)
}

func TestErrors(t *testing.T) {
	c := connect(t, open(t, Config{}))
	exec(t, c, "CREATE TABLE t (id INTEGER NOT NULL, name VARCHAR CHECK (strlen(name) <= 3))")
	cases := []struct {
		sql      string
		kind     warehouse.ErrorKind
		subtype  string
		position int
		name     string
	}{
		{"SELEC 1", warehouse.ErrorSyntax, "SYNTAX_ERROR", 0, ""},
		{"SELECT 1; SELEC 2", warehouse.ErrorSyntax, "SYNTAX_ERROR", 10, ""},
		{"SELECT 1\x00", warehouse.ErrorSyntax, "", 8, ""},
		{"SELECT '\xff'", warehouse.ErrorSyntax, "", -1, ""},
		{"SELECT * FROM nosuch", warehouse.ErrorCatalog, "MISSING_ENTRY", 14, "nosuch"},
		{"SELECT nosuch(1)", warehouse.ErrorCatalog, "MISSING_ENTRY", 7, "nosuch"},
		{"CREATE TABLE t (x INTEGER)", warehouse.ErrorCatalog, "ENTRY_ALREADY_EXISTS", -1, "t"},
		{"SELECT nope FROM t", warehouse.ErrorBinder, "COLUMN_NOT_FOUND", 7, "nope"},
		{"SELECT 'x'::INTEGER", warehouse.ErrorConversion, "", 10, ""},
		{"SELECT [('x' || range)::INTEGER] FROM range(1)", warehouse.ErrorConversion, "", 22, ""},
		{"SELECT 2147483647::INTEGER + range::INTEGER FROM range(3)", warehouse.ErrorOutOfRange, "", -1, ""},
		{"INSERT INTO t VALUES (NULL, 'a')", warehouse.ErrorConstraint, "", -1, ""},
		{"INSERT INTO t VALUES (1, 'long')", warehouse.ErrorConstraint, "", -1, ""},
		{"COMMIT", warehouse.ErrorTransaction, "", -1, ""},
		{"INSERT INTO t SELECT 1, 'a' RETURNING [id]", warehouse.ErrorNotImplemented, "", -1, ""},
		{"SELECT * FROM inlet_scan(99)", warehouse.ErrorBinder, "", 14, ""},
	}
	for _, test := range cases {
		t.Run(test.sql, func(t *testing.T) {
			_, err := c.Exec(context.Background(), test.sql)
			got := engineError(t, err)
			want := &warehouse.EngineError{Kind: test.kind, Subtype: test.subtype, Position: test.position, Name: test.name, Message: got.Message}
			diff(t, fmt.Sprintf("error %q", got.Message), want, got)
		})
	}
}

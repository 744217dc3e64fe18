package dialect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
)

// tables are those of the test catalog as the engine stores them.
var tables = []string{
	`CREATE TABLE sales (id INTEGER, big BIGINT, small SMALLINT, price DECIMAL(10,2), rate DOUBLE, name VARCHAR, code VARCHAR,
		sold TIMESTAMP, day DATE, seen TIMESTAMPTZ, ok BOOLEAN, doc VARCHAR, raw BLOB)`,
	`CREATE TABLE gen (id BIGINT DEFAULT 7, other INTEGER DEFAULT 8, note VARCHAR)`,
	`CREATE TABLE data_import (id INTEGER, name VARCHAR, value DECIMAL(10,2), "timestamp" TIMESTAMP)`,
	`CREATE TEMP TABLE "#tmp" (a INTEGER, b VARCHAR)`,
	// Not in the test catalog: types are unknown to the rewrite.
	`CREATE TABLE open (i INTEGER, t VARCHAR, d DATE, ts TIMESTAMP, n DECIMAL(8,3), f DOUBLE, j VARCHAR)`,
	`INSERT INTO open VALUES (1, '12', '2024-01-31', '2024-01-31 10:30:00', 2.500, 1.5, '{"a":{"b":[1,"x"]}}'), (2, 'abc', NULL, NULL, 3.250, 2.5, NULL)`,
}

func engine(t *testing.T) warehouse.Conn {
	t.Helper()
	e, err := duckdb.Open(duckdb.Config{Path: filepath.Join(t.TempDir(), "dev.duckdb"), Threads: 1, Setup: func(exec func(string) error) error {
		for _, sql := range dialect.Macros() {
			if err := exec(sql); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := e.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), e.Close()); err != nil {
			t.Error(err)
		}
	})
	for _, sql := range tables {
		if _, err := c.Exec(context.Background(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	return c
}

// TestEngine runs rewritten statements: what they answer is what Redshift would.
func TestEngine(t *testing.T) {
	catalog := dialect.TestCatalog(t)
	for _, path := range dialect.GoldenFiles(t, "engine") {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			c := engine(t)
			dialect.Converse(t, path, func(stmt string) string { return answer(c, catalog, stmt) })
		})
	}
}

func answer(c warehouse.Conn, catalog dialect.Catalog, stmt string) string {
	s, err := dialect.Parse(stmt)
	if err != nil {
		return dialect.PrintError(err)
	}
	sql, err := dialect.Rewrite(s, catalog)
	if err != nil {
		return dialect.PrintError(err)
	}
	if _, ok := s.(*dialect.Query); !ok {
		n, err := c.Exec(context.Background(), sql)
		if err != nil {
			return engineError(err)
		}
		return fmt.Sprintf("%d rows", n)
	}
	out, err := rows(c, sql)
	if err != nil {
		return engineError(err)
	}
	return out
}

func engineError(err error) string {
	if f, ok := dialect.EngineFault(err.Error()); ok {
		return dialect.PrintError(f)
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return "ENGINE " + line
}

// rows prints names and types of columns, then the rows as text.
func rows(c warehouse.Conn, sql string) (string, error) {
	ctx := context.Background()
	s, err := c.Prepare(ctx, sql)
	if err != nil {
		return "", err
	}
	var heads, names []string
	for i, col := range s.Columns() {
		heads = append(heads, col.Name+" "+col.Type.String())
		names = append(names, fmt.Sprintf("c%d", i))
	}
	if err := s.Close(); err != nil {
		return "", err
	}
	r, err := c.Query(ctx, "SELECT COLUMNS(*)::VARCHAR FROM ("+sql+") AS t("+strings.Join(names, ", ")+")")
	if err != nil {
		return "", err
	}
	defer r.Close()
	lines := []string{strings.Join(heads, " | ")}
	for {
		chunk, err := r.Next()
		if errors.Is(err, io.EOF) {
			return strings.Join(lines, "\n"), nil
		}
		if err != nil {
			return "", err
		}
		for row := range chunk.Rows {
			lines = append(lines, line(chunk, row))
		}
	}
}

func line(chunk *warehouse.Chunk, row int) string {
	var values []string
	for i := range chunk.Vectors {
		v := &chunk.Vectors[i]
		if v.Null(row) {
			values = append(values, "NULL")
			continue
		}
		values = append(values, string(v.Bytes(row)))
	}
	return strings.Join(values, " | ")
}

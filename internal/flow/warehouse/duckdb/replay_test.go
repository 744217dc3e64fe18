//go:build cgo

package duckdb

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReplay opens what a crash left after columns of a table with a constraint were renamed.
func TestReplay(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	e := open(t, Config{Path: filepath.Join(from, "dev.duckdb")})
	c := connect(t, e)
	exec(t, c, "CREATE TABLE t (id INTEGER, v VARCHAR CHECK (strlen(v) <= 10))")
	exec(t, c, "INSERT INTO t VALUES (1, 'one')")
	exec(t, c, "CHECKPOINT")
	exec(t, c, "ALTER TABLE t RENAME COLUMN id TO n")
	exec(t, c, "INSERT INTO t VALUES (2, 'two')")
	for _, name := range []string{"dev.duckdb", "dev.duckdb.wal"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	after := connect(t, open(t, Config{Path: filepath.Join(to, "dev.duckdb")}))
	diff(t, "rows after a crash", []string{"1|one", "2|two"}, query(t, after, "SELECT n, v FROM t ORDER BY n"))
}

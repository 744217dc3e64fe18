//go:build cgo

package duckdb

import (
	"context"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// COMMIT of a transaction in which a statement failed must not claim success.
func TestCommitAfterFailure(t *testing.T) {
	cases := []struct {
		name, failing string
		end           string
		refused       bool
		rows          string
	}{
		{"constraint", "INSERT INTO t VALUES (NULL)", "COMMIT", true, "0"},
		{"conversion while reading", "SELECT ('x' || id)::INTEGER FROM t", " -- c\n/* d */ ; commit transaction", true, "0"},
		{"end", "INSERT INTO t VALUES (NULL)", "END", true, "0"},
		{"rollback", "INSERT INTO t VALUES (NULL)", "ROLLBACK", false, "0"},
		{"missing column", "SELECT nope FROM t", "COMMIT", false, "1"},
		{"syntax", "SELEC", "COMMIT", false, "1"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, open(t, Config{}))
			exec(t, c, "CREATE TABLE t (id INTEGER NOT NULL)")
			exec(t, c, "BEGIN; INSERT INTO t VALUES (1)")
			if _, err := c.Exec(context.Background(), test.failing); err == nil {
				t.Fatal("nothing failed")
			}
			_, err := c.Exec(context.Background(), test.end)
			if test.refused && engineError(t, err).Kind != warehouse.ErrorTransaction || !test.refused && err != nil {
				t.Errorf("%s: %v", test.end, err)
			}
			diff(t, "rows", []string{test.rows}, query(t, c, "SELECT count(*) FROM t"))
			exec(t, c, "BEGIN; INSERT INTO t VALUES (2)")
			exec(t, c, "COMMIT")
		})
	}
}

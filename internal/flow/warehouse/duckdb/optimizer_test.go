//go:build cgo

package duckdb

import (
	"path/filepath"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A view over joins that is read twice in a query, with other columns each
// time, must give each reader its own columns: duckdb/duckdb#25819.
func TestCommonSubplan(t *testing.T) {
	conn := connect(t, open(t, Config{}))
	exec(t, conn, `
		CREATE TABLE key (oid BIGINT, relation BIGINT, kind VARCHAR, referenced BIGINT, columns VARCHAR[], refs VARCHAR[]);
		CREATE TABLE col (relation BIGINT, position INTEGER, name VARCHAR);
		INSERT INTO key VALUES (10, 2, 'p', 0, ['id'], []), (11, 2, 'u', 0, ['code', 'city'], []), (13, 3, 'f', 2, ['owner'], ['id']);
		INSERT INTO col VALUES (2, 1, 'id'), (2, 2, 'code'), (2, 3, 'city'), (3, 1, 'oid'), (3, 2, 'owner');
		CREATE VIEW pairs AS
			SELECT k.oid, k.n, a.position, f.position AS ref
			FROM (SELECT oid, relation, referenced, unnest(columns) AS name, unnest(refs) AS ref_name, generate_subscripts(columns, 1) AS n FROM key) k
			JOIN col a ON a.relation = k.relation AND a.name = k.name
			LEFT JOIN col f ON f.relation = k.referenced AND f.name = k.ref_name;
		CREATE VIEW keys AS
			SELECT key.oid, key.relation, key.kind, key.referenced, p.positions, p.refs
			FROM key JOIN (SELECT oid, list(position) AS positions, list(ref) AS refs FROM pairs GROUP BY oid) p ON p.oid = key.oid`)
	got := query(t, conn, "SELECT f.refs, k.positions FROM keys f LEFT JOIN keys k ON k.relation = f.referenced WHERE f.kind = 'f' ORDER BY 2")
	diff(t, "referenced columns", []string{"[1]|[1]", "[1]|[2, 3]"}, got)
}

// A statement that was prepared before others wrote must see what they wrote: the
// engine folds counts and filters into the plan from what it knows of a table that
// was read from disk, and does not plan again when rows come.
func TestStalePlan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stale.duckdb")
	first := open(t, Config{Path: path})
	exec(t, connect(t, first), "CREATE TABLE t (id INTEGER, name VARCHAR); INSERT INTO t SELECT i, 'x' FROM range(10000) r(i); CHECKPOINT")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	engine := open(t, Config{Path: path})
	reader, writer := connect(t, engine), connect(t, engine)
	for _, sql := range []string{"SELECT count(*) FROM t", "SELECT count(id) FROM t", "SELECT count(*) FROM t WHERE id > -1", "SELECT max(id) FROM t", "SELECT count(*) FROM t WHERE name IS NULL"} {
		t.Run(sql, func(t *testing.T) {
			stmt, err := reader.Prepare(t.Context(), sql)
			if err != nil {
				t.Fatal(err)
			}
			defer stmt.Close()
			run(t, stmt)
			exec(t, writer, "INSERT INTO t VALUES (900000, 'y'), (-5, NULL)")
			diff(t, "prepared before the rows came", query(t, reader, sql), run(t, stmt))
			exec(t, writer, "DELETE FROM t WHERE id IN (900000, -5)")
			diff(t, "prepared before the rows went", query(t, reader, sql), run(t, stmt))
		})
	}
}

func run(t *testing.T, stmt warehouse.Stmt) []string {
	t.Helper()
	rows, err := stmt.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	lines, err := read(rows)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

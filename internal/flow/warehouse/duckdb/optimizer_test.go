//go:build cgo

package duckdb

import "testing"

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

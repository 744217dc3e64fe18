package workload

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestSwapped: a copy that takes a table's name, as gh-ost and pt-online-schema-change have it do, is
// loaded in the table's place. Its rows were never in the log under that name.
func TestSwapped(t *testing.T) {
	db := startMariaDB(t)
	execute(t, db, "CREATE TABLE shop.t (id int PRIMARY KEY, v varchar(20))", "INSERT INTO shop.t SELECT seq, 'old' FROM seq_1_to_500")
	data := home(t)
	args := []string{"--from", db.url(), "--tables", "shop.t", "--data", data}
	caughtUp(t, args...)
	execute(t, db, "CREATE TABLE shop._t_new (id int PRIMARY KEY, v varchar(20), w int DEFAULT 7)", "INSERT INTO shop._t_new (id, v) SELECT id, 'new' FROM shop.t",
		"INSERT INTO shop.t VALUES (1000, 'both')", "INSERT INTO shop._t_new VALUES (1000, 'both', 1)",
		"RENAME TABLE shop.t TO shop._t_old, shop._t_new TO shop.t",
		"INSERT INTO shop.t VALUES (1001, 'after', 2)", "DROP TABLE shop._t_old")
	if said := caughtUp(t, args...); strings.Contains(said, "\nshop._t_new ") {
		t.Errorf("the copy is taken for a table of the task:\n%s", said)
	}
	execute(t, db, "UPDATE shop.t SET w = 8 WHERE id <= 10")
	caughtUp(t, args...)
	warehouse(t, data, func(to *pgconn.Config) {
		l := &load{t: t, db: db, d: db.words(), tables: []*table{{name: "t"}}}
		l.compare(to)
	})
}

// TestSwappedLive: PostgreSQL publishes the table that was renamed, and not the one that took its name.
func TestSwappedLive(t *testing.T) {
	db := startPostgreSQL(t)
	execute(t, db, "CREATE TABLE shop.t (id int PRIMARY KEY, v varchar(20))", "INSERT INTO shop.t SELECT seq, 'old' FROM generate_series(1, 500) AS seq")
	data := home(t)
	args := []string{"--from", db.url(), "--tables", "shop.t", "--data", data}
	caughtUp(t, args...)
	p := run(t, append([]string{"replicate"}, args...)...)
	execute(t, db, "INSERT INTO shop.t VALUES (1000, 'both')")
	p.until(t, "commit to visible")
	execute(t, db, "CREATE TABLE shop._t_new (id int PRIMARY KEY, v varchar(20), w int DEFAULT 7)", "INSERT INTO shop._t_new (id, v) SELECT id, 'new' FROM shop.t",
		"BEGIN", "ALTER TABLE shop.t RENAME TO _t_old", "ALTER TABLE shop._t_new RENAME TO t", "COMMIT")
	p.until(t, "501 rows")
	execute(t, db, "UPDATE shop.t SET w = 8 WHERE id <= 10", "DROP TABLE shop._t_old")
	p.kill()
	caughtUp(t, args...)
	warehouse(t, data, func(to *pgconn.Config) {
		l := &load{t: t, db: db, d: db.words(), tables: []*table{{name: "t"}}}
		l.compare(to)
	})
}

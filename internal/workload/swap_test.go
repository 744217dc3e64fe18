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

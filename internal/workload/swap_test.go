package workload

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestSwapped: a copy that takes a table's name, as gh-ost and pt-online-schema-change have it do, is
// loaded in the table's place. Its rows were never in the log under that name.
func TestSwapped(t *testing.T) {
	db := startMariaDB(t)
	s, err := db.open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	exec := func(statements ...string) {
		t.Helper()
		for _, q := range statements {
			if err := s.run(q); err != nil {
				t.Fatal(err)
			}
		}
	}
	exec("CREATE TABLE shop.t (id int PRIMARY KEY, v varchar(20))", "INSERT INTO shop.t SELECT seq, 'old' FROM seq_1_to_500")
	data := home(t)
	once := func() string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		p := run(t, "replicate", "--from", db.url(), "--tables", "shop.t", "--data", data, "--until-caught-up")
		if err := p.wait(ctx); err != nil {
			t.Fatalf("%v\n%s", err, p.out.last(40))
		}
		return p.out.last(100)
	}
	once()
	exec("CREATE TABLE shop._t_new (id int PRIMARY KEY, v varchar(20), w int DEFAULT 7)", "INSERT INTO shop._t_new (id, v) SELECT id, 'new' FROM shop.t",
		"INSERT INTO shop.t VALUES (1000, 'both')", "INSERT INTO shop._t_new VALUES (1000, 'both', 1)",
		"RENAME TABLE shop.t TO shop._t_old, shop._t_new TO shop.t",
		"INSERT INTO shop.t VALUES (1001, 'after', 2)", "DROP TABLE shop._t_old")
	if said := once(); strings.Contains(said, "\nshop._t_new ") {
		t.Errorf("the copy is taken for a table of the task:\n%s", said)
	}
	exec("UPDATE shop.t SET w = 8 WHERE id <= 10")
	once()
	warehouse(t, data, func(to *pgconn.Config) {
		l := &load{t: t, db: db, d: db.words(), tables: []*table{{name: "t"}}}
		l.compare(to)
	})
}

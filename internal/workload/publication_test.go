package workload

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
)

// TestUnpublished: a table that left the publication while inlet was down ends the run with the
// SQL that mends it, and so does one that came back: what it missed is in no log.
func TestUnpublished(t *testing.T) {
	server := postgrestest.Start(t)
	db := postgresql{server}
	server.Exec(t, "CREATE SCHEMA shop", "CREATE TABLE shop.a (id int PRIMARY KEY)", "CREATE TABLE shop.b (id int PRIMARY KEY)", "INSERT INTO shop.a VALUES (1)", "INSERT INTO shop.b VALUES (1)")
	args := []string{"--from", db.url(), "--tables", "shop.*", "--data", home(t)}
	for range 2 { // The second one goes on with changes.
		caughtUp(t, args...)
		server.Exec(t, "INSERT INTO shop.b SELECT max(id) + 1 FROM shop.b")
	}
	publication := server.Value(t, "SELECT pubname FROM pg_publication")
	steps := []struct{ statement, says, sql string }{
		{`ALTER PUBLICATION "` + publication + `" DROP TABLE shop.b`, `lacks "shop"."b"`, `ALTER PUBLICATION "` + publication + `" ADD TABLE "shop"."b"`},
		{`INSERT INTO shop.b VALUES (100); ALTER PUBLICATION "` + publication + `" ADD TABLE shop.b`, `"shop"."b" was taken out of the publication and added again`, "load the tables again"},
		{`DROP PUBLICATION "` + publication + `"`, "did not exist when rows were changed", "pg_drop_replication_slot"},
	}
	for _, s := range steps {
		server.Exec(t, s.statement)
		if out, err := replicated(t, args...); err == nil || !strings.Contains(out, s.says) || !strings.Contains(out, s.sql) {
			t.Errorf("after %s: %v, want an end that says %s and %s:\n%s", s.statement, err, s.says, s.sql, out)
		}
	}
}

package workload

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestTrap07Overflow: ten characters of four bytes meet a VARCHAR(10) that was made by hand, by load
// and as changes. Their rows are left out, and awsdms_apply_exceptions has one with each one's key.
func TestTrap07Overflow(t *testing.T) {
	for name, start := range map[string]func(testing.TB) database{"MariaDB": startMariaDB, "PostgreSQL": startPostgreSQL} {
		t.Run(name, func(t *testing.T) { overflow(t, start(t)) })
	}
}

func overflow(t *testing.T, db database) {
	emoji := strings.Repeat("😀", 10)
	execute(t, db, "CREATE TABLE shop.t (id int, part varchar(5), v varchar(10), PRIMARY KEY (id, part))", "INSERT INTO shop.t VALUES (1, 'a', '"+emoji+"'), (2, 'b', 'fits')")
	data := home(t)
	warehouse(t, data, func(to *pgconn.Config) {
		rows(t, to, "CREATE SCHEMA shop; CREATE TABLE shop.t (id int, part varchar(5), v varchar(10))")
	})
	settings := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(settings, []byte(`{"ErrorBehavior":{"DataTruncationErrorPolicy":"LOG_ERROR"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--from", db.url(), "--tables", "shop.t", "--data", data, "--settings", settings, "--prepare", "truncate"}
	caughtUp(t, args...)
	execute(t, db, "INSERT INTO shop.t VALUES (3, 'c', '"+emoji+"')", "UPDATE shop.t SET v = '"+emoji+"' WHERE id = 2")
	caughtUp(t, args...)
	warehouse(t, data, func(to *pgconn.Config) {
		if got, want := rows(t, to, "SELECT id, v FROM shop.t ORDER BY id"), "2 fits\n"; got != want {
			t.Errorf("rows\n%swant\n%s", got, want)
		}
		told := rows(t, to, "SELECT table_owner, table_name, statement, error FROM awsdms_apply_exceptions ORDER BY error_time")
		for _, key := range []string{`COPY "shop"."t": 1,"a",`, `VALUES ('2', 'b', `, `VALUES ('3', 'c', `} {
			if n := strings.Count(told, key); n != 1 {
				t.Errorf("%d exceptions have the key %s, want one:\n%s", n, key, told)
			}
		}
		if lines := strings.Count(told, "column v"); lines != 3 {
			t.Errorf("%d exceptions name the column, want 3:\n%s", lines, told)
		}
	})
}

// rows are those of a query, a line each.
func rows(t testing.TB, to *pgconn.Config, query string) string {
	t.Helper()
	c, err := pgconn.ConnectConfig(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	w := &pgSession{c}
	defer w.close()
	all, err := w.rows(query)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range all {
		b.WriteString(strings.Join(r, " ") + "\n")
	}
	return b.String()
}

package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// TestTrapPublication: what was done to the publication while nobody read. Changes that were not
// published are missing from the log for good, whatever is published again later.
func TestTrapPublication(t *testing.T) {
	tests := []struct {
		name            string
		all             bool            // The publication is of all tables, and somebody else's.
		since           source.Position // When shop.b was read; empty for long ago.
		statements      []string
		code, says, sql string
		want            []string
	}{
		{name: "nothing", want: []string{"INSERT a 2", "INSERT b 2"}},
		{name: "a table taken out", statements: []string{"ALTER PUBLICATION inlet DROP TABLE shop.b"},
			code: "SourcePublication", says: `lacks "shop"."b"`, sql: `ALTER PUBLICATION "inlet" ADD TABLE "shop"."b"; then load these tables again`},
		{name: "and added again", statements: []string{"ALTER PUBLICATION inlet DROP TABLE shop.b", "INSERT INTO shop.b VALUES (7)", "ALTER PUBLICATION inlet ADD TABLE shop.b"},
			code: "SourcePublication", says: `"shop"."b" was taken out of the publication and added again`, sql: "load the tables again"},
		{name: "and added again before it was read", since: "FFFFFFFF/00000000", statements: []string{"ALTER PUBLICATION inlet DROP TABLE shop.b", "ALTER PUBLICATION inlet ADD TABLE shop.b"}, want: []string{"INSERT a 2", "INSERT b 2"}},
		{name: "dropped", statements: []string{"DROP PUBLICATION inlet"},
			code: postgres.CodePurged, says: `publication "inlet" did not exist`, sql: "pg_drop_replication_slot('inlet')"},
		{name: "dropped and made again", statements: []string{"DROP PUBLICATION inlet", "CREATE PUBLICATION inlet FOR TABLE shop.a, shop.b"},
			code: "SourcePublication", says: `"shop"."a", "shop"."b" was taken out`, sql: "load the tables again"},
		{name: "dropped and made for all", statements: []string{"DROP PUBLICATION inlet", "CREATE PUBLICATION inlet FOR ALL TABLES"},
			code: "SourcePublication", says: "was taken out", sql: "load the tables again"},
		{name: "for all, and a table made again", all: true, statements: []string{"DROP TABLE shop.b", "CREATE TABLE shop.b (id int PRIMARY KEY)", "INSERT INTO shop.b VALUES (7)"},
			code: "SourcePublication", says: `"shop"."b" was taken out of the publication and added again, or another table took its name`, sql: "load the tables again"},
		{name: "for all, and a table exchanged with its copy", all: true, statements: []string{"CREATE TABLE public.copy (id int PRIMARY KEY)", "INSERT INTO public.copy VALUES (1), (7)", "ALTER TABLE shop.b SET SCHEMA public",
			"ALTER TABLE public.copy SET SCHEMA shop", "ALTER TABLE shop.copy RENAME TO b", "DROP TABLE public.b"}, code: "SourcePublication", says: `"shop"."b" was taken`, sql: "load the tables again"},
		{name: "for all, and nothing", all: true, statements: []string{"CREATE TABLE shop.c (id int PRIMARY KEY)", "DROP TABLE shop.c", "TRUNCATE shop.b", "VACUUM FULL shop.a"}, want: []string{"TRUNCATE TABLE b", "INSERT a 2", "INSERT b 2"}},
		{name: "a table made again", statements: []string{"DROP TABLE shop.b", "CREATE TABLE shop.b (id int PRIMARY KEY)"},
			code: "SourcePublication", says: `lacks "shop"."b"`, sql: `ADD TABLE "shop"."b"`},
	}
	s := server{postgrestest.Start(t)}
	s.Exec(t, "CREATE SCHEMA shop")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.Exec(t, "DROP TABLE IF EXISTS shop.a, shop.b", "CREATE TABLE shop.a (id int PRIMARY KEY)", "CREATE TABLE shop.b (id int PRIMARY KEY)")
			if tt.all {
				s.Exec(t, "CREATE PUBLICATION inlet FOR ALL TABLES")
			}
			config := s.config()
			config.Tables = []source.Name{shop("a"), shop("b")}
			first := postgres.New(config)
			defer first.Close()
			from := position(t, first)
			s.Exec(t, "INSERT INTO shop.a VALUES (1)", "INSERT INTO shop.b VALUES (1)")
			k := &sourcetest.Notes{Until: position(t, first)}
			if err := first.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) {
				t.Fatal(err)
			}
			s.Exec(t, tt.statements...)
			src := postgres.New(s.config()) // Another run.
			defer src.Close()
			src.Resume(map[source.Name]source.Position{shop("a"): from, shop("b"): tt.since})
			defer src.Remove(context.Background())
			var err error
			again := &sourcetest.Notes{}
			if tt.code == "" {
				s.Exec(t, "INSERT INTO shop.a VALUES (2)", "INSERT INTO shop.b VALUES (2)")
				again.Until = position(t, src)
				if err = src.Changes(context.Background(), k.At, again); !errors.Is(err, sourcetest.ErrEnd) {
					t.Error(err)
				}
			} else {
				if strings.Contains(tt.says, "lacks") || tt.code == postgres.CodePurged {
					_, err = src.Position(context.Background()) // It must not mend that in silence.
					sourcetest.Expect(t, sourcetest.Faults(err), tt.code, tt.says, tt.sql)
				}
				err = src.Changes(context.Background(), k.At, again)
				sourcetest.Expect(t, sourcetest.Faults(err), tt.code, tt.says, tt.sql)
			}
			if diff := cmp.Diff(tt.want, again.Lines); diff != "" {
				t.Errorf("changes differ (-want +got):\n%s", diff)
			}
			s.Exec(t, "DROP PUBLICATION IF EXISTS inlet")
		})
	}
}

// TestTrapPublicationLive: a table that comes while others are followed is published, and then one
// of those like the others; none is published again behind the back of its reader.
func TestTrapPublicationLive(t *testing.T) {
	s := server{postgrestest.Start(t)}
	s.Exec(t, "CREATE SCHEMA shop", "CREATE TABLE shop.a (id int PRIMARY KEY)", "CREATE TABLE shop.b (id int PRIMARY KEY)")
	config := s.config()
	config.Tables = []source.Name{shop("a")}
	src := postgres.New(config)
	defer src.Close()
	k := &sourcetest.Notes{}
	commits := make(chan source.Position)
	k.Each = func() error { commits <- k.At; return nil }
	from := position(t, src)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	follow := func(src *postgres.Source, from source.Position) (done chan error) {
		done = make(chan error, 1)
		go func() { done <- src.Changes(ctx, from, k) }()
		return done
	}
	until := func(at source.Position, done chan error) (last source.Position) {
		t.Helper()
		for last < at {
			select {
			case last = <-commits:
			case err := <-done:
				t.Fatalf("changes ended at %s before %s: %v", last, at, err)
			}
		}
		return last
	}
	done := follow(src, from)
	until(position(t, src), done)
	src.Select([]source.Name{shop("a"), shop("b")})
	position(t, src)
	s.Exec(t, "INSERT INTO shop.b VALUES (1)")
	last := until(position(t, src), done)
	src.Close()
	for ended := false; !ended; {
		select {
		case last = <-commits:
		case <-done:
			ended = true
		}
	}
	config.Tables = []source.Name{shop("a"), shop("b")}
	src = postgres.New(config)
	defer src.Close()
	done = follow(src, last)
	s.Exec(t, "INSERT INTO shop.b VALUES (2)")
	until(position(t, src), done)
	if diff := cmp.Diff([]string{"CREATE TABLE b", "INSERT b 1", "INSERT b 2"}, k.Lines); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
	s.Exec(t, "BEGIN", "ALTER PUBLICATION inlet DROP TABLE shop.b", "ALTER PUBLICATION inlet ADD TABLE shop.b", "COMMIT") // No look of the catalog sees it away.
	for {
		select {
		case <-commits:
		case err := <-done:
			sourcetest.Expect(t, sourcetest.Faults(err), "SourcePublication", `"shop"."b" was taken out`, "load the tables again")
			return
		}
	}
}

package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

func check(t *testing.T, config postgres.Config, tables ...source.Name) []*fault.Error {
	t.Helper()
	src := postgres.New(config)
	defer src.Close()
	return sourcetest.Faults(src.Check(context.Background(), tables))
}

func shop(table string) source.Name { return source.Name{Schema: "shop", Table: table} }

func TestCheck(t *testing.T) {
	s := server{postgrestest.Start(t)}
	s.Exec(t, "CREATE SCHEMA shop", "CREATE TABLE shop.good (id int PRIMARY KEY)", "CREATE TABLE shop.keyless (id int)", "CREATE TABLE shop.whole (id int)", "ALTER TABLE shop.whole REPLICA IDENTITY FULL",
		"CREATE TABLE shop.uniq (id int NOT NULL UNIQUE)", "CREATE TABLE shop.chosen (a int PRIMARY KEY, id int NOT NULL UNIQUE)", "ALTER TABLE shop.chosen REPLICA IDENTITY USING INDEX chosen_id_key",
		"CREATE TABLE shop.nothing (id int PRIMARY KEY)", "ALTER TABLE shop.nothing REPLICA IDENTITY NOTHING", "CREATE TABLE shop.late (id int PRIMARY KEY DEFERRABLE)",
		"CREATE UNLOGGED TABLE shop.loose (id int PRIMARY KEY)", "CREATE VIEW shop.view AS SELECT 1 AS id", "CREATE TABLE shop.hidden (id int PRIMARY KEY)", "ALTER TABLE shop.hidden ENABLE ROW LEVEL SECURITY",
		"CREATE TABLE shop.root (id int PRIMARY KEY) PARTITION BY RANGE (id)", "CREATE TABLE shop.part PARTITION OF shop.root FOR VALUES FROM (0) TO (10)",
		"CREATE TABLE shop.loose_root (id int) PARTITION BY RANGE (id)", "ALTER TABLE shop.loose_root REPLICA IDENTITY FULL", "CREATE TABLE shop.loose_part PARTITION OF shop.loose_root FOR VALUES FROM (0) TO (10)",
		"CREATE EXTENSION lo SCHEMA public", "CREATE TABLE shop.large (id int PRIMARY KEY, picture public.lo)",
		"CREATE TYPE shop.odd", "CREATE FUNCTION shop.odd_in(cstring) RETURNS shop.odd AS 'textin' LANGUAGE internal STRICT IMMUTABLE", "CREATE FUNCTION shop.odd_out(shop.odd) RETURNS cstring AS 'textout' LANGUAGE internal STRICT IMMUTABLE",
		"CREATE TYPE shop.odd (INPUT = shop.odd_in, OUTPUT = shop.odd_out, LIKE = text)", "CREATE TABLE shop.odds (id int PRIMARY KEY, v shop.odd)",
		"CREATE ROLE reader LOGIN REPLICATION PASSWORD 'p'", "GRANT USAGE ON SCHEMA shop TO reader", "GRANT SELECT ON shop.good, shop.hidden TO reader",
		"CREATE ROLE poor LOGIN PASSWORD 'p'", "CREATE PUBLICATION full_stop FOR ALL TABLES WITH (publish_via_partition_root = true)", "CREATE PUBLICATION inserts FOR TABLE shop.good WITH (publish = 'insert')",
		"CREATE PUBLICATION filtered FOR TABLE shop.good WHERE (id > 5) WITH (publish_via_partition_root = true)", "SELECT pg_create_logical_replication_slot('other', 'test_decoding')")
	tests := []struct {
		name      string
		change    func(*postgres.Config)
		tables    []source.Name
		code      string
		says, sql string
	}{
		{name: "all is well", tables: []source.Name{shop("good"), shop("root"), shop("whole"), shop("chosen")}},
		{name: "wrong password", change: func(c *postgres.Config) { c.Password = "wrong" }, code: "SourceLogin", says: "refuses user and password", sql: `ALTER ROLE "admin" PASSWORD`},
		{name: "no such role", change: func(c *postgres.Config) { c.User = "nobody" }, code: "SourceLogin", says: "refuses"},
		{name: "no such database", change: func(c *postgres.Config) { c.Database = "absent" }, code: "SourceDatabase", says: "no such database"},
		{name: "no right to replicate", change: func(c *postgres.Config) { c.User, c.Password = "poor", "p" }, code: "SourceGrant", says: "lacks REPLICATION", sql: `ALTER ROLE "poor" REPLICATION`},
		{name: "no right to read", change: func(c *postgres.Config) { c.User, c.Password, c.Publication = "reader", "p", "full_stop" }, tables: []source.Name{shop("root")}, code: "SourceGrant", says: "may not read", sql: `GRANT SELECT ON "shop"."root" TO "reader"`},
		{name: "no right to publish", change: func(c *postgres.Config) { c.User, c.Password = "reader", "p" }, tables: []source.Name{shop("good")}, code: "SourcePublication", says: "may not publish", sql: `CREATE PUBLICATION "inlet" FOR TABLE "shop"."good" WITH (publish_via_partition_root = true)`},
		{name: "published by another", change: func(c *postgres.Config) { c.User, c.Password, c.Publication = "reader", "p", "full_stop" }, tables: []source.Name{shop("good")}},
		{name: "rows hidden", change: func(c *postgres.Config) { c.User, c.Password, c.Publication = "reader", "p", "full_stop" }, tables: []source.Name{shop("hidden")}, code: "SourceRowSecurity", says: "row-level security", sql: `ALTER ROLE "reader" BYPASSRLS`},
		{name: "publication of inserts", change: func(c *postgres.Config) { c.Publication = "inserts" }, tables: []source.Name{shop("good")}, code: "SourcePublication", says: "leaves out kinds", sql: `ALTER PUBLICATION "inserts" SET (publish = 'insert, update`},
		{name: "publication of other tables", change: func(c *postgres.Config) { c.Publication = "inserts" }, tables: []source.Name{shop("root")}, code: "SourcePublication", says: "lacks", sql: `ALTER PUBLICATION "inserts" ADD TABLE "shop"."root"`},
		{name: "publication with a filter", change: func(c *postgres.Config) { c.Publication = "filtered" }, tables: []source.Name{shop("good")}, code: "SourcePublication", says: "row filter", sql: "DROP TABLE"},
		{name: "slot of another plug-in", change: func(c *postgres.Config) { c.Slot, c.Publication = "other", "full_stop" }, code: "SourceSlot", says: "test_decoding", sql: "another name"},
		{name: "no key", tables: []source.Name{shop("keyless")}, code: postgres.CodeNoKey, says: "no primary key", sql: `ALTER TABLE "shop"."keyless" REPLICA IDENTITY FULL`},
		{name: "unique but no identity", tables: []source.Name{shop("uniq")}, code: postgres.CodeNoKey, says: "unique index", sql: `ALTER TABLE "shop"."uniq" REPLICA IDENTITY USING INDEX "uniq_id_key"`},
		{name: "identity of nothing", tables: []source.Name{shop("nothing")}, code: postgres.CodeNoKey, says: "identity", sql: `REPLICA IDENTITY USING INDEX "nothing_pkey"`},
		{name: "key checked late", tables: []source.Name{shop("late")}, code: postgres.CodeNoKey, says: "no primary key", sql: "REPLICA IDENTITY FULL"},
		{name: "unlogged", tables: []source.Name{shop("loose")}, code: "SourceUnlogged", says: "unlogged", sql: `ALTER TABLE "shop"."loose" SET LOGGED`},
		{name: "view", tables: []source.Name{shop("view")}, code: "SourceTable", says: "is a view"},
		{name: "no table", tables: []source.Name{shop("absent")}, code: "SourceTable", says: "no such table"},
		{name: "partition", tables: []source.Name{shop("part")}, code: "SourcePartition", says: "partition of shop.root", sql: "select shop.root"},
		{name: "partition and root", tables: []source.Name{shop("root"), shop("part")}, code: "SourcePartition", says: "twice", sql: "leave the partition out"},
		{name: "partition without identity", tables: []source.Name{shop("loose_root")}, code: postgres.CodeNoKey, says: "no primary key", sql: `ALTER TABLE "shop"."loose_part" REPLICA IDENTITY FULL`},
		{name: "large object", tables: []source.Name{shop("large")}, code: "SourceType", says: "column picture refers to large objects", sql: "bytea"},
		{name: "type of an extension", tables: []source.Name{shop("odds")}, code: "SourceType", says: "column v has type shop.odd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := s.config()
			if tt.change != nil {
				tt.change(&config)
			}
			sourcetest.Expect(t, check(t, config, tt.tables...), tt.code, tt.says, tt.sql)
		})
	}
}

func TestCheckServer(t *testing.T) {
	s := server{postgrestest.Start(t, "wal_level=replica", "max_replication_slots=1", "max_slot_wal_keep_size=64MB", "wal_sender_timeout=5s")}
	s.Exec(t, "SELECT pg_create_physical_replication_slot('standby')")
	got := check(t, s.config())
	sourcetest.Expect(t, got, "SourceSetting", "wal_level is replica", "ALTER SYSTEM SET wal_level = logical")
	sourcetest.Expect(t, got, "SourceSetting", "max_slot_wal_keep_size is 64 MB", "SET max_slot_wal_keep_size = -1")
	sourcetest.Expect(t, got, "SourceSetting", "wal_sender_timeout is 5000 ms", "SET wal_sender_timeout")
	sourcetest.Expect(t, got, "SourceSlots", "all replication slots", "max_replication_slots")
	src := s.Open(t)
	defer src.Close()
	if _, err := src.Position(context.Background()); fault.CodeOf(err) != "SourceSetting" && fault.CodeOf(err) != "SourceSlots" {
		t.Errorf("position without wal_level=logical: %v", err)
	}
	s.Exec(t, "CREATE SCHEMA shop", "CREATE TABLE shop.log (v int)", "INSERT INTO shop.log VALUES (1)")
	d := must(src.Describe(context.Background(), shop("log")))(t)
	var b strings.Builder
	if r, err := src.Snapshot(context.Background(), d, source.Range{}, &b); err != nil || r.At == "" || b.String() != "1\n" {
		t.Errorf("a full load alone needs no logical log: %q, %v, %v", b.String(), r, err)
	}
}

// TestErrors: what goes wrong later is told with the way out, too.
func TestErrors(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY)")
	ctx := context.Background()
	src := s.Open(t)
	defer src.Close()
	from := position(t, src)
	none := &sourcetest.Notes{}
	t.Run("not a position", func(t *testing.T) {
		if err := src.Changes(ctx, "nowhere", none); fault.CodeOf(err) != "SourcePosition" {
			t.Error(err)
		}
	})
	t.Run("no right to replicate", func(t *testing.T) {
		s.Exec(t, "CREATE ROLE poor LOGIN PASSWORD 'p'")
		config := s.config()
		config.User, config.Password = "poor", "p"
		poor := postgres.New(config)
		defer poor.Close()
		sourcetest.Expect(t, sourcetest.Faults(poor.Changes(ctx, from, none)), "SourceGrant", "lacks REPLICATION", `ALTER ROLE "poor" REPLICATION`)
	})
	t.Run("no publication", func(t *testing.T) {
		s.Exec(t, "DROP PUBLICATION inlet", "INSERT INTO shop.t VALUES (1)")
		sourcetest.Expect(t, sourcetest.Faults(src.Changes(ctx, from, none)), postgres.CodePurged, `publication "inlet" did not exist`, "pg_drop_replication_slot('inlet')")
		from = position(t, src) // Makes both anew.
		s.Exec(t, "INSERT INTO shop.t VALUES (2)")
		k := &sourcetest.Notes{Until: position(t, src)}
		if err := src.Changes(ctx, from, k); !errors.Is(err, sourcetest.ErrEnd) || strings.Join(k.Lines, "; ") != "INSERT t 2" {
			t.Errorf("changes after a new beginning: %v, %v", k.Lines, err)
		}
	})
	t.Run("no slot", func(t *testing.T) {
		if err := src.Remove(ctx); err != nil {
			t.Fatal(err)
		}
		sourcetest.Expect(t, sourcetest.Faults(src.Changes(ctx, from, none)), postgres.CodePurged, "is gone", "load the tables again")
		if err := src.Remove(ctx); err != nil {
			t.Errorf("remove a second time: %v", err)
		}
		if n := s.Value(t, "SELECT count(*) FROM pg_publication"); n != "0" {
			t.Errorf("%s publications are left", n)
		}
	})
}

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// changes is what statements make of the log.
func changes(t *testing.T, s server, statements ...string) []string {
	t.Helper()
	src := s.Open(t)
	defer src.Close()
	from := position(t, src)
	s.Exec(t, statements...)
	k := &sourcetest.Notes{Until: position(t, src)}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := src.Changes(ctx, from, k); !errors.Is(err, sourcetest.ErrEnd) {
		t.Fatal(err)
	}
	return k.Lines
}

// TestTrap12Toast: a large value that did not change is not sent, and neither NULL nor a word in its place.
func TestTrap12Toast(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.toast (id int PRIMARY KEY, n int, v text)", "ALTER TABLE shop.toast ALTER v SET STORAGE EXTERNAL",
		"CREATE TABLE shop.full_toast (id int PRIMARY KEY, n int, v text)", "ALTER TABLE shop.full_toast ALTER v SET STORAGE EXTERNAL", "ALTER TABLE shop.full_toast REPLICA IDENTITY FULL",
		"CREATE TABLE shop.loose_toast (n int, v text)", "ALTER TABLE shop.loose_toast ALTER v SET STORAGE EXTERNAL", "ALTER TABLE shop.loose_toast REPLICA IDENTITY FULL",
		"CREATE TABLE shop.wide_key (k text PRIMARY KEY, n int)", "ALTER TABLE shop.wide_key ALTER k SET STORAGE EXTERNAL")
	insert := "INSERT INTO shop.%s VALUES (%s repeat('x', 20480))"
	for _, table := range []string{"toast", "full_toast"} {
		s.Exec(t, fmt.Sprintf(insert, table, "1, 1,"))
	}
	s.Exec(t, fmt.Sprintf(insert, "loose_toast", "1,"), "INSERT INTO shop.wide_key SELECT repeat('k', 2500), 1")
	x, k := `"`+strings.Repeat("x", 20480)+`"`, `"`+strings.Repeat("k", 2500)+`"`
	tests := []struct {
		name, statement string
		want            []string
	}{
		{"another column", "UPDATE shop.toast SET n = 2", []string{"UPDATE toast 1,, 1,2,"}},
		{"the key", "UPDATE shop.toast SET id = 7", []string{"UPDATE toast 1,, 7,2,"}},
		{"the value", "UPDATE shop.toast SET v = 'y'", []string{`UPDATE toast 7,, 7,2,"y"`}},
		{"no value", "UPDATE shop.toast SET v = NULL", []string{"UPDATE toast 7,, 7,2,NULL"}},
		{"gone", "DELETE FROM shop.toast", []string{"DELETE toast 7,,"}},
		{"full identity", "UPDATE shop.full_toast SET n = 2", []string{"UPDATE full_toast 1,1," + x + " 1,2," + x}},
		{"full identity, the key", "UPDATE shop.full_toast SET id = 2", []string{"UPDATE full_toast 1,2," + x + " 2,2," + x}},
		{"full identity, gone", "DELETE FROM shop.full_toast", []string{"DELETE full_toast 2,2," + x}},
		{"no key", "UPDATE shop.loose_toast SET n = 2", []string{"UPDATE loose_toast 1," + x + " 2," + x}},
		{"a large key", "UPDATE shop.wide_key SET n = 2", []string{"UPDATE wide_key " + k + ", " + k + ",2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, changes(t, s, tt.statement)); diff != "" {
				t.Errorf("changes differ (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTrapDDL: pgoutput shows shapes and not statements; those that made them are found again.
func TestTrapDDL(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY, a varchar(10), b int)", "CREATE TABLE shop.gone (id int PRIMARY KEY)")
	alter := `ALTER TABLE "shop"."t" `
	tests := []struct {
		name       string
		statements []string
		want       []string
	}{
		{"add", []string{"INSERT INTO shop.t VALUES (1)", "ALTER TABLE shop.t ADD c numeric(5,2)", "INSERT INTO shop.t VALUES (2)"},
			[]string{"INSERT t 1,NULL,NULL", alter + `ADD COLUMN "c" numeric(5,2)`, "INSERT t 2,NULL,NULL,NULL"}},
		{"rename", []string{"INSERT INTO shop.t VALUES (3)", "ALTER TABLE shop.t RENAME c TO d", "INSERT INTO shop.t VALUES (4)"},
			[]string{"INSERT t 3,NULL,NULL,NULL", alter + `RENAME COLUMN "c" TO "d"`, "INSERT t 4,NULL,NULL,NULL"}},
		{"drop and add alike", []string{"INSERT INTO shop.t VALUES (5)", "ALTER TABLE shop.t DROP d", "ALTER TABLE shop.t ADD e numeric(5,2)", "INSERT INTO shop.t VALUES (6)"},
			[]string{"INSERT t 5,NULL,NULL,NULL", alter + `DROP COLUMN "d", ADD COLUMN "e" numeric(5,2)`, "INSERT t 6,NULL,NULL,NULL"}},
		{"type", []string{"INSERT INTO shop.t VALUES (7)", "ALTER TABLE shop.t ALTER a TYPE varchar(20), ALTER b TYPE bigint", "INSERT INTO shop.t VALUES (8)"},
			[]string{"INSERT t 7,NULL,NULL,NULL", alter + `ALTER COLUMN "a" TYPE character varying(20), ALTER COLUMN "b" TYPE bigint`, "INSERT t 8,NULL,NULL,NULL"}},
		{"in the transaction of rows", []string{"BEGIN", "INSERT INTO shop.t VALUES (9)", "ALTER TABLE shop.t DROP e", "INSERT INTO shop.t VALUES (10)", "COMMIT"},
			[]string{"INSERT t 9,NULL,NULL,NULL", alter + `DROP COLUMN "e"`, "INSERT t 10,NULL,NULL"}},
		{"add with a default", []string{"INSERT INTO shop.t VALUES (20)", "ALTER TABLE shop.t ADD f text DEFAULT 'it''s'", "INSERT INTO shop.t VALUES (21)", "ALTER TABLE shop.t DROP f"},
			[]string{"INSERT t 20,NULL,NULL", alter + `ADD COLUMN "f" text`, `INSERT t 21,NULL,NULL,"it's"`}},
		{"truncate", []string{"INSERT INTO shop.t VALUES (11)", "TRUNCATE shop.t", "INSERT INTO shop.t VALUES (11)"},
			[]string{"INSERT t 11,NULL,NULL", "TRUNCATE TABLE t", "INSERT t 11,NULL,NULL"}},
		{"rename the table", []string{"INSERT INTO shop.t VALUES (12)", "ALTER TABLE shop.t RENAME TO u", "INSERT INTO shop.u VALUES (13)", "ALTER TABLE shop.u RENAME TO t"},
			[]string{"INSERT t 12,NULL,NULL", "RENAME TABLE t to u", "INSERT u 13,NULL,NULL"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, changes(t, s, tt.statements...)); diff != "" {
				t.Errorf("changes differ (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTrapDDLLive: while the reader keeps up, it also sees what the announcements alone do not tell.
func TestTrapDDLLive(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY, a int, b int)")
	alter := `ALTER TABLE "shop"."t" `
	steps := []struct {
		statements []string
		want       []string
	}{
		{[]string{"INSERT INTO shop.t VALUES (1, 1, 1)"}, []string{"INSERT t 1,1,1"}},
		{[]string{"ANALYZE shop.t", "INSERT INTO shop.t VALUES (2, 2, 2)"}, []string{"INSERT t 2,2,2"}},
		{[]string{"ALTER TABLE shop.t DROP b, ADD b int", "INSERT INTO shop.t VALUES (3, 3, 3)"}, []string{alter + `DROP COLUMN "b", ADD COLUMN "b" integer`, "INSERT t 3,3,3"}},
		{[]string{"ALTER TABLE shop.t DROP b, ADD c int DEFAULT 7", "INSERT INTO shop.t VALUES (4, 4, 4)"}, []string{alter + `DROP COLUMN "b", ADD COLUMN "c" integer DEFAULT '7'`, "INSERT t 4,4,4"}},
		{[]string{"ALTER TABLE shop.t RENAME a TO d", "ALTER TABLE shop.t RENAME c TO a", "INSERT INTO shop.t VALUES (5, 5, 6)"},
			[]string{alter + `RENAME COLUMN "a" TO "d", RENAME COLUMN "c" TO "a"`, "INSERT t 5,5,6"}},
		{[]string{"ALTER TABLE shop.t RENAME a TO x", "ALTER TABLE shop.t RENAME d TO a", "ALTER TABLE shop.t RENAME x TO d", "INSERT INTO shop.t VALUES (6, 5, 6)"},
			[]string{alter + `RENAME COLUMN "d" TO "d_renamed", RENAME COLUMN "a" TO "d", RENAME COLUMN "d_renamed" TO "a"`, "INSERT t 6,5,6"}},
		{[]string{"ALTER TABLE shop.t ADD e text DEFAULT 'it''s'", "DELETE FROM shop.t WHERE id = 1"}, []string{alter + `ADD COLUMN "e" text DEFAULT 'it''s'`, "DELETE t 1,,,"}},
	}
	src := s.Open(t)
	defer src.Close()
	from := position(t, src)
	k := &sourcetest.Notes{}
	step, commits := 0, make(chan source.Position)
	k.Each = func() error { commits <- k.At; return nil }
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- src.Changes(ctx, from, k) }()
	for ; step < len(steps); step++ {
		s.Exec(t, steps[step].statements...)
		for end := position(t, src); <-commits < end; {
		}
		if diff := cmp.Diff(steps[step].want, k.Lines); diff != "" {
			t.Errorf("changes by %v differ (-want +got):\n%s", steps[step].statements, diff)
		}
		k.Lines = nil
	}
	cancel()
	for {
		select {
		case <-commits:
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			return
		}
	}
}

// TestTrapPartitions: rows of partitions are rows of their root, in snapshots and changes, each once.
func TestTrapPartitions(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.root (id int, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id)", "CREATE TABLE shop.low PARTITION OF shop.root FOR VALUES FROM (0) TO (10)",
		"CREATE TABLE shop.high (v text, id int NOT NULL)", "ALTER TABLE shop.root ATTACH PARTITION shop.high FOR VALUES FROM (10) TO (20)",
		"CREATE TABLE shop.parent (id int PRIMARY KEY)", "CREATE TABLE shop.child (PRIMARY KEY (id)) INHERITS (shop.parent)")
	want := []string{`INSERT root 1,"a"`, `INSERT root 11,"b"`, `DELETE root 1,`, `INSERT root 15,"a"`, "TRUNCATE TABLE root", `INSERT root 2,"c"`, "INSERT child 5"}
	got := changes(t, s, "INSERT INTO shop.root VALUES (1, 'a'), (11, 'b')", "UPDATE shop.root SET id = 15 WHERE id = 1", "TRUNCATE shop.root", "INSERT INTO shop.root VALUES (2, 'c')", "INSERT INTO shop.child VALUES (5)")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
	src := s.Open(t)
	defer src.Close()
	names := must(src.Tables(context.Background()))(t)
	if diff := cmp.Diff([]source.Name{shop("child"), shop("parent"), shop("root")}, names); diff != "" {
		t.Errorf("tables differ (-want +got):\n%s", diff)
	}
	for name, rows := range map[string]string{"root": "2,\"c\"\n", "parent": "", "child": "5\n"} {
		var b strings.Builder
		must(src.Snapshot(context.Background(), must(src.Describe(context.Background(), shop(name)))(t), source.Range{}, &b))(t)
		if b.String() != rows {
			t.Errorf("snapshot of %s: %q, want %q", name, b.String(), rows)
		}
	}
}

// TestTrapSlotInvalidated: a slot that lost its log stops the reader, says what to do, and is made anew for a new beginning.
func TestTrapSlotInvalidated(t *testing.T) {
	s := start(t, "max_slot_wal_keep_size=1MB", "min_wal_size=32MB", "max_wal_size=32MB", "wal_keep_size=0")
	s.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY, v text)")
	src := s.Open(t)
	defer src.Close()
	from := position(t, src)
	for range 6 {
		s.Exec(t, "INSERT INTO shop.t SELECT 1, repeat('x', 1000)", "DELETE FROM shop.t", "SELECT pg_switch_wal()", "CHECKPOINT")
	}
	if status := s.Value(t, "SELECT wal_status FROM pg_replication_slots"); status != "lost" {
		t.Fatalf("the slot is %s", status)
	}
	err := src.Changes(context.Background(), from, &sourcetest.Notes{})
	sourcetest.Expect(t, sourcetest.Faults(err), postgres.CodePurged, "invalidated", "SELECT pg_drop_replication_slot('inlet')")
	sourcetest.Expect(t, sourcetest.Faults(src.Check(context.Background(), nil)), postgres.CodePurged, "invalidated", "load the tables again")
	from = position(t, src)
	s.Exec(t, "INSERT INTO shop.t VALUES (2, 'b')")
	k := &sourcetest.Notes{Until: position(t, src)}
	if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) || strings.Join(k.Lines, "; ") != `INSERT t 2,"b"` {
		t.Errorf("changes after a new beginning: %v, %v", k.Lines, err)
	}
}

// TestTrapIdleFeedback: on a server that writes, but nothing this reader wants, the slot moves as far as is applied, and no further.
func TestTrapIdleFeedback(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE SCHEMA other", "CREATE TABLE other.t (id int PRIMARY KEY)", "CREATE TABLE shop.t (id int PRIMARY KEY)")
	src := s.Open(t)
	defer src.Close()
	from := position(t, src)
	confirmed := func() string { return s.Value(t, "SELECT confirmed_flush_lsn FROM pg_replication_slots") }
	before := confirmed()
	s.Exec(t, "INSERT INTO shop.t VALUES (1)", "INSERT INTO other.t SELECT generate_series(1, 1000)")
	end := position(t, src)
	k := &sourcetest.Notes{}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	reached, done := make(chan struct{}), make(chan error, 1)
	k.Each = func() error {
		if k.At >= end && reached != nil {
			close(reached)
			reached = nil
		}
		return nil
	}
	wait := reached
	go func() { done <- src.Changes(ctx, from, k) }()
	<-wait
	until(t, func() bool { return s.Value(t, "SELECT reply_time IS NOT NULL FROM pg_stat_replication") == "t" })
	if now := confirmed(); now != before {
		t.Errorf("the slot moved from %s to %s although nothing is applied", before, now)
	}
	src.Applied(end)
	until(t, func() bool {
		return s.Value(t, "SELECT confirmed_flush_lsn >= '"+string(end)+"' FROM pg_replication_slots") == "t"
	})
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("changes: %v", err)
	}
	if diff := cmp.Diff([]string{"INSERT t 1"}, k.Lines); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
	sourcetest.Expect(t, sourcetest.Faults(src.Changes(context.Background(), from, &sourcetest.Notes{})), postgres.CodePurged, "tells only of changes after", "load the tables again")
}

// until polls a condition of the server, which tells of none by itself.
func until(t testing.TB, condition func() bool) {
	t.Helper()
	tick := time.Tick(20 * time.Millisecond)
	for range 1500 {
		if condition() {
			return
		}
		<-tick
	}
	t.Fatal("the condition does not come true")
}

// TestKeylessSnapshot: the position is the one of the rows, whatever happens beside.
func TestKeylessSnapshot(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.log (v int)", "ALTER TABLE shop.log REPLICA IDENTITY FULL", "INSERT INTO shop.log VALUES (0), (0)")
	src := s.Open(t)
	defer src.Close()
	position(t, src)
	d := must(src.Describe(context.Background(), shop("log")))(t)
	writer := must(s.Connect(postgrestest.User, postgrestest.Password, postgrestest.Database))(t)
	defer writer.Close(context.Background())
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			if _, err := writer.Exec(context.Background(), "INSERT INTO shop.log SELECT count(*) FROM shop.log").ReadAll(); err != nil {
				stopped <- err
				return
			}
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
		}
	}()
	for range 5 {
		var b strings.Builder
		r := must(src.Snapshot(context.Background(), d, source.Range{}, &b))(t)
		k := &sourcetest.Notes{Until: position(t, src)}
		if err := src.Changes(context.Background(), r.At, k); !errors.Is(err, sourcetest.ErrEnd) {
			t.Fatal(err)
		}
		rows := strings.Count(b.String(), "\n")
		if len(k.Lines) > 0 && k.Lines[0] != fmt.Sprintf("INSERT log %d", rows) {
			t.Errorf("%d rows, and the first change after them is %s", rows, k.Lines[0])
		}
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if got := changes(t, s, "UPDATE shop.log SET v = -1 WHERE v = 0", "DELETE FROM shop.log WHERE v = -1"); len(got) != 4 || got[0] != "UPDATE log 0 -1" || got[3] != "DELETE log -1" {
		t.Errorf("changes %v", got)
	}
}

// TestPositionSettles: a transaction whose commit is in the log, but not yet to be seen, is waited for.
func TestPositionSettles(t *testing.T) {
	s := server{postgrestest.Start(t, "synchronous_standby_names=absent")}
	s.Exec(t, "SET synchronous_commit = local", "CREATE SCHEMA shop", "CREATE TABLE shop.t (id int PRIMARY KEY)")
	src := s.Open(t)
	defer src.Close()
	position(t, src)
	other := must(s.Connect(postgrestest.User, postgrestest.Password, postgrestest.Database))(t)
	defer other.Close(context.Background())
	must(other.Exec(context.Background(), "BEGIN; INSERT INTO shop.t VALUES (1)").ReadAll())(t)
	position(t, src) // It does nothing, so it does not commit either.
	stuck := make(chan error, 1)
	go func() {
		_, err := other.Exec(context.Background(), "COMMIT").ReadAll()
		stuck <- err
	}()
	until(t, func() bool {
		return s.Value(t, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == "1"
	})
	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	if _, err := src.Position(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("position while a commit waits for a standby: %v", err)
	}
	s.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
	if err := <-stuck; err == nil {
		t.Error("the commit waited for nobody")
	}
	position(t, src)
}

// TestTrapOpenTransaction: a slot begins when open transactions have ended; one that does not is named.
func TestTrapOpenTransaction(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.t (id int)", "ALTER TABLE shop.t REPLICA IDENTITY FULL")
	src := postgres.New(s.config())
	defer src.Close()
	d := must(src.Describe(context.Background(), shop("t")))(t)
	other := must(s.Connect(postgrestest.User, postgrestest.Password, postgrestest.Database))(t)
	defer other.Close(context.Background())
	must(other.Exec(context.Background(), "BEGIN; INSERT INTO shop.t VALUES (1)").ReadAll())(t)
	src.SetHeld(time.Second)
	end := fmt.Sprintf("SELECT pg_terminate_backend(%d)", other.PID())
	_, err := src.Position(context.Background())
	sourcetest.Expect(t, sourcetest.Faults(err), "SourceBusy", "open for too long", end)
	sourcetest.Expect(t, sourcetest.Faults(src.Check(context.Background(), nil)), "SourceBusy", "open for long", end)
	_, err = src.Snapshot(context.Background(), d, source.Range{}, &strings.Builder{})
	sourcetest.Expect(t, sourcetest.Faults(err), "SourceBusy", "open for too long", end)
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	src.SetHeld(time.Minute)
	if _, err := src.Position(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("position with an ended context: %v", err)
	}
	until(t, func() bool { return s.Value(t, "SELECT count(*) FROM pg_replication_slots") == "0" })
	must(other.Exec(context.Background(), "COMMIT").ReadAll())(t)
	position(t, src)
}

// TestClose: the end of the source ends those who follow it.
func TestClose(t *testing.T) {
	s := start(t)
	src := s.Open(t)
	from := position(t, src)
	s.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY)")
	k := &sourcetest.Notes{Each: src.Close}
	if err := src.Changes(context.Background(), from, k); err == nil || !strings.Contains(err.Error(), "the source is closed") {
		t.Errorf("changes of a closed source: %v", err)
	}
}

// TestSelect: only what is asked for is published, and what was added later comes.
func TestSelect(t *testing.T) {
	s := server{postgrestest.Start(t)}
	s.Exec(t, "CREATE SCHEMA shop", "CREATE TABLE shop.a (id int PRIMARY KEY)", "CREATE TABLE shop.b (id int PRIMARY KEY)", "CREATE TABLE shop.keyless (id int)")
	src := postgres.New(s.config())
	defer src.Close()
	published := func() string {
		return s.Value(t, "SELECT string_agg(tablename, ',' ORDER BY 1) FROM pg_publication_tables")
	}
	src.Select([]source.Name{shop("a")})
	position(t, src)
	if got := published(); got != "a" {
		t.Errorf("published %s, want a", got)
	}
	src.Select([]source.Name{shop("a"), shop("b")})
	from := position(t, src)
	s.Exec(t, "INSERT INTO shop.b VALUES (1)", "UPDATE shop.keyless SET id = 1")
	k := &sourcetest.Notes{Until: position(t, src)}
	if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) || strings.Join(k.Lines, "; ") != "INSERT b 1" {
		t.Errorf("changes %v, %v", k.Lines, err)
	}
	if err := src.Remove(context.Background()); err != nil {
		t.Fatal(err)
	}
	all := postgres.New(s.config())
	defer all.Close()
	position(t, all)
	if got := published(); got != "a,b" {
		t.Errorf("published %s, want a,b: updates of the third would fail", got)
	}
}

// TestTrapGone: of tables that are dropped, renamed or no longer published the log says nothing; the catalog does.
func TestTrapGone(t *testing.T) {
	s := server{postgrestest.Start(t)}
	s.Exec(t, "CREATE SCHEMA shop")
	for _, name := range []string{"a", "b", "c", "d"} {
		s.Exec(t, "CREATE TABLE shop."+name+" (id int PRIMARY KEY)")
	}
	config := s.config()
	config.Tables = []source.Name{shop("a"), shop("b"), shop("c"), shop("d")}
	src := postgres.New(config)
	defer src.Close()
	from := position(t, src)
	s.Exec(t, "INSERT INTO shop.a VALUES (1)", "DROP TABLE shop.a")
	told := make(chan string, 100)
	k := &sourcetest.Notes{}
	k.Each = func() error {
		for _, r := range k.Lines {
			told <- r
		}
		k.Lines = nil
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- src.Changes(ctx, from, k) }()
	next := func(want string) {
		t.Helper()
		select {
		case got := <-told:
			if got != want {
				t.Errorf("told %s, want %s", got, want)
			}
		case err := <-done:
			t.Fatalf("changes ended before %s: %v", want, err)
		}
	}
	next("INSERT a 1")
	next("DROP TABLE a")
	s.Exec(t, "INSERT INTO shop.b VALUES (1)")
	next("INSERT b 1")
	s.Exec(t, "ALTER TABLE shop.b RENAME TO bb")
	next("RENAME TABLE b to bb")
	s.Exec(t, "INSERT INTO shop.bb VALUES (2)", "ALTER TABLE shop.c RENAME TO cc")
	next("INSERT bb 2")
	next("RENAME TABLE c to cc")
	s.Exec(t, "INSERT INTO shop.cc VALUES (1)")
	next("INSERT cc 1")
	s.Exec(t, "ALTER PUBLICATION inlet DROP TABLE shop.d")
	err := <-done
	sourcetest.Expect(t, sourcetest.Faults(err), "SourcePublication", `lacks "shop"."d"`, `ALTER PUBLICATION "inlet" ADD TABLE "shop"."d"`)
}

// TestTrapRemade: a table that is made, or made again, is told before its rows; one that was exchanged with a copy ends the stream.
func TestTrapRemade(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.a (id int PRIMARY KEY)")
	config := s.config()
	config.Tables = []source.Name{shop("a")}
	src := postgres.New(config)
	defer src.Close()
	from := position(t, src)
	s.Exec(t, "INSERT INTO shop.a VALUES (1)", "DROP TABLE shop.a", "CREATE TABLE shop.a (id int PRIMARY KEY, v int)", "INSERT INTO shop.a VALUES (2, 2)",
		"CREATE TABLE shop.b (id int PRIMARY KEY)", "INSERT INTO shop.b VALUES (3)", "INSERT INTO shop.b VALUES (4)")
	k := &sourcetest.Notes{Until: position(t, src)}
	if err := src.Changes(context.Background(), from, k); !errors.Is(err, sourcetest.ErrEnd) {
		t.Fatal(err)
	}
	want := []string{"INSERT a 1", "DROP TABLE a", "CREATE TABLE a", "INSERT a 2,2", "CREATE TABLE b", "INSERT b 3", "INSERT b 4"}
	if diff := cmp.Diff(want, k.Lines); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
	s.Exec(t, "INSERT INTO shop.a VALUES (5, 5)", "CREATE TABLE public.copy (id int PRIMARY KEY)", "ALTER TABLE shop.a SET SCHEMA public", "ALTER TABLE public.copy SET SCHEMA shop", "ALTER TABLE shop.copy RENAME TO a", "INSERT INTO shop.a VALUES (6)")
	place, _, _ := strings.Cut(string(k.At), " ") // With what is known of the tables it would not even begin.
	err := src.Changes(context.Background(), source.Position(place), &sourcetest.Notes{Until: position(t, src)})
	sourcetest.Expect(t, sourcetest.Faults(err), source.CodeChanged, "exchanged", "load the table again")
}

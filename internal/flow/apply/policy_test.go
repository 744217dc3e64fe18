package apply_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestRefusedRows applies rows that a hand-made table refuses, among others that it takes.
func TestRefusedRows(t *testing.T) {
	w := start(t)
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(10), n INTEGER NOT NULL)")
	tab := table("t", col("id!", bigint), col("name", varchar(40)), col("n", bigint))
	other := table("other", col("id!", bigint))
	w.insert(tab, "1|one|1", "2|two|2")
	w.commit()
	w.insert(tab, "3|three|3", "4|"+strings.Repeat("😀", 10)+"|4", "5|five|99999999999", "6|six|∅")
	w.update(tab, "1|one|1", "1|ONE, which is far too long|1")
	w.delete(tab, "2|two|2")
	w.insert(other, "1")
	w.commit()
	a := w.apply(t, w.config(w.target(t, nil)))
	compare(t, "taken", []string{"1|one|1", "3|three|3"}, w.SQL(t, "SELECT * FROM shop.t"))
	compare(t, "other", []string{"1"}, w.SQL(t, "SELECT * FROM shop.other"))
	got := w.SQL(t, "SELECT statement FROM public.awsdms_apply_exceptions WHERE table_name = 't' ORDER BY 1")
	want := []string{
		`INSERT INTO "shop"."t" ("id", "name", "n") VALUES ('1', 'ONE, which is far too long', '1')`,
		`INSERT INTO "shop"."t" ("id", "name", "n") VALUES ('4', '` + strings.Repeat("😀", 10) + `', '4')`,
		`INSERT INTO "shop"."t" ("id", "name", "n") VALUES ('5', 'five', '99999999999')`,
		`INSERT INTO "shop"."t" ("id", "name", "n") VALUES ('6', 'six', NULL)`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exceptions differ (-want +got):\n%s", diff)
	}
	if n := a.Statistics().Tables[tab.Name].Errors; n != 4 {
		t.Errorf("%d errors are counted, want 4", n)
	}
}

// TestSuspend gives a table up and goes on with the other.
func TestSuspend(t *testing.T) {
	w := start(t)
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, n INTEGER)")
	tab, other := table("t", col("id!", bigint), col("n", bigint)), table("other", col("id!", bigint))
	w.insert(tab, "1|99999999999")
	w.insert(other, "1")
	w.commit()
	w.insert(tab, "2|2")
	w.insert(other, "2")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Limits.Rows = 1
	c.Policies.Data = apply.SuspendTable
	var given []source.Name
	c.Suspend = func(n source.Name, err error) error { given = append(given, n); return nil }
	w.apply(t, c)
	compare(t, "other", []string{"1", "2"}, w.SQL(t, "SELECT * FROM shop.other"))
	compare(t, "suspended", nil, w.SQL(t, "SELECT * FROM shop.t"))
	if diff := cmp.Diff([]source.Name{tab.Name}, given); diff != "" {
		t.Error(diff)
	}
}

// TestStop keeps the position before what could not be applied.
func TestStop(t *testing.T) {
	w := start(t)
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, n INTEGER)")
	tab := table("t", col("id!", bigint), col("n", bigint))
	w.insert(tab, "1|1")
	w.commit()
	w.insert(tab, "2|99999999999")
	w.commit()
	tg := w.target(t, nil)
	c := w.config(tg)
	c.Limits.Rows = 1
	c.Policies.Data = apply.StopTask
	err := apply.New(c).Run(t.Context(), "", w.feed)
	if err == nil || errors.Is(err, errEnd) || !strings.Contains(err.Error(), "shop.t") {
		t.Fatal(err)
	}
	if pos, _, err := tg.Position(t.Context()); err != nil || pos != commit(1).Position() {
		t.Errorf("the position is %s, %v", pos, err)
	}
	w.SQL(t, "ALTER TABLE shop.t ADD COLUMN m BIGINT; ALTER TABLE shop.t DROP COLUMN n; ALTER TABLE shop.t RENAME COLUMN m TO n")
	w.apply(t, c)
	compare(t, "mended", []string{"1|∅", "2|99999999999"}, w.SQL(t, "SELECT id, n FROM shop.t"))
}

// TestWithoutKey gives up a table whose changes came without what tells rows apart.
func TestWithoutKey(t *testing.T) {
	w := start(t)
	heap, keyed, other := table("heap", col("n", bigint), col("m", bigint)), table("keyed", col("id!", bigint), col("m", bigint)), table("other", col("id!", bigint))
	w.insert(heap, "1|1")
	w.insert(keyed, "1|1")
	w.commit()
	w.insert(heap, "2|2")
	w.update(heap, "1|?", "1|2")
	w.delete(keyed, "?|1")
	w.insert(other, "1")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Limits.Rows = 1
	if err := apply.New(c).Run(t.Context(), "", w.feed); err == nil || !strings.Contains(err.Error(), "REPLICA IDENTITY FULL") {
		t.Fatal(err)
	}
	c.Policies.Table = apply.SuspendTable
	var given []string
	c.Suspend = func(n source.Name, err error) error { given = append(given, n.String()); return nil }
	w.apply(t, c)
	compare(t, "given up", []string{"shop.heap", "shop.keyed"}, given)
	compare(t, "heap", []string{"1|1"}, w.SQL(t, "SELECT * FROM shop.heap"))
	compare(t, "other", []string{"1"}, w.SQL(t, "SELECT * FROM shop.other"))
}

package target_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// TestJoin makes a table ready for the rows of another source table: nothing that is there goes.
func TestJoin(t *testing.T) {
	w := start(t)
	tg := w.open(t)
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, own VARCHAR(9)); INSERT INTO shop.t VALUES (1, 'kept')")
	p := plan(t, table("t", col("id!", bigint), col("more", short)))
	if err := tg.Prepare(t.Context(), p, target.Join); err != nil {
		t.Fatal(err)
	}
	if _, _, err := tg.Load(t.Context(), p, w.staged(t, "1", `2,"new"`)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1|kept|∅", "2|∅|new"}, w.SQL(t, "SELECT id, own, more FROM shop.t ORDER BY id")); diff != "" {
		t.Error(diff)
	}
	if err := tg.Distinct(t.Context(), p); err != nil {
		t.Error(err)
	}
	w.SQL(t, "INSERT INTO shop.t VALUES (2, 'twice')")
	if err := tg.Distinct(t.Context(), p); fault.CodeOf(err) != "SourceTableShared" || !strings.Contains(err.Error(), `id="2"`) {
		t.Error(err)
	}
	heap := table("t", col("id", bigint))
	heap.Key = nil
	if err := tg.Distinct(t.Context(), plan(t, heap)); err != nil {
		t.Error(err)
	}
	w.SQL(t, "CREATE TABLE shop.u (id BIGINT NOT NULL PRIMARY KEY, own BIGINT NOT NULL)")
	if err := tg.Prepare(t.Context(), plan(t, table("u", col("id!", bigint))), target.Join); err == nil {
		t.Error("a column that only the other table fills is taken as it is")
	}
	if got := w.SQL(t, "SELECT COUNT(*) FROM svv_columns WHERE table_schema = 'shop' AND table_name = 'u'"); got[0] != "2" {
		t.Errorf("%s columns are left", got[0])
	}
}

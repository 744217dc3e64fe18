package apply_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

var (
	date  = sqltype.Type{ID: sqltype.Date}
	money = sqltype.Type{ID: sqltype.Decimal, Precision: 5, Scale: 2}
)

// TestRefusedValues applies rows with values that the target does not take, among others: they
// arrive with NULL, once, and each is told of. What else transactions did to them counts too.
func TestRefusedValues(t *testing.T) {
	w := start(t)
	tab := table("t", col("id!", bigint), col("d", date), col("n", money))
	heap, other := table("heap", col("n", bigint), col("d", date)), table("other", col("id!", bigint))
	w.insert(tab, "1|2024-01-01|1", "2|2024-01-01|2")
	w.insert(heap, "1|2024-01-01", "1|2024-01-01")
	w.commit()
	w.insert(tab, "3|-infinity|3", "4|2024-01-01|NaN")
	w.insert(heap, "2|0000-00-00", "2|0000-00-00")
	w.insert(other, "1")
	w.commit()
	w.update(tab, "1|2024-01-01|1", "1|0000-00-00|1")
	w.update(tab, "3|-infinity|3", "3|-infinity|33")
	w.delete(heap, "2|0000-00-00")
	w.update(heap, "1|2024-01-01", "3|2024-02-30")
	w.commit()
	w.update(tab, "2|2024-01-01|2", "2|2024-02-02|?")
	w.delete(tab, "1|0000-00-00|1")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Limits.Rows = 8
	a := w.apply(t, c)
	compare(t, "keyed", []string{"2|2024-02-02|2.00", "3|∅|33.00", "4|2024-01-01|∅"}, w.SQL(t, "SELECT * FROM shop.t ORDER BY id"))
	compare(t, "without key", []string{"1|2024-01-01", "2|∅", "3|∅"}, w.SQL(t, "SELECT * FROM shop.heap ORDER BY n"))
	compare(t, "other", []string{"1"}, w.SQL(t, "SELECT * FROM shop.other"))
	want := []string{
		`heap|UPDATE "shop"."heap" SET "d" = NULL: 2,0000-00-00`, `heap|UPDATE "shop"."heap" SET "d" = NULL: 2,0000-00-00`, `heap|UPDATE "shop"."heap" SET "d" = NULL: 3,2024-02-30`,
		`t|UPDATE "shop"."t" SET "d" = NULL WHERE "id" = '1'`, `t|UPDATE "shop"."t" SET "d" = NULL WHERE "id" = '3'`, `t|UPDATE "shop"."t" SET "d" = NULL WHERE "id" = '3'`,
		`t|UPDATE "shop"."t" SET "n" = NULL WHERE "id" = '4'`,
	}
	if diff := cmp.Diff(want, w.SQL(t, "SELECT table_name, statement FROM awsdms_apply_exceptions ORDER BY 1, 2")); diff != "" {
		t.Error(diff)
	}
	if got := w.SQL(t, `SELECT error FROM awsdms_apply_exceptions WHERE statement LIKE '%"n" = NULL%'`); len(got) != 1 || !strings.HasPrefix(got[0], `column n of table shop.t, row ["4"]: the value "NaN" is none that`) {
		t.Error(got)
	}
	if s := a.Statistics().Tables[tab.Name]; s != (apply.Changes{Inserts: 4, Updates: 3, Deletes: 1}) {
		t.Errorf("applied are %+v", s)
	}
}

// TestRefusedWithoutNull leaves out rows that a column without NULL, or the key, cannot have.
func TestRefusedWithoutNull(t *testing.T) {
	w := start(t)
	tab, keyed := table("t", col("id!", bigint), col("d", date)), table("keyed", col("d!", date), col("n", bigint))
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, d DATE NOT NULL)")
	w.insert(tab, "1|2024-01-01", "2|0000-00-00")
	w.insert(keyed, "2024-01-01|1", "-infinity|2", "2024-01-03|3")
	w.commit()
	w.update(tab, "1|2024-01-01", "1|0000-00-00")
	w.update(tab, "2|0000-00-00", "2|2024-02-02")
	w.update(keyed, "2024-01-01|1", "infinity|1")
	w.update(keyed, "-infinity|2", "2024-01-02|2")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Limits.Rows = 1
	a := w.apply(t, c)
	compare(t, "rows", []string{"2|2024-02-02"}, w.SQL(t, "SELECT * FROM shop.t ORDER BY id"))
	compare(t, "keys", []string{"2024-01-02|2", "2024-01-03|3"}, w.SQL(t, "SELECT * FROM shop.keyed ORDER BY n"))
	want := []string{`INSERT "shop"."keyed": -infinity,2`, `INSERT "shop"."t": 2,0000-00-00`, `UPDATE "shop"."keyed": infinity,1`, `UPDATE "shop"."t": 1,0000-00-00`}
	if diff := cmp.Diff(want, w.SQL(t, "SELECT statement FROM awsdms_apply_exceptions WHERE error LIKE '%the row is left out%' ORDER BY 1")); diff != "" {
		t.Error(diff)
	}
	if s := a.Statistics().Tables[tab.Name]; s != (apply.Changes{Inserts: 1, Updates: 1, Errors: 2}) {
		t.Errorf("applied are %+v", s)
	}
}

// TestRefusedEscalation gives a table up that has too many such values.
func TestRefusedEscalation(t *testing.T) {
	w := start(t)
	tab, other := table("t", col("id!", bigint), col("d", date)), table("other", col("id!", bigint))
	w.insert(tab, "1|0000-00-00")
	w.commit()
	w.insert(tab, "2|0000-00-00", "3|2024-01-01")
	w.insert(other, "1")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Limits.Rows = 1
	c.Policies = apply.Policies{Most: 1, Escalate: apply.SuspendTable}
	var given []source.Name
	c.Suspend = func(n source.Name, err error) error { given = append(given, n); return nil }
	w.apply(t, c)
	compare(t, "rows", []string{"1|∅"}, w.SQL(t, "SELECT * FROM shop.t"))
	compare(t, "other", []string{"1"}, w.SQL(t, "SELECT * FROM shop.other"))
	compare(t, "exceptions", []string{"1"}, w.SQL(t, "SELECT COUNT(*) FROM awsdms_apply_exceptions"))
	if diff := cmp.Diff([]source.Name{tab.Name}, given); diff != "" {
		t.Error(diff)
	}
}

// TestRefusedStop: other policies than LOG_ERROR keep their meaning.
func TestRefusedStop(t *testing.T) {
	w := start(t)
	tab := table("t", col("id!", bigint), col("d", date))
	w.insert(tab, "1|0000-00-00", "2|2024-01-01")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Policies.Data = apply.StopTask
	if err := apply.New(c).Run(t.Context(), "", w.feed); err == nil || errors.Is(err, errEnd) {
		t.Fatal(err)
	}
	c.Policies.Data = apply.IgnoreRecord
	a := w.apply(t, c)
	compare(t, "rows", []string{"2|2024-01-01"}, w.SQL(t, "SELECT * FROM shop.t"))
	compare(t, "exceptions", []string{"0"}, w.SQL(t, "SELECT COUNT(*) FROM awsdms_apply_exceptions"))
	if n := a.Statistics().Tables[tab.Name].Errors; n != 1 {
		t.Errorf("%d errors", n)
	}
}

package target_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// TestRefusals: of what sources hold, a careful plan refuses what COPY refuses, and no more.
func TestRefusals(t *testing.T) {
	w := start(t)
	decimal := func(p, s int) sqltype.Type { return sqltype.Type{ID: sqltype.Decimal, Precision: p, Scale: s} }
	types := []struct {
		typ    sqltype.Type
		values string // _ is a blank.
	}{
		{sqltype.Type{ID: sqltype.Date}, "2024-02-29 infinity -infinity 0000-00-00 2024-00-10 0000-01-01 2024-02-30 1900-02-29 2000-02-29 10000-01-01 9999-12-31 0044-03-15_BC 4713-01-01_BC 4714-11-24_BC 0001-02-29_BC"},
		{sqltype.Type{ID: sqltype.Timestamp}, "2024-02-29_23:59:59.999999 -infinity 0000-00-00_00:00:00 10000-01-01_00:00:00 2024-02-30_10:00:00 0044-03-15_12:00:00_BC"},
		{sqltype.Type{ID: sqltype.TimestampTZ}, "2024-02-29_23:59:59+00 infinity 10000-01-01_00:00:00+00 0044-03-15_12:00:00+00_BC"},
		{sqltype.Type{ID: sqltype.Time}, "00:00:00 23:59:59.999999 24:00:00"},
		{sqltype.Type{ID: sqltype.TimeTZ}, "23:59:59+15:59 24:00:00+01 12:00:00-05:30"},
		{decimal(5, 2), "999.99 -999.99 0.5 00999.99 1.23456 0 NaN Infinity -Infinity 1000 -1000.00"},
		{decimal(19, 0), "9223372036854775807 -9223372036854775807 9223372036854775808 9999999999999999999"},
		{decimal(19, 4), "922337203685477.5807 922337203685477.5808 999999999999999"},
		{decimal(38, 0), strings.Repeat("9", 38) + " " + strings.Repeat("9", 39)},
		{sqltype.Type{ID: sqltype.Double}, "NaN Infinity -Infinity 1e300"},
	}
	for i, tt := range types {
		name := fmt.Sprint("t", i)
		p := plan(t, table(name, col("id!", bigint), col("v", tt.typ)))
		tg := w.open(t)
		if err := tg.Prepare(t.Context(), p, target.DoNothing); err != nil {
			t.Fatal(err)
		}
		var lines, want []string
		all := strings.Fields(tt.values)
		for n, v := range all {
			lines = append(lines, fmt.Sprintf("%d,%s", n, strings.ReplaceAll(v, "_", " ")))
		}
		done, err := tg.LoadSome(t.Context(), p, w.staged(t, name, lines...), false)
		if err != nil {
			t.Fatal(err)
		}
		in := map[string]bool{}
		for _, id := range w.SQL(t, "SELECT id FROM shop."+name) {
			in[id] = true
		}
		for n, v := range all {
			if !in[fmt.Sprint(n)] {
				want = append(want, strings.ReplaceAll(v, "_", " "))
			}
		}
		var got []string
		var out bytes.Buffer
		if _, err := p.Careful(tg.Care(nil, func(r mapping.Refusal) { got = append(got, r.Value) })).Writer(&out).Write([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || int(done.Refused) != len(want) {
			t.Errorf("%s: COPY refuses other values (-COPY +plan):\n%s", tt.typ, diff)
		}
	}
}

// TestLoadRefusals brings rows without what the warehouse refuses, and what is told of it, in one transaction.
func TestLoadRefusals(t *testing.T) {
	w := start(t)
	p := plan(t, table("t", col("id!", bigint), col("d", sqltype.Type{ID: sqltype.Date}), col("n!", sqltype.Type{ID: sqltype.Decimal, Precision: 5, Scale: 2})))
	broken := true
	tg := w.open(t, func(c *target.Config) {
		c.Between = func(step string) error {
			if step == "COMMIT" && broken {
				broken = false
				return io.ErrUnexpectedEOF
			}
			return nil
		}
	})
	if err := tg.Prepare(t.Context(), p, target.DoNothing); err != nil {
		t.Fatal(err)
	}
	have, err := tg.Columns(t.Context(), "shop", "t")
	if err != nil {
		t.Fatal(err)
	}
	refusals := tg.Refusals(p)
	var out bytes.Buffer
	if _, err := p.Careful(tg.Care(have, refusals.Add)).Writer(&out).Write([]byte("1,2024-01-01,1.5\n2,0000-00-00,2.5\n3,2024-01-01,NaN\n")); err != nil {
		t.Fatal(err)
	}
	chunk := w.staged(t, "1", strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")...)
	chunk.Refusals = refusals
	if rows, _, err := tg.Load(t.Context(), p, chunk); err != nil || rows != 2 || refusals.Values != 2 || refusals.Rows != 1 {
		t.Fatal(rows, err, refusals.Values, refusals.Rows)
	}
	if diff := cmp.Diff([]string{"1|2024-01-01|1.50", "2|∅|2.50"}, w.SQL(t, "SELECT * FROM shop.t ORDER BY id")); diff != "" {
		t.Error(diff)
	}
	want := []string{`t|COPY "shop"."t": 3,2024-01-01,NaN|t|t`, `t|UPDATE "shop"."t" SET "d" = NULL WHERE "id" = '2'|f|t`}
	got := w.SQL(t, "SELECT table_name, statement, error LIKE '%the row is left out%', error LIKE 'column _ of table shop.t, row [\"_\"]: the value%' FROM awsdms_apply_exceptions ORDER BY statement")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestManyRefusals keeps the first one by one and counts the others.
func TestManyRefusals(t *testing.T) {
	w := start(t)
	p := plan(t, table("t", col("id!", bigint), col("d", sqltype.Type{ID: sqltype.Date})))
	tg := w.open(t)
	if err := tg.Prepare(t.Context(), p, target.DoNothing); err != nil {
		t.Fatal(err)
	}
	refusals := tg.Refusals(p)
	for n := range 10_007 {
		refusals.Add(mapping.Refusal{Table: p.From.Name, Column: "d", Key: []string{fmt.Sprint(n)}})
	}
	if _, _, err := tg.Load(t.Context(), p, target.Chunk{ID: "1", Refusals: refusals}); err != nil {
		t.Fatal(err)
	}
	if got := w.SQL(t, "SELECT COUNT(*), COUNT(DISTINCT statement), MAX(CASE WHEN error LIKE '%: 7 more values are refused%' THEN statement END) FROM awsdms_apply_exceptions"); got[0] != `10001|10001|UPDATE "shop"."t" SET "d" = NULL` {
		t.Error(got)
	}
}

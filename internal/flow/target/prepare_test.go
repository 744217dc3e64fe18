package target_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// TestTrap17 loads a hand-made table twice in each mode.
func TestTrap17(t *testing.T) {
	w := start(t)
	tests := []struct {
		mode    target.Prep
		rows    string
		columns []string
		granted string
	}{
		{target.DoNothing, "4", []string{"id|integer", "name|character varying"}, "1"},
		{target.TruncateBeforeLoad, "2", []string{"id|integer", "name|character varying"}, "1"},
		{target.DropAndCreate, "2", []string{"id|bigint", "name|character varying"}, "0"},
	}
	for _, tt := range tests {
		t.Run(tt.mode.String(), func(t *testing.T) {
			name := strings.ToLower(tt.mode.String())
			w.SQL(t, `CREATE SCHEMA IF NOT EXISTS shop; CREATE TABLE shop."`+name+`" (id INTEGER NOT NULL, name VARCHAR(200)) DISTSTYLE KEY DISTKEY (id)`)
			w.SQL(t, `CREATE USER u_`+name+` PASSWORD 'Secret123'; GRANT SELECT ON shop."`+name+`" TO u_`+name)
			p := plan(t, table(name, col("id!", sqltype.Type{ID: sqltype.Bigint}), col("name", short)))
			tg := w.open(t)
			for _, round := range []string{"a", "b"} {
				if err := tg.Forget(t.Context(), p.From.Name); err != nil {
					t.Fatal(err)
				}
				if err := tg.Prepare(t.Context(), p, tt.mode); err != nil {
					t.Fatal(err)
				}
				if _, _, err := tg.Load(t.Context(), p, w.staged(t, name+round, `1,"one"`, `2,"two"`)); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.SQL(t, `SELECT COUNT(*) FROM shop."`+name+`"`); got[0] != tt.rows {
				t.Errorf("%s rows, want %s", got[0], tt.rows)
			}
			got := w.SQL(t, "SELECT column_name, data_type FROM svv_columns WHERE table_schema = 'shop' AND table_name = '"+name+"' ORDER BY ordinal_position")
			if diff := cmp.Diff(tt.columns, got); diff != "" {
				t.Errorf("columns differ (-want +got):\n%s", diff)
			}
			if got := w.SQL(t, "SELECT CASE WHEN has_table_privilege('u_"+name+"', 'shop."+name+"', 'select') THEN 1 ELSE 0 END"); got[0] != tt.granted {
				t.Errorf("the grant is %s, want %s", got[0], tt.granted)
			}
		})
	}
}

// TestResume prepares a table whose load was begun: its rows stay.
func TestResume(t *testing.T) {
	w := start(t)
	p := plan(t, table("t", col("id!", bigint), col("name", short)))
	tg := w.open(t)
	if err := tg.Prepare(t.Context(), p, target.TruncateBeforeLoad); err != nil {
		t.Fatal(err)
	}
	if _, _, err := tg.Load(t.Context(), p, w.staged(t, "1", `1,"one"`)); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []target.Prep{target.TruncateBeforeLoad, target.DropAndCreate} {
		if err := tg.Prepare(t.Context(), p, mode); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.SQL(t, "SELECT COUNT(*) FROM shop.t"); got[0] != "1" {
		t.Errorf("%s rows, want 1", got[0])
	}
}

// TestCompare finds what does not fit in a hand-made table, with the SQL that mends it.
func TestCompare(t *testing.T) {
	w := start(t)
	w.SQL(t, `CREATE SCHEMA shop; CREATE TABLE shop.t (ID BIGINT NOT NULL, name VARCHAR(10), n INTEGER, price DECIMAL(8,2), at DATE, extra INTEGER NOT NULL)`)
	p := plan(t, table("t", col("id!", bigint), col("name", short), col("n", bigint), col("price", sqltype.Type{ID: sqltype.Decimal, Precision: 12, Scale: 4}),
		col("at", sqltype.Type{ID: sqltype.Boolean}), col("more", bigint)))
	tg := w.open(t)
	found, err := tg.Compare(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	want := []target.Finding{
		{Column: "name", Message: "the column is CHARACTER VARYING(10); the source's character varying(100) may need VARCHAR(100)", Mend: `ALTER TABLE "shop"."t" ALTER COLUMN "name" TYPE VARCHAR(100)`},
		{Column: "n", Message: "the column is INTEGER; the source's bigint may need BIGINT", Mend: `ALTER TABLE "shop"."t" ADD COLUMN "n_inlet_new" BIGINT; UPDATE "shop"."t" SET "n_inlet_new" = CAST("n" AS BIGINT); ALTER TABLE "shop"."t" DROP COLUMN "n"; ALTER TABLE "shop"."t" RENAME COLUMN "n_inlet_new" TO "n"`},
		{Column: "price", Message: "the column is NUMERIC(8,2); the source's numeric(12,4) may need NUMERIC(12,4)", Mend: `ALTER TABLE "shop"."t" ADD COLUMN "price_inlet_new" NUMERIC(12,4); UPDATE "shop"."t" SET "price_inlet_new" = CAST("price" AS NUMERIC(12,4)); ALTER TABLE "shop"."t" DROP COLUMN "price"; ALTER TABLE "shop"."t" RENAME COLUMN "price_inlet_new" TO "price"`},
		{Column: "at", Message: "the column is DATE; the source's boolean may need BOOLEAN", Mend: `ALTER TABLE "shop"."t" ADD COLUMN "at_inlet_new" BOOLEAN; UPDATE "shop"."t" SET "at_inlet_new" = CAST("at" AS BOOLEAN); ALTER TABLE "shop"."t" DROP COLUMN "at"; ALTER TABLE "shop"."t" RENAME COLUMN "at_inlet_new" TO "at"`, Fatal: true},
		{Column: "more", Message: "the table has no such column", Mend: `ALTER TABLE "shop"."t" ADD COLUMN "more" BIGINT`, Fatal: true},
		{Column: "extra", Message: "the column is NOT NULL without a default, and the source has no such column", Mend: `ALTER TABLE "shop"."t" DROP COLUMN "extra"`, Fatal: true},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("findings differ (-want +got):\n%s", diff)
	}
	err = tg.Prepare(t.Context(), p, target.TruncateBeforeLoad)
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != "TargetTable" || !strings.Contains(err.Error(), "shop.t.extra") {
		t.Errorf("prepared with %v", err)
	}
	if err := tg.Prepare(t.Context(), p, target.DropAndCreate); err != nil {
		t.Errorf("made anew: %v", err)
	}
}

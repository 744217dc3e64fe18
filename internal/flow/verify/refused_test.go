package verify_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// TestRefused: values that the warehouse does not take are NULL there, or their rows are
// not, and both is as it should be; a value that is there by mistake is not.
func TestRefused(t *testing.T) {
	w := start(t)
	w.db.Exec(t, "CREATE TABLE shop.t (id INT PRIMARY KEY, d DATE, n DECIMAL(19,0), m DECIMAL(19,0) NOT NULL)",
		"INSERT INTO shop.t VALUES (1, '2024-01-01', 1, 1), (2, '0000-00-00', 2, 2), (3, '2024-01-01', 9999999999999999999, 3), (4, '2024-01-01', 4, 9999999999999999999)")
	d, err := mapping.Explicit("shop.*")
	if err != nil {
		t.Fatal(err)
	}
	table, err := w.source.Describe(t.Context(), source.Name{Schema: "shop", Table: "t"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Plan(table, mapping.Options{Engine: "mariadb"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.target.Prepare(t.Context(), p, target.DropAndCreate); err != nil {
		t.Fatal(err)
	}
	w.SQL(t, "INSERT INTO shop.t VALUES (1, '2024-01-01', 1, 1), (2, NULL, 2, 2), (3, '2024-01-01', NULL, 3)")
	if r := w.verify(t, p); !r.Equal || r.SourceRows != 3 {
		t.Errorf("%+v", r)
	}
	w.SQL(t, "UPDATE shop.t SET n = 5 WHERE id = 3; INSERT INTO shop.t VALUES (4, '2024-01-01', 4, 0)")
	r := w.verify(t, p)
	if diff := cmp.Diff([]string{`MISSING_SOURCE id="4"`, `RECORD_DIFF id="3"; n is NULL in the source, '5' in the warehouse`}, said(r)); diff != "" || r.Equal {
		t.Error(diff)
	}
}

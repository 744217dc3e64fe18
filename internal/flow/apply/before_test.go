package apply_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// TestAddWithDefault adds columns in which rows that are there have values.
func TestAddWithDefault(t *testing.T) {
	w := start(t)
	id := col("id!", bigint)
	from := table("t", id, col("old", integer))
	must := col("d!", varchar(10))
	to := table("t", id, col("a", integer), col("b", varchar(20)), col("c", sqltype.Type{ID: sqltype.Decimal, Precision: 5, Scale: 2}), must, col("e", integer), col("f", integer), col("old", integer))
	to.Key = []int{0}
	w.insert(from, "1|1", "2|2")
	w.ddl(source.Alter, to, "ALTER TABLE t ADD a INT NOT NULL DEFAULT -7, ADD COLUMN b VARCHAR(20) DEFAULT 'it''s, so' AFTER a, ADD c DECIMAL(5,2) DEFAULT 1.50 COMMENT 'default 3', ADD d VARCHAR(10) NOT NULL, ADD e INT, ADD f INT DEFAULT (uuid_short()), DROP old, ADD old INT DEFAULT 5")
	w.insert(to, "3|3|b|3.25|d|∅|6|9")
	w.commit()
	w.apply(t, w.config(w.target(t, nil)))
	compare(t, "rows", []string{"1|-7|it's, so|1.50||∅|∅|5", "2|-7|it's, so|1.50||∅|∅|5", "3|3|b|3.25|d|∅|6|9"}, w.SQL(t, "SELECT id, a, b, c, d, e, f, old FROM shop.t ORDER BY id"))
}

package apply_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestCatchUpNewKey follows a row to a key under which a later read has loaded it already:
// what the change leaves out stands there, and nowhere else.
func TestCatchUpNewKey(t *testing.T) {
	w := start(t)
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, n BIGINT, doc VARCHAR(40)); INSERT INTO shop.t VALUES (100, 7, 'large'), (300, 1, 'third')")
	tab := table("t", col("id!", bigint), col("n", bigint), col("doc", varchar(40)))
	w.update(tab, "1|?|?", "100|7|?")
	w.update(tab, "2|?|?", "200|8|?") // It was deleted later.
	w.update(tab, "300|?|?", "300|2|?")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Tolerate = func(source.Name, source.Position) bool { return true }
	w.apply(t, c)
	compare(t, "rows", []string{"100|7|large", "300|2|third"}, w.SQL(t, "SELECT id, n, doc FROM shop.t ORDER BY id"))
}

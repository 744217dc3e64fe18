package statement_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/statement"
)

// A decimal is a string; what fails is taken first; a batch is one transaction.
func TestTrapDataAPI(t *testing.T) {
	w := newWorld(t)
	w.run(sql("CREATE TABLE t (price DECIMAL(10,2))"))
	w.run(sql("INSERT INTO t VALUES (12.3)"))
	st := w.run(sql("SELECT price FROM t"))
	if d := cmp.Diff([]string{`[{"stringValue":"12.30"}]`}, w.rows(st.ID, statement.JSON)); d != "" {
		t.Error(d)
	}
	if st = w.run(sql("SELECT nothing FROM t")); st.ID == "" || st.Status != statement.Failed || st.Error == "" {
		t.Errorf("got %+v", st)
	}
	if st = w.run(sql("INSERT INTO t VALUES (1)", "SELECT nothing FROM t")); st.Status != statement.Failed {
		t.Errorf("got %+v", st)
	}
	st = w.run(sql("SELECT count(*) FROM t"))
	if d := cmp.Diff([]string{`[{"longValue":1}]`}, w.rows(st.ID, statement.JSON)); d != "" {
		t.Error("the failed batch left something: ", d)
	}
}

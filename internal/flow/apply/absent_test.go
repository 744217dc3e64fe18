package apply_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestDeletePolicy deletes rows that the target lost, besides such as come and go.
func TestDeletePolicy(t *testing.T) {
	for _, tt := range []struct {
		policy    apply.Policy
		escalate  int64
		told      []string
		suspended bool
		stops     bool
	}{
		{apply.IgnoreRecord, 0, nil, false, false},
		{apply.LogError, 0, []string{`DELETE FROM "shop"."t" WHERE "id" = '2' AND "k" = 'it''s'`, `DELETE FROM "shop"."t" WHERE "id" = '3' AND "k" = 'c'`}, false, false},
		{apply.LogError, 1, []string{`DELETE FROM "shop"."t" WHERE "id" = '2' AND "k" = 'it''s'`, `DELETE FROM "shop"."t" WHERE "id" = '3' AND "k" = 'c'`}, true, false},
		{apply.SuspendTable, 0, nil, true, false},
		{apply.StopTask, 0, nil, false, true},
	} {
		w := start(t)
		tab := table("t", col("id!", bigint), col("k!", varchar(9)))
		w.insert(tab, "1|a", "2|it's", "3|c", "4|d")
		w.commit()
		tg := w.target(t, nil)
		c := w.config(tg)
		given := false
		c.Policies = apply.Policies{Delete: tt.policy, Most: tt.escalate, Escalate: apply.SuspendTable}
		c.Suspend = func(source.Name, error) error { given = true; return nil }
		w.apply(t, c)
		w.SQL(t, "DELETE FROM shop.t WHERE id IN (2, 3)")
		w.delete(tab, "1|a", "2|it's", "3|c")
		w.insert(tab, "9|gone")
		w.delete(tab, "9|gone")
		w.update(tab, "4|d", "5|d")
		w.delete(tab, "5|d")
		w.commit()
		err := apply.New(c).Run(t.Context(), "", w.feed)
		if stopped := !errors.Is(err, errEnd); stopped != tt.stops || stopped && !strings.Contains(err.Error(), "the row that was deleted is not in the target") {
			t.Errorf("policy %d: %v", tt.policy, err)
		}
		if given != tt.suspended {
			t.Errorf("policy %d: suspended is %v", tt.policy, given)
		}
		if diff := cmp.Diff(tt.told, w.SQL(t, "SELECT statement FROM awsdms_apply_exceptions ORDER BY 1")); diff != "" {
			t.Errorf("policy %d: %s", tt.policy, diff)
		}
		if n := w.SQL(t, "SELECT COUNT(*) FROM shop.t")[0]; (n == "0") != (!tt.stops && tt.policy != apply.SuspendTable) {
			t.Errorf("policy %d: %s rows are left", tt.policy, n)
		}
	}
}

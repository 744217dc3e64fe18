package apply_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestTraps are sequences of changes, applied in one batch to what an earlier one left.
func TestTraps(t *testing.T) {
	w := start(t)
	tg := w.target(t, nil)
	tests := []struct {
		name    string
		key     bool
		before  []string
		changes func(t *source.Table)
		want    []string
	}{
		{"8 insert and delete of a key that is there", true, []string{"1|a|x"}, func(t *source.Table) { w.insert(t, "1|a|x"); w.delete(t, "1|a|x") }, nil},
		{"9 keys exchanged in a ring", true, []string{"1|a|x", "3|c|z"}, func(t *source.Table) {
			w.update(t, "1|a|x", "2|a|x")
			w.update(t, "3|c|z", "1|c|z")
			w.update(t, "2|a|x", "3|a|x")
		}, []string{"1|c|z", "3|a|x"}},
		{"9 keys that meet within the transaction", true, []string{"1|a|x", "2|b|y", "3|c|z"}, func(t *source.Table) {
			w.update(t, "1|a|x", "2|a|x")
			w.update(t, "2|b|y", "3|b|y")
			w.update(t, "3|c|z", "1|c|z")
		}, []string{"1|c|z", "2|a|x", "3|b|y"}},
		{"10 delete, insert, update", true, []string{"5|a|x"}, func(t *source.Table) {
			w.delete(t, "5|a|x")
			w.insert(t, "5|b|y")
			w.update(t, "5|?|?", "5|c|?")
		}, []string{"5|c|y"}},
		{"11 equal rows without key", false, []string{"1|a|x", "1|a|x", "1|a|x", "2|b|∅"}, func(t *source.Table) {
			w.update(t, "1|a|x", "1|a|new")
			w.update(t, "1|a|x", "1|a|new")
			w.delete(t, "2|b|∅")
			w.insert(t, "3|c|∅", "3|c|∅", "3|c|∅")
		}, []string{"1|a|new", "1|a|new", "1|a|x", "3|c|∅", "3|c|∅", "3|c|∅"}},
		{"12 values that were not sent", true, []string{"1|a|long text"}, func(t *source.Table) { w.update(t, "1|?|?", "1|b|?") }, []string{"1|b|long text"}},
		{"12 values that were not sent, with a new key", true, []string{"1|a|long text"}, func(t *source.Table) {
			w.update(t, "1|?|?", "2|b|?")
			w.update(t, "2|?|?", "3|?|?")
			w.update(t, "3|?|?", "3|∅|?")
		}, []string{"3|∅|long text"}},
		{"6 texts that look like NULL", true, nil, func(t *source.Table) { w.insert(t, `1|\N|`, "2|∅|a,\"b\"\nc\\\\N\r\n") }, []string{"1|\\N|", "2|∅|a,\"b\"\nc\\\\N\r\n"}},
		{"23 rows around TRUNCATE", true, []string{"1|a|x"}, func(t *source.Table) {
			w.insert(t, "2|b|y")
			w.log = append(w.log, &source.DDL{Verb: source.Truncate, Table: t.Name, Shape: t})
			w.insert(t, "3|c|z")
		}, []string{"3|c|z"}},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := "id!"
			if !tt.key {
				id = "id"
			}
			tab := table("t"+string(rune('a'+i)), col(id, bigint), col("group", varchar(20)), col("order", varchar(100)))
			if len(tt.before) > 0 {
				w.insert(tab, tt.before...)
				w.commit()
				w.apply(t, w.config(tg))
			}
			tt.changes(tab)
			w.commit()
			w.apply(t, w.config(tg))
			got := w.SQL(t, `SELECT id, "group", "order" FROM shop.`+tab.Name.Table+` ORDER BY id, "group", "order"`)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
		})
	}
}

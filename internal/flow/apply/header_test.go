package apply_test

import (
	"context"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestExpect gives rows what was told of their transaction, and not those of the next.
func TestExpect(t *testing.T) {
	w := start(t)
	doc, err := mapping.Parse([]byte(`{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","object-locator":{"schema-name":"shop","table-name":"%"},"rule-action":"include"},
		{"rule-type":"transformation","rule-id":"2","rule-name":"2","rule-target":"column","object-locator":{"schema-name":"shop","table-name":"%"},"rule-action":"add-column","value":"place","expression":"$AR_H_STREAM_POSITION||' '||$AR_H_OPERATION||' '||date($AR_H_TIMESTAMP)","data-type":{"type":"string","length":50}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	tab := table("t", col("id!", bigint), col("n", bigint))
	w.insert(tab, "1|1", "2|1")
	w.update(tab, "2|1", "2|2")
	w.commit()
	w.insert(tab, "3|1")
	w.commit()
	c := w.config(w.target(t, nil))
	c.Plan = func(s *source.Table) (*mapping.Plan, error) { return doc.Plan(s, mapping.Options{Engine: "mysql"}) }
	feed := w.feed
	told := 0
	w.applyFrom(t, c, func(ctx context.Context, from source.Position, to source.Sink) error {
		return feed(ctx, from, teller{to, &told})
	})
	compare(t, "rows", []string{"1|000000000001 INSERT 2023-11-14", "2|000000000001 UPDATE 2023-11-14", "3|000000000002 INSERT 2023-11-14"}, w.SQL(t, "SELECT id, place FROM shop.t ORDER BY id"))
}

// teller tells of each transaction before its rows.
type teller struct {
	source.Sink
	at *int
}

func (t teller) Rows(r *source.Rows) error {
	c := commit(*t.at + 1)
	t.Sink.(interface{ Expect(mapping.Header) }).Expect(mapping.Header{Position: c.Position(), Commit: c.Time()})
	return t.Sink.Rows(r)
}

func (t teller) Commit(c source.Commit) error {
	*t.at++
	return t.Sink.Commit(c)
}

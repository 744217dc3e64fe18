package apply_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// together is an applier's config for tables whose names begin with s, which are one in the target.
func (w *world) together(t *testing.T) apply.Config {
	t.Helper()
	doc, err := mapping.Parse([]byte(`{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","object-locator":{"schema-name":"shop","table-name":"%"},"rule-action":"include"},
		{"rule-type":"transformation","rule-id":"2","rule-name":"2","rule-target":"table","object-locator":{"schema-name":"shop","table-name":"s%"},"rule-action":"rename","value":"all"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c := w.config(w.target(t, nil))
	c.Plan = func(s *source.Table) (*mapping.Plan, error) { return doc.Plan(s, mapping.Options{Engine: "mysql"}) }
	c.Shares = func(n source.Name) bool { return n.Table[0] == 's' }
	return c
}

// TestShards brings changes of two tables into one. A row that moves from one to the other is there
// in the end, whatever was touched before, and one that was deleted last is not.
func TestShards(t *testing.T) {
	w := start(t)
	c := w.together(t)
	a, b := table("s1", col("id!", bigint), col("v", varchar(10))), table("s2", col("id!", bigint), col("v", varchar(10)), col("more", bigint))
	w.insert(b, "1|b|1", "2|b|2")
	w.insert(a, "3|a", "4|a", "5|a")
	w.commit()
	w.apply(t, c)
	compare(t, "loaded", []string{"1|b|1", "2|b|2", "3|a|∅", "4|a|∅", "5|a|∅"}, w.SQL(t, `SELECT id, v, more FROM shop."all" ORDER BY id`))
	w.update(b, "1|b|1", "1|B|1")
	w.delete(a, "3|a")
	w.insert(b, "3|moved|3")
	w.commit()
	w.delete(b, "2|b|2")
	w.insert(a, "2|back")
	w.update(a, "4|a", "6|a")
	w.commit()
	w.insert(b, "4|new|4")
	w.delete(b, "4|new|4")
	w.commit()
	w.apply(t, c)
	compare(t, "followed", []string{"1|B|1", "2|back|∅", "3|moved|3", "5|a|∅", "6|a|∅"}, w.SQL(t, `SELECT id, v, more FROM shop."all" ORDER BY id`))
}

// TestShardStatements does to no table what was done to another.
func TestShardStatements(t *testing.T) {
	w := start(t)
	c := w.together(t)
	var given []string
	c.Suspend = func(n source.Name, err error) error { given = append(given, n.Table); return nil }
	c.Policies.Table = apply.SuspendTable
	var shards []*source.Table
	for _, n := range []string{"s1", "s2", "s3", "s4"} {
		s := table(n, col("id!", bigint), col("v", varchar(10)), col("n", bigint))
		shards = append(shards, s)
		w.insert(s, n[1:]+"|"+n+"|1")
	}
	w.commit()
	w.apply(t, c)
	narrow, named := table("s3", col("id!", bigint), col("v", varchar(10))), table("s4", col("id!", bigint), col("w", varchar(10)), col("n", bigint))
	w.log = append(w.log, &source.DDL{Verb: source.Truncate, Table: shards[0].Name, Shape: shards[0]}, &source.DDL{Verb: source.Drop, Table: shards[1].Name},
		&source.DDL{Verb: source.Alter, Table: narrow.Name, Shape: narrow, Statement: "ALTER TABLE s3 DROP COLUMN n"},
		&source.DDL{Verb: source.Alter, Table: named.Name, Shape: named, Statement: "ALTER TABLE s4 RENAME COLUMN v TO w"})
	w.insert(shards[0], "11|out|1")
	w.insert(narrow, "13|s3")
	w.insert(named, "14|out|1")
	w.commit()
	w.apply(t, c)
	compare(t, "rows", []string{"1|s1|1", "13|s3|∅", "2|s2|1", "3|s3|1", "4|s4|1"}, w.SQL(t, `SELECT id, v, n FROM shop."all" ORDER BY CAST(id AS VARCHAR)`))
	if diff := cmp.Diff([]string{"s1", "s4"}, given); diff != "" {
		t.Error(diff)
	}
}

package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// parse reads a document that must be right.
func parse(t testing.TB, document string) *mapping.Document {
	t.Helper()
	d, err := mapping.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tables makes names of schema.table.
func tables(all ...string) []source.Name {
	var names []source.Name
	for _, s := range all {
		schema, table, _ := strings.Cut(s, ".")
		names = append(names, source.Name{Schema: schema, Table: table})
	}
	return names
}

// selections makes a document of rules such as "include demo1.%".
func selections(rules ...string) string {
	var all []string
	for i, r := range rules {
		var action, pattern, more string
		_, _ = fmt.Sscan(r, &action, &pattern, &more)
		schema, table, _ := strings.Cut(pattern, ".")
		if more != "" {
			more = `,"load-order":` + more
		}
		all = append(all, fmt.Sprintf(`{"rule-type":"selection","rule-id":%d,"rule-name":"r","object-locator":{"schema-name":%q,"table-name":%q},"rule-action":%q,"filters":[]%s}`, i+1, schema, table, action, more))
	}
	return `{"rules":[` + strings.Join(all, ",") + `]}`
}

func TestSelect(t *testing.T) {
	tests := []struct {
		name  string
		rules []string
		have  []string
		want  []string
	}{
		{"all of a schema", []string{"include demo1.%"}, []string{"demo1.a", "demo1.b", "demo2.a"}, []string{"demo1.a", "demo1.b"}},
		{"exclude", []string{"include demo1.%", "exclude demo1.b"}, []string{"demo1.a", "demo1.b"}, []string{"demo1.a"}},
		{"exclude wins whatever the order", []string{"exclude demo1.b", "include demo1.b"}, []string{"demo1.a", "demo1.b"}, nil},
		{"explicit takes names literally", []string{"explicit demo1.a_b"}, []string{"demo1.a_b", "demo1.axb"}, []string{"demo1.a_b"}},
		{"capitals count", []string{"include Demo1.%"}, []string{"demo1.a"}, nil},
		{"one of a set", []string{"include demo1.t[13]"}, []string{"demo1.t1", "demo1.t2", "demo1.t3"}, []string{"demo1.t1", "demo1.t3"}},
		{"one of a range", []string{"include demo1.t[a-d]"}, []string{"demo1.ta", "demo1.te", "demo1.td", "demo1.t-"}, []string{"demo1.ta", "demo1.td"}},
		{"a literal percent", []string{"include demo1.a[%]b"}, []string{"demo1.a%b", "demo1.axb"}, []string{"demo1.a%b"}},
		{"percent in the middle", []string{"include demo1.a%c%e"}, []string{"demo1.abcde", "demo1.ace", "demo1.acd", "demo1.aXcYcZe"}, []string{"demo1.abcde", "demo1.ace", "demo1.aXcYcZe"}},
		{"a character is no byte", []string{"include demo1.b_r"}, []string{"demo1.bär"}, []string{"demo1.bär"}},
		{"the greater load-order first", []string{"include demo1.%", "include demo1.b 2", "include demo1.c 7"}, []string{"demo1.a", "demo1.b", "demo1.c"}, []string{"demo1.c", "demo1.b", "demo1.a"}},
		{"exclude takes [_] literally", []string{"include demo1.%", "exclude demo1.a[_]b"}, []string{"demo1.a_b", "demo1.axb"}, []string{"demo1.axb"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse(t, selections(tt.rules...)).Select(tables(tt.have...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tables(tt.want...), got.Tables); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTrap20Underscore(t *testing.T) {
	have := tables("demo1.my_table", "demo1.myXtable")
	loose, err := parse(t, selections("include demo1.my_table")).Select(have)
	if err != nil {
		t.Fatal(err)
	}
	want := mapping.Selection{Tables: have, Warnings: []string{"rule 1: _ stands for any character and also means demo1.myXtable; write [_] for an underscore"}}
	if diff := cmp.Diff(want, loose); diff != "" {
		t.Error(diff)
	}
	exact, err := parse(t, selections("include demo1.my[_]table")).Select(have)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mapping.Selection{Tables: have[:1]}, exact); diff != "" {
		t.Error(diff)
	}
	for _, rules := range [][]string{{"exclude demo1.myXtable", "include demo1.my_table"}, {"include demo1.my_table", "exclude demo1.myXtable"}} {
		got, err := parse(t, selections(rules...)).Select(have)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(have[:1], got.Tables); diff != "" {
			t.Errorf("%v: %s", rules, diff)
		}
	}
}

func TestTrap21SystemSchemas(t *testing.T) {
	have := tables("demo1.a", "mysql.user", "sys.config", "demo1.awsdms_ddl_audit", "pg_temp_3.x", "performance_schema.t")
	got, err := parse(t, selections("include %.%")).Select(have)
	if err != nil {
		t.Fatal(err)
	}
	want := mapping.Selection{Tables: have[:1], Left: have[1:],
		Warnings: []string{"wildcards do not take the tables of the system: left out mysql.user, sys.config, demo1.awsdms_ddl_audit, pg_temp_3.x, performance_schema.t"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, listed := range [][]source.Name{have, have[:1]} { // Sources do not list system tables.
		got, err := parse(t, selections("explicit mysql.user", "include demo1.a")).Select(listed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tables("demo1.a", "mysql.user"), got.Tables); diff != "" {
			t.Error(diff)
		}
	}
	none, err := parse(t, selections("include %.%")).Select(have[1:])
	if err != nil || len(none.Tables) != 0 || len(none.Left) != 5 {
		t.Errorf("%+v, %v", none, err)
	}
}

func TestSelectMissing(t *testing.T) {
	got, err := parse(t, selections("explicit demo1.gone", "include demo1.%")).Select(tables("demo1.a"))
	if err != nil {
		t.Fatal(err)
	}
	want := mapping.Selection{Tables: tables("demo1.a"), Warnings: []string{"table demo1.gone, which a rule names, is not in the source, or its user may not read it; names count letter by letter"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSelectIdleRules(t *testing.T) {
	got, err := parse(t, withRules(rule(2, "table", "rename", "", `"value":"x"`), strings.Replace(ranges(`["id"]`, `[["1"]]`), `"2"`, `"3"`, 1))).Select(tables("demo1.u"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"rule 2 (rename) means no table that is taken", "rule 3 (table-settings) means no table that is taken"}, got.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestExplicit(t *testing.T) {
	d, err := mapping.Explicit("demo1.cdcdata", "shop.*", "x_y.t")
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Select(tables("demo1.cdcdata", "demo1.other", "shop.a", "shop.b_c", "x_y.t", "xzy.t"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mapping.Selection{Tables: tables("demo1.cdcdata", "shop.a", "shop.b_c", "x_y.t")}, got); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"", "demo1", ".t", "demo1."} {
		if _, err := mapping.Explicit(bad); err == nil {
			t.Errorf("%q is taken for a table", bad)
		}
	}
}

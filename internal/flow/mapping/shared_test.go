package mapping_test

import (
	"fmt"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestShared: two tables are one in the warehouse when rules say so that name them.
func TestShared(t *testing.T) {
	schema := func(locator, action, more string) string {
		return fmt.Sprintf(`{"rule-type":"transformation","rule-id":"2","rule-name":"2","rule-target":"schema","object-locator":{"schema-name":%q},"rule-action":%q%s}`, locator, action, more)
	}
	table := func(locator, action, more string) string {
		return fmt.Sprintf(`{"rule-type":"transformation","rule-id":"3","rule-name":"3","rule-target":"table","object-locator":{"schema-name":"%%","table-name":%q},"rule-action":%q%s}`, locator, action, more)
	}
	to := `,"value":"shop"`
	tests := []struct {
		name          string
		rules         []string
		o             mapping.Options
		a, b          source.Name
		shares, asked bool
	}{
		{"others", nil, mapping.Options{}, source.Name{Schema: "s1", Table: "t"}, source.Name{Schema: "s2", Table: "t"}, false, false},
		{"schemas by name", []string{schema("s_", "rename", to)}, mapping.Options{}, source.Name{Schema: "s1", Table: "t"}, source.Name{Schema: "s2", Table: "t"}, true, true},
		{"into one of them", []string{schema("s2", "rename", `,"value":"s1"`)}, mapping.Options{}, source.Name{Schema: "s1", Table: "t"}, source.Name{Schema: "s2", Table: "t"}, true, true},
		{"all schemas", []string{schema("%", "rename", to)}, mapping.Options{}, source.Name{Schema: "s1", Table: "t"}, source.Name{Schema: "s2", Table: "t"}, true, false},
		{"a target schema", nil, mapping.Options{TargetSchema: "shop"}, source.Name{Schema: "s1", Table: "t"}, source.Name{Schema: "s2", Table: "t"}, true, false},
		{"one by name, one by target schema", []string{schema("s1", "rename", to)}, mapping.Options{TargetSchema: "shop"}, source.Name{Schema: "s1", Table: "t"}, source.Name{Schema: "s2", Table: "t"}, true, false},
		{"tables by name", []string{table("t%", "rename", `,"value":"all"`)}, mapping.Options{}, source.Name{Schema: "s", Table: "t1"}, source.Name{Schema: "s", Table: "t2"}, true, true},
		{"prefix of all", []string{table("%", "remove-prefix", `,"value":"x"`)}, mapping.Options{}, source.Name{Schema: "s", Table: "t"}, source.Name{Schema: "s", Table: "xt"}, true, false},
		{"capitals", nil, mapping.Options{}, source.Name{Schema: "s", Table: "T"}, source.Name{Schema: "s", Table: "t"}, true, false},
	}
	for _, tt := range tests {
		d := parse(t, withRules(tt.rules...))
		shares, asked := d.Place(tt.a, tt.o).Shares(d.Place(tt.b, tt.o))
		if shares != tt.shares || shares && asked != tt.asked {
			t.Errorf("%s: %v, %v", tt.name, shares, asked)
		}
		one, two := people(), people()
		one.Name, two.Name = tt.a, tt.b
		p, q := planOf(t, withRules(tt.rules...), one, tt.o), planOf(t, withRules(tt.rules...), two, tt.o)
		if err := mapping.Collisions([]*mapping.Plan{p, q}); (err != nil) != (tt.shares && !tt.asked) {
			t.Errorf("%s: %v", tt.name, err)
		}
		two.Key = []int{0, 1}
		if err := p.Collide(planOf(t, withRules(tt.rules...), two, tt.o)); (err != nil) != tt.shares {
			t.Errorf("%s with another key: %v", tt.name, err)
		}
	}
}

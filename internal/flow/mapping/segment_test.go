package mapping_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

func ranges(columns, boundaries string) string {
	return `{"rule-type":"table-settings","rule-id":"2","object-locator":{"schema-name":"demo1","table-name":"t"},"parallel-load":{"type":"ranges","columns":` + columns + `,"boundaries":` + boundaries + `}}`
}

func TestTrap25Ranges(t *testing.T) {
	p := plan(t, withRules(ranges(`["age"]`, `[["100"]]`)), mapping.Options{})
	for value, want := range map[string]int{"99": 0, "100": 1, "101": 1, null: 1, "-5": 0} {
		fields := split(annWith(3, value))
		if got := p.Segments.Of(func(i int) []byte { return []byte(fields[i]) }); got != want {
			t.Errorf("%q is in segment %d, want %d", value, got+1, want+1)
		}
	}
	want := []string{"segment 1: (age < '100')", "segment 2: NOT (age < '100') OR age IS NULL"}
	if diff := cmp.Diff(want, p.Segments.Report()); diff != "" {
		t.Error(diff)
	}
}

func TestSegments(t *testing.T) {
	p := plan(t, withRules(ranges(`["age","name"]`, `[["10","b"],["10","d"],["20","a"]]`)), mapping.Options{})
	for in, want := range map[string]int{`9,"z"`: 0, `10,"a"`: 0, `10,"b"`: 1, `10,"c"`: 1, `10,"d"`: 2, `15,"a"`: 2, `20,"a"`: 3, `10,` + null: 3} {
		age, name, _ := strings.Cut(in, ",")
		fields := split(annWith(3, age))
		fields[1] = name
		if got := p.Segments.Of(func(i int) []byte { return []byte(fields[i]) }); got != want {
			t.Errorf("%s is in segment %d, want %d", in, got, want)
		}
	}
	if got, want := p.Segments.Where(1), "NOT ((age < '10') OR (age = '10' AND name < 'b')) AND ((age < '10') OR (age = '10' AND name < 'd'))"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, ok := p.Segments.Ranges(); ok {
		t.Error("columns that are no key make ranges of it")
	}
	keyed := plan(t, withRules(ranges(`["id"]`, `[["100000"],[200000]]`)), mapping.Options{})
	got, ok := keyed.Segments.Ranges()
	want := []source.Range{{Through: source.Key{"99999"}}, {After: source.Key{"99999"}, Through: source.Key{"199999"}}, {After: source.Key{"199999"}}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Error(diff)
	}
}

func TestSegmentErrors(t *testing.T) {
	table := people()
	table.Columns[7].Declared = "double"
	for rule, want := range map[string]string{
		ranges(`["id"]`, `[["10"],["9"]]`):  `boundary 2, ["9"], must be greater than the one before it, ["10"]`,
		ranges(`["id"]`, `[["10"],["10"]]`): `boundary 2, ["10"], must be greater than the one before it`,
		ranges(`["id"]`, `[["ten"]]`):       `boundary 1: "ten" is not a number`,
		ranges(`["pay"]`, `[["1"]]`):        "column pay is of type double, which a boundary cannot be",
		ranges(`["nope"]`, `[["1"]]`):       "has no column nope",
	} {
		_, err := parse(t, withRules(rule)).Plan(table, mapping.Options{Engine: "mysql"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", rule, err, want)
		}
	}
}

package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// filtered makes a document that takes demo1.t where filters hold, each "column: operator value…; operator value…".
func filtered(filters ...string) string {
	var all []string
	for _, f := range filters {
		column, rest, _ := strings.Cut(f, ": ")
		var conditions []string
		for c := range strings.SplitSeq(rest, "; ") {
			operator, values, _ := strings.Cut(c, " ")
			more := ""
			if from, to, ok := strings.Cut(values, ".."); ok {
				more = fmt.Sprintf(`,"start-value":%q,"end-value":%q`, from, to)
			} else if values != "" {
				more = fmt.Sprintf(`,"value":%q`, strings.Trim(values, "'"))
			}
			conditions = append(conditions, fmt.Sprintf(`{"filter-operator":%q%s}`, operator, more))
		}
		all = append(all, fmt.Sprintf(`{"filter-type":"source","column-name":%q,"filter-conditions":[%s]}`, column, strings.Join(conditions, ",")))
	}
	return `{"rules":[` + strings.Replace(pick, `"rule-action"`, `"filters":[`+strings.Join(all, ",")+`],"rule-action"`, 1) + `]}`
}

// ann with a field replaced.
func annWith(column int, value string) string {
	fields := split(ann)
	fields[column] = value
	return strings.Join(fields, ",")
}

// TestFilters holds for snapshots and for changes alike.
func TestFilters(t *testing.T) {
	tests := []struct {
		name    string
		filters []string
		in, out []string // Values of the column that the first filter is of.
	}{
		{"eq", []string{"age: eq 33"}, []string{"33", "033"}, []string{"34", "-33", null}},
		{"noteq leaves NULL out", []string{"age: noteq 33"}, []string{"34"}, []string{"33", null}},
		{"gte compares numbers", []string{"age: gte 9"}, []string{"9", "10", "100"}, []string{"8", "-10"}},
		{"lte", []string{"age: lte -9"}, []string{"-9", "-10"}, []string{"-8", "9"}},
		{"ste is lte", []string{"age: ste 5"}, []string{"5"}, []string{"6"}},
		{"between", []string{"age: between 1..100"}, []string{"1", "50", "100"}, []string{"0", "101", null}},
		{"notbetween", []string{"age: notbetween 1..100"}, []string{"0", "101"}, []string{"1", "100", null}},
		{"null", []string{"age: null"}, []string{null}, []string{"1"}},
		{"notnull", []string{"age: notnull"}, []string{"0"}, []string{null}},
		{"one of several conditions", []string{"age: eq 1; eq 3; gte 10"}, []string{"1", "3", "11"}, []string{"2", "9"}},
		{"decimals exactly", []string{"pay: eq 0.10"}, []string{"0.1", "00.100"}, []string{"0.1000001", "-0.1"}},
		{"great numbers exactly", []string{"id: gte 9007199254740993"}, []string{"9007199254740993"}, []string{"9007199254740992"}},
		{"text", []string{"name: eq 'Ann'"}, []string{`"Ann"`}, []string{`"ann"`, `"Ann "`, `""`}},
		{"text with quotes", []string{`name: eq say "hi"`}, []string{`"say ""hi"""`}, []string{`"say hi"`}},
		{"text is no number", []string{"name: gte 9"}, []string{`"9"`, `"a"`}, []string{`"10"`}},
		{"an empty text is not NULL", []string{"name: null"}, []string{null}, []string{`""`}},
		{"date", []string{"born: between 2001-01-01..2001-12-31"}, []string{"2001-01-01", "2001-12-31"}, []string{"2000-12-31", "2002-01-01"}},
		{"a date for a moment is its midnight", []string{"seen: lte 2026-01-02"}, []string{"2026-01-02 00:00:00"}, []string{"2026-01-02 00:00:00.5", "2026-01-02 00:00:01"}},
		{"a moment with zeros", []string{"seen: eq 2026-01-02 03:04:05.500"}, []string{"2026-01-02 03:04:05.5", "2026-01-02 03:04:05.500000"}, []string{"2026-01-02 03:04:05"}},
		{"boolean", []string{"ok: eq true"}, []string{"t"}, []string{"f", null}},
		{"bytes", []string{"raw: eq 0x00FF"}, []string{`"00ff"`}, []string{`"00fe"`}},
		{"several filters must hold", []string{"age: gte 10", "name: eq Ann 12"}, []string{"10"}, []string{"9"}},
		{"another filter does not hold", []string{"age: gte 10", "name: eq Bob"}, nil, []string{"10"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, filtered(tt.filters...), mapping.Options{})
			column := 0
			for i, c := range people().Columns {
				if strings.HasPrefix(tt.filters[0], c.Name+":") {
					column = i
				}
			}
			var in, want []string
			for _, v := range tt.in {
				in, want = append(in, annWith(column, v)), append(want, annWith(column, v))
			}
			for _, v := range tt.out {
				in = append(in, annWith(column, v))
			}
			if diff := cmp.Diff(want, rows(t, p, in...)); diff != "" {
				t.Errorf("snapshot: %s", diff)
			}
			for i := range want {
				want[i] = "INSERT > " + want[i]
			}
			if diff := cmp.Diff(want, mapped(t, p, changed(source.Insert, nil, in), mapping.Header{})); diff != "" {
				t.Errorf("changes: %s", diff)
			}
		})
	}
}

func TestFilterErrors(t *testing.T) {
	table := people()
	table.Columns[1].Declared, table.Columns[1].Type = "longtext", varchar(65535)
	for filter, want := range map[string]string{
		"age: eq old":    `column age: "old" is not a number`,
		"seen: eq today": `column seen: "today" is not a time as 2006-01-02 15:04:05`,
		"ok: eq maybe":   `column ok: "maybe" is neither true nor false`,
		"zip: eq 1":      "table demo1.t has no column zip; it has id",
		"name: eq a":     "column-name name is of type longtext; large objects cannot be filtered by",
	} {
		_, err := parse(t, filtered(filter)).Plan(table, mapping.Options{Engine: "mysql"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", filter, err, want)
		}
	}
}

// TestFilterRules: a row that one rule lets through is in, and a rule without filters lets all through.
func TestFilterRules(t *testing.T) {
	two := strings.Replace(filtered("age: eq 1"), `"rules":[`, `"rules":[`+strings.Replace(filtered("age: eq 2")[len(`{"rules":[`):len(filtered("age: eq 2"))-2], `"rule-id":"1"`, `"rule-id":"2"`, 1)+",", 1)
	p := plan(t, two, mapping.Options{})
	if diff := cmp.Diff([]string{annWith(3, "1"), annWith(3, "2")}, rows(t, p, annWith(3, "1"), annWith(3, "2"), annWith(3, "3"))); diff != "" {
		t.Error(diff)
	}
	all := strings.Replace(filtered("age: eq 1"), `"rules":[`, `"rules":[`+strings.Replace(pick, `"rule-id":"1"`, `"rule-id":"2"`, 1)+",", 1)
	if p := plan(t, all, mapping.Options{}); !p.Identity() {
		t.Error("a rule without filters does not let all rows through")
	}
}

// TestFilterTransitions: rows that leave what a filter lets through are deleted, and those that enter it inserted.
func TestFilterTransitions(t *testing.T) {
	const young, old = "9", "10"
	row := func(age string) string { return annWith(3, age) }
	key := "1,,,,,,,," // All that PostgreSQL sends of a row whose identity is its key.
	tests := []struct {
		name          string
		before, after string
		want          []string
	}{
		{"stays in", row(old), row("11"), []string{"UPDATE " + row(old) + " > " + row("11")}},
		{"stays out", row(young), row("8"), nil},
		{"leaves", row(old), row(young), []string{"DELETE " + row(old)}},
		{"enters", row(young), row(old), []string{"INSERT > " + row(old)}},
		{"enters, and the rest is as it was", row(young), `1,,,10,,,,,`, []string{"INSERT > " + row(old)}},
		{"in, and not known before", key, row(old), []string{"UPDATE " + key + " > " + row(old)}},
		{"out, and not known before", key, row(young), []string{"DELETE " + key}},
		{"deleted in", row(old), "", []string{"DELETE " + row(old)}},
		{"deleted out", row(young), "", nil},
		{"deleted, and not known", key, "", []string{"DELETE " + key}},
		{"the filter's column is as it was", row(old), `1,"Bob",,,,,,,`, []string{"UPDATE " + row(old) + ` > 1,"Bob",,,,,,,`}},
	}
	p := plan(t, filtered("age: gte 10"), mapping.Options{})
	if !p.Whole() {
		t.Error("the plan does not ask for whole rows")
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := changed(source.Update, []string{tt.before}, []string{tt.after})
			if tt.after == "" {
				in = changed(source.Delete, []string{tt.before}, nil)
			}
			if diff := cmp.Diff(tt.want, mapped(t, p, in, mapping.Header{})); diff != "" {
				t.Error(diff)
			}
		})
	}
	err := p.Rows(changed(source.Update, []string{key}, []string{`1,"Bob",,,,,,,`}), mapping.Header{}, func(*source.Rows) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "the source sent only a part of a changed row") {
		t.Errorf("a row that cannot be told in or out: %v", err)
	}
}

// TestFilterEnters refuses to insert half a row.
func TestFilterEnters(t *testing.T) {
	p := plan(t, filtered("age: gte 10"), mapping.Options{})
	err := p.Rows(changed(source.Update, []string{"1,,,9,,,,,"}, []string{"1,,,10,,,,,"}), mapping.Header{}, func(*source.Rows) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "needs all of it for column name") {
		t.Errorf("%v", err)
	}
	few := strings.Replace(filtered("age: gte 10"), `"rules":[`, `"rules":[`+rule(2, "column", "include-column", "age", "")+",", 1)
	got := mapped(t, plan(t, few, mapping.Options{}), changed(source.Update, []string{"1,,,9,,,,,"}, []string{"1,,,10,,,,,"}), mapping.Header{})
	if diff := cmp.Diff([]string{"INSERT > 10"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestFilterFloats compares numbers of every form.
func TestFilterFloats(t *testing.T) {
	table := people()
	table.Columns[7].Declared = "double"
	p := planOf(t, filtered("pay: gte 1.5e3"), table, mapping.Options{})
	var want []string
	for _, v := range []string{"1500", "1.5e+03", "1e9", "2000.5"} {
		want = append(want, annWith(7, v))
	}
	if diff := cmp.Diff(want, rows(t, p, append(want, annWith(7, "1499.9"), annWith(7, "-1e9"), annWith(7, "1.4e3"))...)); diff != "" {
		t.Error(diff)
	}
}

// TestFilterOrder keeps changes in their order when they become ones of several kinds.
func TestFilterOrder(t *testing.T) {
	p := plan(t, filtered("age: gte 10"), mapping.Options{})
	at := func(id, age string) string { return annWith(3, age)[1:] }
	row := func(id, age string) string { return id + at(id, age) }
	in := changed(source.Update, []string{row("1", "9"), row("2", "10"), row("3", "10"), row("4", "10"), row("5", "1")}, []string{row("1", "10"), row("2", "11"), row("3", "12"), row("4", "9"), row("5", "2")})
	want := []string{"INSERT > " + row("1", "10"), "UPDATE " + row("2", "10") + " > " + row("2", "11"), "UPDATE " + row("3", "10") + " > " + row("3", "12"), "DELETE " + row("4", "10")}
	if diff := cmp.Diff(want, mapped(t, p, in, mapping.Header{})); diff != "" {
		t.Error(diff)
	}
}

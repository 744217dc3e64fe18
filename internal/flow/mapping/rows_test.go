package mapping_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

const someRule = `{"rule-type":"transformation","rule-id":"2","rule-target":"column","object-locator":{"schema-name":"demo1","table-name":"t"},"rule-action":"add-column","value":"x","expression":"'new'","data-type":{"type":"string","length":10}}`

func TestIdentity(t *testing.T) {
	p := plan(t, withRules(), mapping.Options{})
	var out bytes.Buffer
	if w := p.Writer(&out); !p.Identity() || w != io.Writer(&out) {
		t.Error("rows that need no change go through a writer")
	}
	in := changed(source.Insert, nil, []string{ann})
	if diff := cmp.Diff([]string{"INSERT > " + ann}, mapped(t, p, in, mapping.Header{})); diff != "" {
		t.Error(diff)
	}
	renamed := plan(t, withRules(rule(2, "column", "rename", "name", `"value":"called"`)), mapping.Options{})
	if !renamed.Identity() {
		t.Error("a name changes rows")
	}
	err := renamed.Rows(in, mapping.Header{}, func(r *source.Rows) error {
		if r.Table.String() != "demo1.t" || r.Table.Columns[1].Name != "called" {
			t.Errorf("rows of %s with column %s", r.Table, r.Table.Columns[1].Name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTrap5EmptyIsNotNull(t *testing.T) {
	in := []string{`1,"",` + null + `,1,2001-02-03,` + null + `,t,1,""`}
	for name, document := range map[string]string{"as it is": withRules(), "rewritten": withRules(someRule)} {
		p := plan(t, document, mapping.Options{})
		want := in[0]
		if name == "rewritten" {
			want += `,"new"`
		}
		if diff := cmp.Diff([]string{want}, rows(t, p, in...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTrap6Values(t *testing.T) {
	p := plan(t, withRules(someRule, rule(3, "column", "add-column", "", `"value":"copy","expression":"$name","data-type":{"type":"string","length":100}`)), mapping.Options{})
	for _, text := range []string{"a,\"b\"\nc\\N\r\n", `\N`, "", `"`, `""`, ",", "\n", "ä,\"ö\""} {
		field, _ := source.AppendText(nil, []byte(text))
		fields := split(ann)
		fields[1] = string(field)
		in := strings.Join(fields, ",") + "\n"
		var out bytes.Buffer
		if _, err := p.Writer(&out).Write([]byte(in + in)); err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(in, "\n") + `,"new",` + string(field) + "\n"
		if diff := cmp.Diff(want+want, out.String()); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// document is demo1.t(id bigint key, doc json).
func documents(declared string) *source.Table {
	t := people()
	t.Columns = t.Columns[:2]
	t.Columns[1] = source.Column{Name: "doc", Declared: declared, Type: varchar(65535), Nullable: true}
	return t
}

func TestTrap16LOB(t *testing.T) {
	tests := []struct {
		name  string
		lob   int // KB.
		size  int
		left  int
		count int64
		want  string
	}{
		{"cut at the limit", 32, 40000, 32768, 1, "The value of column 'doc' in table 'demo1.t' was truncated to length 32768"},
		{"whole below it", 63, 40000, 40000, 0, ""},
		{"beyond all limits", 63, 70000, 65535, 1, "The value of column 'doc' in table 'demo1.t' was truncated to length 65535"},
		{"as long as a column", 0, 65535, 65535, 0, ""},
		{"longer than a column", 0, 65536, 65535, 1, "The value of column 'doc' in table 'demo1.t' was truncated to length 65535"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var cuts mapping.Cuts
			var told []string
			o := mapping.Options{LOB: mapping.LOB{Limit: tt.lob << 10}, Cuts: &cuts, Told: func(o mapping.Overflow) { told = append(told, o.String()) }}
			p := planOf(t, withRules(), documents("json"), o)
			got := rows(t, p, `1,"small"`, `2,"`+strings.Repeat("x", tt.size)+`"`, `3,"small"`)
			want := []string{`1,"small"`, `2,"` + strings.Repeat("x", tt.left) + `"`, `3,"small"`}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d bytes", len(got[1])-4)
			}
			if n := cuts.Of(source.Name{Schema: "demo1", Table: "t"})["doc"]; n != tt.count {
				t.Errorf("%d values are counted, want %d", n, tt.count)
			}
			if strings.Join(told, "\n") != tt.want {
				t.Errorf("told %q, want %q", told, tt.want)
			}
		})
	}
}

func TestOverflowPolicies(t *testing.T) {
	long := `2,"` + strings.Repeat("x", 70000) + `"`
	for policy, want := range map[mapping.Policy]int{mapping.LogError: 3, mapping.IgnoreRecord: 2} {
		told := 0
		p := planOf(t, withRules(), documents("json"), mapping.Options{Overflow: policy, Told: func(mapping.Overflow) { told++ }})
		if got := rows(t, p, `1,"a"`, long, `3,"b"`); len(got) != want || told != 1 {
			t.Errorf("policy %d: %d rows, told %d times", policy, len(got), told)
		}
	}
	for _, policy := range []mapping.Policy{mapping.SuspendTable, mapping.StopTask} {
		p := planOf(t, withRules(), documents("json"), mapping.Options{Overflow: policy})
		_, err := p.Writer(io.Discard).Write([]byte(long + "\n"))
		var o *mapping.Overflow
		if !errors.As(err, &o) || o.Policy != policy || o.Length != 70000 || o.Limit != 65535 || len(o.Key) != 1 || o.Key[0] != "2" {
			t.Errorf("policy %d: %v", policy, err)
		}
		if kind := fault.KindOf(err); kind != map[mapping.Policy]fault.Kind{mapping.SuspendTable: fault.Invalid, mapping.StopTask: fault.Conflict}[policy] {
			t.Errorf("policy %d: kind %d", policy, kind)
		}
		in := &source.Rows{Table: documents("json"), Op: source.Insert, After: images(2, `1,"a"`, long)}
		if err := p.Rows(in, mapping.Header{}, func(*source.Rows) error { return nil }); !errors.As(err, &o) {
			t.Errorf("policy %d in changes: %v", policy, err)
		}
	}
	p := planOf(t, withRules(), documents("json"), mapping.Options{LOB: mapping.LOB{Limit: 1024, Fatal: true}})
	if _, err := p.Writer(io.Discard).Write([]byte(long + "\n")); err == nil {
		t.Error("a cut that is to be fatal is not")
	}
}

// TestTrap7Emoji: ten characters of four bytes fit into the column that is made for varchar(10).
func TestTrap7Emoji(t *testing.T) {
	emoji := annWith(1, `"`+strings.Repeat("😀", 10)+`"`)
	var told []mapping.Overflow
	p := plan(t, withRules(), mapping.Options{Told: func(o mapping.Overflow) { told = append(told, o) }})
	if got := p.Columns[1].Type; got != varchar(40) {
		t.Errorf("a table made by itself has %s", got)
	}
	if diff := cmp.Diff([]string{emoji}, rows(t, p, emoji)); diff != "" || len(told) > 0 {
		t.Errorf("%v %s", told, diff)
	}
}

// TestCharacters cuts no character and no escape in two.
func TestCharacters(t *testing.T) {
	for _, text := range []string{strings.Repeat("ä", 20), strings.Repeat("€", 20), strings.Repeat("😀", 20), strings.Repeat(`"`, 30), strings.Repeat(`a"ä`, 10)} {
		for length := 1; length < 20; length++ {
			document := withRules(rule(2, "column", "change-data-type", "name", fmt.Sprintf(`"data-type":{"type":"string","length":%d}`, length)))
			field, _ := source.AppendText(nil, []byte(text))
			got, _ := source.Text([]byte(split(rows(t, plan(t, document, mapping.Options{}), annWith(1, string(field)))[0])[1]))
			if !utf8.ValidString(got) || !strings.HasPrefix(text, got) || len(got) > length || len(got) < length-3 {
				t.Errorf("%q in %d bytes is %q", text, length, got)
			}
		}
	}
	document := withRules(rule(2, "column", "change-data-type", "raw", `"data-type":{"type":"string","length":3}`))
	if got := split(rows(t, plan(t, document, mapping.Options{}), ann)[0])[8]; got != `"00"` {
		t.Errorf("half a byte: %s", got)
	}
}

func TestLOBOut(t *testing.T) {
	p := planOf(t, withRules(), documents("longtext"), mapping.Options{LOB: mapping.LOB{Out: true}})
	if shape(p) != "demo1.t(id*)" || len(p.Warnings) != 1 {
		t.Errorf("%s, %q", shape(p), p.Warnings)
	}
	kept := `{"rule-type":"table-settings","rule-id":"2","object-locator":{"schema-name":"demo1","table-name":"t"},"lob-settings":{"mode":"limited","bulk-max-size":1}}`
	p = planOf(t, withRules(kept), documents("longtext"), mapping.Options{LOB: mapping.LOB{Out: true}})
	if got := rows(t, p, `1,"`+strings.Repeat("x", 2000)+`"`); len(got[0]) != 1024+4 {
		t.Errorf("%d bytes", len(got[0]))
	}
	p = planOf(t, withRules(), documents("text"), mapping.Options{LOB: mapping.LOB{Out: true}})
	if shape(p) != "demo1.t(id* doc)" {
		t.Errorf("TEXT is left out: %s", shape(p))
	}
}

func TestMasks(t *testing.T) {
	const sha = `"C60F2AAFE9A6E37ED9B9ED7A8CB3FC5D4EC83DD95D6E4B1BA5EB2AA7F3A42AE3"`
	digits := plan(t, withRules(rule(2, "column", "data-masking-digits-mask", "name", `"value":"#"`)), mapping.Options{})
	if diff := cmp.Diff([]string{annWith(1, `"Ann ##"`), annWith(1, null)}, rows(t, digits, ann, annWith(1, null))); diff != "" {
		t.Error(diff)
	}
	quotes := plan(t, withRules(rule(2, "column", "data-masking-digits-mask", "name", `"value":"\""`)), mapping.Options{})
	if diff := cmp.Diff([]string{annWith(1, `"a""b"""`)}, rows(t, quotes, annWith(1, `"a""b1"`))); diff != "" {
		t.Error(diff)
	}
	wide := rule(2, "column", "change-data-type", "name", `"data-type":{"type":"string","length":64}`)
	hash := plan(t, withRules(wide, rule(3, "column", "data-masking-hash-mask", "name", "")), mapping.Options{})
	got := split(rows(t, hash, annWith(1, `"abc"`))[0])[1]
	if want := `"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"`; got != want {
		t.Errorf("%s, want %s; not %s", got, want, sha)
	}
	random := plan(t, withRules(rule(2, "column", "data-masking-digits-randomize", "age", "")), mapping.Options{})
	seen := map[string]bool{}
	for range 200 {
		v := split(rows(t, random, annWith(3, "-2147483648"))[0])[3]
		if len(v) != 11 || v[0] != '-' || v[1] != '0' {
			t.Fatalf("%s is not a number of as many digits that fits", v)
		}
		seen[v] = true
	}
	if len(seen) < 100 {
		t.Errorf("only %d different numbers", len(seen))
	}
}

func TestExpressions(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 42, 0, 0, time.UTC)
	add := func(expression, to string) string {
		return rule(2, "column", "add-column", "", fmt.Sprintf(`"value":"x","expression":%q,"data-type":%s`, expression, to))
	}
	const text = `{"type":"string","length":50}`
	tests := []struct{ name, expression, to, row, want string }{
		{"text", "$name||'-'||upper($mail)", text, ann, `"Ann 12-A@X"`},
		{"number", "$age*2", `{"type":"int4"}`, ann, "66"},
		{"exact decimal", "$pay", `{"type":"numeric","precision":10,"scale":2}`, ann, "12.50"},
		{"NULL", "$age+1", `{"type":"int4"}`, annWith(3, null), null},
		{"condition", "CASE WHEN $age >= 18 THEN 'adult' ELSE 'minor' END", text, ann, `"adult"`},
		{"a number as text compares as a number", "$age = '33'", `{"type":"int1"}`, ann, "1"},
		{"boolean", "$ok", `{"type":"int1"}`, ann, "1"},
		{"bytes", "hex($raw)||length($raw)", text, ann, `"00FF2"`},
		{"date", "strftime('%Y', $born)", text, ann, `"2001"`},
		{"quotes", "$name", text, annWith(1, `"say ""hi"""`), `"say ""hi"""`},
		{"any case of a name", "$NAME", text, ann, `"Ann 12"`},
		{"metadata", "$AR_M_SOURCE_SCHEMA||'.'||$AR_M_SOURCE_TABLE_NAME", text, ann, `"demo1.t"`},
		{"full load", "$AR_H_OPERATION||'|'||$AR_H_STREAM_POSITION||'|'||$AR_H_COMMIT_TIMESTAMP", text, ann, `"INSERT||2026-11-21 10:42:00.000000"`},
		{"indicator", "operation_indicator('D','U','I')", `{"type":"string","length":1}`, ann, `"I"`},
		{"clock", "datetime('now')", `{"type":"datetime"}`, ann, `"2026-11-21 10:42:00"`},
		{"too long", "'0123456789'", `{"type":"string","length":4}`, ann, `"0123"`},
		{"hash", "hash_sha256($name)", `{"type":"string","length":64}`, annWith(1, `"abc"`), `"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, withRules(add(tt.expression, tt.to)), mapping.Options{Now: func() time.Time { return now }})
			if diff := cmp.Diff([]string{tt.row + "," + tt.want}, rows(t, p, tt.row)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDMSMoments: what has a zone becomes a moment without one, in UTC.
func TestDMSMoments(t *testing.T) {
	table := people()
	table.Columns = table.Columns[:2]
	table.Columns[1] = source.Column{Name: "at", Declared: "timestamp with time zone", Type: sqltype.Type{ID: sqltype.TimestampTZ}, Nullable: true}
	p := planOf(t, withRules(), table, mapping.Options{Engine: "postgres", Types: mapping.DMS})
	if diff := cmp.Diff([]string{"1,2026-01-02 03:04:05.5", "2," + null}, rows(t, p, "1,2026-01-02 03:04:05.5+00", "2,"+null)); diff != "" {
		t.Error(diff)
	}
	p = planOf(t, filtered("at: eq 2026-01-02 03:04:05.5"), table, mapping.Options{Engine: "postgres"})
	if diff := cmp.Diff([]string{"1,2026-01-02 03:04:05.5+00"}, rows(t, p, "1,2026-01-02 03:04:05.5+00", "2,2026-01-02 03:04:05+00")); diff != "" {
		t.Error(diff)
	}
}

func TestSteady(t *testing.T) {
	for expression, want := range map[string]bool{"$name": true, "random()": false, "datetime('now')": false, "$AR_H_OPERATION": false, "$AR_H_TIMESTAMP": false, "operation_indicator(1,2,3)": false, "date($born)": true} {
		p := plan(t, withRules(rule(2, "column", "add-column", "", fmt.Sprintf(`"value":"x","expression":%q,"data-type":{"type":"string","length":50}`, expression))), mapping.Options{})
		if got := p.Steady(len(p.Columns) - 1); got != want {
			t.Errorf("%s: %v", expression, got)
		}
	}
	random := plan(t, withRules(rule(2, "column", "data-masking-digits-randomize", "age", "")), mapping.Options{})
	if random.Steady(3) || !random.Steady(0) {
		t.Error("digits made at random are taken for steady")
	}
}

func TestBrokenRows(t *testing.T) {
	p := plan(t, withRules(someRule), mapping.Options{})
	for _, in := range []string{"1,2\n", ann, ann + ",1\n", `1,"a` + "\n", strings.Replace(ann, ",t,", "\n,t,", 1) + "\n", "\n"} {
		if _, err := p.Writer(io.Discard).Write([]byte(in)); err == nil {
			t.Errorf("%q is taken for rows", in)
		}
	}
}

package mapping_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

func TestSoftDelete(t *testing.T) {
	p := plan(t, withRules(rule(2, "column", "add-column", "", `"value":"op","expression":"operation_indicator('D','U','I')","data-type":{"type":"string","length":1}`)), mapping.Options{})
	bob := annWith(1, `"Bob"`)
	tests := []struct {
		name string
		in   *source.Rows
		want string
	}{
		{"insert", changed(source.Insert, nil, []string{ann}), "INSERT > " + ann + `,"I"`},
		{"update", changed(source.Update, []string{ann}, []string{bob}), "UPDATE " + ann + ", > " + bob + `,"U"`},
		{"delete", changed(source.Delete, []string{ann}, nil), "UPDATE " + ann + ", > " + ann + `,"D"`},
		{"delete by key", changed(source.Delete, []string{"1,,,,,,,,"}, nil), `UPDATE 1,,,,,,,,, > 1,,,,,,,,,"D"`},
	}
	for _, tt := range tests {
		if diff := cmp.Diff([]string{tt.want}, mapped(t, p, tt.in, mapping.Header{})); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestBeforeImageColumns(t *testing.T) {
	p := plan(t, withRules(rule(2, "column", "add-before-image-columns", "name", `"before-image-def":{"column-filter":"all"}`)), mapping.Options{})
	bob := annWith(1, `"Bob"`)
	if !p.Whole() {
		t.Error("the plan does not ask for whole rows")
	}
	for _, tt := range []struct {
		in   *source.Rows
		want string
	}{
		{changed(source.Insert, nil, []string{ann}), "INSERT > " + ann + "," + null},
		{changed(source.Update, []string{ann}, []string{bob}), "UPDATE " + ann + ", > " + bob + `,"Ann 12"`},
		{changed(source.Delete, []string{ann}, nil), "DELETE " + ann + ","},
	} {
		if diff := cmp.Diff([]string{tt.want}, mapped(t, p, tt.in, mapping.Header{})); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{ann + "," + null}, rows(t, p, ann)); diff != "" {
		t.Error(diff)
	}
	err := p.Rows(changed(source.Update, []string{"1,,,,,,,,"}, []string{bob}), mapping.Header{}, func(*source.Rows) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "only a part of a changed row") {
		t.Errorf("%v", err)
	}
}

// TestUnsent keeps fields empty that the source did not send, and makes of them what can be made.
func TestUnsent(t *testing.T) {
	p := plan(t, withRules(rule(2, "column", "add-column", "", `"value":"x","expression":"$name||$mail","data-type":{"type":"string","length":50}`),
		rule(3, "column", "data-masking-digits-mask", "name", `"value":"#"`)), mapping.Options{})
	const part = `1,,"b@x",,,,,,`
	tests := []struct{ name, before, after, want string }{
		{"what is not sent is as it was", ann, part, `UPDATE ` + annWith(1, `"Ann ##"`) + `, > 1,,"b@x",,,,,,,"Ann 12b@x"`},
		{"nothing it is made of is sent", "1,,,,,,,,", `1,,,34,,,,,`, `UPDATE 1,,,,,,,,, > 1,,,34,,,,,,`},
	}
	for _, tt := range tests {
		if diff := cmp.Diff([]string{tt.want}, mapped(t, p, changed(source.Update, []string{tt.before}, []string{tt.after}), mapping.Header{})); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	err := p.Rows(changed(source.Update, []string{"1,,,,,,,,"}, []string{part}), mapping.Header{}, func(*source.Rows) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "needs all of it for column x") {
		t.Errorf("a value is made of half of what it needs: %v", err)
	}
}

// TestHeader gives rows what their transaction says of them.
func TestHeader(t *testing.T) {
	before := time.Now().UnixNano()
	p := plan(t, withRules(rule(2, "column", "add-column", "", `"value":"x","expression":"$AR_H_STREAM_POSITION||' '||$AR_H_COMMIT_TIMESTAMP||' '||$AR_H_OPERATION","data-type":{"type":"string","length":90}`),
		rule(3, "column", "add-column", "", `"value":"seq","expression":"$AR_H_CHANGE_SEQ","data-type":{"type":"string","length":35}`)), mapping.Options{})
	if !p.Header() {
		t.Error("the plan does not ask for the header")
	}
	h := mapping.Header{Position: "bin.1:4 and how to find it", Commit: time.Date(2026, 11, 21, 10, 42, 1, 250e6, time.UTC)}
	got := mapped(t, p, changed(source.Insert, nil, []string{ann, ann}), h)
	for i, n := 0, int64(0); i < len(got); i++ {
		head := fmt.Sprintf(`INSERT > %s,"bin.1:4 2026-11-21 10:42:01.250000 INSERT","2026112110420125`, ann)
		number, found := strings.CutPrefix(got[i], head)
		seq, err := strconv.ParseInt(strings.TrimRight(number, `"`), 10, 64)
		if !found || len(number) != 20 || err != nil || i > 0 && seq != n+1 || seq < before {
			t.Errorf("%s, want %s and a number after %d", got[i], head, n)
		}
		n = seq
	}
}

// TestKeyless leaves columns that are computed out of the rows that a change is to find.
func TestKeyless(t *testing.T) {
	p := plan(t, withRules(rule(2, "column", "remove-column", "id", ""), someRuleWithID(3)), mapping.Options{})
	rest := strings.TrimPrefix(ann, "1,")
	if diff := cmp.Diff([]string{"DELETE " + rest + ","}, mapped(t, p, changed(source.Delete, []string{ann}, nil), mapping.Header{})); diff != "" {
		t.Error(diff)
	}
}

func someRuleWithID(id int) string {
	return strings.Replace(someRule, `"rule-id":"2"`, fmt.Sprintf(`"rule-id":"%d"`, id), 1)
}

// TestComputedKey makes the key of rows before a change, too.
func TestComputedKey(t *testing.T) {
	p := plan(t, withRules(rule(2, "column", "add-column", "", `"value":"k","expression":"'n'||$id","data-type":{"type":"string","length":20}`),
		rule(3, "table", "define-primary-key", "", `"primary-key-def":{"columns":["k"]}`)), mapping.Options{})
	moved := annWith(0, "2")
	if diff := cmp.Diff([]string{"UPDATE " + ann + `,"n1" > ` + moved + `,"n2"`}, mapped(t, p, changed(source.Update, []string{ann}, []string{moved}), mapping.Header{})); diff != "" {
		t.Error(diff)
	}
}

// TestRow is the same for a row of its own.
func TestRow(t *testing.T) {
	p := plan(t, strings.Replace(filtered("age: gte 10"), `"rules":[`, `"rules":[`+someRuleWithID(9)+",", 1), mapping.Options{})
	for _, tt := range []struct {
		age  string
		want string
		keep bool
	}{{"10", annWith(3, "10") + `,"new"` + "\n", true}, {"9", "", false}} {
		fields := split(annWith(3, tt.age))
		got, keep, err := p.Row(nil, mapping.Row{Op: source.Insert, Field: func(i int) []byte { return []byte(fields[i]) }})
		if err != nil || keep != tt.keep || string(got) != tt.want {
			t.Errorf("%s: %q, %v, %v", tt.age, got, keep, err)
		}
	}
}

func TestOtherShape(t *testing.T) {
	p := plan(t, withRules(), mapping.Options{})
	in := &source.Rows{Table: documents("json"), Op: source.Insert, After: images(2, `1,"a"`)}
	if err := p.Rows(in, mapping.Header{}, func(*source.Rows) error { return nil }); err == nil {
		t.Error("rows of another shape are taken")
	}
}

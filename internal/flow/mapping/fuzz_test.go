package mapping_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

func FuzzDocument(f *testing.F) {
	f.Add(withRules(someRule, rule(3, "table", "add-prefix", "", `"value":"x"`)))
	f.Add(filtered("age: between 1..3; null", "name: noteq a"))
	f.Add(withRules(ranges(`["id"]`, `[["1"],["2"]]`), rule(3, "column", "add-before-image-columns", "", `"before-image-def":{"column-filter":"all"}`)))
	f.Add(withRules(rule(3, "column", "change-data-type", "%", `"data-type":{"type":"numeric","precision":"38","scale":37}`)))
	f.Add(`{"rules":[`)
	f.Add(selections("exclude %.a[_]", "explicit mysql.user 3"))
	f.Fuzz(func(t *testing.T, document string) {
		d, err := mapping.Parse([]byte(document))
		if err != nil {
			return
		}
		if _, err := d.Select(tables("demo1.t", "mysql.user", "a_b.awsdms_x")); err != nil {
			t.Fatal(err)
		}
		p, err := d.Plan(people(), mapping.Options{Engine: "mysql"})
		if err != nil {
			return
		}
		in := changed(source.Update, []string{ann}, []string{annWith(3, null)})
		_ = p.Rows(in, mapping.Header{}, func(r *source.Rows) error {
			if len(r.Table.Columns) != len(p.Columns) {
				t.Errorf("%d columns, %d in the plan", len(r.Table.Columns), len(p.Columns))
			}
			return nil
		})
	})
}

// FuzzRows holds the writer of a plan against rows put together field by field, and
// against its own way with longer runs of rows.
func FuzzRows(f *testing.F) {
	f.Add("a,\"b\"\nc", "ä😀", int64(5), uint8(3))
	f.Add(`\N`, "", int64(-1), uint8(0))
	f.Add(strings.Repeat("\"\n,", 400), "x", int64(9), uint8(200))
	f.Fuzz(func(t *testing.T, name, mail string, id int64, length uint8) {
		limit := int(length)%50 + 1
		table := people()
		table.Columns = table.Columns[:3]
		table.Columns[1].Type, table.Columns[1].Declared = varchar(65535), "json"
		line := source.AppendBool(nil, id > 0)
		for _, text := range []string{name, mail} {
			line, _ = source.AppendText(append(line, ','), []byte(text))
		}
		line = append(line, '\n')
		text := bytes.Repeat(line, 5)
		all := planOf(t, withRules(), table, mapping.Options{LOB: mapping.LOB{Limit: limit}})
		keyless := planOf(t, withRules(rule(2, "column", "remove-column", "id", "")), table, mapping.Options{LOB: mapping.LOB{Limit: limit}})
		var whole, part bytes.Buffer
		for w, p := range map[*bytes.Buffer]*mapping.Plan{&whole: all, &part: keyless} {
			if _, err := p.Writer(w).Write(text); err != nil {
				t.Fatal(err)
			}
		}
		want := strings.ReplaceAll(name, "\x00", "")
		if len(want) > limit {
			want = want[:limit]
			for len(want) > 0 && len(want) > limit-3 && want[len(want)-1] >= 0x80 && !boundary(strings.ReplaceAll(name, "\x00", ""), len(want)) {
				want = want[:len(want)-1]
			}
		}
		field, _ := source.AppendText(nil, []byte(want))
		rest, _ := source.AppendText(nil, []byte(mail))
		short := string(field) + "," + string(rest) + "\n"
		if diff := cmp.Diff(strings.Repeat(short, 5), part.String()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(strings.Repeat(string(source.AppendBool(nil, id > 0))+","+short, 5), whole.String()); diff != "" {
			t.Error(diff)
		}
	})
}

// boundary reports whether a character begins at a byte.
func boundary(s string, at int) bool { return at >= len(s) || s[at]&0xc0 != 0x80 }

// FuzzSnapshot: what is no CSV is an error, never a panic.
func FuzzSnapshot(f *testing.F) {
	f.Add([]byte(ann + "\n"))
	f.Add([]byte("1,\"\"\"\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, document := range []string{withRules(someRule), filtered("name: eq a", "seen: gte 2026-01-01"), withRules(rule(2, "column", "data-masking-digits-mask", "name", `"value":"#"`))} {
			_, _ = plan(t, document, mapping.Options{}).Writer(io.Discard).Write(in)
		}
		table := documents("json")
		_, _ = planOf(t, withRules(), table, mapping.Options{LOB: mapping.LOB{Limit: 5}}).Writer(io.Discard).Write(in)
	})
}

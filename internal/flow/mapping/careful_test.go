package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// odd is demo1.t(id bigint key, v TYPE): of one column the values of which may be refused.
func odd(t sqltype.Type, nullable bool) *source.Table {
	return &source.Table{Name: source.Name{Schema: "demo1", Table: "t"}, Key: []int{0}, Columns: []source.Column{
		{Name: "id", Declared: "bigint", Type: sqltype.Type{ID: sqltype.Bigint}}, {Name: "v", Declared: "odd", Type: t, Nullable: nullable}}}
}

var (
	date    = sqltype.Type{ID: sqltype.Date}
	stamp   = sqltype.Type{ID: sqltype.Timestamp}
	zoned   = sqltype.Type{ID: sqltype.TimestampTZ}
	clock   = sqltype.Type{ID: sqltype.Time}
	clockTZ = sqltype.Type{ID: sqltype.TimeTZ}
)

func decimal(p, s int) sqltype.Type {
	return sqltype.Type{ID: sqltype.Decimal, Precision: p, Scale: s}
}

// TestRefusedValues: NULL stands for what COPY would refuse the row for, and nothing else changes.
func TestRefusedValues(t *testing.T) {
	tests := []struct {
		typ           sqltype.Type
		taken, others string // In lists between blanks; _ is a blank in a value.
	}{
		{date, `2024-02-29 2000-02-29 0001-01-01 9999-12-31 0044-03-15_BC 4713-01-01_BC 0001-02-29_BC 20240229 Feb_29_2024 "2024-02-29"`,
			`infinity -infinity 0000-00-00 2024-00-10 2024-10-00 0000-01-01 2024-02-30 2023-02-29 1900-02-29 2024-13-01 10000-01-01 5874897-12-31 4714-11-24_BC "0000-00-00"`},
		{stamp, `2024-02-29_23:59:59.999999 0044-03-15_12:00:00_BC`, `infinity -infinity 0000-00-00_00:00:00 10000-01-01_00:00:00 2024-02-30_10:00:00 5000-01-01_00:00:00_BC`},
		{zoned, `2024-02-29_23:59:59+00 0044-03-15_12:00:00+00_BC`, `-infinity 10000-01-01_00:00:00+00`},
		{clock, `00:00:00 23:59:59.999999`, `24:00:00 25:00:00`},
		{clockTZ, `23:59:59+15:59`, `24:00:00+01`},
		{decimal(5, 2), `999.99 -999.99 0.5 .5 00999.99 1.23456 0`, `NaN Infinity -Infinity 1000 -1000.00 123456`},
		{decimal(19, 0), `9223372036854775807 -9223372036854775807 1`, `9223372036854775808 9999999999999999999`},
		{decimal(19, 4), `922337203685477.5807`, `922337203685477.5808 999999999999999`},
		{decimal(38, 0), strings.Repeat("9", 38), strings.Repeat("9", 39)},
		{sqltype.Type{ID: sqltype.Double}, `NaN Infinity -Infinity 1e300`, ``},
		{varchar(20), `"infinity" "0000-00-00" "NaN"`, ``},
	}
	for _, tt := range tests {
		var told []mapping.Refusal
		p := planOf(t, withRules(), odd(tt.typ, true), mapping.Options{}).Careful(mapping.Care{Told: func(r mapping.Refusal) { told = append(told, r) }})
		for i, list := range []string{tt.taken, tt.others} {
			for _, v := range strings.Fields(list) {
				v, told = strings.ReplaceAll(v, "_", " "), nil
				want := "7," + v
				if i > 0 {
					want = "7," + null
				}
				if got := rows(t, p, "7,"+v); len(got) != 1 || got[0] != want {
					t.Errorf("%s: %s becomes %q", tt.typ, v, got)
				}
				if len(told) != i || i > 0 && (told[0].Value != strings.Trim(v, `"`) || told[0].Column != "v" || told[0].Key[0] != "7" || told[0].Left) {
					t.Errorf("%s: of %s is told %+v", tt.typ, v, told)
				}
			}
		}
	}
}

// TestRefusedChanges follows rows into what the warehouse can have, and out of it.
func TestRefusedChanges(t *testing.T) {
	tests := []struct {
		name          string
		table         *source.Table
		op            source.Op
		before, after string
		want, told    []string
	}{
		{"inserted", odd(date, true), source.Insert, "", "1,-infinity", []string{"INSERT > 1," + null}, []string{"v -infinity NULL"}},
		{"updated", odd(date, true), source.Update, "1,2024-01-01", "1,-infinity", []string{"UPDATE 1,2024-01-01 > 1," + null}, []string{"v -infinity NULL"}},
		{"updated before", odd(date, true), source.Update, "1,-infinity", "1,2024-01-01", []string{"UPDATE 1," + null + " > 1,2024-01-01"}, nil},
		{"deleted", odd(date, true), source.Delete, "1,-infinity", "", []string{"DELETE 1," + null}, nil},
		{"not sent", odd(date, true), source.Update, "1,", "1,", []string{"UPDATE 1, > 1,"}, nil},
		{"NOT NULL inserted", odd(date, false), source.Insert, "", "1,-infinity", nil, []string{"v -infinity left"}},
		{"NOT NULL updated goes", odd(date, false), source.Update, "1,2024-01-01", "1,-infinity", []string{"DELETE 1,2024-01-01"}, []string{"v -infinity left"}},
		{"NOT NULL updated comes", odd(date, false), source.Update, "1,-infinity", "1,2024-01-01", []string{"UPDATE 1," + null + " > 1,2024-01-01"}, nil},
		{"NOT NULL deleted", odd(date, false), source.Delete, "1,-infinity", "", []string{"DELETE 1," + null}, nil},
		{"key inserted", keyed(), source.Insert, "", "-infinity,1", nil, []string{"d -infinity left"}},
		{"key leaves", keyed(), source.Update, "2024-01-01,1", "-infinity,1", []string{"DELETE 2024-01-01,1"}, []string{"d -infinity left"}},
		{"key enters", keyed(), source.Update, "-infinity,1", "2024-01-01,", []string{"INSERT > 2024-01-01,1"}, nil},
		{"key stays out", keyed(), source.Update, "-infinity,1", "infinity,2", nil, []string{"d infinity left"}},
		{"key deleted", keyed(), source.Delete, "-infinity,1", "", nil, nil},
		{"no key inserted", keyless(), source.Insert, "", "-infinity,1", nil, []string{"d -infinity left"}},
		{"no key leaves", keyless(), source.Update, "2024-01-01,1", "-infinity,1", []string{"DELETE 2024-01-01,1"}, []string{"d -infinity left"}},
		{"no key enters", keyless(), source.Update, "-infinity,1", "2024-01-01,2", []string{"INSERT > 2024-01-01,2"}, nil},
		{"no key deleted", keyless(), source.Delete, "-infinity,1", "", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var told []string
			p := planOf(t, withRules(), tt.table, mapping.Options{}).Careful(mapping.Care{Told: func(r mapping.Refusal) {
				told = append(told, r.Column+" "+r.Value+" "+map[bool]string{true: "left", false: "NULL"}[r.Left])
			}})
			in := &source.Rows{Table: tt.table, Op: tt.op}
			for _, side := range []struct {
				m    *source.Images
				line string
			}{{&in.Before, tt.before}, {&in.After, tt.after}} {
				if side.line != "" {
					*side.m = images(2, side.line)
				}
			}
			if diff := cmp.Diff(tt.want, mapped(t, p, in, mapping.Header{})); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.told, told); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// keyed is shop.t(d date key, n int), keyless the same without its key.
func keyed() *source.Table {
	t := keyless()
	t.Key = []int{0}
	return t
}

func keyless() *source.Table {
	return &source.Table{Name: source.Name{Schema: "shop", Table: "t"}, Columns: []source.Column{
		{Name: "d", Declared: "date", Type: date}, {Name: "n", Declared: "int", Type: sqltype.Type{ID: sqltype.Integer}, Nullable: true}}}
}

// TestRefusedByTheTable asks the warehouse's own table rather than the plan.
func TestRefusedByTheTable(t *testing.T) {
	p := planOf(t, withRules(), odd(date, false), mapping.Options{})
	for _, tt := range []struct {
		name string
		held mapping.Held
		any  bool
		want string
	}{
		{"takes NULL", mapping.Held{Type: date, Nullable: true}, false, "[7," + null + "]"},
		{"takes none", mapping.Held{Type: date}, false, "[]"},
		{"takes text", mapping.Held{Type: varchar(20)}, false, "[7,0000-00-00]"},
		{"COPY puts NULL into", mapping.Held{Type: date, Nullable: true}, true, "[7,0000-00-00]"},
		{"COPY may not put NULL into", mapping.Held{Type: date}, true, "[]"},
	} {
		q := p.Careful(mapping.Care{AnyDate: tt.any, Have: func(c string) (mapping.Held, bool) { return tt.held, c == "v" }})
		if got := fmt.Sprint(rows(t, q, "7,0000-00-00")); got != tt.want {
			t.Errorf("a column, %s, gets %q", tt.name, got)
		}
		if got := fmt.Sprint(rows(t, q, "7,2024-01-01")); got != "[7,2024-01-01]" {
			t.Errorf("a column, %s, gets %q", tt.name, got)
		}
	}
	if !p.Identity() {
		t.Error("the plan itself is another")
	}
}

// TestRefusedRow names what becomes of a row that has several such values.
func TestRefusedRow(t *testing.T) {
	tab := odd(date, false)
	tab.Columns = append(tab.Columns, source.Column{Name: "w", Declared: "date", Type: date, Nullable: true})
	var told []mapping.Refusal
	p := planOf(t, withRules(rule(2, "column", "rename", "w", `"value":"ww"`)), tab, mapping.Options{}).Careful(mapping.Care{Told: func(r mapping.Refusal) { told = append(told, r) }})
	if got := rows(t, p, `7,0000-00-00,0000-00-00`, `8,2024-01-01,0000-00-00`); len(got) != 1 || got[0] != "8,2024-01-01,"+null {
		t.Errorf("%q", got)
	}
	want := []string{
		`column v of table demo1.t, row ["7"]: the value "0000-00-00" is none that a column of type DATE in the warehouse holds: the row is left out, since the column takes no NULL in the warehouse or belongs to its key; mend the value in the source, or load into a table whose column takes NULL (TargetTablePrepMode other than DROP_AND_CREATE)`,
		`column w of table demo1.t, row ["8"]: the value "0000-00-00" is none that a column of type DATE in the warehouse holds: NULL stands in its place`,
	}
	var got []string
	for _, r := range told {
		got = append(got, r.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if told[0].Row != "7,0000-00-00,0000-00-00" || p.Named("w") != "ww" || p.Named("other") != "other" {
		t.Errorf("%q, %s", told[0].Row, p.Named("w"))
	}
}

package mapping_test

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// rule is a transformation of demo1.t with an id.
func rule(id int, target, action, column, more string) string {
	at := `"schema-name":"demo1"`
	if target != "schema" {
		at += `,"table-name":"t"`
	}
	if column != "" {
		at += fmt.Sprintf(`,"column-name":%q`, column)
	}
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"rule-type":"transformation","rule-id":"%d","rule-name":"x","rule-target":%q,"rule-action":%q,"object-locator":{%s}%s}`, id, target, action, at, more)
}

// shape prints a plan as schema.table(column type, …) with * at the key's columns.
func shape(p *mapping.Plan) string {
	var all []string
	for i, c := range p.Columns {
		s := c.Name
		for _, k := range p.Key {
			if k == i {
				s += "*"
			}
		}
		all = append(all, s)
	}
	return p.Schema + "." + p.Table + "(" + strings.Join(all, " ") + ")"
}

func TestTransformations(t *testing.T) {
	const rest = "name mail age born seen ok pay raw)"
	tests := []struct {
		name  string
		rules []string
		want  string
	}{
		{"nothing", nil, "demo1.t(id* " + rest},
		{"rename the schema", []string{rule(2, "schema", "rename", "", `"value":"ods"`)}, "ods.t(id* " + rest},
		{"rename the table", []string{rule(2, "table", "rename", "", `"value":"People"`)}, "demo1.people(id* " + rest},
		{"rename a column", []string{rule(2, "column", "rename", "name", `"value":"called"`)}, "demo1.t(id* called mail age born seen ok pay raw)"},
		{"rename all three", []string{rule(2, "schema", "rename", "", `"value":"ods"`), rule(3, "table", "rename", "", `"value":"p"`), rule(4, "column", "rename", "id", `"value":"nr"`)}, "ods.p(nr* " + rest},
		{"remove a column", []string{rule(2, "column", "remove-column", "age", "")}, "demo1.t(id* name mail born seen ok pay raw)"},
		{"remove columns by wildcard", []string{rule(2, "column", "remove-column", "%a%", "")}, "demo1.t(id* born seen ok)"},
		{"include columns", []string{rule(2, "column", "include-column", "id", ""), rule(3, "column", "include-column", "p%", "")}, "demo1.t(id* pay)"},
		{"removing wins over including", []string{rule(2, "column", "include-column", "%", ""), rule(3, "column", "remove-column", "[a-r]%", "")}, "demo1.t(seen)"},
		{"add a column", []string{rule(2, "column", "add-column", "", `"value":"Extra","expression":"1","data-type":{"type":"int4"}`)}, "demo1.t(id* name mail age born seen ok pay raw extra)"},
		{"lower case", []string{rule(2, "table", "convert-lowercase", "", "")}, "demo1.t(id* " + rest},
		{"prefix and suffix by id", []string{rule(3, "table", "add-suffix", "", `"value":"_y"`), rule(2, "table", "add-prefix", "", `"value":"x_"`)}, "demo1.x_t(id* " + rest},
		{"the lower id wins, also over an exact name", []string{strings.Replace(rule(2, "column", "add-prefix", "%", `"value":"c_"`), `"t"`, `"%"`, 1), rule(10, "column", "rename", "id", `"value":"nr"`)},
			"demo1.t(c_id* c_name c_mail c_age c_born c_seen c_ok c_pay c_raw)"},
		{"ids are numbers", []string{rule(10, "table", "rename", "", `"value":"ten"`), rule(9, "table", "rename", "", `"value":"nine"`)}, "demo1.nine(id* " + rest},
		{"remove a prefix", []string{rule(2, "column", "remove-prefix", "%", `"value":"na"`)}, "demo1.t(id* me mail age born seen ok pay raw)"},
		{"replace a suffix", []string{rule(2, "column", "replace-suffix", "%", `"value":"X","old-value":"e"`)}, "demo1.t(id* namx mail agx born seen ok pay raw)"},
		{"replace a prefix by nothing", []string{rule(2, "column", "replace-prefix", "%", `"value":"","old-value":"ma"`)}, "demo1.t(id* name il age born seen ok pay raw)"},
		{"remove a suffix", []string{rule(2, "schema", "remove-suffix", "", `"value":"1"`)}, "demo.t(id* " + rest},
		{"a key of another", []string{rule(2, "table", "define-primary-key", "", `"primary-key-def":{"name":"pk","origin":"unique-index","columns":["name","mail"]}`)}, "demo1.t(id name* mail* age born seen ok pay raw)"},
		{"a key by the target's names", []string{rule(2, "table", "define-primary-key", "", `"primary-key-def":{"columns":["called"]}`), rule(3, "column", "rename", "name", `"value":"called"`)}, "demo1.t(id called* mail age born seen ok pay raw)"},
		{"no key when its column is gone", []string{rule(2, "column", "remove-column", "id", "")}, "demo1.t(" + rest},
		{"former values of the key", []string{rule(2, "column", "add-before-image-columns", "", `"before-image-def":{"column-filter":"pk-only"}`)}, "demo1.t(id* name mail age born seen ok pay raw bi_id)"},
		{"former values of some", []string{rule(2, "column", "add-before-image-columns", "[np]%", `"before-image-def":{"column-suffix":"_old","column-filter":"all"}`)}, "demo1.t(id* name mail age born seen ok pay raw name_old pay_old)"},
		{"other tables are left alone", []string{strings.Replace(rule(2, "column", "remove-column", "%", ""), `"t"`, `"u"`, 1)}, "demo1.t(id* " + rest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shape(plan(t, withRules(tt.rules...), mapping.Options{})); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPlanErrors(t *testing.T) {
	add := func(expression string) string {
		return rule(2, "column", "add-column", "", fmt.Sprintf(`"value":"x","expression":%q,"data-type":{"type":"string","length":10}`, expression))
	}
	tests := []struct {
		name  string
		rules []string
		want  string
	}{
		{"no column left", []string{rule(2, "column", "remove-column", "%", "")}, "demo1.t: no column is left of it"},
		{"one name twice", []string{rule(2, "column", "rename", "name", `"value":"AGE"`)}, "demo1.t: column age: two columns would have this name in the warehouse"},
		{"a name of Redshift's", []string{rule(2, "column", "rename", "name", `"value":"ctid"`)}, "demo1.t: column ctid: Redshift has a column of this name of its own in every table"},
		{"a name too long", []string{rule(2, "table", "rename", "", `"value":"`+strings.Repeat("ä", 64)+`"`)}, `demo1.t: the name "` + strings.Repeat("ä", 64) + `" has 128 bytes, and Redshift's names at most 127`},
		{"no name", []string{rule(2, "table", "remove-prefix", "", `"value":"t"`)}, "demo1.t: nothing is left of a name"},
		{"a column that is not there", []string{add("$NOPE")}, "Error in mapping rules. Rule with ruleId = 2 failed validation. table demo1.t has no column NOPE; it has id, name, mail"},
		{"a key of no column", []string{rule(2, "table", "define-primary-key", "", `"primary-key-def":{"columns":["zip"]}`)}, "Error in mapping rules. Rule with ruleId = 2 failed validation. table demo1.t has no column zip for its key"},
		{"a random key", []string{rule(2, "column", "data-masking-digits-randomize", "id", "")}, "demo1.t: column id: it belongs to the key, and a row would not have the same value each time"},
		{"indicator without a key", []string{add("operation_indicator('D','U','I')"), rule(3, "column", "remove-column", "id", "")}, "demo1.t: column x: operation_indicator needs a key, and the table has none"},
		{"hash in a short column", []string{rule(2, "column", "data-masking-hash-mask", "name", "")}, "Error in mapping rules. Rule with ruleId = 2 failed validation. column name has 40 bytes and must hold 64; change its type with a change-data-type rule"},
		{"mask of a date", []string{rule(2, "column", "data-masking-digits-randomize", "born", "")}, "Error in mapping rules. Rule with ruleId = 2 failed validation. data-masking-digits-randomize is not for column born of type date"},
		{"mask of a number", []string{rule(2, "column", "data-masking-digits-mask", "age", `"value":"#"`)}, "Error in mapping rules. Rule with ruleId = 2 failed validation. data-masking-digits-mask is not for column age of type int(11)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(t, withRules(tt.rules...)).Plan(people(), mapping.Options{Engine: "mysql"})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestPlanFrom(t *testing.T) {
	p := plan(t, withRules(rule(2, "column", "include-column", "mail", ""), rule(3, "column", "add-column", "", `"value":"x","expression":"$age+1","data-type":{"type":"int4"}`)), mapping.Options{})
	var names []string
	for _, c := range p.From.Columns {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"id", "mail", "age"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{0}, p.From.Key); diff != "" {
		t.Error(diff)
	}
	if got := shape(p); got != "demo1.t(mail x)" {
		t.Error(got)
	}
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "table demo1.t has no key in the warehouse, since its column id is left out") {
		t.Error(p.Warnings)
	}
	if diff := cmp.Diff([]string{`"a@x",34`}, rows(t, p, `1,"a@x",33`)); diff != "" {
		t.Error(diff)
	}
}

// TestPlanIdleRules: a column that was to be left out and is spelled wrongly is told.
func TestPlanIdleRules(t *testing.T) {
	p := plan(t, withRules(rule(2, "column", "remove-column", "nmae", ""), rule(3, "column", "remove-column", "x%", "")), mapping.Options{})
	want := []string{"rule 2 (remove-column) names column nmae, which table demo1.t does not have; it has id, name, mail, age, born, seen, ok, pay, raw"}
	if diff := cmp.Diff(want, p.Warnings); diff != "" {
		t.Error(diff)
	}
}

// TestConcurrent: one document and one plan serve all goroutines of a task.
func TestConcurrent(t *testing.T) {
	d := parse(t, withRules(someRule, laterRanges(`["id"]`, `[["1"],["2"]]`)))
	var cuts mapping.Cuts
	p, err := d.Plan(people(), mapping.Options{Engine: "mysql", Cuts: &cuts})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := d.Plan(people(), mapping.Options{Engine: "mysql"}); err != nil {
				t.Error(err)
			}
			for range 50 {
				if _, err := p.Writer(io.Discard).Write([]byte(ann + "\n")); err != nil {
					t.Error(err)
				}
				if err := p.Rows(changed(source.Update, []string{ann}, []string{ann}), mapping.Header{}, func(*source.Rows) error { return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func laterRanges(columns, boundaries string) string {
	return strings.Replace(ranges(columns, boundaries), `"rule-id":"2"`, `"rule-id":"5"`, 1)
}

func TestNames(t *testing.T) {
	table := people()
	table.Schema, table.Name.Table, table.Columns[1].Name = "Demo1", "CdcData", "Name"
	everything := strings.ReplaceAll(withRules(), "demo1", "%")
	tests := []struct {
		name string
		o    mapping.Options
		want string
	}{
		{"folded", mapping.Options{}, "demo1.cdcdata name"},
		{"kept", mapping.Options{CaseSensitive: true}, "Demo1.CdcData Name"},
		{"another schema", mapping.Options{TargetSchema: "ODS"}, "ods.cdcdata name"},
	}
	for _, tt := range tests {
		p := planOf(t, everything, table, tt.o)
		if got := p.Schema + "." + p.Table + " " + p.Columns[1].Name; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestCollisions(t *testing.T) {
	named := func(name string) *mapping.Plan {
		table := people()
		table.Name.Table = name
		return planOf(t, withRules(strings.Replace(rule(2, "table", "replace-prefix", "", `"value":"c","old-value":"x"`), `"t"`, `"%"`, 1)), table, mapping.Options{})
	}
	for _, tt := range []struct {
		name string
		of   []string
		want string
	}{
		{"none", []string{"a", "b"}, ""},
		{"capitals", []string{"orders", "Orders"}, "demo1.Orders: it would be demo1.orders in the warehouse, as would demo1.orders: Redshift does not tell capitals from small letters"},
		{"renamed", []string{"cat", "xat"}, "demo1.xat: it would be demo1.cat in the warehouse, as would demo1.cat"},
		{"one table in two shapes", []string{"a", "a"}, ""},
	} {
		var plans []*mapping.Plan
		for _, n := range tt.of {
			plans = append(plans, named(n))
		}
		err := mapping.Collisions(plans)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || err.Error() != tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestTypes(t *testing.T) {
	max := varchar(sqltype.MaxVarchar)
	tests := []struct {
		engine, declared string
		source           sqltype.Type
		want             string
	}{
		{"mysql", "tinyint(4)", sqltype.Type{ID: sqltype.Smallint}, "smallint"},
		{"mysql", "smallint(5) unsigned", sqltype.Type{ID: sqltype.Integer}, "smallint"},
		{"mysql", "mediumint(8) unsigned", sqltype.Type{ID: sqltype.Integer}, "integer"},
		{"mysql", "int(10) unsigned", sqltype.Type{ID: sqltype.Bigint}, "integer"},
		{"mysql", "bigint(20) unsigned", sqltype.Type{ID: sqltype.Decimal, Precision: 20}, "numeric(20,0)"},
		{"mysql", "decimal(10,2)", sqltype.Type{ID: sqltype.Decimal, Precision: 10, Scale: 2}, "numeric(10,2)"},
		{"mysql", "decimal(65,30)", varchar(68), "character varying(68)"},
		{"mysql", "float", sqltype.Type{ID: sqltype.Double}, "double precision"},
		{"mysql", "bit(1)", sqltype.Type{ID: sqltype.Boolean}, "boolean"},
		{"mysql", "time(3)", varchar(17), "character varying(17)"},
		{"mysql", "year(4)", sqltype.Type{ID: sqltype.Smallint}, "smallint"},
		{"mysql", "datetime(6)", sqltype.Type{ID: sqltype.Timestamp}, "timestamp without time zone"},
		{"mysql", "varchar(10)", varchar(40), "character varying(40)"},
		{"mysql", "text", max, "character varying(65535)"},
		{"mysql", "longtext", max, "character varying(32768)"},
		{"mysql", "json", max, "character varying(32768)"},
		{"mysql", "varbinary(100)", varchar(200), "character varying(200)"},
		{"mysql", "blob", sqltype.Type{ID: sqltype.Varbyte, Length: 65535}, "character varying(65535)"},
		{"mysql", "longblob", sqltype.Type{ID: sqltype.Varbyte, Length: sqltype.MaxVarbyte}, "character varying(65535)"},
		{"mysql", "enum('a','bc')", varchar(2), "character varying(2)"},
		{"mysql", "enum('a)','b(',' unsigned')", varchar(9), "character varying(9)"},
		{"mysql", "bigint(20) unsigned zerofill", sqltype.Type{ID: sqltype.Decimal, Precision: 20}, "numeric(20,0)"},
		{"mysql", "double(10,2)", sqltype.Type{ID: sqltype.Double}, "double precision"},
		{"postgres", "interval day to second(3)", varchar(128), "character varying(128)"},
		{"postgres", "numeric(3,5)", sqltype.Type{ID: sqltype.Decimal, Precision: 5, Scale: 5}, "numeric(5,5)"},
		{"postgres", "vector(3)", max, "character varying(32768)"},
		{"postgres", "integer", sqltype.Type{ID: sqltype.Integer}, "integer"},
		{"postgres", "numeric", varchar(256), "numeric(28,6)"},
		{"postgres", "numeric(12,3)", sqltype.Type{ID: sqltype.Decimal, Precision: 12, Scale: 3}, "numeric(12,3)"},
		{"postgres", "money", sqltype.Type{ID: sqltype.Decimal, Precision: 38, Scale: 4}, "numeric(38,4)"},
		{"postgres", "character varying(20)", varchar(80), "character varying(80)"},
		{"postgres", "character varying", max, "character varying(8000)"},
		{"postgres", "text", max, "character varying(32768)"},
		{"postgres", "timestamp(3) with time zone", sqltype.Type{ID: sqltype.TimestampTZ}, "timestamp without time zone"},
		{"postgres", "time without time zone", sqltype.Type{ID: sqltype.Time}, "character varying(20)"},
		{"postgres", "interval", varchar(128), "character varying(128)"},
		{"postgres", "uuid", varchar(36), "character varying(36)"},
		{"postgres", "mood", varchar(5), "character varying(64)"},
		{"postgres", "integer[]", max, "character varying(32768)"},
		{"postgres", "bytea", sqltype.Type{ID: sqltype.Varbyte, Length: sqltype.MaxVarbyte}, "character varying(65535)"},
	}
	for _, tt := range tests {
		table := &source.Table{Name: source.Name{Schema: "demo1", Table: "t"}, Columns: []source.Column{{Name: "c", Declared: tt.declared, Type: tt.source}}}
		widest := planOf(t, withRules(), table, mapping.Options{Engine: tt.engine})
		if got := widest.Columns[0].Type; got != tt.source {
			t.Errorf("%s %s: %s by default, want %s", tt.engine, tt.declared, got, tt.source)
		}
		p := planOf(t, withRules(), table, mapping.Options{Engine: tt.engine, Types: mapping.DMS, LOB: mapping.LOB{Limit: 32 << 10}})
		if got := p.Columns[0].Type.String(); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.engine, tt.declared, got, tt.want)
		}
	}
}

func TestChangeDataType(t *testing.T) {
	change := func(column, locator, to string) string {
		r := rule(2, "column", "change-data-type", column, `"data-type":`+to)
		return strings.Replace(r, `"column-name"`, locator+`"column-name"`, 1)
	}
	tests := []struct {
		name, rule   string
		column, want string
		row          string
	}{
		{"string", change("age", "", `{"type":"string","length":"20","scale":""}`), "age", "character varying(20)", ann},
		{"all of a source type", change("%", `"data-type":"date",`, `{"type":"string","length":10}`), "born", "character varying(10)", ann},
		{"none of another source type", change("%", `"data-type":"date",`, `{"type":"string","length":10}`), "name", "character varying(40)", ann},
		{"boolean to number", change("ok", "", `{"type":"int1"}`), "ok", "smallint", strings.Replace(ann, ",t,", ",1,", 1)},
		{"moment to date", change("seen", "", `{"type":"date"}`), "seen", "date", strings.Replace(ann, " 03:04:05.5", "", 1)},
		{"numeric", change("pay", "", `{"type":"numeric","precision":20,"scale":4}`), "pay", "numeric(20,4)", ann},
		{"unsigned", change("age", "", `{"type":"uint8"}`), "age", "numeric(20,0)", ann},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, withRules(tt.rule), mapping.Options{})
			for _, c := range p.Columns {
				if c.Name == tt.column && c.Type.String() != tt.want {
					t.Errorf("%s is %s, want %s", c.Name, c.Type, tt.want)
				}
			}
			if diff := cmp.Diff([]string{tt.row}, rows(t, p, ann)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

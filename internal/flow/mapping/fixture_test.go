package mapping_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

func varchar(n int) sqltype.Type { return sqltype.Type{ID: sqltype.Varchar, Length: n} }

// people is demo1.t(id bigint key, name varchar(40), mail varchar(40), age int, born date, seen datetime, ok bit(1), pay decimal(10,2), raw varbinary(4)).
func people() *source.Table {
	column := func(name, declared string, t sqltype.Type) source.Column {
		return source.Column{Name: name, Declared: declared, Type: t, Nullable: name != "id"}
	}
	return &source.Table{Name: source.Name{Schema: "demo1", Table: "t"}, Key: []int{0}, Columns: []source.Column{
		column("id", "bigint(20)", sqltype.Type{ID: sqltype.Bigint}), column("name", "varchar(10)", varchar(40)), column("mail", "varchar(10)", varchar(40)),
		column("age", "int(11)", sqltype.Type{ID: sqltype.Integer}), column("born", "date", sqltype.Type{ID: sqltype.Date}), column("seen", "datetime(6)", sqltype.Type{ID: sqltype.Timestamp}),
		column("ok", "bit(1)", sqltype.Type{ID: sqltype.Boolean}), column("pay", "decimal(10,2)", sqltype.Type{ID: sqltype.Decimal, Precision: 10, Scale: 2}), column("raw", "varbinary(4)", varchar(8)),
	}}
}

const (
	null = source.Null
	ann  = `1,"Ann 12","a@x",33,2001-02-03,2026-01-02 03:04:05.5,t,12.50,"00ff"`
)

// plan makes a plan of people that must be possible.
func plan(t testing.TB, document string, o mapping.Options) *mapping.Plan {
	t.Helper()
	return planOf(t, document, people(), o)
}

func planOf(t testing.TB, document string, of *source.Table, o mapping.Options) *mapping.Plan {
	t.Helper()
	if o.Engine == "" {
		o.Engine = "mysql"
	}
	p, err := parse(t, document).Plan(of, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rows are what a plan's writer makes of rows of From, which it gets at once.
func rows(t testing.TB, p *mapping.Plan, in ...string) []string {
	t.Helper()
	var out bytes.Buffer
	text := strings.Join(in, "\n") + "\n"
	n, err := p.Writer(&out).Write([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if n != len(text) {
		t.Errorf("%d of %d bytes are taken", n, len(text))
	}
	if out.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// images makes rows of lines of CSV without line breaks inside of text.
func images(columns int, lines ...string) source.Images {
	var m source.Images
	m.Reset(columns)
	for _, l := range lines {
		for _, f := range split(l) {
			m.End(append(m.Buffer(), f...))
		}
	}
	return m
}

// split cuts a line at the commas outside of quotes.
func split(line string) []string {
	var all []string
	quoted, start := false, 0
	for i, c := range line {
		if c == '"' {
			quoted = !quoted
		}
		if c == ',' && !quoted {
			all = append(all, line[start:i])
			start = i + 1
		}
	}
	return append(all, line[start:])
}

// mapped prints what a plan makes of changes: the kind, the row before, the row after.
func mapped(t testing.TB, p *mapping.Plan, in *source.Rows, h mapping.Header) []string {
	t.Helper()
	var all []string
	if err := p.Rows(in, h, collect(&all)); err != nil {
		t.Fatal(err)
	}
	return all
}

func collect(all *[]string) func(*source.Rows) error {
	return func(r *source.Rows) error {
		for i := range max(r.Before.Len(), r.After.Len()) {
			s := r.Op.String()
			if i < r.Before.Len() {
				s += " " + string(r.Before.Row(i))
			}
			if i < r.After.Len() {
				s += " > " + string(r.After.Row(i))
			}
			*all = append(*all, s)
		}
		return nil
	}
}

// changed makes changes of people of one kind.
func changed(op source.Op, before, after []string) *source.Rows {
	t := people()
	n := len(t.Columns)
	return &source.Rows{Table: t, Op: op, Before: images(n, before...), After: images(n, after...)}
}

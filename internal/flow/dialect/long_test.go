package dialect

import (
	"strings"
	"testing"
)

// TestLong: statements of a megabyte take time in proportion to their length. What
// grows faster would run into the test's time limit.
func TestLong(t *testing.T) {
	const n = 100_000
	catalog := testCatalog(t)
	tests := []struct{ name, sql string }{
		{"names", "drop table " + strings.Repeat("a, ", n) + "a"},
		{"rows", "insert into sales (id, name) values " + strings.Repeat("(1, 'x'), ", n) + "(1, 'x')"},
		{"list", "select 1 from sales where id in (" + strings.Repeat("1, ", n) + "1)"},
		{"columns", "create table t (" + strings.Repeat("a int, ", n) + "a int)"},
		{"select list", "select " + strings.Repeat("count(*), ", n) + "1"},
		{"brackets", "select " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n)},
		{"open brackets", "select " + strings.Repeat("(", n)},
		{"queries", strings.Repeat("(select ", n)},
		{"unions", "select 1" + strings.Repeat(" union select 1", n/10)},
		{"sums", "select 1" + strings.Repeat(" + x", n/10)},
		{"ors", "select 1 from t where a = 1" + strings.Repeat(" or a = 2", n/10)},
		{"casts", "select x" + strings.Repeat("::int", n/100)},
		{"signs", "select " + strings.Repeat("- ", n) + "1"},
		{"nots", "select " + strings.Repeat("not ", n) + "true"},
		{"cases", "select " + strings.Repeat("case when 1 then ", n)},
		{"explains", strings.Repeat("explain ", n) + "select 1"},
		{"rollups", "select 1 group by " + strings.Repeat("rollup(", n)},
		{"decodes", "select " + strings.Repeat("decode(", 200) + "1" + strings.Repeat(", x, 1, y, 2)", 200)},
		{"averages", "select " + strings.Repeat("avg(", 200) + "x" + strings.Repeat(")", 200)},
		{"joins", "select 1 from a" + strings.Repeat(" cross join a", n/10)},
		{"dots", "select a" + strings.Repeat(".a", n)},
		{"subscripts", "select a" + strings.Repeat("[1]", n/100)},
		{"dollars", strings.Repeat("select $", 10) + strings.Repeat("$a", n)},
		{"comments", "select " + strings.Repeat("/*", n)},
		{"literals", "select " + strings.Repeat("'a'\n", n)},
		{"statements", strings.Repeat("select 'ä'; ", n)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Split(tt.sql); err != nil {
				checkFault(t, tt.name, err)
			}
			s, err := Parse(tt.sql)
			if err == nil {
				_, err = Rewrite(s, catalog)
			}
			if err != nil {
				checkFault(t, tt.name, err)
			}
		})
	}
}

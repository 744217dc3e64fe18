package statement

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var ab = []Parameter{{"a", "1"}, {"b", "2"}}

func TestBind(t *testing.T) {
	for _, c := range []struct {
		name, sql, want string
		used            []string
	}{
		{"plain", "SELECT :a, :b, :a", "SELECT $1, $2, $1", []string{"a", "b"}},
		{"order of use", "SELECT :b,:a", "SELECT $1,$2", []string{"b", "a"}},
		{"cast", "SELECT :a::int, x::a", "SELECT $1::int, x::a", []string{"a"}},
		{"assignment", "x := :a", "x := $1", []string{"a"}},
		{"literal", "SELECT ':a', 'it''s :a', :a", "SELECT ':a', 'it''s :a', $1", []string{"a"}},
		{"escaped literal", `SELECT E'\':a', :a`, `SELECT E'\':a', $1`, []string{"a"}},
		{"a backslash ends a plain literal", `SELECT '\', :a`, `SELECT '\', $1`, []string{"a"}},
		{"name", `SELECT ":a", :a`, `SELECT ":a", $1`, []string{"a"}},
		{"comments", "SELECT 1 -- :a\n, /* :a /* :b */ :a */ :b", "SELECT 1 -- :a\n, /* :a /* :b */ :a */ $1", []string{"b"}},
		{"dollar quotes", "SELECT $$:a$$, $x$:a$$$x$, :a", "SELECT $$:a$$, $x$:a$$$x$, $1", []string{"a"}},
		{"longer name", "SELECT :ab, :a_", "SELECT :ab, :a_", nil},
		{"other names", "SELECT t[1:n], :a", "SELECT t[1:n], $1", []string{"a"}},
		{"word before", "SELECT e:a", "SELECT e$1", []string{"a"}},
		{"open literal", "SELECT :a, ':b", "SELECT $1, ':b", []string{"a"}},
		{"at the end", "SELECT :", "SELECT :", nil},
		{"no ASCII", "SELECT 'ä:a', ö, :a", "SELECT 'ä:a', ö, $1", []string{"a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := bind(c.sql, ab)
			if d := cmp.Diff(c.want, got.sql); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.used, got.used); d != "" || len(got.args) != len(got.used) {
				t.Error(d, len(got.args))
			}
		})
	}
	if got := bind("SELECT $2, :a, '$3'", ab); got.stray != "$2" {
		t.Errorf("stray %q", got.stray)
	}
	if got := bind("SELECT :a", nil); got.sql != "SELECT :a" {
		t.Errorf("without parameters: %q", got.sql)
	}
}

// What is not a parameter comes out as it went in, and each value has one use at least.
func FuzzBind(f *testing.F) {
	for _, sql := range []string{"SELECT :a::int, ':b' -- :a", "$$:a$$ /* /* :b */", `E'\'' :a "x`, "$a$ :a $b$", ":", "::::a", "$", "e'"} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		got := bind(sql, ab)
		if len(got.args) != len(got.used) || len(got.used) > len(ab) {
			t.Fatalf("%d values, %d uses", len(got.args), len(got.used))
		}
		back := got.sql
		if !strings.Contains(sql, "$") {
			for i, name := range got.used {
				back = strings.ReplaceAll(back, "$"+string(rune('1'+i)), ":"+name)
			}
			if back != sql {
				t.Errorf("%q became %q", sql, got.sql)
			}
		}
		if again := bind(sql, []Parameter{{"nobody", "x"}}); again.sql != sql && len(again.used) == 0 {
			t.Errorf("%q became %q without a parameter", sql, again.sql)
		}
	})
}

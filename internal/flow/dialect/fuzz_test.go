package dialect

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seeds adds every statement of the golden files.
func seeds(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for block := range strings.SplitSeq(string(raw), "\n\n") {
			stmt, _, _ := strings.Cut(block, "\n----")
			f.Add(stmt)
		}
	}
}

// FuzzParse: no input makes the parser panic, and a statement's text parses to the same tree again.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, sql string) {
		checkSplit(t, sql)
		s, err := Parse(sql)
		if err != nil {
			checkFault(t, sql, err)
			return
		}
		again, err := Parse(s.Text())
		if err != nil {
			t.Fatalf("%q parses, its text %q does not: %v", sql, s.Text(), err)
		}
		if !reflect.DeepEqual(s, again) {
			t.Fatalf("%q: %s", sql, cmp.Diff(tree(reflect.ValueOf(s), ""), tree(reflect.ValueOf(again), "")))
		}
	})
}

// checkSplit wants every statement to lie where it says, and to be one statement.
func checkSplit(t *testing.T, sql string) {
	t.Helper()
	parts, err := Split(sql)
	if err != nil {
		return
	}
	runes := []rune(sql)
	for _, p := range parts {
		if got := string(runes[p.Pos-1:][:len([]rune(p.Text))]); got != p.Text {
			t.Fatalf("%q at %d is %q", p.Text, p.Pos, got)
		}
		if again, err := Split(p.Text); err != nil || len(again) != 1 || again[0] != (Raw{p.Text, 1}) {
			t.Fatalf("%q splits into %v, %v", p.Text, again, err)
		}
	}
}

func checkFault(t *testing.T, sql string, err error) {
	t.Helper()
	if text := printError(err); strings.HasPrefix(text, "not a fault") || strings.HasPrefix(text, "ERROR  ") {
		t.Fatalf("%q: %s", sql, text)
	}
}

// FuzzRewrite: no statement makes the rewriter panic, and what it writes is one
// statement with its brackets in pairs.
func FuzzRewrite(f *testing.F) {
	seeds(f)
	catalog := testCatalog(f)
	f.Fuzz(func(t *testing.T, sql string) {
		s, err := Parse(sql)
		if err != nil {
			return
		}
		out, err := Rewrite(s, catalog, 23, 1043, 0)
		if err != nil {
			checkFault(t, sql, err)
			return
		}
		toks, err := scan(out, true)
		if err != nil {
			t.Fatalf("%q became %q: %v", sql, out, err)
		}
		for _, tok := range toks {
			bracket := tok.kind == tokenOp && strings.Contains("()[]", tok.val)
			if tok.is(";") || bracket && tok.match < 0 {
				t.Fatalf("%q became %q: stray %q", sql, out, tok.val)
			}
		}
	})
}

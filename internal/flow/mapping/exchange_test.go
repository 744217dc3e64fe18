package mapping_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/mapping/charset"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

func exchanging(t testing.TB, pairs ...[2]rune) mapping.Options {
	t.Helper()
	r, err := charset.New(pairs, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	return mapping.Options{Characters: r}
}

func TestExchangedCharacters(t *testing.T) {
	const row = `1,"Ann ""A"" 12","a@x",33,2001-02-03,2026-01-02 03:04:05.5,t,12.50,"00aa"`
	p := plan(t, withRules(rule(2, "column", "add-column", "%", `"value":"x","expression":"$name || '@'","data-type":{"type":"string","length":20}`)),
		exchanging(t, [2]rune{'A', 'B'}, [2]rune{'@', '"'}, [2]rune{' ', 0}, [2]rune{'3', '4'}, [2]rune{'a', 'e'}))
	// Texts only, before the expression, which itself is not looked at.
	want := []string{`1,"Bnn""B""12","e""x",33,2001-02-03,2026-01-02 03:04:05.5,t,12.50,"00aa","Bnn""B""12@"`}
	if diff := cmp.Diff(want, rows(t, p, row)); diff != "" {
		t.Errorf("loaded: %s", diff)
	}
	in := changed(source.Delete, []string{row}, nil)
	if diff := cmp.Diff([]string{"DELETE 1,\"Bnn\"\"B\"\"12\",\"e\"\"x\",33,2001-02-03,2026-01-02 03:04:05.5,t,12.50,\"00aa\","}, mapped(t, p, in, mapping.Header{})); diff != "" {
		t.Errorf("deleted: %s", diff)
	}
}

func TestExchangedKeysAreFoundAgain(t *testing.T) {
	codes := &source.Table{Name: source.Name{Schema: "demo1", Table: "t"}, Key: []int{0}, Columns: []source.Column{
		{Name: "code", Declared: "varchar(10)", Type: varchar(40)}, {Name: "n", Declared: "int(11)", Type: sqltype.Type{ID: sqltype.Integer}, Nullable: true}}}
	p := planOf(t, withRules(), codes, exchanging(t, [2]rune{'-', '_'}))
	if diff := cmp.Diff([]string{`"a_1",1`}, rows(t, p, `"a-1",1`)); diff != "" {
		t.Errorf("loaded: %s", diff)
	}
	update := &source.Rows{Table: codes, Op: source.Update, Before: images(2, `"a-1",1`), After: images(2, `"a-1",2`)}
	if diff := cmp.Diff([]string{`UPDATE "a_1",1 > "a_1",2`}, mapped(t, p, update, mapping.Header{})); diff != "" {
		t.Errorf("updated: %s", diff)
	}
}

func TestExchangedTextMayOutgrowItsColumn(t *testing.T) {
	code := &source.Table{Name: source.Name{Schema: "demo1", Table: "t"}, Columns: []source.Column{{Name: "code", Declared: "varchar(3)", Type: varchar(3), Nullable: true}}}
	o := exchanging(t, [2]rune{'s', 'ß'})
	var told []mapping.Overflow
	o.Told = func(f mapping.Overflow) { told = append(told, f) }
	if diff := cmp.Diff([]string{`"ß"`}, rows(t, planOf(t, withRules(), code, o), `"sss"`)); diff != "" {
		t.Error(diff)
	}
	if len(told) != 1 {
		t.Errorf("told of %v", told)
	}
}

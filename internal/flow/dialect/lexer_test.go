package dialect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var kindNames = map[tokenKind]string{tokenWord: "word", tokenQuoted: "quoted", tokenString: "string", tokenNumber: "number",
	tokenParam: "param", tokenOp: "op"}

func TestScan(t *testing.T) {
	tests := []struct{ name, sql, want string }{
		{"words", "Select ÄB_1$x #Tmp", "word:select word:Äb_1$x word:#tmp"},
		{"quoted names", `"Id" "a""B"`, `quoted:id quoted:a"b`},
		{"strings", `'it''s' N'x' ''`, "string:it's string:x string:"},
		{"backslash is ordinary", `'a\' 'b'`, `string:a\ string:b`},
		{"literals over lines join", "'a'\n  'b' 'c'", "string:ab string:c"},
		{"escapes", `E'a\n\'\\\x41\101\u00e4\U0001F600\q' e''''`, "string:a\n'\\AAä😀q string:'"},
		{"dollar quotes", "$$a'b$$ $x$ $$ $x$", "string:a'b string: $$ "},
		{"parameters", "$1+$23", "param:$1 op:+ param:$23"},
		{"numbers", "1 1.5 .5 1. 1e3 1.5E-3 1e 12a", "number:1 number:1.5 number:.5 number:1. number:1e3 number:1.5E-3 number:1 word:e number:12 word:a"},
		{"operators", "a<=b<>c!=d||e::f~*g!~*h", "word:a op:<= word:b op:<> word:c op:!= word:d op:|| word:e op::: word:f op:~* word:g op:!~* word:h"},
		{"a sign ends an operator", "a=-1*-b", "word:a op:= op:- number:1 op:* op:- word:b"},
		{"comments", "a--b\n/* c /* d */ e */f/*x*/+/**/g", "word:a word:f op:+ word:g"},
		{"hash is an operator too", "5 # 3", "number:5 op:# number:3"},
		{"punctuation", "a.b[1](c),d;", "word:a op:. word:b op:[ number:1 op:] op:( word:c op:) op:, word:d op:;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			toks, err := scan(tt.sql, false)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, tok := range toks[:len(toks)-1] {
				got = append(got, kindNames[tok.kind]+":"+tok.val)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScanRefuses(t *testing.T) {
	for sql, want := range map[string]string{
		"select 'ä', \"": `ERROR 42601 at 13: unterminated quoted identifier at or near """`,
		"select \xff":    `ERROR 22021 at 0: invalid byte sequence for encoding "UTF8"`,
		"select 'a\x00'": `ERROR 22021 at 10: invalid byte sequence for encoding "UTF8": 0x00`,
		`select E'\xff'`: `ERROR 22021 at 8: invalid byte sequence for encoding "UTF8"`,
		`select E'abc`:   `ERROR 42601 at 8: unterminated quoted string at or near "E'abc"`,
		"select $ 1":     `ERROR 42601 at 8: syntax error at or near "$"`,
		"select $a 1":    `ERROR 42601 at 8: syntax error at or near "$"`,
		"select \\d":     `ERROR 42601 at 8: syntax error at or near "\"`,
		"/* /* */":       `ERROR 42601 at 1: unterminated /* comment at or near "/* /* */"`,
		"select '" + "long" + strings.Repeat("x", 60): `ERROR 42601 at 8: unterminated quoted string at or near "'long` + strings.Repeat("x", 35) + `"`,
	} {
		_, err := scan(sql, false)
		if err == nil {
			t.Errorf("%q: no error", sql)
		} else if got := printError(err); got != want {
			t.Errorf("%q: got %s, want %s", sql, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	sql := "-- first\nselect ';' ; ;\n  begin;create table \"a;b\" (ä int) /* ; */ ; select $$;$$"
	got, err := Split(sql)
	if err != nil {
		t.Fatal(err)
	}
	want := []Raw{{"select ';'", 10}, {"begin", 27}, {`create table "a;b" (ä int)`, 33}, {"select $$;$$", 70}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := Split(" ; -- nothing"); err != nil || got != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
	if _, err := Split("select 1; select '"); err == nil {
		t.Error("an open literal: no error")
	}
}

func TestNamesAreCut(t *testing.T) {
	long := strings.Repeat("A", 126) + "äz"
	s, err := Parse("truncate " + long)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.(*Truncate).Table.Name; got != strings.Repeat("a", 126) {
		t.Errorf("got %q", got)
	}
}

func TestCaseSensitive(t *testing.T) {
	s, err := Parser{CaseSensitive: true}.Parse(`select "Id", Id from "T"`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Rewrite(s, testCatalog(t))
	if want := `SELECT "Id", id FROM "T"`; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestQuoteName(t *testing.T) {
	for name, want := range map[string]string{"id": "id", "select": `"select"`, "A": `"A"`, `a"b`: `"a""b"`, "": `""`, "1a": `"1a"`, "a$": `"a$"`, "_x1": "_x1"} {
		if got := QuoteName(name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}

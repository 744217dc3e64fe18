package delimited

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// scanCase is a file, and its rows or its first error.
type scanCase struct {
	name, cols, in string
	opt            Options
	rows           []string
	code           int
	reason         string
}

func (c *scanCase) run(t *testing.T) {
	if c.opt.NullAs == "" {
		c.opt.NullAs = `\N`
	} else if c.opt.NullAs == "empty" {
		c.opt.NullAs = ""
	}
	got := scanAll(t, []File{text("f", c.in)}, cols(t, c.cols), c.opt)
	if c.code != 0 {
		var many *TooManyErrors
		if !errors.As(got.err, &many) {
			t.Fatalf("error %v, rows %q, want code %d", got.err, got.rows, c.code)
		}
		if many.First.Code != c.code || !strings.HasPrefix(many.First.Reason, c.reason) {
			t.Errorf("error %d %q, want %d %q", many.First.Code, many.First.Reason, c.code, c.reason)
		}
		return
	}
	if got.err != nil {
		t.Fatal(got.err)
	}
	if diff := cmp.Diff(c.rows, got.rows); diff != "" {
		t.Error(diff)
	}
}

func runCases(t *testing.T, cases []scanCase) {
	for _, c := range cases {
		t.Run(c.name, c.run)
	}
}

const seedColumns = "id integer; name varchar(255); value decimal(10,2); timestamp timestamp"

func TestTrap2DecimalsAreCut(t *testing.T) {
	row := "1,a,20.259,2024-01-01 00:00:00\n"
	runCases(t, []scanCase{
		{name: "cut", cols: seedColumns, in: row, opt: Options{CSV: true}, rows: []string{`1|"a"|20.25|2024-01-01 00:00:00`}},
		{name: "ROUNDEC", cols: seedColumns, in: row, opt: Options{CSV: true, RoundDec: true}, rows: []string{`1|"a"|20.26|2024-01-01 00:00:00`}},
		{name: "negative", cols: "d decimal(5,1)", in: "-0.29\n-9.99", opt: Options{}, rows: []string{"-0.2", "-9.9"}},
		{name: "negative rounded", cols: "d decimal(5,1)", in: "-0.25\n-0.24", opt: Options{RoundDec: true}, rows: []string{"-0.3", "-0.2"}},
		{name: "only the first cut digit decides", cols: "d decimal(5,1)", in: "0.149", opt: Options{RoundDec: true}, rows: []string{"0.1"}},
		{name: "rounding may overflow", cols: "d decimal(3,1)", in: "99.95", opt: Options{RoundDec: true}, code: 1222, reason: "Overflow for NUMERIC(3,1)"},
	})
}

func TestTrap3VarcharCountsBytes(t *testing.T) {
	runCases(t, []scanCase{
		{name: "too long", cols: "s varchar(5)", in: "数据\n", opt: Options{CSV: true}, code: 1204, reason: "String length exceeds DDL length"},
		{name: "TRUNCATECOLUMNS", cols: "s varchar(5)", in: "数据\n", opt: Options{CSV: true, TruncateColumns: true}, rows: []string{`"数"`}},
		{name: "fits", cols: "s varchar(6)", in: "数据\n", opt: Options{CSV: true}, rows: []string{`"数据"`}},
		{name: "blanks too many are cut", cols: "s varchar(2)", in: "ab  \n", opt: Options{CSV: true}, rows: []string{`"ab"`}},
		{name: "char too long", cols: "s char(2)", in: "abc\n", opt: Options{CSV: true}, code: 1204, reason: "Char length exceeds DDL length"},
		{name: "char cut", cols: "s char(2)", in: "abc\n", opt: Options{CSV: true, TruncateColumns: true}, rows: []string{`"ab"`}},
	})
	got := scanAll(t, []File{text("f", "数据\n")}, cols(t, "s varchar(5)"), Options{CSV: true, NullAs: `\N`})
	if e := got.errors[0]; e.Type != "varchar" || e.Length != "5" || e.Column != "s" || string(e.RawField) != "数据" {
		t.Errorf("%+v", e)
	}
}

func TestTrap4CharIsASCII(t *testing.T) {
	runCases(t, []scanCase{
		{name: "é", cols: "s char(10)", in: "é\n", opt: Options{CSV: true}, code: 1220,
			reason: "Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: c3 a9"},
		{name: "trailing blanks mean nothing", cols: "s char(3)", in: "a     \n", opt: Options{CSV: true}, rows: []string{`"a"`}},
	})
}

func TestTrap5EmptyIsNotNull(t *testing.T) {
	const c = "id int; s varchar(9); n int"
	runCases(t, []scanCase{
		{name: "default", cols: c, in: "1,,\n", opt: Options{CSV: true}, rows: []string{`1|""|NULL`}},
		{name: "EMPTYASNULL", cols: c, in: "1,,\n", opt: Options{CSV: true, EmptyAsNull: true}, rows: []string{`1|NULL|NULL`}},
		{name: "BLANKSASNULL", cols: c, in: "1,,\n", opt: Options{CSV: true, BlanksAsNull: true}, rows: []string{`1|""|NULL`}},
		{name: "NULL AS ''", cols: c, in: "1,,\n", opt: Options{CSV: true, NullAs: "empty"}, rows: []string{`1|NULL|NULL`}},
		{name: "blanks", cols: c, in: "1,  ,  \n", opt: Options{CSV: true}, rows: []string{`1|"  "|NULL`}},
		{name: "blanks with BLANKSASNULL", cols: c, in: "1,  ,  \n", opt: Options{CSV: true, BlanksAsNull: true}, rows: []string{`1|NULL|NULL`}},
		{name: "quoted empty", cols: c, in: `1,"",""` + "\n", opt: Options{CSV: true}, rows: []string{`1|""|NULL`}},
		{name: "quoted empty with EMPTYASNULL", cols: c, in: `1,"",2` + "\n", opt: Options{CSV: true, EmptyAsNull: true}, rows: []string{`1|NULL|2`}},
		{name: "TRIMBLANKS", cols: "s varchar(9)", in: " a \t\n", opt: Options{CSV: true, TrimBlanks: true}, rows: []string{`" a"`}},
		{name: "NOT NULL number", cols: "n int not null", in: " \n", opt: Options{CSV: true}, code: 1213, reason: "Missing data for not-null field"},
		{name: "NOT NULL text may be empty", cols: "a int; s varchar(9) not null", in: "1,\n", opt: Options{CSV: true}, rows: []string{`1|""`}},
	})
}

func TestTrap6NullStringInCSV(t *testing.T) {
	runCases(t, []scanCase{
		{name: "null", cols: "a int; s varchar(9); b int", in: "1,\\N,2\n", opt: Options{CSV: true}, rows: []string{`1|NULL|2`}},
		{name: "not null", cols: "a int; s varchar(9) not null; b int", in: "1,\\N,2\n", opt: Options{CSV: true}, code: 1213, reason: "Missing data for not-null field"},
		{name: "into int", cols: "a int; b int", in: "1,\\N\n\\N,2\n", opt: Options{CSV: true}, rows: []string{"1|NULL", "NULL|2"}},
		{name: "other string", cols: "s varchar(9); n int", in: "NULL,7\nx,NULL\n7,8\n", opt: Options{CSV: true, NullAs: "NULL"}, rows: []string{`NULL|7`, `"x"|NULL`, `"7"|8`}},
		{name: "a number as null string", cols: "s varchar(9); n int", in: "7,7\n-1,-1\n", opt: Options{CSV: true, NullAs: "-1"}, rows: []string{`"7"|7`, `NULL|NULL`}},
		{name: "NUL as null string", cols: "s varchar(9); b int", in: "\x00|1\na\x00|2\n", opt: Options{NullAs: `\0`}, rows: []string{`NULL|1`, `"a\x00"|2`}},
		{name: "NUL within", cols: "s varchar(9)", in: "a\x00b\n", opt: Options{NullAs: `\000`}, code: 1218, reason: "Invalid null byte - field longer than 1 byte"},
		{name: "NUL is data", cols: "s varchar(9)", in: "a\x00b\n", rows: []string{`"a\x00b"`}},
	})
}

func TestTrap7MaxErrorCountsFromN(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		if i%40 == 5 {
			b.WriteString("x\n")
			continue
		}
		b.WriteString("1\n")
	}
	for _, c := range []struct {
		limit        int64
		rows, errors int
		fails        bool
	}{{3, 0, 3, true}, {4, 97, 3, false}, {-1, 97, 3, false}, {0, 0, 1, true}, {1, 0, 1, true}} {
		got := scanAll(t, []File{text("f", b.String())}, cols(t, "a int"), Options{CSV: true, NullAs: `\N`, MaxErrors: c.limit})
		if (got.err != nil) != c.fails || len(got.rows) != c.rows || len(got.errors) != c.errors {
			t.Errorf("MAXERROR %d: %d rows, %d errors, %v", c.limit, len(got.rows), len(got.errors), got.err)
		}
		for i, e := range got.errors {
			if want := int64(6 + 40*i); e.Line != want || e.Offset != 2*(want-1) {
				t.Errorf("MAXERROR %d: error %d in line %d at %d", c.limit, i, e.Line, e.Offset)
			}
		}
	}
}

func TestTrap8ErrorsNameTheFile(t *testing.T) {
	files := []File{text("a.csv", "1,a\n2,b\n"), text("b.csv", "3,c\nx,\"d\"\n")}
	got := scanAll(t, files, cols(t, "id integer; name varchar(5)"), Options{CSV: true, NullAs: `\N`})
	var many *TooManyErrors
	if !errors.As(got.err, &many) {
		t.Fatal(got.err)
	}
	want := []RowError{{File: "s3://b/b.csv", FileIndex: 1, Line: 2, Offset: 4, Column: "id", Field: 1, Type: "int4", RawLine: []byte(`x,"d"`),
		RawField: []byte("x"), Code: 1207, Reason: "Invalid digit, Value 'x', Pos 0, Type: Integer",
		Fields: []FieldValue{{Field: 1, Column: "id", Value: []byte("x"), Type: "int4"}}}}
	if diff := cmp.Diff(want, got.errors); diff != "" {
		t.Error(diff)
	}
}

func TestTrap9HeaderInEachFile(t *testing.T) {
	files := []File{text("a", "id,name\n1,a\n"), text("b", "id,name\r\n2,b\r\n"), text("c", "id,name"), text("d", "")}
	got := scanAll(t, files, cols(t, "id integer; name varchar(5)"), Options{CSV: true, NullAs: `\N`, IgnoreHeader: 1})
	if diff := cmp.Diff([]string{`1|"a"`, `2|"b"`}, got.rows); diff != "" || got.err != nil {
		t.Error(diff, got.err)
	}
	for i, want := range []int64{2, 2, 1, 0} {
		if f := got.files[i]; f.Lines != want {
			t.Errorf("file %d has %d lines, want %d", i, f.Lines, want)
		}
	}
}

func TestTrap10FieldCount(t *testing.T) {
	const c = "a int; b varchar(3); c varchar(3); d varchar(3)"
	const mixed = "a int; b varchar(3); c int; d char(3)"
	runCases(t, []scanCase{
		{name: "trailing delimiter", cols: c, in: "1|a|b|c|\n", rows: []string{`1|"a"|"b"|"c"`}},
		{name: "trailing delimiter and CRLF", cols: c, in: "1|a|b|c|\r\n", rows: []string{`1|"a"|"b"|"c"`}},
		{name: "too few", cols: c, in: "1|a|b\n", code: 1214, reason: "Delimiter not found"},
		{name: "too many", cols: c, in: "1|a|b|c|d\n", code: 1202, reason: "Extra column(s) found"},
		{name: "two too many", cols: c, in: "1|a|b|c||\n", code: 1202, reason: "Extra column(s) found"},
		{name: "trailing comma in CSV", cols: "a int; b int", in: "1,2,\n", opt: Options{CSV: true}, code: 1202, reason: "Extra column(s) found"},
		{name: "FILLRECORD", cols: c, in: "1|a|b\n", opt: Options{FillRecord: true}, rows: []string{`1|"a"|"b"|""`}},
		{name: "FILLRECORD by type", cols: mixed, in: "1\n", opt: Options{FillRecord: true}, rows: []string{`1|""|NULL|NULL`}},
		{name: "FILLRECORD EMPTYASNULL", cols: mixed, in: "1\n", opt: Options{FillRecord: true, EmptyAsNull: true}, rows: []string{`1|NULL|NULL|NULL`}},
		{name: "FILLRECORD NOT NULL", cols: "a int; b int not null", in: "1\n", opt: Options{FillRecord: true}, code: 1213, reason: "Missing data"},
		{name: "blank line", cols: c, in: "\n", code: 1214, reason: "Delimiter not found"},
		{name: "IGNOREBLANKLINES", cols: "a int; b int", in: "\n1|2\n\r\n\n3|4\n\n", opt: Options{IgnoreBlankLines: true}, rows: []string{"1|2", "3|4"}},
		{name: "blank line of one column", cols: "a varchar(2)", in: "\na\n\n", rows: []string{`""`, `"a"`, `""`}},
		{name: "the first bad column is reported", cols: "a int; b int; c int", in: "1|x|y|z|0\n", code: 1207, reason: "Invalid digit, Value 'x', Pos 0, Type: Integer"},
	})
}

func TestTrap11Quoting(t *testing.T) {
	const c = "a int; b varchar(20); c varchar(5)"
	runCases(t, []scanCase{
		{name: "doubled quotes, outer blanks", cols: c, in: `7, "x, ""y""" ,z` + "\n", opt: Options{CSV: true}, rows: []string{`7|"x, \"y\""|"z"`}},
		{name: "quote in an unquoted field", cols: c, in: `8,say "hi",z` + "\n", opt: Options{CSV: true}, code: 1216, reason: "Invalid quote formatting for CSV"},
		{name: "text after the closing quote", cols: c, in: `8,"hi"x,z` + "\n", opt: Options{CSV: true}, code: 1216, reason: "Invalid quote formatting for CSV"},
		{name: "newline in quotes", cols: c, in: "9,\"a\nb\r\nc\",z\r\n", opt: Options{CSV: true}, rows: []string{`9|"a\nb\r\nc"|"z"`}},
		{name: "never closed", cols: c, in: "9,\"a\n1,b,c\n", opt: Options{CSV: true}, code: 1214, reason: "Delimited value missing end quote"},
		{name: "blanks are data without quotes", cols: c, in: "9, a ,\tz\n", opt: Options{CSV: true}, rows: []string{`9|" a "|"\tz"`}},
		{name: "other quote", cols: c, in: "9,'a,''\"',\"\n", opt: Options{CSV: true, Quote: '\''}, rows: []string{`9|"a,'\""|"\""`}},
		{name: "tab as delimiter is no blank", cols: c, in: "9\t \"a\"\t\"b\"\n", opt: Options{CSV: true, Delimiter: '\t'}, rows: []string{`9|"a"|"b"`}},
		{name: "everything quoted", cols: "a int; d decimal(5,2); t timestamp; x date", in: `"1","2.5","2024-01-02 03:04:05","2024-01-02"`, opt: Options{CSV: true},
			rows: []string{"1|2.50|2024-01-02 03:04:05|2024-01-02"}},
		{name: "backslash is data", cols: c, in: "1,a\\,\\\"b\n", opt: Options{CSV: true}, code: 1216, reason: "Invalid quote"},
		{name: "quotes mean nothing in text", cols: c, in: "1|\"a|\"b\"\n", rows: []string{`1|"\"a"|"\"b\""`}},
	})
}

func TestRecordsAfterBrokenQuoting(t *testing.T) {
	in := "1,a\"b\n2,ok\n3,\"x\"y\n4,\"multi\nline\"\n5,z\"z\"\n6,last"
	got := scanAll(t, []File{text("f", in)}, cols(t, "a int; b varchar(20)"), Options{CSV: true, NullAs: `\N`, MaxErrors: -1})
	if diff := cmp.Diff([]string{`2|"ok"`, `4|"multi\nline"`, `6|"last"`}, got.rows); diff != "" || got.err != nil {
		t.Error(diff, got.err)
	}
	var lines []int64
	for _, e := range got.errors {
		lines = append(lines, e.Line)
	}
	if diff := cmp.Diff([]int64{1, 3, 6}, lines); diff != "" {
		t.Error(diff)
	}
}

func TestTrap12TimestampsAreStrict(t *testing.T) {
	const c = "t timestamp"
	const text1206 = "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"
	runCases(t, []scanCase{
		{name: "ISO 8601", cols: c, in: "2024-03-01T10:00:00Z\n", code: 1206, reason: text1206},
		{name: "ISO 8601 auto", cols: c, in: "2024-03-01T10:00:00Z\n", opt: Options{TimeFormat: "auto"}, rows: []string{"2024-03-01 10:00:00"}},
		{name: "date only", cols: c, in: "2024-03-01\n", code: 1206, reason: text1206},
		{name: "date only auto", cols: c, in: "2024-03-01\n", opt: Options{TimeFormat: "auto"}, rows: []string{"2024-03-01 00:00:00"}},
		{name: "fraction", cols: c, in: "2024-03-01 13:05:00.123456\n", opt: Options{TimeFormat: "YYYY-MM-DD HH:MI:SS"}, rows: []string{"2024-03-01 13:05:00.123456"}},
		{name: "fraction by default", cols: c, in: "2024-03-01 13:05:00.1234567\n", rows: []string{"2024-03-01 13:05:00.123456"}},
		{name: "no such day", cols: c, in: "2023-02-29 00:00:00\n", code: 1206, reason: text1206},
		{name: "ACCEPTANYDATE", cols: c, in: "00/00/00 00:00:00\n", opt: Options{AcceptAnyDate: true}, rows: []string{"NULL"}},
	})
}

func TestFurtherCases(t *testing.T) {
	runCases(t, []scanCase{
		{name: "ESCAPE", cols: "a varchar(9)", in: `A\|B` + "\n", opt: Options{Escape: true}, rows: []string{`"A|B"`}},
		{name: "without ESCAPE", cols: "a varchar(9)", in: `A\|B` + "\n", code: 1202, reason: "Extra column(s) found"},
		{name: "ESCAPE newline and digits", cols: "a varchar(9); b int", in: "x\\\ny\\012|1\n", opt: Options{Escape: true}, rows: []string{`"x\ny012"|1`}},
		{name: "ESCAPE null", cols: "a varchar(9); b varchar(9)", in: `\N|\\N` + "\n", opt: Options{Escape: true}, rows: []string{`NULL|NULL`}},
		{name: "ESCAPE ends a record with NUL", cols: "a int; b varchar(5)", in: "1|a\x002|b\n", opt: Options{Escape: true}, rows: []string{`1|"a"`, `2|"b"`}},
		{name: "ESCAPE at the end", cols: "b varchar(5)", in: "a\\", opt: Options{Escape: true}, rows: []string{`"a\\"`}},
		{name: "REMOVEQUOTES", cols: "b varchar(9); c int", in: "'Delta'|1\n\"Delta\"|2\nDelta'|3\n' '|4\n'a|b'|5\n", opt: Options{RemoveQuotes: true},
			rows: []string{`"Delta"|1`, `"Delta"|2`, `"Delta'"|3`, `" "|4`, `"a|b"|5`}},
		{name: "REMOVEQUOTES unclosed", cols: "b varchar(9); c int", in: "'Delta|1\n", opt: Options{RemoveQuotes: true}, code: 1214, reason: "Delimited value missing end quote"},
		{name: "REMOVEQUOTES of a number", cols: "b int; c decimal(5,2)", in: "'12'|\"1.5\"\n", opt: Options{RemoveQuotes: true}, rows: []string{"12|1.50"}},
		{name: "ACCEPTINVCHARS", cols: "s varchar(9)", in: "a\xed\xa0\x80b\n", opt: Options{AcceptInvChars: true, InvChar: '^'}, rows: []string{`"a^^^b"`}},
		{name: "byte order mark", cols: "a int", in: "\xef\xbb\xbf1\n", rows: []string{"1"}},
		{name: "no last newline", cols: "a int; b varchar(2)", in: "1|a\n2|b", rows: []string{`1|"a"`, `2|"b"`}},
		{name: "CRLF in text", cols: "a int; b varchar(2)", in: "1|a\r\n2|b\r\n", rows: []string{`1|"a"`, `2|"b"`}},
	})
}

func TestUTF8Errors(t *testing.T) {
	for in, want := range map[string]string{
		"a\xa4":             "a4 (error 3)",
		"\xff":              "ff (error 3)",
		"\xf8\x88":          "f8 (error 1)",
		"\xe0\xa1":          "e0 a1 (error 2)",
		"\xe4\xbd\x41":      "e4 bd 41 (error 4)",
		"\xed\xa0\x80":      "ed a0 80 (error 5)",
		"\xc0\xaf":          "c0 af (error 6)",
		"\xf4\x90\x80\x80.": "f4 90 80 80 (error 6)",
	} {
		c := scanCase{cols: "s varchar(9)", in: in + "\n", opt: Options{CSV: true}, code: 1220,
			reason: "String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: " + want}
		c.run(t)
	}
}

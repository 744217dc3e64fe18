package expression_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping/expression"
)

func TestCompileErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "the expression ends where a value should follow at character 1"},
		{"1 +", "the expression ends where a value should follow at character 4"},
		{"'abc", "the text in quotes has no end at character 1"},
		{"$", "a column's name must follow $ at character 1"},
		{"${a", "the column's name has no end at character 1"},
		{"NAME", `"name" is neither a value nor a function; columns are written $NAME, text in single quotes at character 1`},
		{"upper($A, 2)", "upper takes 1 arguments at character 1"},
		{"max($A)", "max takes at least 2 arguments at character 1"},
		{"nothing($A)", "there is no function nothing at character 1"},
		{"(1", "the expression ends where ) should follow at character 3"},
		{"1 2", `"2" is too much at character 3`},
		{"CASE 1 END", `"end" stands where WHEN should at character 8`},
		{"CASE WHEN 1 2", `"2" stands where THEN should at character 13`},
		{"1 BETWEEN 2", "the expression ends where AND should follow at character 12"},
		{"1 NOT 2", `"2" stands where LIKE, IN or BETWEEN should at character 7`},
		{"$AR_H_NOTHING", "$AR_H_NOTHING is not known at character 1"},
		{"x'4'", `"4" is not hexadecimal at character 1`},
		{"12abc", `"12a" is not a number at character 1`},
		{"a;b", `';' means nothing here at character 2`},
		{"#", `'#' means nothing here at character 1`},
		{"CAST(1 AS)", `")" stands where a type should at character 10`},
	}
	for _, tt := range tests {
		_, err := expression.Compile(tt.text)
		var e *expression.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, want an *Error", tt.text, err)
		} else if tt.want != "" && err.Error() != tt.want {
			t.Errorf("%s: %q, want %q", tt.text, err, tt.want)
		}
	}
}

func TestOwnFunctions(t *testing.T) {
	clock := func() time.Time { return time.Date(2026, 11, 21, 10, 42, 1, 5e8, time.UTC) }
	tests := []struct{ name, text, want string }{
		{"hash", "hash_sha256('abc')", "TBA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"},
		{"hash of a number", "hash_sha256(1) = hash_sha256('1')", "I1"},
		{"characters", "replaceChars('hello','el','ip')", "Thippo"},
		{"characters removed", "replaceChars('hello','elo','i')", "Thi"},
		{"indicator of an update", "operation_indicator('D','U','I')", "TU"},
		{"operation", "$AR_H_OPERATION || 'D'", "TUPDATED"},
		{"table", "$AR_M_SOURCE_SCHEMA || '.' || $AR_M_SOURCE_TABLE_NAME", "Tdemo1.cdcdata"},
		{"clock", "datetime('now')", "T2026-11-21 10:42:01"},
		{"clock without arguments", "strftime('%f')", "T01.500"},
		{"current", "CURRENT_DATE||' '||CURRENT_TIME||' '||CURRENT_TIMESTAMP", "T2026-11-21 10:42:01 2026-11-21 10:42:01"},
		{"a column with a blank", "${first name}", "Tblank"},
		{"a number keeps its digits", "$EXACT", "R12345678901234567890.12345"},
		{"a number keeps its digits in text", "'is '||$EXACT", "Tis 12345678901234567890.12345"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := expression.Compile(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			e := &expression.Env{Now: clock}
			for _, c := range p.Columns() {
				e.Columns = append(e.Columns, map[string]expression.Value{"first name": expression.String("blank"), "EXACT": expression.Number("12345678901234567890.12345")}[c])
				e.Numeric = append(e.Numeric, c == "EXACT")
			}
			e.Facts[expression.SourceSchema], e.Facts[expression.SourceTable] = expression.String("demo1"), expression.String("cdcdata")
			e.Facts[expression.Operation] = expression.String("UPDATE")
			v, err := p.Eval(e)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(v); got != tt.want {
				t.Errorf("%s = %s, want %s", tt.text, got, tt.want)
			}
		})
	}
}

func TestEvalErrors(t *testing.T) {
	for text, want := range map[string]string{
		"abs(-9223372036854775807 - 1)": "integer overflow",
		"zeroblob(99999999)":            "a blob of 99999999 bytes is longer than 1024000",
		"replace(replace(hex(zeroblob(1000000)),'0','0123456789'),'0','0')": "the value is longer than 16 MB",
	} {
		p, err := expression.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = p.Eval(&expression.Env{}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestProgram(t *testing.T) {
	p, err := expression.Compile("$B || $A || $B || operation_indicator('D','U','I') || $AR_H_COMMIT_TIMESTAMP || random()")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"B", "A"}, p.Columns()); diff != "" {
		t.Error(diff)
	}
	if !p.Indicates() || !p.Header() || !p.Random() {
		t.Error("the program does not tell what it takes")
	}
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{"1+2*3", "CASE WHEN $I>40 THEN lower($S) ELSE 'x' END", "strftime('%Y-%m-%d %f', $D, '+1 month', 'weekday 3')",
		"substr($S,-3,2)||replace(trim(' a '),'a','b')", "$N BETWEEN 1 AND 3 AND $S NOT LIKE '%a\\_' ESCAPE '\\'", "CAST($R AS NUMERIC(3,1)) % 2 << 3", "-~+x'00' GLOB '[^a-c]*'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := expression.Compile(text)
		if err != nil {
			return
		}
		if v, err := p.Eval(env(p)); err == nil && v.Kind == expression.Real && v.Float != v.Float {
			t.Errorf("%s is not a number", text)
		}
	})
}

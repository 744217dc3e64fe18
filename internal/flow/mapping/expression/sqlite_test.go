package expression_test

import (
	"bufio"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/mapping/expression"
)

// row is the row that testdata/sqlite.txt was made with.
var row = map[string]expression.Value{
	"I": expression.Int(42), "N": expression.Number("2.5"), "S": expression.String(`Ärger, "ab" Cd`), "D": expression.String("2024-02-29 13:14:15.678"),
	"Z": {}, "B": expression.Bytes("\x00\xffA"), "R": expression.Number("-0.125"),
}

func env(p *expression.Program) *expression.Env {
	e := &expression.Env{}
	for _, c := range p.Columns() {
		e.Columns = append(e.Columns, row[c])
		e.Numeric = append(e.Numeric, c == "I" || c == "N" || c == "R")
	}
	return e
}

func show(v expression.Value) string {
	text := string(v.AppendText(nil))
	switch v.Kind {
	case expression.Null:
		return "NULL"
	case expression.Integer:
		return "I" + text
	case expression.Real:
		return "R" + text
	case expression.Blob:
		return "x'" + hex.EncodeToString([]byte(text)) + "'"
	}
	return "T" + text
}

// TestSQLite holds the evaluator against what SQLite itself answered.
func TestSQLite(t *testing.T) {
	f, err := os.Open("testdata/sqlite.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		text, want, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			continue
		}
		p, err := expression.Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		v, err := p.Eval(env(p))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := show(v); got != want {
			t.Errorf("%s = %s, SQLite says %s", text, got, want)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

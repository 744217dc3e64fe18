package dialect

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/sqltype"
)

var rewriteGolden = flag.Bool("rewrite", false, "write what is got into the golden files")

// converse runs a file of conversations: a statement, "----", and what answers it.
func converse(t *testing.T, path string, answer func(stmt string) string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for i, block := range strings.Split(strings.TrimRight(string(raw), "\n"), "\n\n") {
		stmt, want, found := strings.Cut(block, "\n----")
		if !found && strings.HasPrefix(block, "#") { // A heading.
			out.WriteString(block + "\n\n")
			continue
		}
		want = strings.TrimPrefix(want, "\n")
		got := answer(stmt)
		fmt.Fprintf(&out, "%s\n----\n%s\n\n", stmt, got)
		if !*rewriteGolden && got != want {
			t.Errorf("block %d: %s\n%s", i+1, stmt, cmp.Diff(want, got))
		}
	}
	if *rewriteGolden {
		if err := os.WriteFile(path, []byte(strings.TrimRight(out.String(), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func goldenFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files in %s: %v", dir, err)
	}
	return files
}

func TestParse(t *testing.T) {
	for _, path := range goldenFiles(t, "parse") {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			converse(t, path, func(stmt string) string {
				s, err := Parse(stmt)
				if err != nil {
					return printError(err)
				}
				return tree(reflect.ValueOf(s), "")
			})
		})
	}
}

// printError shows what a client would see of an error.
func printError(err error) string {
	f, ok := err.(*fault.Error)
	if !ok {
		return fmt.Sprintf("not a fault: %v", err)
	}
	s := fmt.Sprintf("ERROR %s at %d: %s", f.Code, f.Position, f.Message)
	if f.Hint != "" {
		s += "\nHINT " + f.Hint
	}
	return s
}

// tree prints a statement with the fields that are set, one a line.
func tree(v reflect.Value, indent string) string {
	switch x := v.Interface().(type) {
	case Name:
		return printName(x)
	case sqltype.Type:
		return x.String()
	case *Query:
		if x == nil {
			return "nil"
		}
		return "Query " + fmt.Sprintf("%q", x.text)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return tree(v.Elem(), indent)
	case reflect.Struct:
		return v.Type().Name() + fields(v, indent+"  ")
	case reflect.Slice:
		return list(v, indent)
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Uint8:
		return fmt.Sprintf("%q", byte(v.Uint()))
	}
	return fmt.Sprint(v.Interface())
}

func printName(n Name) string {
	s := n.Name
	for _, part := range []string{n.Schema, n.Database} {
		if part != "" {
			s = part + "." + s
		}
	}
	return fmt.Sprintf("%s@%d", s, n.Pos)
}

func fields(v reflect.Value, indent string) string {
	var b strings.Builder
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || v.Field(i).IsZero() {
			continue
		}
		fmt.Fprintf(&b, "\n%s%s: %s", indent, f.Name, tree(v.Field(i), indent))
	}
	return b.String()
}

func list(v reflect.Value, indent string) string {
	if v.Type().Elem().Kind() != reflect.Struct || v.Type().Elem() == reflect.TypeFor[Name]() || v.Type().Elem() == reflect.TypeFor[Span]() {
		var parts []string
		for i := range v.Len() {
			parts = append(parts, tree(v.Index(i), indent))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	var b strings.Builder
	for i := range v.Len() {
		b.WriteString("\n" + indent + "  - " + tree(v.Index(i), indent+"    "))
	}
	return b.String()
}

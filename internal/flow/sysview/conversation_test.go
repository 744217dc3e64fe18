package sysview_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
)

var rewrite = flag.Bool("rewrite", false, "write the answers into testdata/*.txt")

// TestConversations runs testdata/*.txt: a comment and a statement, a line of
// dashes, the answer, an empty line. "user x" before a statement changes who asks.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text := read(t, file)
			got := converse(t, open(t), text)
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(strings.Split(text, "\n"), strings.Split(got, "\n")); d != "" {
				t.Errorf("answers differ (-want +got)\n%s", d)
			}
		})
	}
}

func converse(t *testing.T, engine *duckdb.Engine, text string) string {
	var out []string
	conn := connect(t, engine, "awsuser")
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		statement, _, _ := strings.Cut(strings.TrimSpace(block), "\n----")
		if user, ok := strings.CutPrefix(statement, "user "); ok {
			conn = connect(t, engine, user)
			out = append(out, statement)
			continue
		}
		out = append(out, statement+"\n----\n"+answer(t, conn, statement))
	}
	return strings.Join(out, "\n\n") + "\n"
}

func answer(t *testing.T, conn warehouse.Conn, statement string) string {
	sql := redshift.Replace(statement)
	for strings.HasPrefix(sql, "--") {
		_, sql, _ = strings.Cut(sql, "\n")
	}
	if !strings.HasPrefix(strings.ToLower(sql), "select") {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			return "error: " + firstLine(err)
		}
		return "ok"
	}
	rows, err := query(conn, sql)
	if err != nil {
		return "error: " + firstLine(err)
	}
	if rows == "" {
		return "no rows"
	}
	return strings.TrimSuffix(rows, "\n")
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// redshift does to the names in a query what the dialect does.
var redshift = strings.NewReplacer("pg_catalog.text", "VARCHAR", "pg_catalog.regclass", "BIGINT", "pg_catalog.regtype", "BIGINT",
	"::regproc", "::VARCHAR", "pg_catalog.", "", "information_schema.", "overlay.information.")

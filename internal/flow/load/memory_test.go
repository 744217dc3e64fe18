package load_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// parquet is the answer to a query as a file, made by an engine of its own with memory enough.
func parquet(t testing.TB, query, options string) string {
	t.Helper()
	e, err := duckdb.Open(duckdb.Config{Path: filepath.Join(t.TempDir(), "maker.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c, err := e.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	path := filepath.Join(e.Exchange(), "made.parquet")
	if err := os.MkdirAll(e.Exchange(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), "COPY ("+query+") TO "+warehouse.Literal(path)+" (FORMAT parquet"+options+")"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// rowGroup is a Parquet file with one row group, of which an engine with 64 MB cannot hold a page. Packed it is small.
func rowGroup(t testing.TB) string {
	return parquet(t, "SELECT range::INTEGER AS id, range || repeat('x', 60000) AS s FROM range(1700)", ", COMPRESSION zstd, ROW_GROUP_SIZE 1000000")
}

// A file that the engine has no memory for ends the load, and the error says which one, what lacks and what helps.
func TestParquetLargerThanMemory(t *testing.T) {
	b := openWith(t, 64<<20)
	wide := &warehouse.Table{Schema: "public", Name: "wide", Kind: "r", Columns: []warehouse.TableColumn{
		{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}}, {Name: "s", Type: sqltype.Type{ID: sqltype.Varchar, Length: sqltype.MaxVarchar}}}}
	if err := b.client.CreateTable(t.Context(), wide); err != nil {
		t.Fatal(err)
	}
	b.files = files{"in/a": parquet(t, "SELECT 1::INTEGER AS id, 'a' AS s", ""), "in/big": rowGroup(t), "in/z": parquet(t, "SELECT 2::INTEGER AS id, 'z' AS s", "")}
	out, err := b.copy("COPY wide FROM 's3://b/in/' ROLE FORMAT AS PARQUET")
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != "53200" || !load.OutOfMemory(err) ||
		f.Message != "out of memory: s3://b/in/big needs more memory than the 64 MB that the engine may use" ||
		f.Hint != "Give the engine more with inlet serve --memory=MB, or write the file with smaller row groups." || !strings.Contains(f.Detail, "failed to allocate") {
		t.Fatalf("got %v, detail %q, hint %q", err, f.Detail, f.Hint)
	}
	if _, bad := errors.AsType[*load.BadFiles](err); bad {
		t.Error("the file counts as bad")
	}
	b.want("SELECT count(*)::VARCHAR FROM public.wide", "0")
	b.want("SELECT query::VARCHAR || ' ' || status || ' ' || message FROM inlet.load", fmt.Sprint(out.Query)+" aborted "+f.Message)
	delete(b.files, "in/big")
	if _, err := b.copy("COPY wide FROM 's3://b/in/' ROLE FORMAT AS PARQUET"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	b.want("SELECT s FROM public.wide ORDER BY id", "a", "z")
}

// The error of any format and of an UNLOAD says what would be smaller.
func TestOutOfMemoryTellsTheWayOut(t *testing.T) {
	b := openWith(t, 64<<20)
	wide := &warehouse.Table{Schema: "public", Name: "wide", Kind: "r", Columns: []warehouse.TableColumn{{Name: "s", Type: sqltype.Type{ID: sqltype.Varchar, Length: sqltype.MaxVarchar}}}}
	if err := b.client.CreateTable(t.Context(), wide); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat(strings.Repeat("x", 60000)+"\n", 4000)
	b.files = files{"one/a": long, "two/a": long[:len(long)/2], "two/b": long[len(long)/2:]}
	for _, tt := range []struct{ sql, on, smaller string }{
		{"COPY wide FROM 's3://b/one/' ROLE", "s3://b/one/a", "load it in smaller files, one after the other"},
		{"COPY wide FROM 's3://b/two/' ROLE", "the load of 2 files", "load fewer files at a time"},
	} {
		_, err := b.copy(tt.sql)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Message != "out of memory: "+tt.on+" needs more memory than the 64 MB that the engine may use" ||
			f.Hint != "Give the engine more with inlet serve --memory=MB, or "+tt.smaller+"." {
			t.Errorf("%s: %v", tt.sql, err)
		}
	}
	s, err := dialect.Parse("UNLOAD ('SELECT 1') TO 's3://b/out/' IAM_ROLE '" + role + "' FORMAT PARQUET")
	if err != nil {
		t.Fatal(err)
	}
	_, err = load.New(writable{b.files}, slog.New(slog.DiscardHandler)).Unload(t.Context(), b.client, load.UnloadRequest{Unload: s.(*dialect.Unload),
		SQL: "SELECT string_agg(repeat('x', 60000), '') AS s FROM range(4000)", Columns: []load.UnloadColumn{{Name: "s", Type: wide.Columns[0].Type}}})
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Op != "UNLOAD" || f.Message != "out of memory: the query needs more memory than the 64 MB that the engine may use" || !strings.HasSuffix(f.Hint, "or unload fewer rows at a time.") {
		t.Errorf("unload: %v", err)
	}
}

// writable is a bucket that takes files and keeps none.
type writable struct{ files }

func (f writable) Assume(context.Context, *warehouse.Namespace, []string, string) (load.Objects, string, error) {
	return f, "", nil
}

func (writable) Put(_ context.Context, _, _ string, body io.Reader, _ int64) error {
	_, err := io.Copy(io.Discard, body)
	return err
}

func (writable) Delete(context.Context, string, string) error { return nil }

package load_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// disk is a bucket of one file on disk.
type disk struct {
	files
	path string
	size int64
}

func (d disk) object() load.Object { return load.Object{Bucket: "b", Key: "k", Size: d.size} }

func (d disk) List(_ context.Context, _, _ string, each func(load.Object) error) error {
	return each(d.object())
}

func (d disk) Open(context.Context, load.Object) (io.ReadCloser, error) { return os.Open(d.path) }

func (d disk) Assume(context.Context, *warehouse.Namespace, []string, string) (load.Objects, string, error) {
	return d, "", nil
}

// generate writes rows of the seed's table, one name in twenty quoted.
func generate(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var line []byte
	for i := range rows {
		line = strconv.AppendInt(line[:0], int64(i), 10)
		if i%20 == 0 {
			line = fmt.Appendf(line, `,"item, %d",`, i)
		} else {
			line = fmt.Appendf(line, ",item number %d,", i*7919)
		}
		line = fmt.Appendf(line, "%d.%02d,", i%100000, i%100)
		line = at.Add(time.Duration(i)*time.Second).AppendFormat(line, "2006-01-02 15:04:05")
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return w.Flush()
}

// BenchmarkCopy loads rows of the seed's table, in each of the formats.
func BenchmarkCopy(b *testing.B) {
	b.Run("CSV", func(b *testing.B) {
		benchmarkCopy(b, "CSV", func(path string, _ warehouse.Conn) error { return generate(path, benchRows) })
	})
	b.Run("JSON", func(b *testing.B) { benchmarkCopy(b, "JSON", written("FORMAT json")) })
	b.Run("PARQUET", func(b *testing.B) { benchmarkCopy(b, "PARQUET", written("FORMAT parquet")) })
}

const benchRows = 1_000_000

// written lets the engine write the file.
func written(format string) func(string, warehouse.Conn) error {
	return func(path string, c warehouse.Conn) error {
		made := filepath.Join(filepath.Dir(path), "dev.duckdb.exchange")
		if err := os.MkdirAll(made, 0o700); err != nil {
			return err
		}
		made = filepath.Join(made, "made")
		_, err := c.Exec(context.Background(), fmt.Sprintf("COPY (SELECT i::INTEGER AS id, 'item number ' || i * 7919 AS name, (i %% 100000)::DECIMAL(10,2) AS value,"+
			" TIMESTAMP '2024-01-01' + to_seconds(i) AS ts FROM range(%d) r(i)) TO '%s' (%s)", benchRows, made, format))
		return errors.Join(err, os.Rename(made, path))
	}
}

// benchmarkCopy loads the file that make writes, again and again.
func benchmarkCopy(b *testing.B, format string, write func(string, warehouse.Conn) error) {
	dir := b.TempDir()
	c := benchTable(b, dir)
	d := disk{path: filepath.Join(dir, "k")}
	if err := write(d.path, c.Conn()); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(d.path)
	if err != nil {
		b.Fatal(err)
	}
	d.size = info.Size()
	s, err := dialect.Parse("COPY t FROM 's3://b/k' IAM_ROLE '" + role + "' " + format)
	if err != nil {
		b.Fatal(err)
	}
	l := load.New(d, slog.New(slog.DiscardHandler))
	before := cpu()
	b.SetBytes(d.size)
	for b.Loop() {
		out, err := l.Copy(b.Context(), c, load.Request{Copy: s.(*dialect.Copy)})
		if err != nil || out.Rows != benchRows {
			b.Fatalf("loaded %d rows: %v", out.Rows, err)
		}
	}
	b.ReportMetric(float64(b.N)*benchRows/(cpu()-before).Seconds(), "rows/cpu-s")
	b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
}

// benchTable is a client of a new database with the table t.
func benchTable(b *testing.B, dir string) *warehouse.Client {
	e, err := duckdb.Open(duckdb.Config{Path: filepath.Join(dir, "dev.duckdb"), Setup: func(exec func(string) error) error {
		return errors.Join(exec(warehouse.Schema()), exec(ledger.Schema))
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	ns := &warehouse.Namespace{Kind: warehouse.Provisioned, Roles: []warehouse.AttachedRole{{ARN: role, Status: "in-sync"}}}
	c, err := warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", e).Client(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	table := &warehouse.Table{Schema: "public", Name: "t", Kind: "r", Columns: []warehouse.TableColumn{
		{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}}, {Name: "name", Type: sqltype.Type{ID: sqltype.Varchar, Length: 255}},
		{Name: "value", Type: sqltype.Type{ID: sqltype.Decimal, Precision: 10, Scale: 2}}, {Name: "ts", Type: sqltype.Type{ID: sqltype.Timestamp}}}}
	if err := c.CreateTable(b.Context(), table); err != nil {
		b.Fatal(err)
	}
	return c
}

// cpu is the processor time this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// benchRows is the number of rows of each benchmark; run them with -benchtime 1x.
const benchRows = 10_000_000

// seedScan generates rows of the seed's table at next to no cost.
type seedScan struct{ counter }

type seedWorker struct {
	counterWorker
	text []byte
}

func newSeedScan() *seedScan {
	s := &seedScan{}
	s.rows, s.workers = benchRows, 8
	return s
}

func (s *seedScan) Columns() []warehouse.Column {
	return []warehouse.Column{
		{Name: "id", Type: warehouse.VectorType{Kind: warehouse.KindInt32}},
		{Name: "name", Type: warehouse.VectorType{Kind: warehouse.KindVarchar}},
		{Name: "value", Type: warehouse.VectorType{Kind: warehouse.KindDecimal, Precision: 10, Scale: 2}},
		{Name: "ts", Type: warehouse.VectorType{Kind: warehouse.KindTimestamp}},
	}
}

func (s *seedScan) Worker() warehouse.ScanWorker {
	text, err := syscall.Mmap(-1, 0, warehouse.ChunkSize*64, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	return &seedWorker{counterWorker: counterWorker{c: &s.counter}, text: text}
}

func (w *seedWorker) Fill(out *warehouse.Chunk) (int, error) {
	first := w.c.next.Add(warehouse.ChunkSize) - warehouse.ChunkSize
	n := int(min(warehouse.ChunkSize, max(0, w.c.rows-first)))
	ids := warehouse.Values[int32](&out.Vectors[0])
	values := warehouse.Values[int64](&out.Vectors[2])
	times := warehouse.Values[int64](&out.Vectors[3])
	text := w.text[:0]
	for i := range n {
		number := first + int64(i)
		mixed := uint64(number) * 0x9E3779B97F4A7C15
		ids[i] = int32(number)
		values[i] = int64(mixed >> 40)
		times[i] = 1_700_000_000_000_000 + number*1_000_000
		start := len(text)
		text = append(text, "Customer "...)
		text = strconv.AppendUint(text, mixed>>44, 10)
		out.Vectors[1].SetBytes(i, text[start:])
	}
	return n, nil
}

func (w *seedWorker) Close() { syscall.Munmap(w.text) }

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// measured runs f b.N times and reports millions of rows a second, of wall clock and of processor time.
func measured(b *testing.B, f func()) {
	b.ReportAllocs()
	b.ResetTimer()
	start := cpuSeconds()
	for range b.N {
		f()
	}
	b.StopTimer()
	rows := float64(b.N) * benchRows / 1e6
	b.ReportMetric(rows/b.Elapsed().Seconds(), "Mrows/s")
	b.ReportMetric(rows/(cpuSeconds()-start), "Mrows/cpu-s")
}

func BenchmarkScan(b *testing.B) {
	e := open(b, Config{Threads: 2})
	c := connect(b, e)
	measured(b, func() {
		scan, release := e.Register(newSeedScan())
		defer release()
		exec(b, c, "SELECT count(*), max(id), max(ts) FROM "+scan)
	})
}

func BenchmarkInsert(b *testing.B) {
	const check = "CHECK (strlen(name) <= 255)"
	cases := []struct{ name, disabled, check, notNull string }{
		{"compression", "none", "", ""},
		{"compression-check", "none", check, ""},
		{"dictionary-off", "dictionary", "", ""},
		{"dictionary-off-check", "dictionary", check, ""},
		{"dictionary-off-not-null", "dictionary", "", "NOT NULL"},
		{"dictionary-fsst-off", "dictionary,fsst", "", ""},
		{"dictionary-fsst-off-check", "dictionary,fsst", check, ""},
	}
	for _, test := range cases {
		b.Run(test.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "dev.duckdb")
			e := open(b, Config{Path: path, Threads: 2, DisabledCompression: test.disabled})
			c := connect(b, e)
			measured(b, func() {
				exec(b, c, "CREATE OR REPLACE TABLE t (id INTEGER "+test.notNull+", name VARCHAR "+test.check+", value DECIMAL(10,2), ts TIMESTAMP)")
				scan, release := e.Register(newSeedScan())
				defer release()
				exec(b, c, "INSERT INTO t SELECT * FROM "+scan)
			})
			exec(b, c, "CHECKPOINT")
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(info.Size())/1e6, "MB")
		})
	}
}

func BenchmarkSelect(b *testing.B) {
	e := open(b, Config{Threads: 2})
	c := connect(b, e)
	scan, release := e.Register(newSeedScan())
	exec(b, c, "CREATE TABLE t AS SELECT * FROM "+scan)
	release()
	measured(b, func() {
		rows, err := c.Query(context.Background(), "SELECT * FROM t")
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for {
			chunk, err := rows.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			for row := range chunk.Rows {
				n += len(chunk.Vectors[1].Bytes(row)) & 1
			}
		}
	})
}

func BenchmarkConnect(b *testing.B) {
	e := open(b, Config{})
	for b.Loop() {
		c, err := e.Connect(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}

func BenchmarkPointQuery(b *testing.B) {
	c := connect(b, open(b, Config{}))
	for b.Loop() {
		exec(b, c, "SELECT 1")
	}
}

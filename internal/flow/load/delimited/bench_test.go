package delimited

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// seedRows makes n rows of the seed's table; every twentieth name is quoted, some are not ASCII.
func seedRows(n int) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	var b bytes.Buffer
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		name := fmt.Sprintf("customer %d of %d", r.IntN(100_000), i)
		switch {
		case i%20 == 7:
			name = fmt.Sprintf(`"Smith, ""Al"" %d"`, i)
		case i%20 == 11:
			name = fmt.Sprintf("数据 %d", i)
		}
		at = at.Add(time.Duration(r.IntN(5000)) * time.Second)
		fmt.Fprintf(&b, "%d,%s,%d.%02d,%s\n", i, name, r.IntN(100_000), r.IntN(100), at.Format("2006-01-02 15:04:05"))
	}
	return b.Bytes()
}

// wideRows makes rows of TPC-H's lineitem shape, delimited by bars.
func wideRows(n int) []byte {
	r := rand.New(rand.NewPCG(5, 6))
	var b bytes.Buffer
	day := func() string { return time.Unix(int64(r.IntN(1_600_000_000)), 0).UTC().Format("2006-01-02") }
	for i := range n {
		fmt.Fprintf(&b, "%d|%d|%d|%d|%d|%d.%02d|0.%02d|0.%02d|N|O|%s|%s|%s|DELIVER IN PERSON|TRUCK|carefully final deposits %d|\n", i/4, r.IntN(200000), r.IntN(10000), i%4,
			1+r.IntN(50), r.IntN(90000), r.IntN(100), r.IntN(10), r.IntN(8), day(), day(), day(), i)
	}
	return b.Bytes()
}

const wideColumns = "a bigint; b int; c int; d int; e decimal(15,2); f decimal(15,2); g decimal(15,2); h decimal(15,2); i char(1); j char(1); k date; l date; m date; n char(25); o char(10); p varchar(44)"

func benchmark(b *testing.B, data []byte, columns string, opt Options) {
	file := File{Name: "s3://b/f", Size: int64(len(data)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
	table := cols(b, columns)
	b.SetBytes(int64(len(data)))
	before := cpuSeconds()
	rows := 0
	for b.Loop() {
		rows = benchmarkScan(b, []File{file}, table, opt)
	}
	spent := cpuSeconds() - before
	b.ReportMetric(float64(len(data))/1e6*float64(b.N)/spent, "MB/cpu-s")
	b.ReportMetric(float64(rows)/1e6*float64(b.N)/spent, "Mrows/cpu-s")
}

func benchmarkScan(b *testing.B, files []File, table []Column, opt Options) int {
	s, err := New(context.Background(), files, table, opt)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var wg sync.WaitGroup
	rows := make([]int, s.Workers())
	for i := range rows {
		w := s.Worker()
		wg.Go(func() {
			defer w.Close()
			chunk := newChunk(s.Columns())
			memory := make([]unsafe.Pointer, len(chunk.Vectors))
			for i := range memory {
				memory[i] = unsafe.Pointer(unsafe.SliceData(warehouse.Values[byte](&chunk.Vectors[i])))
			}
			for {
				for i := range memory {
					chunk.Vectors[i].Reset(memory[i])
				}
				n, err := w.Fill(chunk)
				if err != nil {
					b.Error(err)
				}
				if n == 0 {
					return
				}
				rows[i] += n
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range rows {
		total += n
	}
	return total
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

func BenchmarkSeedCSV(b *testing.B) {
	benchmark(b, seedRows(500_000), seedColumns, Options{CSV: true, NullAs: `\N`})
}

func BenchmarkWideText(b *testing.B) {
	benchmark(b, wideRows(200_000), wideColumns, Options{NullAs: `\N`})
}

// BenchmarkQuotedCSV has every field in quotes and a NULL in each row.
func BenchmarkQuotedCSV(b *testing.B) {
	plain := bytes.ReplaceAll(seedRows(300_000), []byte{'"'}, nil)
	var data []byte
	for i, line := range bytes.Split(bytes.TrimSpace(plain), []byte{'\n'}) {
		if i%20 == 7 {
			continue // Its comma is not in quotes any more.
		}
		data = append(data, '"')
		data = append(data, bytes.ReplaceAll(line, []byte{','}, []byte(`","`))...)
		data = append(data, "\",,\n"...)
	}
	benchmark(b, data, seedColumns+"; a int; b date", Options{CSV: true, NullAs: `\N`})
}

// BenchmarkSmallFiles reads files of 1 KB.
func BenchmarkSmallFiles(b *testing.B) {
	data := seedRows(20)
	var files []File
	for i := range 10_000 {
		files = append(files, text(fmt.Sprint(i), string(data)))
	}
	table := cols(b, seedColumns)
	before := cpuSeconds()
	for b.Loop() {
		benchmarkScan(b, files, table, Options{CSV: true, NullAs: `\N`})
	}
	b.ReportMetric(float64(len(files)*b.N)/(cpuSeconds()-before), "files/cpu-s")
}

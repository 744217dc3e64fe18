package orc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/load/orc"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// items is a file like those of COPY's benchmark: numbers, text, decimals and timestamps, compressed with Snappy.
func items(stripes, rows int) sketch {
	s := sketch{compression: 2, block: 256 << 10, cut: 256 << 10, names: []string{"id", "name", "value", "ts"},
		types: [][]byte{typed(orc.Int), typed(orc.String), typed(orc.Decimal, number(5, 10), number(6, 2)), typed(orc.Timestamp)}}
	for k := range stripes {
		var ids, names, lengths, values, scales, seconds, nanos []byte
		for at := range rows / 100 { // runs of a hundred, and literals
			first := (k*rows + at*100)
			ids = append(ids, binary.AppendUvarint([]byte{97, 1}, uint64(first)<<1)...)
			seconds = append(seconds, binary.AppendUvarint([]byte{97, 1}, uint64(283996800+first)<<1)...)
			nanos = append(nanos, 97, 0, 0)
			scales = append(scales, 97, 0, 4)
			lengths = append(lengths, 256-100)
			for i := first; i < first+100; i++ {
				name := fmt.Sprintf("item number %d", i*7919)
				names = append(names, name...)
				lengths = append(lengths, byte(len(name)))
				values = binary.AppendUvarint(values, uint64(i%100000*100)<<1)
			}
		}
		s.stripes = append(s.stripes, part{rows: uint64(rows), encodings: []uint64{0, 0, 0, 0}, zone: "UTC", streams: []streamed{{data, 1, ids}, {data, 2, names},
			{length, 2, lengths}, {data, 3, values}, {secondary, 3, scales}, {data, 4, seconds}, {secondary, 4, nanos}}})
	}
	return s
}

// BenchmarkScan reads a million rows into vectors.
func BenchmarkScan(b *testing.B) {
	const rows = 1_000_000
	file := items(10, rows/10).bytes()
	var out warehouse.Chunk
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		f, err := orc.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			b.Fatal(err)
		}
		s, err := f.NewScan(context.Background(), columnsOf("integer varchar(255) decimal(10,2) timestamp"), orc.Options{})
		if err != nil {
			b.Fatal(err)
		}
		w := s.Worker()
		total := 0
		for {
			out.Vectors = out.Vectors[:0]
			for _, c := range s.Columns() {
				out.Vectors = append(out.Vectors, warehouse.NewVector(c.Type))
			}
			n, err := w.Fill(&out)
			if err != nil {
				b.Fatal(err)
			}
			if n == 0 {
				break
			}
			total += n
		}
		if total != rows {
			b.Fatalf("%d rows", total)
		}
		_ = s.Close()
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

package pg

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// seedChunk is a full chunk of (integer, varchar, decimal, timestamp), the seed's table.
func seedChunk() (*warehouse.Chunk, []session.Column) {
	id, name := warehouse.NewVector(of(warehouse.KindInt32)), warehouse.NewVector(of(warehouse.KindVarchar))
	value, at := warehouse.NewVector(decimal(10, 2)), warehouse.NewVector(of(warehouse.KindTimestamp))
	for i := range warehouse.ChunkSize {
		mixed := uint32(i) * 2654435761 // so that neighbours share nothing, as in internal/bench
		warehouse.Values[int32](&id)[i] = int32(1_000_000 + i)
		name.SetBytes(i, fmt.Appendf(nil, "Customer %s", strconv.FormatUint(uint64(mixed), 36)))
		warehouse.Values[int64](&value)[i] = int64(mixed % 999_999_999)
		warehouse.Values[int64](&at)[i] = micros(2025, 1, 1, 0, 0, int(mixed%31_536_000), 0)
	}
	return &warehouse.Chunk{Rows: warehouse.ChunkSize, Vectors: []warehouse.Vector{id, name, value, at}},
		[]session.Column{{Name: "id", Type: typ(sqltype.Integer)}, {Name: "name", Type: sqltype.Type{ID: sqltype.Varchar, Length: 255}},
			{Name: "value", Type: numeric(10, 2)}, {Name: "timestamp", Type: typ(sqltype.Timestamp)}}
}

func BenchmarkRows(b *testing.B) {
	chunk, columns := seedChunk()
	for _, tc := range []struct {
		name    string
		formats []int16
		plain   bool
	}{{"text", nil, false}, {"binary", []int16{1}, false}, {"plain text", nil, true}, {"plain binary", []int16{1}, true}} {
		b.Run(tc.name, func(b *testing.B) {
			e, err := newEncoder(&session.Result{Columns: columns, Rows: &oneChunk{chunk}}, tc.formats, defaultStyle())
			if err != nil {
				b.Fatal(err)
			}
			if err := e.use(chunk); err != nil {
				b.Fatal(err)
			}
			var buf []byte
			rows := e.rows
			if tc.plain {
				rows = func(dst []byte, from, to int) ([]byte, int, error) { return plainRows(e, dst, from, to) }
			}
			b.ReportAllocs()
			for b.Loop() {
				for row := 0; row < chunk.Rows; {
					buf, row, err = rows(buf[:0], row, chunk.Rows)
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.N)*warehouse.ChunkSize/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

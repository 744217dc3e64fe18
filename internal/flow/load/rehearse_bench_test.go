package load

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// held are objects in memory.
type held struct{ text string }

func (h held) List(_ context.Context, bucket, prefix string, each func(Object) error) error {
	return each(Object{Bucket: bucket, Key: prefix + "a.csv", Size: int64(len(h.text))})
}

func (h held) Head(context.Context, string, string) (Object, error) { return Object{}, nil }

func (h held) Open(context.Context, Object) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(h.text)), nil
}

// BenchmarkSurvey reads rows of five columns and asks which types take their values.
func BenchmarkSurvey(b *testing.B) {
	var text strings.Builder
	const rows = 200_000
	for i := range rows {
		fmt.Fprintf(&text, "%d,\"name, %d\",%d.%02d,2025-01-15,2025-01-15 08:%02d:%02d\n", i, i, i%10000, i%100, i/60%60, i%60)
	}
	types := []sqltype.Type{{ID: sqltype.Integer}, {ID: sqltype.Varchar, Length: 50}, {ID: sqltype.Decimal, Precision: 10, Scale: 2}, {ID: sqltype.Date}, {ID: sqltype.Timestamp}}
	for _, table := range []bool{true, false} {
		b.Run(fmt.Sprintf("table=%v", table), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				r := &rehearsal{out: &Rehearsal{Exists: table}, run: run{loader: New(nil, slog.New(slog.DiscardHandler)), objects: held{text.String()},
					Request: Request{Copy: &dialect.Copy{Source: "s3://b/k", Format: dialect.Format{Kind: "csv", Delimiter: ',', Quote: '"'}}},
					files:   []Object{{Bucket: "b", Key: "k", Size: int64(text.Len())}}}}
				for i, t := range types {
					r.columns = append(r.columns, delimited.Column{Name: fmt.Sprint("c", i), Type: t})
				}
				if err := r.survey(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package apply_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// benchmark is updates of one table, spread over so many keys.
type benchmark struct {
	table *source.Table
	keys  int
	at    int
}

// rows are so many updates in one piece.
func (m *benchmark) rows(r *source.Rows, n int) {
	r.Table, r.Op = m.table, source.Update
	for _, im := range []*source.Images{&r.Before, &r.After} {
		im.Reset(4)
		for i := range n {
			k := (m.at + i) * 7919 % m.keys
			im.End(fmt.Appendf(im.Buffer(), "%d", k))
			im.End(fmt.Appendf(im.Buffer(), `"name of %d"`, k))
			im.End(fmt.Appendf(im.Buffer(), "%d.25", m.at+i))
			im.End(append(im.Buffer(), "2026-01-02 03:04:05.678901"...))
		}
	}
	m.at += n
}

// BenchmarkApply applies updates to a table of a million rows, in transactions of a
// hundred, and reports changes each second and the most memory in use.
func BenchmarkApply(b *testing.B) {
	w := start(b)
	tab := table("t", col("id!", bigint), col("name", varchar(40)), col("price", sqltype.Type{ID: sqltype.Decimal, Precision: 18, Scale: 2}), col("at", sqltype.Type{ID: sqltype.Timestamp}))
	w.SQL(b, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(40), price DECIMAL(18,2), at TIMESTAMP); "+
		"INSERT INTO shop.t SELECT a.n + 1000 * b.n, 'x', 1, NULL FROM (SELECT ROW_NUMBER() OVER () - 1 AS n FROM svv_columns LIMIT 1000) a, (SELECT ROW_NUMBER() OVER () - 1 AS n FROM svv_columns LIMIT 1000) b")
	m := &benchmark{table: tab, keys: 1_000_000}
	c := w.config(w.target(b, nil))
	c.Log = nil
	c.Limits = apply.Limits{Time: time.Second}
	var most uint64
	c.Told = func(apply.Applied) {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		most = max(most, s.HeapInuse)
	}
	var piece source.Rows
	b.ResetTimer()
	err := apply.New(c).Run(b.Context(), "", func(_ context.Context, _ source.Position, to source.Sink) error {
		for i := range b.N {
			m.rows(&piece, 100)
			if err := to.Rows(&piece); err != nil {
				return err
			}
			if err := to.Commit(commit(i)); err != nil {
				return err
			}
		}
		return errEnd
	})
	if !errors.Is(err, errEnd) {
		b.Fatal(err)
	}
	b.ReportMetric(float64(100*b.N)/b.Elapsed().Seconds(), "changes/s")
	b.ReportMetric(float64(most)/(1<<20), "heap-MB")
}

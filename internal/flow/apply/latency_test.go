package apply_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// BenchmarkLatency commits ten changes every five milliseconds and reports how long it
// takes from a commit until the warehouse has it.
func BenchmarkLatency(b *testing.B) {
	w := start(b)
	tab := table("t", col("id!", bigint), col("name", varchar(40)), col("price", sqltype.Type{ID: sqltype.Decimal, Precision: 18, Scale: 2}), col("at", sqltype.Type{ID: sqltype.Timestamp}))
	m := &benchmark{table: tab, keys: 1_000_000}
	c := w.config(w.target(b, nil))
	c.Log = nil
	var order []commit
	var waits []time.Duration
	marks := make(chan commit, 1<<20)
	c.Told = func(a apply.Applied) {
		for len(marks) > 0 || len(order) > 0 {
			if len(order) == 0 {
				order = append(order, <-marks)
			}
			if order[0].Position() > a.Position {
				return
			}
			waits = append(waits, time.Since(order[0].Time()))
			order = order[1:]
		}
	}
	origin = time.Now()
	defer func() { origin = time.Time{} }()
	var piece source.Rows
	b.ResetTimer()
	err := apply.New(c).Run(b.Context(), "", func(_ context.Context, _ source.Position, to source.Sink) error {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for range b.N {
			<-tick.C
			m.rows(&piece, 10)
			if err := to.Rows(&piece); err != nil {
				return err
			}
			n := commit(time.Since(origin).Microseconds())
			marks <- n
			if err := to.Commit(n); err != nil {
				return err
			}
		}
		return errEnd
	})
	if !errors.Is(err, errEnd) {
		b.Fatal(err)
	}
	slices.Sort(waits)
	b.ReportMetric(waits[len(waits)/2].Seconds(), "p50-s")
	b.ReportMetric(waits[len(waits)*99/100].Seconds(), "p99-s")
}

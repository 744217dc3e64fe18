package spool_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/spool"
)

// counter is a sink that counts rows.
type counter struct {
	rows  int
	until source.Position
}

func (c *counter) Wants(source.Name) bool { return true }

func (c *counter) Rows(r *source.Rows) error {
	c.rows += max(r.Before.Len(), r.After.Len())
	return nil
}

func (c *counter) DDL(*source.DDL) error { return nil }

func (c *counter) Commit(k source.Commit) error {
	if k.Position() >= c.until {
		return errReached
	}
	return nil
}

func (c *counter) Rollback() {}

// BenchmarkThrough writes and reads row images of eight columns, 100 bytes each.
func BenchmarkThrough(b *testing.B) {
	for _, size := range []int{1, 10, 1000} {
		b.Run(fmt.Sprint(size, " rows a transaction"), func(b *testing.B) {
			s := open(b, spool.Options{Dir: b.TempDir(), MaxBytes: 1 << 40})
			rows := benchRows(min(size, 100))
			end := (b.N + size - 1) / size
			b.SetBytes(int64(len(rows.After.Data()) / rows.After.Len()))
			b.ReportAllocs()
			b.ResetTimer()
			done := make(chan error, 1)
			c := &counter{until: position(end)}
			go func() { done <- s.Replay(context.Background(), "", c) }()
			sink := s.Sink(b.Context(), all)
			k := commit{at: time.Now()}
			for n := range end {
				for range max(1, size/100) {
					if err := sink.Rows(rows); err != nil {
						b.Fatal(err)
					}
				}
				k.pos = position(n + 1)
				if err := sink.Commit(k); err != nil {
					b.Fatal(err)
				}
			}
			if err := <-done; !errors.Is(err, errReached) || c.rows < b.N {
				b.Fatalf("%d rows of %d: %v", c.rows, b.N, err)
			}
			b.ReportMetric(float64(c.rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func benchRows(n int) *source.Rows {
	r := &source.Rows{Table: table("bench", 8), Op: source.Insert}
	r.After.Reset(8)
	for i := range n {
		for c := range 8 {
			r.After.End(fmt.Appendf(r.After.Buffer(), "\"%010d\"", i*c))
		}
	}
	return r
}

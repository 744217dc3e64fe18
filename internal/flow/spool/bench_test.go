//go:build unix

package spool_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/spool"
)

// cpu is what this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

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
			before := cpu(b)
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
			b.ReportMetric(float64(c.rows)/(cpu(b)-before).Seconds(), "rows/cpu-s")
		})
	}
}

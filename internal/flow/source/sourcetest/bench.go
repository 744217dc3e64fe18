package sourcetest

import (
	"context"
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Bench reads a table of so many rows by snapshot, and by the log that wrote them.
func Bench(b *testing.B, src source.Source, of *source.Table, from, until source.Position) {
	b.Run("snapshot", func(b *testing.B) {
		PerCPU(b, BenchRows, func() {
			if r, err := src.Snapshot(context.Background(), of, source.Range{}, io.Discard); err != nil || r.Rows != BenchRows {
				b.Fatal(r, err)
			}
		})
	})
	b.Run("changes", func(b *testing.B) {
		PerCPU(b, BenchRows, func() {
			k := &counter{until: until}
			if err := src.Changes(context.Background(), from, k); !errors.Is(err, errReached) || k.rows != BenchRows {
				b.Fatal(k.rows, err)
			}
		})
	})
}

// BenchRows is how many rows the table of Bench has.
const BenchRows = 200_000

// PerCPU reports rows by this process's processor time, which other work on the machine does not change.
func PerCPU(b *testing.B, rows int, work func()) {
	began := cpu()
	for b.Loop() {
		work()
	}
	used := cpu() - began
	b.ReportMetric(float64(b.N*rows)/used, "rows/cpu-s")
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
}

func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// counter counts rows.
type counter struct {
	rows  int
	until source.Position
}

func (c *counter) Wants(source.Name) bool    { return true }
func (c *counter) Rows(r *source.Rows) error { c.rows += r.After.Len(); return nil }
func (c *counter) DDL(*source.DDL) error     { return nil }
func (c *counter) Rollback()                 {}
func (c *counter) Commit(m source.Commit) error {
	if m.Position() >= c.until {
		return errReached
	}
	return nil
}

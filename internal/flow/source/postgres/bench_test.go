package postgres_test

import (
	"context"
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
)

const benchRows = 200_000

// cpu is the processor time of this process, so without the server's.
func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkPostgreSQL reads a table of ten columns by snapshot, by the server's COPY alone, and by the log that wrote it.
func BenchmarkPostgreSQL(b *testing.B) {
	s := start(b)
	s.Exec(b, "CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer int, name varchar(100), note varchar(1000), amount decimal(10,2),"+
		" weight double precision, open boolean, at timestamp, day date, state shop.mood)")
	src := s.Open(b)
	defer src.Close()
	from := position(b, src)
	s.Exec(b, "INSERT INTO shop.orders SELECT seq, seq * 7, concat('customer number ', seq), CASE WHEN seq % 10 = 0 THEN NULL ELSE 'a note, with \"quotes\" in it' END, seq / 100.0, seq / 3.0, true,"+
		" '2024-06-15 12:34:56.123456', '2024-06-15', 'sad' FROM generate_series(1, 200000) AS seq", "ANALYZE shop.orders")
	until := position(b, src)
	d := must(src.Describe(context.Background(), shop("orders")))(b)
	b.Run("snapshot", func(b *testing.B) {
		began := cpu()
		for b.Loop() {
			if r, err := src.Snapshot(context.Background(), d, source.Range{}, io.Discard); err != nil || r.Rows != benchRows {
				b.Fatal(r, err)
			}
		}
		report(b, began)
	})
	b.Run("copy alone", func(b *testing.B) {
		c := must(s.Connect(postgrestest.User, postgrestest.Password, postgrestest.Database))(b)
		defer c.Close(context.Background())
		began := cpu()
		for b.Loop() {
			must(c.CopyTo(context.Background(), io.Discard, "COPY shop.orders TO STDOUT (FORMAT csv)"))(b)
		}
		report(b, began)
	})
	b.Run("changes", func(b *testing.B) {
		began := cpu()
		for b.Loop() {
			k := &counter{until: until}
			if err := src.Changes(context.Background(), from, k); !errors.Is(err, errEnd) || k.rows != benchRows {
				b.Fatal(k.rows, err)
			}
		}
		report(b, began)
	})
}

func report(b *testing.B, began float64) {
	rows := float64(b.N * benchRows)
	b.ReportMetric(rows/(cpu()-began), "rows/cpu-s")
	b.ReportMetric(rows/b.Elapsed().Seconds(), "rows/s")
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
		return errEnd
	}
	return nil
}

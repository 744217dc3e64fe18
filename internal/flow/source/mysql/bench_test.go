package mysql_test

import (
	"context"
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
)

const benchRows = 200_000

// cpu is the processor time of this process, so without the server's.
func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkMariaDB reads a table of ten columns by snapshot and by the log that wrote it.
func BenchmarkMariaDB(b *testing.B) {
	m := mariadb{mariadbtest.Start(b)}
	m.Exec(b, "CREATE DATABASE shop", "USE shop", "CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer int unsigned, name varchar(100), note varchar(1000), amount decimal(10,2),"+
		" weight double, open tinyint, at datetime(6), day date, state enum('new','shipped'))")
	src := m.Open(b)
	defer src.Close()
	from := must(src.Position(context.Background()))(b)
	m.Exec(b, "INSERT INTO shop.orders SELECT seq, seq * 7, CONCAT('customer number ', seq), IF(seq % 10 = 0, NULL, 'a note, with \"quotes\" in it'), seq / 100, seq / 3, 1,"+
		" '2024-06-15 12:34:56.123456', '2024-06-15', 'shipped' FROM seq_1_to_200000")
	until := must(src.Position(context.Background()))(b)
	d := must(src.Describe(context.Background(), source.Name{Schema: "shop", Table: "orders"}))(b)
	b.Run("snapshot", func(b *testing.B) {
		began := cpu()
		for b.Loop() {
			if r, err := src.Snapshot(context.Background(), d, source.Range{}, io.Discard); err != nil || r.Rows != benchRows {
				b.Fatal(r, err)
			}
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

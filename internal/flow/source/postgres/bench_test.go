package postgres_test

import (
	"context"
	"io"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

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
	sourcetest.Bench(b, src, d, from, until)
	b.Run("copy alone", func(b *testing.B) {
		c := must(s.Connect(postgrestest.User, postgrestest.Password, postgrestest.Database))(b)
		defer c.Close(context.Background())
		sourcetest.PerCPU(b, sourcetest.BenchRows, func() {
			must(c.CopyTo(context.Background(), io.Discard, "COPY shop.orders TO STDOUT (FORMAT csv)"))(b)
		})
	})
}

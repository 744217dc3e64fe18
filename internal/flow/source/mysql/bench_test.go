package mysql_test

import (
	"context"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

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
	sourcetest.Bench(b, src, d, from, until)
}

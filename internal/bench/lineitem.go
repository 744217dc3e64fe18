package main

import (
	"fmt"
	"strconv"
)

// lineitem is a wide table: the columns of TPC-H's lineitem, with values of the same kinds and ranges.
var lineitem = table{
	name: "lineitem",
	columns: `(l_orderkey BIGINT, l_partkey INTEGER, l_suppkey INTEGER, l_linenumber INTEGER, l_quantity DECIMAL(15,2),
 l_extendedprice DECIMAL(15,2), l_discount DECIMAL(15,2), l_tax DECIMAL(15,2), l_returnflag CHAR(1), l_linestatus CHAR(1),
 l_shipdate DATE, l_commitdate DATE, l_receiptdate DATE, l_shipinstruct CHAR(25), l_shipmode CHAR(10), l_comment VARCHAR(44))`,
	summary: `SELECT count(*), sum(l_orderkey), sum(l_partkey), sum(l_suppkey), sum(l_linenumber), sum(l_quantity), sum(l_extendedprice), sum(l_discount), sum(l_tax),
 sum(CASE WHEN l_returnflag = 'R' THEN l_partkey ELSE 0 END), sum(CASE WHEN l_linestatus = 'O' THEN l_suppkey ELSE 0 END),
 sum(l_orderkey % 9973 * CAST(extract(day FROM l_shipdate) AS BIGINT)), sum(l_orderkey % 7919 * CAST(extract(day FROM l_commitdate) AS BIGINT)),
 sum(l_orderkey % 6007 * CAST(extract(month FROM l_receiptdate) AS BIGINT)), min(l_shipdate), max(l_receiptdate), sum(length(l_shipinstruct)),
 sum(length(l_shipmode)), sum(length(l_comment)), sum(l_orderkey % 9973 * ascii(substring(l_comment, 5, 1))) FROM lineitem`,
	generate: func(path string, rows int) error { return generate(path, wideHeader, rows, appendItem) },
	part:     2,
}

const wideHeader = "l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus," +
	"l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment\n"

// wideTypes are lineitem's columns for DuckDB's reader.
const wideTypes = `{'l_orderkey': 'BIGINT', 'l_partkey': 'INTEGER', 'l_suppkey': 'INTEGER', 'l_linenumber': 'INTEGER', 'l_quantity': 'DECIMAL(15,2)',
 'l_extendedprice': 'DECIMAL(15,2)', 'l_discount': 'DECIMAL(15,2)', 'l_tax': 'DECIMAL(15,2)', 'l_returnflag': 'VARCHAR', 'l_linestatus': 'VARCHAR',
 'l_shipdate': 'DATE', 'l_commitdate': 'DATE', 'l_receiptdate': 'DATE', 'l_shipinstruct': 'VARCHAR', 'l_shipmode': 'VARCHAR', 'l_comment': 'VARCHAR'}`

var (
	instructions = []string{"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"}
	shipModes    = []string{"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"}
	words        = []string{"carefully", "quick", "deposits", "above", "the", "final", "requests", "sleep"}
)

// appendItem makes row n out of nothing but its number; an order has four lines.
func appendItem(b []byte, n int) []byte {
	mixed := uint32(n) * 2654435761
	quantity := 1 + mixed>>3%50
	flag, status := "N", "O"
	if mixed>>9%2 == 0 {
		flag, status = string("AR"[mixed>>10%2]), "F"
	}
	for _, v := range []int{1 + n/4, 1 + int(mixed%200_000), 1 + int(mixed>>5%10_000), 1 + n%4, int(quantity)} {
		b = append(strconv.AppendInt(b, int64(v), 10), ',')
	}
	b = fmt.Appendf(b, "%d.%02d,0.%02d,0.%02d,%s,%s,", quantity*(900+mixed>>7%1200), mixed%100, mixed>>11%11, mixed>>13%9, flag, status)
	year, month := 1992+mixed>>4%7, mixed>>8%12
	b = fmt.Appendf(b, "%d-%02d-%02d,%d-%02d-%02d,%d-%02d-%02d,", year, 1+month, 1+mixed>>6%28, year, 1+mixed>>12%12, 1+mixed>>14%28, year+(month+1)/12, 1+(month+1)%12, 1+mixed>>16%28)
	b = append(append(b, instructions[mixed>>18%4]...), ',')
	b = append(append(b, shipModes[mixed>>20%7]...), ',')
	return append(appendComment(b, mixed), '\n')
}

// appendComment writes up to four words; a fifth of the comments have a comma and so quotes.
func appendComment(b []byte, mixed uint32) []byte {
	quoted := mixed%5 == 0
	if quoted {
		b = append(b, `"ex, `...)
	}
	for i := range 2 + mixed>>21%3 {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, words[mixed>>(3*i)%8]...)
	}
	if quoted {
		b = append(b, '"')
	}
	return b
}

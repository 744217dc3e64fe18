package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// table is one that everyone loads, and what it then holds in SQL that all three
// speak; the products stand for a hash.
type table struct {
	name, columns, summary string
	generate               func(path string, rows int) error
	part                   int // one row of so many that were asked for
}

// bulk has the columns of the project's seed.
var bulk = table{
	name:    "bulk",
	columns: "(id INTEGER, name VARCHAR(255), value DECIMAL(10,2), timestamp TIMESTAMP)",
	summary: `SELECT count(*), sum(id), sum(value), sum(length(name)), sum(CAST(id % 9973 AS BIGINT) * ascii(substring(name, 10, 1))),
 sum(CAST(id % 7919 AS BIGINT) * (CAST(value * 100 AS BIGINT) % 9973)), sum(CAST(id % 6007 AS BIGINT) * CAST(extract(second FROM timestamp) AS BIGINT)), min(timestamp), max(timestamp) FROM bulk`,
	generate: func(path string, rows int) error { return generate(path, "id,name,value,timestamp\n", rows, appendRow) },
	part:     1,
}

// source is a table as files of one format, and how each system is told to read it.
type source struct {
	table
	title, key string
	copy       string // the options of inlet's COPY
	postgres   string // those of PostgreSQL's; empty when it cannot read the format
	duck       string // DuckDB's table function with its options, %s for the file
	write      string // the options of DuckDB's COPY TO, which makes the file out of the CSV; empty for the CSV itself
}

const (
	csvOfBulk = "read_csv('%s', header = true, columns = {'id': 'INTEGER', 'name': 'VARCHAR', 'value': 'DECIMAL(10,2)', 'timestamp': 'TIMESTAMP'})"
	csvOfWide = "read_csv('%s', header = true, columns = " + wideTypes + ")"
	inCSV     = "WITH (FORMAT csv, HEADER true)"
)

var (
	plain   = source{table: bulk, title: "load", key: "rows.csv", copy: "CSV IGNOREHEADER 1", postgres: inCSV, duck: csvOfBulk}
	wide    = source{table: lineitem, title: "wide", key: "lineitem.csv", copy: "CSV IGNOREHEADER 1", postgres: inCSV, duck: csvOfWide}
	zipped  = source{table: bulk, title: "gzip", key: "rows.csv.gz", copy: "CSV GZIP IGNOREHEADER 1", duck: csvOfBulk, write: "FORMAT csv, HEADER true, COMPRESSION gzip"}
	lines   = source{table: bulk, title: "json", key: "rows.json", copy: "JSON 'auto'", duck: jsonOfBulk, write: "FORMAT json"}
	parquet = source{table: bulk, title: "parquet", key: "rows.parquet", copy: "FORMAT AS PARQUET", duck: "read_parquet('%s')", write: "FORMAT parquet"}
)

const jsonOfBulk = "read_json('%s', format = 'newline_delimited', columns = {'id': 'INTEGER', 'name': 'VARCHAR', 'value': 'DECIMAL(10,2)', 'timestamp': 'TIMESTAMP'})"

// file writes the source's file unless an earlier part did, and tells where it is.
func (b *bench) file(ctx context.Context, s source) (string, error) {
	path := filepath.Join(b.dir, s.key)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if s.write == "" {
		if err := s.generate(path, b.rows/s.part); err != nil {
			return "", fmt.Errorf("write the rows: %w", err)
		}
		return path, nil
	}
	from, err := b.file(ctx, plain)
	if err != nil {
		return "", err
	}
	sql := "COPY (SELECT * FROM " + fmt.Sprintf(plain.duck, from) + ") TO '" + path + "' (" + s.write + ")"
	_, _, err = duck(ctx, filepath.Join(b.dir, "write.duckdb"), sql)
	return path, err
}

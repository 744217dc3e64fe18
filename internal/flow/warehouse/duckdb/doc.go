// Package duckdb is the warehouse's engine: one DuckDB file behind
// warehouse.Engine. It is the only package that needs cgo. Rows come in through
// a table function that calls a warehouse.Scan in the engine's own threads, and
// go out chunk by chunk; neither way makes a Go value of a row.
package duckdb

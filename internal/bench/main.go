// Command bench measures a node against PostgreSQL's COPY and DuckDB's read_csv, in
// alternating rounds on the same file, and checks that all have the same table.
// It reads the processors' time of other processes from /proc, so it runs on Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

// settings are the command's flags.
type settings struct {
	rows, rounds, files int
	onlySelect          bool
}

func main() {
	var s settings
	flag.IntVar(&s.rows, "rows", 1_000_000, "rows of the large file")
	flag.IntVar(&s.rounds, "rounds", 3, "rounds, in each of which every system loads and answers once")
	flag.IntVar(&s.files, "files", 200, "small files that arrive one after the other")
	flag.BoolVar(&s.onlySelect, "select", false, "load once and only measure SELECT")
	duck := flag.String("duckdb", "", "what another bench calls: load this file into DuckDB and write its summary beside")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s, *duck); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings, duck string) error {
	if duck != "" {
		return loadDuck(duck)
	}
	dir, err := os.MkdirTemp("", "inlet-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL reads the file as another user.
		return err
	}
	b := &bench{settings: s, dir: dir, file: filepath.Join(dir, "rows.csv")}
	if err := generate(b.file, s.rows); err != nil {
		return fmt.Errorf("write the rows: %w", err)
	}
	if b.node, err = startNode(ctx, dir); err != nil {
		return fmt.Errorf("start the node: %w", err)
	}
	defer b.node.stop()
	if b.postgres, err = startPostgres(ctx, dir); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer b.postgres.stop()
	return b.measure(ctx)
}

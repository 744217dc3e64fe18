// Command bench measures a node against PostgreSQL's COPY and DuckDB's readers, in
// alternating rounds on the same file, and checks that all have the same table; and a
// task that replicates a MariaDB. It reads the processors' time of other processes from /proc, so it runs on Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

// settings are the command's flags.
type settings struct {
	rows, rounds, files, small, clients, changes, seconds int

	only string
}

func main() {
	var s settings
	flag.IntVar(&s.rows, "rows", 1_000_000, "rows of the large file; the wide table has half as many")
	flag.IntVar(&s.rounds, "rounds", 3, "rounds, in each of which every system loads and answers once")
	flag.IntVar(&s.files, "files", 200, "small files that arrive one after the other")
	flag.IntVar(&s.small, "small", 100_000, "small files that arrive as fast as they can be put")
	flag.IntVar(&s.clients, "clients", 8, "clients that put those files")
	flag.IntVar(&s.changes, "changes", 200_000, "changes in a database that a task catches up with")
	flag.IntVar(&s.seconds, "seconds", 10, "how long rows are written at a steady rate that a task follows")
	flag.StringVar(&s.only, "only", "", "measure only these, with commas between: "+strings.Join(partNames(), ", "))
	duck := flag.Bool("duckdb", false, "what another bench calls: run the statements that follow in this DuckDB file, and print their times")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s, *duck); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings, duck bool) error {
	if duck {
		return runDuck(flag.Args())
	}
	chosen, err := choose(s.only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "inlet-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL reads the file as another user.
		return err
	}
	if err := build(ctx, dir); err != nil {
		return err
	}
	b := &bench{settings: s, dir: dir, seen: map[string][]usage{}, sums: map[string]string{}}
	defer b.stop()
	for _, p := range chosen {
		if err := b.run(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"
)

// usage is what one piece of work took.
type usage struct {
	wall, cpu time.Duration
	peak      int64
}

// bench is a run: what is measured, and what was seen.
type bench struct {
	settings
	dir      string
	node     *node
	postgres *postgres
	mariadb  *mariadb
	seen     map[string][]usage
	sums     map[string]string // of each table, by whoever loaded it first
}

// compare loads the source in rounds, each beginning with another system, and prints what they took.
func (b *bench) compare(ctx context.Context, s source) error {
	file, err := b.file(ctx, s)
	if err != nil {
		return err
	}
	steps := []func(context.Context, source, string) error{b.loadInlet, b.loadDuck}
	if s.postgres != "" {
		steps = append(steps, b.loadPostgres)
	}
	for round := range b.rounds {
		for i := range steps {
			if err := steps[(round+i)%len(steps)](ctx, s, file); err != nil {
				return err
			}
		}
	}
	b.print(b.rows/s.part, s.works())
	fmt.Printf("the tables are equal in every round: count, sums, products, first and last\n\n")
	return nil
}

// works names what is measured of a source.
func (s source) works() []string {
	return []string{s.title + " inlet PUT", s.title + " inlet COPY", s.title + " inlet (PUT + COPY)", s.title + " PostgreSQL COPY", s.title + " DuckDB"}
}

func (b *bench) loadInlet(ctx context.Context, s source, file string) error {
	pid, works := b.node.cmd.Process.Pid, s.works()
	if err := b.watch(works[0], pid, func() error { return b.node.putFile(ctx, "bulk/"+s.key, file) }); err != nil {
		return err
	}
	if err := b.watch(works[1], pid, func() error { return b.node.copy(ctx, s) }); err != nil {
		return err
	}
	b.seen[works[2]] = append(b.seen[works[2]], b.add(works[0], works[1]))
	return b.checkTable(ctx, s, b.node.conn)
}

// add sums what the last round saw of two pieces of work that follow each other.
func (b *bench) add(first, second string) usage {
	x, y := b.seen[first][len(b.seen[first])-1], b.seen[second][len(b.seen[second])-1]
	return usage{wall: x.wall + y.wall, cpu: x.cpu + y.cpu, peak: max(x.peak, y.peak)}
}

func (b *bench) loadPostgres(ctx context.Context, s source, file string) error {
	if err := b.watch(s.works()[3], b.postgres.pid, func() error { return b.postgres.load(ctx, s, file) }); err != nil {
		return err
	}
	return b.checkTable(ctx, s, b.postgres.conn)
}

func (b *bench) loadDuck(ctx context.Context, s source, file string) error {
	summary := file + ".summary"
	times, u, err := duck(ctx, filepath.Join(b.dir, "load.duckdb"), "CREATE TABLE "+s.name+" "+s.columns,
		"INSERT INTO "+s.name+" SELECT * FROM "+fmt.Sprintf(s.duck, file),
		"COPY ("+s.summary+") TO '"+summary+"' (FORMAT csv, HEADER false, DELIMITER '|')")
	if err != nil {
		return fmt.Errorf("load with DuckDB: %w", err)
	}
	u.wall = times[1]
	b.seen[s.works()[4]] = append(b.seen[s.works()[4]], u)
	text, err := os.ReadFile(summary)
	if err != nil {
		return err
	}
	return b.check(s, bytes.TrimSpace(text))
}

// watch notes what a process and its children use while do runs.
func (b *bench) watch(name string, pid int, do func() error) error {
	before, err := cpu(pid)
	if err != nil {
		return err
	}
	from := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	u := usage{wall: time.Since(from)}
	after, err := cpu(pid)
	if err != nil {
		return err
	}
	u.cpu = after - before
	for _, p := range append(children(pid), pid) {
		u.peak = max(u.peak, peak(p))
	}
	b.seen[name] = append(b.seen[name], u)
	return nil
}

func (b *bench) checkTable(ctx context.Context, s source, conn *pgx.Conn) error {
	all, err := conn.PgConn().Exec(ctx, s.summary).ReadAll()
	if err != nil {
		return fmt.Errorf("sum up the table: %w", err)
	}
	return b.check(s, bytes.Join(all[0].Rows[0], []byte("|")))
}

// check compares a table with the one that was loaded first, from whatever format.
func (b *bench) check(s source, sum []byte) error {
	if first, ok := b.sums[s.name]; ok && first != string(sum) {
		return fmt.Errorf("the tables differ:\n%s\n%s", first, sum)
	}
	b.sums[s.name] = string(sum)
	return nil
}

// print shows the median round of each work.
func (b *bench) print(rows int, names []string) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d rows, median of %d rounds\tseconds\trows/s\trows/CPU-s\tpeak MB\t\n", rows, b.rounds)
	for _, name := range names {
		if len(b.seen[name]) == 0 {
			continue
		}
		u := median(b.seen[name])
		fmt.Fprintf(w, "%s\t%.2f\t%.0f\t%.0f\t%d\t\n", name, u.wall.Seconds(), float64(rows)/u.wall.Seconds(), float64(rows)/u.cpu.Seconds(), u.peak>>20)
	}
	w.Flush()
}

// median is the round in the middle by time, with the largest peak of all.
func median(all []usage) usage {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b usage) int { return int(a.wall - b.wall) })
	u := sorted[len(sorted)/2]
	for _, other := range all {
		u.peak = max(u.peak, other.peak)
	}
	return u
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"
)

// summary is what a table holds, in SQL that all three speak; the products stand for a hash.
const summary = `SELECT count(*), sum(id), sum(value), sum(length(name)), sum(CAST(id % 9973 AS BIGINT) * ascii(substring(name, 10, 1))),
 sum(CAST(id % 7919 AS BIGINT) * (CAST(value * 100 AS BIGINT) % 9973)), sum(CAST(id % 6007 AS BIGINT) * CAST(extract(second FROM timestamp) AS BIGINT)), min(timestamp), max(timestamp) FROM bulk`

// usage is what one piece of work took.
type usage struct {
	wall, cpu time.Duration
	peak      int64
}

// bench is a run: what is measured, and what was seen.
type bench struct {
	settings
	dir, file string
	node      *node
	postgres  *postgres
	seen      map[string][]usage
}

// measure runs the rounds, each beginning with another system, and prints the tables.
func (b *bench) measure(ctx context.Context) error {
	b.seen = map[string][]usage{}
	if b.onlySelect {
		return b.measureSelect(ctx)
	}
	steps := []func(context.Context) (string, error){b.roundInlet, b.roundPostgres, b.roundDuck}
	for round := range b.rounds {
		var first string
		for i := range steps {
			got, err := steps[(round+i)%len(steps)](ctx)
			if err != nil {
				return err
			}
			if first == "" {
				first = got
			}
			if got != first {
				return fmt.Errorf("the tables differ:\n%s\n%s", first, got)
			}
		}
		if err := b.roundSelect(ctx, round); err != nil {
			return err
		}
	}
	b.print()
	fmt.Println("the tables are equal in every round: count, sums, products, first and last time")
	return b.drip(ctx)
}

// measureSelect loads once and then only reads.
func (b *bench) measureSelect(ctx context.Context) error {
	inlet, err := b.roundInlet(ctx)
	if err != nil {
		return err
	}
	postgres, err := b.roundPostgres(ctx)
	if err != nil {
		return err
	}
	if inlet != postgres {
		return fmt.Errorf("the tables differ:\n%s\n%s", inlet, postgres)
	}
	for round := range b.rounds {
		if err := b.roundSelect(ctx, round); err != nil {
			return err
		}
	}
	b.print()
	return nil
}

func (b *bench) roundInlet(ctx context.Context) (string, error) {
	pid := b.node.cmd.Process.Pid
	put := func() error { return b.node.putFile(ctx, bulkKey, b.file) }
	load := func() error { return b.node.copy(ctx) }
	if err := b.watch("inlet PUT", pid, put); err != nil {
		return "", err
	}
	if err := b.watch("inlet COPY", pid, load); err != nil {
		return "", err
	}
	both := b.add("inlet PUT", "inlet COPY")
	b.seen["load inlet (PUT + COPY)"] = append(b.seen["load inlet (PUT + COPY)"], both)
	return summarize(ctx, b.node.conn)
}

// add sums what the last round saw of two pieces of work that follow each other.
func (b *bench) add(first, second string) usage {
	x, y := b.seen[first][len(b.seen[first])-1], b.seen[second][len(b.seen[second])-1]
	return usage{wall: x.wall + y.wall, cpu: x.cpu + y.cpu, peak: max(x.peak, y.peak)}
}

func (b *bench) roundPostgres(ctx context.Context) (string, error) {
	if err := b.watch("load PostgreSQL COPY", b.postgres.pid, func() error { return b.postgres.load(ctx, b.file) }); err != nil {
		return "", err
	}
	return summarize(ctx, b.postgres.conn)
}

func (b *bench) roundDuck(ctx context.Context) (string, error) {
	u, text, err := duck(ctx, b.file)
	b.seen["load DuckDB read_csv"] = append(b.seen["load DuckDB read_csv"], u)
	return text, err
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

func summarize(ctx context.Context, conn *pgx.Conn) (string, error) {
	all, err := conn.PgConn().Exec(ctx, summary).ReadAll()
	if err != nil {
		return "", fmt.Errorf("sum up the table: %w", err)
	}
	return string(bytes.Join(all[0].Rows[0], []byte("|"))), nil
}

// print shows the median round of each work.
func (b *bench) print() {
	names := []string{"inlet PUT", "inlet COPY", "load inlet (PUT + COPY)", "load PostgreSQL COPY", "load DuckDB read_csv"}
	for _, r := range readers {
		names = append(names, r.work("inlet"), r.work("PostgreSQL"))
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d rows, median of %d rounds\tseconds\trows/s\trows/CPU-s\tpeak MB\t\n", b.rows, b.rounds)
	for _, name := range names {
		if len(b.seen[name]) == 0 {
			continue
		}
		u := median(b.seen[name])
		fmt.Fprintf(w, "%s\t%.2f\t%.0f\t%.0f\t%d\t\n", name, u.wall.Seconds(), float64(b.rows)/u.wall.Seconds(), float64(b.rows)/u.cpu.Seconds(), u.peak>>20)
	}
	w.Flush()
	b.printSelect(os.Stdout)
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

// drip puts small files one after the other and waits for each until a SELECT has its rows.
func (b *bench) drip(ctx context.Context) error {
	const each = 100
	waits := make([]time.Duration, 0, b.files)
	for i := range b.files {
		var text strings.Builder
		for id := i*each + 1; id <= (i+1)*each; id++ {
			text.Write(appendRow(nil, id))
		}
		from := time.Now()
		if err := b.node.put(ctx, fmt.Sprintf("drip/%06d.csv", i), strings.NewReader(text.String()), int64(text.Len())); err != nil {
			return err
		}
		if err := b.visible(ctx, (i+1)*each); err != nil {
			return err
		}
		waits = append(waits, time.Since(from))
	}
	if len(waits) == 0 {
		return nil
	}
	slices.Sort(waits)
	fmt.Printf("PUT to visible, %d files of %d rows: p50 %v, p99 %v\n", b.files, each,
		waits[len(waits)/2].Round(time.Millisecond), waits[len(waits)*99/100].Round(time.Millisecond))
	return nil
}

// visible asks without a pause until the table has so many rows.
func (b *bench) visible(ctx context.Context, want int) error {
	deadline := time.Now().Add(time.Minute)
	for got := 0; got != want; {
		if err := b.node.conn.QueryRow(ctx, "SELECT count(*) FROM drip").Scan(&got); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("after a minute %d rows are visible, want %d", got, want)
		}
	}
	return nil
}

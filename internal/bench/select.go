package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/jackc/pgx/v5"
)

// everything is the query whose rows are read over the wire.
const everything = "SELECT * FROM bulk"

// reader is one way in which a client reads rows.
type reader struct {
	name string
	open func(context.Context, *pgx.ConnConfig) (client, error)
}

// client is an open connection that counts the rows of an answer.
type client interface {
	count(ctx context.Context, sql string) (int, error)
	close()
}

// readers are a client that only counts messages, so that the server is measured, and
// the driver as programs use it: in text, and in binary as it asks for by itself.
var readers = []reader{
	{"counter, text", dial},
	{"pgx, text", driving(pgx.QueryExecModeSimpleProtocol)},
	{"pgx, binary", driving(pgx.QueryExecModeCacheStatement)},
}

// driver reads with pgx and looks at the values as they came.
type driver struct {
	conn *pgx.Conn
	mode pgx.QueryExecMode
}

func driving(mode pgx.QueryExecMode) func(context.Context, *pgx.ConnConfig) (client, error) {
	return func(ctx context.Context, config *pgx.ConnConfig) (client, error) {
		conn, err := pgx.ConnectConfig(ctx, config)
		return driver{conn, mode}, err
	}
}

func (d driver) count(ctx context.Context, sql string) (int, error) {
	rows, err := d.conn.Query(ctx, sql, d.mode)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		if len(rows.RawValues()) == 4 {
			n++
		}
	}
	return n, rows.Err()
}

func (d driver) close() { _ = d.conn.Close(context.Background()) } // All was read.

// measureSelect reads in rounds what the part before loaded, or loads it first.
func (b *bench) measureSelect(ctx context.Context) error {
	if len(b.seen[plain.works()[1]]) == 0 {
		file, err := b.file(ctx, plain)
		if err != nil {
			return err
		}
		if err := errors.Join(b.loadInlet(ctx, plain, file), b.loadPostgres(ctx, plain, file)); err != nil {
			return err
		}
	}
	var names []string
	for _, r := range readers {
		names = append(names, r.work("inlet"), r.work("PostgreSQL"))
	}
	for round := range b.rounds {
		if err := b.roundSelect(ctx, round); err != nil {
			return err
		}
	}
	b.print(b.rows, names)
	b.printSelect(os.Stdout)
	return nil
}

// roundSelect reads the table from both servers in each way; they take turns to be first.
func (b *bench) roundSelect(ctx context.Context, round int) error {
	for _, r := range readers {
		servers := []func() error{
			func() error { return b.readAll(ctx, r, "inlet", b.node.cmd.Process.Pid, b.node.conn) },
			func() error { return b.readAll(ctx, r, "PostgreSQL", b.postgres.pid, b.postgres.conn) },
		}
		for i := range servers {
			if err := servers[(round+i)%len(servers)](); err != nil {
				return err
			}
		}
	}
	return nil
}

// readAll reads the table over a connection of its own, like conn's, which stays open until
// its server's time is taken: PostgreSQL's process for it ends with it.
func (b *bench) readAll(ctx context.Context, r reader, server string, pid int, conn *pgx.Conn) error {
	c, err := r.open(ctx, conn.Config())
	if err != nil {
		return err
	}
	defer c.close()
	return b.watch(r.work(server), pid, func() error {
		n, err := c.count(ctx, everything)
		if err == nil && n != b.rows {
			err = fmt.Errorf("read %d rows, want %d", n, b.rows)
		}
		return err
	})
}

// work names what is measured.
func (r reader) work(server string) string { return "select " + server + " (" + r.name + ")" }

// printSelect shows how many times PostgreSQL's rate each way of reading has.
func (b *bench) printSelect(w io.Writer) {
	for _, r := range readers {
		inlet, postgres := b.seen[r.work("inlet")], b.seen[r.work("PostgreSQL")]
		ratios := make([]float64, len(inlet))
		for i := range inlet {
			ratios[i] = postgres[i].wall.Seconds() / inlet[i].wall.Seconds()
		}
		slices.Sort(ratios)
		fmt.Fprintf(w, "select (%s): %.2f times PostgreSQL's rate, median of the rounds' ratios (%.2f to %.2f)\n",
			r.name, ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1])
	}
	fmt.Fprintln(w)
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// The source's table, as the guide names it, with the columns of its other half.
const (
	cdcdata = "CREATE TABLE demo1.cdcdata (id BIGINT PRIMARY KEY, name VARCHAR(255), value DECIMAL(10,2), ts DATETIME(6))"
	cdcrow  = "seq, CONCAT('customer number ', seq), seq % 100000 / 4, TIMESTAMP'2025-01-15 10:00:00' + INTERVAL seq SECOND"
)

// replica is one run of inlet replicate.
type replica struct {
	cmd    *exec.Cmd
	own    *own
	from   time.Time
	before time.Duration // The node's time until then.
	errors bytes.Buffer
}

// replicate starts a task from MariaDB into the node.
func (b *bench) replicate(ctx context.Context, args ...string) (*replica, error) {
	used, err := cpu(b.node.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	all := append([]string{"replicate", "--from", b.mariadb.url(), "--to", "local", "--data", b.node.data, "--tables", "demo1.cdcdata", "--json"}, args...)
	r := &replica{cmd: exec.CommandContext(ctx, filepath.Join(b.dir, "inlet"), all...), from: time.Now(), before: used}
	r.cmd.Stderr = &r.errors
	r.cmd.Cancel = func() error { return r.cmd.Process.Signal(os.Interrupt) }
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	r.own = watchOwn(r.cmd.Process.Pid)
	return r, nil
}

// work is what a run took: by itself, and in the node that it loads into.
type work struct {
	wall, own, node time.Duration
	memory          int64
}

// wait waits until the run is over.
func (b *bench) wait(r *replica) (work, error) {
	err := r.cmd.Wait()
	w := work{wall: time.Since(r.from), memory: r.own.end()}
	if err != nil {
		return w, fmt.Errorf("inlet replicate: %w\n%s", err, r.errors.Bytes())
	}
	w.own = r.cmd.ProcessState.UserTime() + r.cmd.ProcessState.SystemTime()
	used, err := cpu(b.node.cmd.Process.Pid)
	w.node = used - r.before
	return w, err
}

func (w work) print(what string, n int) {
	per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(n) }
	fmt.Printf("%s: %d in %.1f s, %.0f/s; own CPU %.2f µs each, the node's %.2f µs; own memory at most %d MB\n",
		what, n, w.wall.Seconds(), float64(n)/w.wall.Seconds(), per(w.own), per(w.node), w.memory>>20)
}

// measureFirstLoad loads a large table of MariaDB, and times the server's own client that reads it.
func (b *bench) measureFirstLoad(ctx context.Context) error {
	if err := b.mariadb.run("CREATE OR REPLACE DATABASE demo1", "USE demo1", cdcdata, fmt.Sprintf("INSERT INTO demo1.cdcdata SELECT %s FROM seq_1_to_%d", cdcrow, b.rows)); err != nil {
		return err
	}
	for range b.rounds {
		if err := execAll(ctx, b.node.conn, "DROP SCHEMA IF EXISTS demo1 CASCADE"); err != nil {
			return err
		}
		r, err := b.replicate(ctx, "--mode", "full-load", "--name", "first-load", "--reload")
		if err != nil {
			return err
		}
		w, err := b.wait(r)
		if err != nil {
			return err
		}
		if err := b.sameTable(ctx); err != nil {
			return err
		}
		w.print("MariaDB to visible, rows", b.rows)
		if err := b.readWithClient(ctx); err != nil {
			return err
		}
	}
	return nil
}

// readWithClient reads the table with mariadb, the limit of what a client with text can reach.
func (b *bench) readWithClient(ctx context.Context) error {
	host, port := b.mariadb.hostPort()
	cmd := exec.CommandContext(ctx, "mariadb", "--no-defaults", "-h", host, "-P", port, "-u", benchUser, "-p"+benchUser, "-qBN", "-e", "SELECT * FROM demo1.cdcdata")
	from := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("read with mariadb: %w", err)
	}
	took := time.Since(from)
	fmt.Printf("mariadb -qBN to nowhere, for comparison: %.1f s, %.0f rows/s\n", took.Seconds(), float64(b.rows)/took.Seconds())
	return nil
}

// measureCatchUp changes rows while no task runs, and has it catch up.
func (b *bench) measureCatchUp(ctx context.Context) error {
	const task = "catch-up"
	if err := b.mariadb.run("CREATE OR REPLACE DATABASE demo1", "USE demo1", cdcdata); err != nil {
		return err
	}
	if err := execAll(ctx, b.node.conn, "DROP SCHEMA IF EXISTS demo1 CASCADE"); err != nil {
		return err
	}
	first, err := b.replicate(ctx, "--name", task, "--reload", "--until-caught-up")
	if err != nil {
		return err
	}
	if _, err := b.wait(first); err != nil {
		return err
	}
	changes, err := b.change()
	if err != nil {
		return err
	}
	r, err := b.replicate(ctx, "--name", task, "--until-caught-up")
	if err != nil {
		return err
	}
	w, err := b.wait(r)
	if err != nil {
		return err
	}
	w.print("changes of MariaDB caught up with", changes)
	return b.sameTable(ctx)
}

// change makes inserts, updates and deletes, in transactions of 1,000 rows.
func (b *bench) change() (changes int, err error) {
	const each = 1000
	for at := 1; at+each <= b.changes/2+1; at += each {
		if err := b.mariadb.run(fmt.Sprintf("INSERT INTO demo1.cdcdata SELECT %s FROM seq_%d_to_%d", cdcrow, at, at+each-1)); err != nil {
			return 0, err
		}
		half := at + each/2
		if err := b.mariadb.run(fmt.Sprintf("UPDATE demo1.cdcdata SET value = value + 1 WHERE id BETWEEN %d AND %d", at, half-1),
			fmt.Sprintf("DELETE FROM demo1.cdcdata WHERE id BETWEEN %d AND %d", half, at+each-1)); err != nil {
			return 0, err
		}
		changes += 2 * each
	}
	return changes, nil
}

// sameTable compares counts and sums on both sides.
func (b *bench) sameTable(ctx context.Context) error {
	const sums = "SELECT count(*), sum(id), sum(value), sum(length(name)) FROM demo1.cdcdata"
	got, err := b.node.conn.PgConn().Exec(ctx, sums).ReadAll()
	if err != nil {
		return err
	}
	want, err := b.mariadb.conn.Execute(sums)
	if err != nil {
		return err
	}
	for i, field := range got[0].Rows[0] {
		text, err := want.GetString(0, i)
		if err != nil {
			return err
		}
		if text != string(field) {
			return fmt.Errorf("the tables differ: %d. value of %s is %s in MariaDB, %s in the warehouse", i+1, sums, text, field)
		}
	}
	return nil
}

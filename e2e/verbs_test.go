package e2e

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"
)

// person is the verb of an account's administrator, whose profile a variable names.
func person(profile string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		ts.Setenv("AWS_PROFILE", ts.Getenv(profile))
		run(ts, neg, args...)
	}
}

// psql is the real one: bare rows, the first error ends it.
func psql(ts *testscript.TestScript, neg bool, args []string) {
	run(ts, neg, append([]string{"psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1"}, args...)...)
}

func run(ts *testscript.TestScript, neg bool, args ...string) {
	err := ts.Exec(args[0], args[1:]...)
	switch {
	case err != nil && !neg:
		ts.Fatalf("%s: %v", strings.Join(args, " "), err)
	case err == nil && neg:
		ts.Fatalf("%s succeeded", strings.Join(args, " "))
	}
}

// settled is `settled JOB`: it waits until no file of the job is pending.
func settled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: settled JOB")
	}
	await(ts, "0", "SELECT count(*) FROM sys_copy_job_detail WHERE status = 'P' AND job_name = '"+args[0]+"'")
}

// rows is `rows N SQL`: it waits until a query's only value is N.
func rows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: rows N SQL")
	}
	await(ts, args[0], args[1])
}

// await asks again and again until the answer is there or patience ends.
func await(ts *testscript.TestScript, want, sql string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn := connect(ctx, ts)
	defer conn.Close(context.WithoutCancel(ctx))
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		got, err := value(ctx, conn, sql)
		if err != nil {
			ts.Fatalf("%s: %v\n%s", sql, err, current(ts).said)
		}
		if got == want {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			ts.Fatalf("%s is %s, want %s\n%s", sql, got, want, current(ts).said)
		}
	}
}

func connect(ctx context.Context, ts *testscript.TestScript) *pgx.Conn {
	config, err := pgx.ParseConfig("sslmode=disable")
	ts.Check(err)
	port, err := strconv.ParseUint(ts.Getenv("PGPORT"), 10, 16)
	ts.Check(err)
	config.Host, config.Port, config.Database = ts.Getenv("PGHOST"), uint16(port), ts.Getenv("PGDATABASE")
	config.User, config.Password = ts.Getenv("PGUSER"), ts.Getenv("PGPASSWORD")
	conn, err := pgx.ConnectConfig(ctx, config)
	ts.Check(err)
	return conn
}

func value(ctx context.Context, conn *pgx.Conn, sql string) (string, error) {
	all, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	if err != nil {
		return "", err
	}
	if len(all) != 1 || len(all[0].Rows) != 1 || len(all[0].Rows[0]) != 1 {
		return "", fmt.Errorf("the answer is not one value")
	}
	return string(all[0].Rows[0][0]), nil
}

// csv is `csv FILE FIRST LAST`: it writes a file of the seed's table with those ids.
func csv(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: csv FILE FIRST LAST")
	}
	first, err := strconv.Atoi(args[1])
	ts.Check(err)
	last, err := strconv.Atoi(args[2])
	ts.Check(err)
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "id,name,value,timestamp")
	for id := first; id <= last; id++ {
		fmt.Fprintf(w, "%d,\"name, %d\",%d.%02d,2025-01-15 08:%02d:%02d\n", id, id, id%10000, id%100, id/60%60, id%60)
	}
	ts.Check(w.Flush())
	ts.Check(file.Close())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// duck runs statements in a new DuckDB file, in a process of its own, and returns how
// long each took and what the process used.
func duck(ctx context.Context, path string, statements ...string) ([]time.Duration, usage, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, usage{}, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"-duckdb", path}, statements...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, usage{}, err
	}
	// What is not the load, as the summary, is a small part of the child's time, and counts against DuckDB.
	u := usage{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = int64(r.Maxrss) << 10
	}
	times := make([]time.Duration, 0, len(statements))
	for word := range strings.FieldsSeq(string(out)) {
		took, err := time.ParseDuration(word)
		if err != nil {
			return nil, u, err
		}
		times = append(times, took)
	}
	return times, u, nil
}

// runDuck is the child's part: it prints how long each statement took.
func runDuck(args []string) error {
	path, statements := args[0], args[1:]
	_ = os.Remove(path) // That of the round before.
	var db bindings.Database
	if bindings.Open(path, &db) != bindings.StateSuccess {
		return errors.New("DuckDB does not open " + path)
	}
	defer bindings.Close(&db)
	var conn bindings.Connection
	if bindings.Connect(db, &conn) != bindings.StateSuccess {
		return errors.New("DuckDB does not connect")
	}
	defer bindings.Disconnect(&conn)
	if err := queryDuck(conn, fmt.Sprintf("SET threads = %d", runtime.NumCPU())); err != nil {
		return err
	}
	for _, sql := range statements {
		from := time.Now()
		if err := queryDuck(conn, sql); err != nil {
			return err
		}
		fmt.Println(time.Since(from))
	}
	return nil
}

func queryDuck(conn bindings.Connection, sql string) error {
	var result bindings.Result
	defer bindings.DestroyResult(&result)
	if bindings.Query(conn, sql, &result) != bindings.StateSuccess {
		return errors.New(bindings.ResultError(&result))
	}
	return nil
}

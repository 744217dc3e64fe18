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

// duck runs a process of its own that loads the file with read_csv, and returns
// what it used and what the table then holds.
func duck(ctx context.Context, file string) (usage, string, error) {
	self, err := os.Executable()
	if err != nil {
		return usage{}, "", err
	}
	cmd := exec.CommandContext(ctx, self, "-duckdb", file)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return usage{}, "", fmt.Errorf("load with DuckDB: %w", err)
	}
	took, err := time.ParseDuration(strings.TrimSpace(string(out)))
	if err != nil {
		return usage{}, "", err
	}
	u := usage{wall: took}
	// The summary is a small part of the child's time, and counts against DuckDB.
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = int64(r.Maxrss) << 10
	}
	text, err := os.ReadFile(file + ".summary")
	return u, strings.TrimSpace(string(text)), err
}

// loadDuck is the child's part: it prints how long the load took.
func loadDuck(file string) error {
	var db bindings.Database
	path := file + ".duckdb"
	_ = os.Remove(path) // That of the round before.
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
	if err := queryDuck(conn, "CREATE TABLE bulk "+columns); err != nil {
		return err
	}
	from := time.Now()
	if err := queryDuck(conn, "INSERT INTO bulk SELECT * FROM read_csv('"+file+"', header = true, "+
		"columns = {'id': 'INTEGER', 'name': 'VARCHAR', 'value': 'DECIMAL(10,2)', 'timestamp': 'TIMESTAMP'})"); err != nil {
		return err
	}
	fmt.Println(time.Since(from))
	return queryDuck(conn, "COPY ("+summary+") TO '"+file+".summary' (FORMAT csv, HEADER false, DELIMITER '|')")
}

func queryDuck(conn bindings.Connection, sql string) error {
	var result bindings.Result
	defer bindings.DestroyResult(&result)
	if bindings.Query(conn, sql, &result) != bindings.StateSuccess {
		return errors.New(bindings.ResultError(&result))
	}
	return nil
}

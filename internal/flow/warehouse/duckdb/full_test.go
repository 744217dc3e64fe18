//go:build cgo && unix

package duckdb

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/inlet-data/inlet/internal/faulty"
)

// TestNoRoom commits batches and writes checkpoints on a disk that is full for a
// while, at several sizes of the file and its log, and wants exactly the batches
// that were acknowledged.
func TestNoRoom(t *testing.T) {
	for _, room := range []uint64{1, 4 << 10, 100 << 10, 1 << 20, 3 << 20} {
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "dev.duckdb")
			e, err := Open(Config{Path: path, Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			exec(t, connect(t, e), "CREATE TABLE t (batch BIGINT, id BIGINT)")
			release, err := faulty.Room(room)
			if err != nil {
				t.Fatal(err)
			}
			acknowledged := insert(e, 0, 20)
			if err := release(); err != nil {
				t.Fatal(err)
			}
			if acknowledged == 20 {
				t.Errorf("all batches had room in %d bytes", room)
			}
			if n := insert(e, 20, 30); n == 0 && e.Health() == nil {
				t.Error("nothing is committed on a disk with room")
			} else {
				acknowledged += n
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, Config{Path: path})
			diff(t, "batches", []string{fmt.Sprintf("%d|20000", acknowledged)},
				query(t, connect(t, again), "SELECT count(*), coalesce(min(n), 20000) FROM (SELECT count(*) AS n FROM t GROUP BY batch)"))
		})
	}
}

// insert commits batches, now and then with a checkpoint, and returns how many were acknowledged.
func insert(e *Engine, from, to int) (acknowledged int) {
	ctx := context.Background()
	for batch := from; batch < to; batch++ {
		c, err := e.Connect(ctx)
		if err != nil {
			continue // It reopens.
		}
		for _, sql := range []string{"BEGIN", fmt.Sprintf("INSERT INTO t SELECT %d, hash(range) >> 1 FROM range(20000)", batch), "COMMIT"} {
			if _, err = c.Exec(ctx, sql); err != nil {
				break
			}
		}
		if err == nil {
			acknowledged++
		}
		if batch%4 == 3 {
			_, _ = c.Exec(ctx, "CHECKPOINT") // Without room it fails, and the engine may reopen.
		}
		_ = c.Close()
	}
	return acknowledged
}

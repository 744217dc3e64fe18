//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// endless is a statement that ends by interruption only; tell is closed when it runs.
func endless(e *Engine) (sql string, running chan struct{}, release func()) {
	running = make(chan struct{})
	var once sync.Once
	scan, release := e.Register(&counter{rows: 1 << 62, workers: 2, fill: func(*warehouse.Chunk, int64, int) error {
		once.Do(func() { close(running) })
		return nil
	}})
	return "SELECT sum(hash(id)) FROM " + scan, running, release
}

func TestInterrupt(t *testing.T) {
	e := open(t, Config{Threads: 2})
	c := connect(t, e)
	sql, running, release := endless(e)
	defer release()
	go func() {
		<-running
		c.Interrupt()
	}()
	_, err := c.Exec(context.Background(), sql)
	if engineError(t, err).Kind != warehouse.ErrorInterrupted {
		t.Errorf("error: %v", err)
	}
	c.Interrupt() // of nothing
	diff(t, "afterwards", []string{"1"}, query(t, c, "SELECT 1"))
}

func TestContextEnds(t *testing.T) {
	e := open(t, Config{Threads: 2})
	c := connect(t, e)
	sql, running, release := endless(e)
	defer release()
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("the client left")
	go func() {
		<-running
		cancel(why)
	}()
	_, err := c.Exec(ctx, sql)
	if engineError(t, err).Kind != warehouse.ErrorInterrupted || !errors.Is(err, why) {
		t.Errorf("error: %v", err)
	}
	for name, call := range map[string]func() error{
		"Exec":    func() error { _, err := c.Exec(ctx, "SELECT 1"); return err },
		"Query":   func() error { _, err := c.Query(ctx, "SELECT 1"); return err },
		"Prepare": func() error { _, err := c.Prepare(ctx, "SELECT 1"); return err },
		"Connect": func() error { _, err := e.Connect(ctx); return err },
	} {
		if err := call(); !errors.Is(err, why) {
			t.Errorf("%s with an ended context: %v", name, err)
		}
	}
	diff(t, "afterwards", []string{"1"}, query(t, c, "SELECT 1"))
}

func TestContextEndsStream(t *testing.T) {
	c := connect(t, open(t, Config{}))
	ctx, cancel := context.WithCancel(context.Background())
	rows, err := c.Query(ctx, "SELECT range FROM range(100000000)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if _, err := rows.Next(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := read(rows); !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
	rows.Close()
	diff(t, "afterwards", []string{"1"}, query(t, c, "SELECT 1"))
}

// An interrupt aimed at one statement does not reach the next.
func TestInterruptStaysWithItsStatement(t *testing.T) {
	c := connect(t, open(t, Config{}))
	for range 200 {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		c.Exec(ctx, "SELECT sum(range) FROM range(20000)")
		if _, err := c.Exec(context.Background(), "SELECT 1"); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
}

func TestCloseInterrupts(t *testing.T) {
	e := open(t, Config{Threads: 2})
	c := connect(t, e)
	sql, running, release := endless(e)
	defer release()
	done := make(chan error)
	go func() {
		_, err := c.Exec(context.Background(), sql)
		done <- err
	}()
	<-running
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Errorf("error: %v", err)
	}
}

// Close lets a reader finish with the chunk it looks at.
func TestCloseWaitsForReader(t *testing.T) {
	e := open(t, Config{})
	c := connect(t, e)
	rows, err := c.Query(context.Background(), "SELECT repeat('x', 100) FROM range(1000000)")
	if err != nil {
		t.Fatal(err)
	}
	chunk, err := rows.Next()
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- e.Close() }()
	for e.Health() == nil {
		runtime.Gosched()
	}
	for row := range chunk.Rows {
		if len(chunk.Vectors[0].Bytes(row)) != 100 {
			t.Fatalf("row %d is gone", row)
		}
	}
	if _, err := rows.Next(); engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Errorf("Next: %v", err)
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	rows.Close()
}

func TestManyConnections(t *testing.T) {
	e := open(t, Config{Threads: 2})
	exec(t, connect(t, e), "CREATE TABLE t (who INTEGER, n INTEGER)")
	var all sync.WaitGroup
	for who := range int64(16) {
		all.Go(func() {
			c, err := e.Connect(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			for n := range int64(20) {
				if _, err := c.Exec(context.Background(), "INSERT INTO t VALUES ($1, $2)", who, n); err != nil {
					t.Error(err)
				}
				if got := query(t, c, "SELECT count(*) FROM t WHERE who = $1", who); len(got) != 1 {
					t.Errorf("%v", got)
				}
			}
		})
	}
	all.Wait()
	diff(t, "rows", []string{"320|3040"}, query(t, connect(t, e), "SELECT count(*), sum(n) FROM t"))
	if len(e.conns) != 2 {
		t.Errorf("%d connections are open, want 2", len(e.conns))
	}
}

func TestMemoryLimit(t *testing.T) {
	c := connect(t, open(t, Config{MemoryLimit: 64 << 20, Threads: 2}))
	exec(t, c, "CREATE TABLE t AS SELECT hash(range) AS h, repeat('x', 20) || range AS s FROM range(3000000)")
	rows, err := c.Query(context.Background(), "SELECT h FROM t ORDER BY s, h")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if _, err := rows.Next(); err != nil {
		t.Errorf("a sort larger than memory: %v", err)
	}
	_, err = c.Exec(context.Background(), "SELECT list(h) FROM (SELECT unnest([h, h, h, h, h, h]) AS h FROM t)")
	if e := engineError(t, err); e.Kind != warehouse.ErrorOutOfMemory {
		t.Errorf("kind %d: %v", e.Kind, err)
	}
	diff(t, "afterwards", []string{"3000000"}, query(t, c, "SELECT count(*) FROM t"))
}

// A result is computed while it is read: it never lies in memory whole.
func TestStreamIsFlat(t *testing.T) {
	e := open(t, Config{Threads: 2})
	c, observer := connect(t, e), connect(t, e)
	rows, err := c.Query(context.Background(), "SELECT repeat('x', 100) || range FROM range(3000000)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	read, highest := 0, int64(0)
	for n := 0; ; n++ {
		chunk, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		read += chunk.Rows
		if n%100 == 0 {
			used, err := strconv.ParseInt(query(t, observer, "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()")[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			highest = max(highest, used)
		}
	}
	diff(t, "rows", 3000000, read)
	if highest > 32<<20 {
		t.Errorf("the engine used %d bytes", highest)
	}
}

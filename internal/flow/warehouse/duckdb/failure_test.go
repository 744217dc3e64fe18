//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// breaking is a configuration whose first instance, of n, dies at its first checkpoint.
func breaking(n int) (cfg Config, health chan error) {
	health = make(chan error, 10)
	starts := 0
	cfg.Changed = func(err error) { health <- err }
	cfg.Setup = func(exec func(string) error) error {
		starts++
		if err := exec(fmt.Sprintf("CREATE VIEW overlay.main.starts AS SELECT %d AS n", starts)); err != nil {
			return err
		}
		switch {
		case starts == 1:
			return exec("SET GLOBAL debug_checkpoint_abort = 'before_truncate'")
		case starts <= n:
			return fmt.Errorf("attempt %d fails", starts)
		}
		return nil
	}
	return cfg, health
}

func TestFatalError(t *testing.T) {
	cfg, health := breaking(2)
	e := open(t, cfg)
	one, two := connect(t, e), connect(t, e)
	execute := func(c warehouse.Conn, sql string) error {
		_, err := c.Exec(context.Background(), sql)
		return err
	}
	exec(t, one, "CREATE TABLE t AS SELECT range AS id FROM range(1000)")
	exec(t, two, "BEGIN")
	exec(t, two, "INSERT INTO t VALUES (-1)")
	stmt, err := two.Prepare(context.Background(), "SELECT count(*) FROM t")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := connect(t, e).Query(context.Background(), "SELECT id FROM t")
	if err != nil {
		t.Fatal(err)
	}
	chunk, err := rows.Next()
	if err != nil {
		t.Fatal(err)
	}

	if err := execute(one, "CHECKPOINT"); engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Fatalf("checkpoint: %v", err)
	}
	if err := e.Health(); fault.KindOf(err) != fault.Unavailable || fault.CodeOf(err) != "57P03" {
		t.Errorf("health: %v", err)
	}
	if _, err := e.Connect(context.Background()); engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Errorf("Connect: %v", err)
	}
	for name, c := range map[string]warehouse.Conn{"one": one, "two": two} {
		if err := execute(c, "SELECT 1"); engineError(t, err).Kind != warehouse.ErrorFatal {
			t.Errorf("Exec on %s: %v", name, err)
		}
	}
	if _, err := stmt.Run(context.Background()); engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Errorf("Run: %v", err)
	}

	// The engine waits with reopening until the last chunk came back.
	diff(t, "the chunk", "0", show(&chunk.Vectors[0], 0))
	if _, err := rows.Next(); engineError(t, err).Kind != warehouse.ErrorFatal {
		t.Errorf("Next: %v", err)
	}
	if err := <-health; err == nil {
		t.Error("the failure was not told")
	}
	if err := <-health; err == nil || !strings.Contains(err.Error(), "attempt 2 fails") {
		t.Errorf("the failed attempt was not told: %v", err)
	}
	if err := <-health; err != nil {
		t.Fatalf("not reopened: %v", err)
	}
	if err := e.Health(); err != nil {
		t.Errorf("health: %v", err)
	}
	again := connect(t, e)
	diff(t, "committed rows", []string{"1000|3"}, query(t, again, "SELECT count(*), (SELECT n FROM starts) FROM t"))
	scan, release := e.Register(&counter{rows: 10, workers: 1})
	defer release()
	diff(t, "scan", []string{"10"}, query(t, again, "SELECT count(*) FROM "+scan))
	for _, c := range []interface{ Close() error }{rows, stmt, one, two} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCloseWhileReopening(t *testing.T) {
	cfg, health := breaking(1000)
	e := open(t, cfg)
	c := connect(t, e)
	exec(t, c, "CREATE TABLE t AS SELECT range AS id FROM range(1000)")
	if _, err := c.Exec(context.Background(), "CHECKPOINT"); err == nil {
		t.Fatal("no fatal error")
	}
	<-health
	if err := <-health; err == nil {
		t.Fatal("reopened")
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Connect(context.Background()); err == nil {
		t.Error("a closed engine connects")
	}
}

// child, when set, makes the test binary a process that loads rows into the
// file it names until it is killed.
const child = "INLET_DUCKDB_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(child); path != "" {
		if err := loadForever(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	code := m.Run()
	// Counted only with the build tag debug_bindings.
	if left := bindings.GetAllocationCounts(); left != "" {
		fmt.Fprint(os.Stderr, "the engine's objects were not all freed:\n", left)
		code = 1
	}
	os.Exit(code)
}

// loadForever commits batches of rows with their ledger entry, and names each on standard output once it is committed.
func loadForever(path string) error {
	ctx := context.Background()
	e, err := Open(Config{Path: path, Threads: 2})
	if err != nil {
		return err
	}
	c, err := e.Connect(ctx)
	if err != nil {
		return err
	}
	if _, err := c.Exec(ctx, "CREATE TABLE IF NOT EXISTS t (batch BIGINT, id BIGINT); CREATE TABLE IF NOT EXISTS ledger (batch BIGINT, n BIGINT)"); err != nil {
		return err
	}
	for batch := int64(0); ; batch++ {
		size := 1 + batch*batch*997%200000
		scan, release := e.Register(&counter{rows: size, workers: 2})
		for _, sql := range []string{"BEGIN", fmt.Sprintf("INSERT INTO t SELECT %d, id FROM %s", batch, scan),
			fmt.Sprintf("INSERT INTO ledger VALUES (%d, %d)", batch, size), "COMMIT"} {
			if _, err := c.Exec(ctx, sql); err != nil {
				return err
			}
		}
		release()
		fmt.Println(batch)
	}
}

func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.duckdb")
	for _, batches := range []int{3, 20, 61} {
		os.Remove(path)
		os.Remove(path + ".wal")
		acknowledged := killAfter(t, path, batches)
		e := open(t, Config{Path: path})
		c := connect(t, e)
		diff(t, "batches whose rows do not match", []string{"0"}, query(t, c, `SELECT count(*) FROM ledger
			FULL JOIN (SELECT batch, count(*) AS n, count(DISTINCT id) AS d FROM t GROUP BY batch) AS r ON r.batch = ledger.batch
			WHERE r.n IS DISTINCT FROM ledger.n OR r.d IS DISTINCT FROM r.n`))
		diff(t, "acknowledged batches", []string{"true"}, query(t, c, "SELECT max(batch) >= $1 FROM ledger", int64(acknowledged)))
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter kills a loading child once it has acknowledged n batches, and answers the last acknowledged.
func killAfter(t *testing.T, path string, n int) (last int) {
	t.Helper()
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"="+path)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range n {
		if _, err := fmt.Fscanln(out, &last); err != nil {
			t.Fatalf("child: %v %s", err, stderr.String())
		}
	}
	if n == 3 {
		_, err := Open(Config{Path: path})
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "another process") {
			t.Errorf("Open of a file another process holds: %v", err)
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	return last
}

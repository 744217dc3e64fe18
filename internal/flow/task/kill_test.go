package task_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/node"
)

// childTask tells the child process of TestKill what to run.
const childTask = "INLET_TEST_TASK"

// child is a task for another process.
type child struct {
	URL  string // Of the source.
	Node string // Directory.
	Dir  string
}

func TestMain(m *testing.M) {
	if text := os.Getenv(childTask); text != "" {
		fmt.Fprintln(os.Stderr, runChild(text))
		os.Exit(1) // It is killed before.
	}
	os.Exit(m.Run())
}

// runChild runs a task until the process is killed.
func runChild(text string) error {
	var c child
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	info, err := node.Find(c.Node)
	if err != nil {
		return err
	}
	conf, err := wire(c.URL, info, c.Dir, "shop.*")
	if err != nil {
		return err
	}
	conf.ChunkRows = 500
	conf.Log = tasklog.New(func(l tasklog.Line) { fmt.Fprintln(os.Stderr, l) }, nil)
	t, err := task.New(conf)
	if err != nil {
		return err
	}
	how := task.StartReplication
	if t.Begun() {
		how = task.ResumeProcessing
	}
	stop, err := t.Run(context.Background(), how)
	return fmt.Errorf("%s: %w", stop, err)
}

// TestKill kills the task again and again while the source changes, from its first
// moment on, and compares both sides at the end.
func TestKill(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { testKill(t, newWorldOf(t, engine)) })
	}
}

func testKill(t *testing.T, w *world) {
	w.schema("demo1") // It has MariaDB's series.
	w.schema("shop")
	w.source.Exec(t, "CREATE TABLE shop.orders (id INT PRIMARY KEY, v INT, text VARCHAR(60))", "CREATE TABLE shop.items (a INT, b VARCHAR(10), v INT, PRIMARY KEY (a, b))", "CREATE TABLE shop.log (v INT)",
		"INSERT INTO shop.orders SELECT seq, 0, REPEAT('x', seq % 60) FROM "+w.series(5000), "INSERT INTO shop.items SELECT seq, 'b', 0 FROM "+w.series(1000), "INSERT INTO shop.log SELECT seq FROM "+w.series(2000))
	if w.engine == "postgres" {
		w.source.Exec(t, "ALTER TABLE shop.log REPLICA IDENTITY FULL")
	}
	stop := make(chan struct{})
	var changing sync.WaitGroup
	changing.Go(func() { w.change(stop) })
	rounds := 8
	if testing.Short() {
		rounds = 5
	}
	for n := range rounds {
		w.killed(time.Duration(100+rand.IntN(2500)) * time.Millisecond)
		if n == rounds/2 {
			w.source.Restart(t)
		}
	}
	close(stop)
	changing.Wait()
	c := w.config("shop.*", func(c *task.Config) { c.Until.CaughtUp, c.ChunkRows = true, 500 })
	one, reason, err := w.run(c, task.ResumeProcessing)
	if err != nil || reason != task.StopNormal {
		t.Fatalf("%s, %v", reason, err)
	}
	for _, q := range []string{
		"SELECT count(*), sum(id), sum(v), sum(id * 7 + v * 3), sum(length(text)) FROM shop.orders", "SELECT count(*), sum(a), sum(v), sum(a * 31 + v) FROM shop.items", "SELECT count(*), sum(v) FROM shop.log",
	} {
		if got, want := w.rows(q), w.atSource(q); got != want {
			t.Errorf("%s\nis   %swant %s%+v", q, got, want, one.Tables())
		}
	}
}

// killed runs a task in a process of its own and kills it after a while.
func (w *world) killed(after time.Duration) {
	w.t.Helper()
	text, err := json.Marshal(child{w.url, w.node.Info.Data, w.dir})
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childTask+"="+string(text))
	out := &tail{}
	cmd.Stderr = out
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	select {
	case <-ended:
		w.t.Fatalf("the task ended by itself: %s", out)
	case <-time.After(after):
		cmd.Process.Kill()
		<-ended
		if testing.Verbose() {
			fmt.Print(out)
		}
	}
}

// tail keeps what a process says.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (l *tail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

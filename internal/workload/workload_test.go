package workload

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/node"
)

var (
	seeds  = flag.Int("seeds", 1, "how many seeds are run for each database")
	seed   = flag.Uint64("seed", 1, "the first seed")
	length = flag.Duration("length", 6*time.Second, "how long tables are changed for each seed")
	shapes = flag.Bool("ddl", true, "change the shapes of tables, too")
)

// options are what a seed does.
type options struct {
	seed     uint64
	tables   int
	rows     int // Of each table, before it is replicated.
	sessions int
	ddl      bool
}

func TestWorkload(t *testing.T) {
	for _, db := range []struct {
		name  string
		start func(testing.TB) database
	}{{"MariaDB", startMariaDB}, {"PostgreSQL", startPostgreSQL}} {
		for i := range *seeds {
			o := options{seed: *seed + uint64(i), tables: 6, rows: 1500, sessions: 3, ddl: *shapes}
			t.Run(fmt.Sprintf("%s/seed %d", db.name, o.seed), func(t *testing.T) { replicate(t, db.start(t), o) })
		}
	}
}

// replicate changes tables, kills inlet and the server, and compares in the end.
func replicate(t *testing.T, db database, o options) {
	data := home(t)
	args := []string{"replicate", "--from", db.url(), "--tables", "shop.*", "--data", data}
	l := begin(t, db, o)
	c := &chaos{load: l, r: rand.New(rand.NewPCG(o.seed, 99)), args: args, data: data, apart: o.seed%2 == 0}
	c.start()
	c.run(*length)
	l.end()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	last := run(t, append(args, "--until-caught-up")...)
	if err := last.wait(ctx); err != nil {
		t.Fatalf("seed %d: the last run: %v\n%s", o.seed, err, last.out.last(40))
	}
	caught := time.Since(began)
	c.stopNode()
	warehouse(t, data, l.compare)
	t.Logf("%d transactions, %d statements refused; inlet killed %d times, the server %d times; caught up in %v", l.done.Load(), l.failed.Load(), c.kills, c.crashes, caught.Round(time.Millisecond))
}

// home is a data directory that stays when the test fails.
func home(t *testing.T) string {
	t.Helper()
	data, err := os.MkdirTemp("", "workload")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what inlet kept is in %s", data)
		} else {
			os.RemoveAll(data)
		}
	})
	return data
}

// chaos ends processes at random.
type chaos struct {
	*load
	r     *rand.Rand
	args  []string
	data  string
	apart bool // The warehouse is a process of its own.

	node, task     *inlet
	kills, crashes int
}

func (c *chaos) start() {
	if c.apart && (c.node == nil || c.node.ended()) {
		c.node = run(c.t, "serve", "--data", c.data, "--aws-listen", "127.0.0.1:0", "--sql-listen", "127.0.0.1:0")
		c.ready()
	}
	c.task = run(c.t, c.args...)
}

// ready waits until the node answers.
func (c *chaos) ready() {
	c.t.Helper()
	deadline := time.After(patience)
	for tick := time.Tick(20 * time.Millisecond); ; {
		if i, err := node.Find(c.data); err == nil && i.PID == c.node.cmd.Process.Pid {
			return
		}
		select {
		case <-tick:
		case <-c.node.done:
			c.t.Fatalf("the node ended: %v\n%s", c.node.err, c.node.out.last(40))
		case <-deadline:
			c.t.Fatalf("the node is not ready\n%s", c.node.out.last(40))
		}
	}
}

// run kills for as long as the tables are changed.
func (c *chaos) run(length time.Duration) {
	end := time.After(length)
	for {
		wait := time.Duration(200+c.r.IntN(2500)) * time.Millisecond
		select {
		case <-end:
			c.alive()
			c.task.kill()
			c.kills++
			return
		case <-time.After(wait):
		}
		c.alive()
		switch p := c.r.IntN(10); {
		case p < 6:
			c.task.kill()
			c.kills++
		case p < 7 && c.apart:
			c.node.kill()
			c.task.kill()
			c.kills++
		case p < 9:
			c.crash()
			c.crashes++
			continue
		default:
			c.task.kill()
			c.crash()
			c.kills++
			c.crashes++
		}
		c.start()
	}
}

// alive fails the test when the task gave up by itself. One that had not begun may, when it met a server that went away.
func (c *chaos) alive() {
	c.t.Helper()
	if c.task.ended() && c.crashes > 0 && !c.task.begun() {
		c.start()
	}
	if c.task.ended() && (c.crashes == 0 || c.task.begun()) {
		c.t.Fatalf("inlet ended by itself: %v\n%s", c.task.err, c.task.out.last(40))
	}
}

func (c *chaos) stopNode() {
	if c.node != nil {
		c.node.kill()
	}
}

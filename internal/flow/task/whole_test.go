package task_test

import (
	"fmt"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestWholeTransactions reads the target all the while changes of several tables come: in
// both modes of apply each transaction of the source is there whole or not at all, and in order.
func TestWholeTransactions(t *testing.T) {
	for _, batch := range []bool{false, true} {
		t.Run(fmt.Sprintf("BatchApplyEnabled=%t", batch), func(t *testing.T) {
			w := newWorld(t)
			w.schema("demo1")
			w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY, v INT)", "CREATE TABLE demo1.b (id INT PRIMARY KEY, v INT)", "CREATE TABLE demo1.log (v INT)",
				"INSERT INTO demo1.a VALUES (1, 1000), (2, 1000)", "INSERT INTO demo1.b VALUES (1, 1000)")
			b := w.start(w.config("demo1.*", func(c *task.Config) {
				c.Settings.TargetMetadata.BatchApplyEnabled = batch
				c.Settings.ChangeProcessingTuning.MinTransactionSize, c.Settings.ChangeProcessingTuning.CommitTimeout = 10, 1
				c.Settings.ChangeProcessingTuning.BatchSplitSize = 10
			}), task.StartReplication)
			w.until("SELECT (SELECT count(*) FROM demo1.a), (SELECT count(*) FROM demo1.b)", "2|1\n")
			w.await("changes are followed", func() bool { return w.heard("Changes are applied after position") })
			const transfers = 60
			go func() {
				for n := range transfers {
					w.source.Exec(t, "BEGIN", fmt.Sprintf("UPDATE demo1.a SET v = v - 1 WHERE id = %d", n%2+1), "UPDATE demo1.b SET v = v + 1",
						fmt.Sprintf("INSERT INTO demo1.log VALUES (%d)", n), "COMMIT")
				}
			}()
			seen := map[int]bool{}
			for rows := 0; rows < transfers; { // Each round reads one state of all tables.
				got := w.rows("SELECT (SELECT sum(v) FROM demo1.a) + (SELECT sum(v) FROM demo1.b), (SELECT sum(v) FROM demo1.b) - 1000, (SELECT count(*) FROM demo1.log), (SELECT coalesce(max(v), -1) + 1 FROM demo1.log)")
				var sum, moved, last int
				if _, err := fmt.Sscanf(got, "%d|%d|%d|%d", &sum, &moved, &rows, &last); err != nil || sum != 3000 || moved != rows || last != rows {
					t.Fatalf("half of a transaction is seen, or one before its time: %q", got)
				}
				seen[rows] = true
				select {
				case <-b.done:
					t.Fatal(b.err)
				default:
				}
			}
			if len(seen) < 2 {
				t.Errorf("only %d states were seen: nothing could be told", len(seen))
			}
		})
	}
}

package statement_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/statement"
)

// childFolder names the data for the process that TestKill kills.
const childFolder = "STATEMENT_TEST_FOLDER"

// TestKill ends a process while a statement runs, another waits and a third has ended.
func TestKill(t *testing.T) {
	if dir := os.Getenv(childFolder); dir != "" {
		submitAll(newWorldIn(t, dir))
		return
	}
	w := newWorld(t)
	w.run(sql("CREATE TABLE t (id INT)"))
	w.close()
	ids := kill(w)
	w.open()
	if st := w.ended(ids["done"]); st.Status != statement.Finished {
		t.Errorf("the one that had ended is %s", st.Status)
	}
	if rows := w.rows(ids["done"], statement.JSON); len(rows) != 3 {
		t.Errorf("its rows: %v", rows)
	}
	for _, name := range []string{"running", "batch"} {
		if st := w.ended(ids[name]); st.Status != statement.Failed || !strings.Contains(st.Error, "not known") {
			t.Errorf("the one that was %s is %s: %q", name, st.Status, st.Error)
		}
	}
	if sub := w.ended(ids["batch"]).Subs[1]; sub.Status != statement.Aborted {
		t.Errorf("the part that ran is %s", sub.Status)
	}
	st := w.run(sql("SELECT count(*) FROM t"))
	if rows := w.rows(st.ID, statement.JSON); rows[0] != `[{"longValue":0}]` {
		t.Errorf("the batch that was cut off left %s", rows[0])
	}
}

// submitAll says what it submitted, and waits to be killed.
func submitAll(w *world) {
	done := w.run(sql("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3")).ID
	running := w.submit(sql(endless))
	w.until(running, isStarted)
	batch := w.submit(sql("INSERT INTO t VALUES (1)", endless))
	w.until(batch, func(st *statement.Statement) bool { return st.Subs[1].Status == statement.Started })
	fmt.Printf("done %s\nrunning %s\nbatch %s\n", done, running, batch)
	<-w.ctx.Done()
}

func kill(w *world) map[string]string {
	w.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
	cmd.Env = append(os.Environ(), childFolder+"="+w.dir)
	out, err := cmd.StdoutPipe()
	w.ok(err)
	w.ok(cmd.Start())
	ids := map[string]string{}
	for s := bufio.NewScanner(out); s.Scan(); {
		if name, id, ok := strings.Cut(s.Text(), " "); ok && strings.Count(id, "-") == 4 {
			ids[name] = id
		}
		if len(ids) == 3 {
			w.ok(cmd.Process.Kill())
		}
	}
	if cmd.Wait() == nil {
		w.Error("the process ended by itself")
	}
	return ids
}

package copyjob_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// What the process that TestCut kills is to do, and before which statement it ends.
const (
	cutFolder = "COPYJOB_TEST_CUT_FOLDER"
	cutVerb   = "COPYJOB_TEST_CUT_VERB"
	cutStep   = "COPYJOB_TEST_CUT_STEP"
)

// TestCut kills the process before each statement that a change of a file runs in
// the engine, and once behind the last. The next process finds the file and its
// rows in one state or the other, and brings the change to its end.
func TestCut(t *testing.T) {
	if dir := os.Getenv(cutFolder); dir != "" {
		cutHere(t, dir)
		return
	}
	for _, verb := range []string{"unload", "replay", "skip", "again"} {
		t.Run(verb, func(t *testing.T) {
			dir, step := t.TempDir(), 1
			for cutAt(t, dir, verb, step) {
				step++
			}
			t.Logf("cut before %d statements", step-1)
			if step < 4 {
				t.Error("those are too few")
			}
		})
	}
}

// cutAt runs a process that is to be killed, and reports whether it was.
func cutAt(t *testing.T, dir, verb string, step int) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCut$")
	cmd.Env = append(os.Environ(), cutFolder+"="+dir, cutVerb+"="+verb, cutStep+"="+strconv.Itoa(step))
	out, err := cmd.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return false
	case ok && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		return true
	}
	t.Fatalf("%s, step %d: %v\n%s", verb, step, err, out)
	return false
}

// cutHere brings to its end what was cut before, and is cut itself.
func cutHere(t *testing.T, dir string) {
	step, err := strconv.Atoi(os.Getenv(cutStep))
	if err != nil {
		t.Fatal(err)
	}
	f := newFiles(t, dir)
	saw := &saw{Engine: f.engine}
	f.db = warehouse.NewDatabase(f.db.Namespace, "dev", saw)
	log := slog.New(slog.DiscardHandler)
	f.jobs, err = copyjob.Open(f.ctx, f.db, load.New(f.folder, log), log)
	f.ok(err)
	f.folder["in/a"] = "1,x\n1,x\n"
	if step == 1 {
		f.table("t", number, words)
		f.job("j", "t", "CSV", "OFF")
		f.within(func(c *warehouse.Client) {
			_, err := c.Conn().Exec(f.ctx, "INSERT INTO public.t VALUES (1, 'x')")
			f.ok(err)
		})
		f.put("in/a", f.folder["in/a"])
		f.rerun()
	}
	f.consistent()
	cuts[os.Getenv(cutVerb)](f, step, func() { saw.left.Store(int64(step)) })
	saw.left.Store(0)
	f.consistent()
}

// cuts finish a change that was cut, bring the file back to where it begins, and make the change with the saw at work.
var cuts = map[string]func(f *files, step int, start func()){
	"unload": func(f *files, _ int, start func()) {
		_, err := f.unload("in/a")
		f.ok(err)
		f.want(both, "1x")
		f.replayed("in/a", 2)
		start()
		f.unloaded("in/a", 2)
	},
	"replay": func(f *files, step int, start func()) {
		switch state := f.state("in/a"); {
		case state == "pending" && step%2 == 0:
			f.rerun()
		case state != "loaded":
			f.replayed("in/a", 2)
		}
		f.want(both, "1x", "1x", "1x")
		f.unloaded("in/a", 2)
		start()
		f.replayed("in/a", 2)
	},
	"skip": func(f *files, step int, start func()) {
		for i := 1; i < step; i++ {
			f.folder[fmt.Sprint("in/b", i)] = "2,y\n"
		}
		if step > 1 {
			_, err := f.jobs.SkipFile(f.ctx, f.ref(fmt.Sprint("in/b", step-1)))
			f.ok(err)
		}
		f.rerun()
		f.want(both, "1x", "1x", "1x")
		key := fmt.Sprint("in/b", step)
		f.put(key, "2,y\n")
		start()
		_, err := f.jobs.SkipFile(f.ctx, f.ref(key))
		f.ok(err)
	},
	"again": func(f *files, step int, start func()) { // of a file whose rows were deleted
		if len(f.rows(both)) == 0 {
			_, err := f.again("in/a")
			f.ok(err)
		}
		if step > 1 {
			f.want(both, "1x", "1x")
		}
		f.within(func(c *warehouse.Client) {
			_, err := c.Conn().Exec(f.ctx, "DELETE FROM public.t")
			f.ok(err)
		})
		start()
		_, err := f.again("in/a")
		f.ok(err)
		f.want(both, "1x", "1x")
	},
}

// rerun is COPY JOB RUN.
func (f *files) rerun() {
	f.Helper()
	_, err := f.runNow("j")
	f.ok(err)
}

func (f *files) state(key string) string {
	f.Helper()
	return f.rows("SELECT state FROM inlet_files WHERE url = 's3://drop/" + key + "' ORDER BY put DESC LIMIT 1")[0]
}

// consistent compares the rows of in/a with what the ledger says of it.
func (f *files) consistent() {
	f.Helper()
	if os.Getenv(cutVerb) == "again" { // The ledger does not hear of rows that were deleted.
		if rows := f.rows(both); f.state("in/a") != "loaded" && len(rows) > 0 {
			f.Errorf("the rows %s are of no file", rows)
		}
		return
	}
	want := []string{"1x"}
	if f.state("in/a") == "loaded" {
		want = append(want, "1x", "1x")
	}
	f.want(both, want...)
	f.want("SELECT count(*)::VARCHAR FROM stl_load_commits", strconv.Itoa(len(want)/3))
}

// saw is an engine that kills the process before one of the statements it executes.
type saw struct {
	warehouse.Engine
	left atomic.Int64 // statements until then, 0 for never
}

func (s *saw) Connect(ctx context.Context) (warehouse.Conn, error) {
	c, err := s.Engine.Connect(ctx)
	return sawConn{c, s}, err
}

type sawConn struct {
	warehouse.Conn
	saw *saw
}

func (c sawConn) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	if !strings.HasPrefix(sql, "SET ") && c.saw.left.Add(-1) == 0 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return 0, err
		}
		select {} // It comes.
	}
	return c.Conn.Exec(ctx, sql, args...)
}

package copyjob_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
)

// noticeFolder names the database for the process that TestKillBeforeNotice kills.
const noticeFolder = "COPYJOB_NOTICE_FOLDER"

const alarm = "arn:aws:sns:us-east-1:111111111111:alarm"

// stuck is a notifier that says it was called and never comes back.
type stuck struct{}

func (stuck) Notify(ctx context.Context, _, _, _ string) error {
	fmt.Println("called")
	<-ctx.Done()
	return context.Cause(ctx)
}

// heard is told and says so to a channel.
type heard chan string

func (h heard) Notify(_ context.Context, topic, _, message string) error {
	h <- topic + ": " + message
	return nil
}

// TestKillBeforeNotice ends a process when a failure is committed and nobody has been told of it yet.
func TestKillBeforeNotice(t *testing.T) {
	if dir := os.Getenv(noticeFolder); dir != "" {
		w := newWorldIn(t, dir)
		w.jobs.Use(copyjob.Services{Notifier: stuck{}})
		w.loader.before = func([]load.Object) error {
			return &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad rows"}
		}
		w.run()
		w.arrive("a@1")
		select {}
	}
	w := newWorld(t)
	w.jobs.Use(copyjob.Services{Notifier: stuck{}})
	w.ok(w.create("j", "orders", "", "ON"))
	w.ok(w.set("j", "notify = '"+alarm+"'"))
	w.close()
	killedAt(w, "called")
	w.open()
	w.want(states, "a E")
	w.want("SELECT topic FROM inlet.copy_job_notice", alarm)
	topic := make(heard, 1)
	w.jobs.Use(copyjob.Services{Notifier: topic})
	w.run()
	select {
	case line := <-topic:
		if !strings.HasPrefix(line, alarm) || !strings.Contains(line, "bad rows") || !strings.Contains(line, "s3://drop/a") {
			t.Errorf("told %q", line)
		}
	case <-w.ctx.Done():
		t.Fatal("nobody was told")
	}
	w.stop()
	w.want("SELECT topic FROM inlet.copy_job_notice")
	w.restart()
	w.jobs.Use(copyjob.Services{Notifier: topic})
	w.run()
	w.stop()
	if len(topic) > 0 {
		t.Error("told once more")
	}
}

// killedAt runs the test in a process of its own, on the same database, and ends it at a line of its output.
func killedAt(w *world, line string) {
	w.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKillBeforeNotice$")
	cmd.Env = append(os.Environ(), noticeFolder+"="+filepath.Dir(w.path))
	out, err := cmd.StdoutPipe()
	w.ok(err)
	w.ok(cmd.Start())
	for s := bufio.NewScanner(out); s.Scan(); {
		if s.Text() == line {
			w.ok(cmd.Process.Kill())
		}
	}
	if cmd.Wait() == nil {
		w.Error("the process ended by itself")
	}
}

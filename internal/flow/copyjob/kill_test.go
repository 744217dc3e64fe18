package copyjob_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// childFolder names the database for the process that TestKill kills.
const childFolder = "COPYJOB_TEST_FOLDER"

// TestKill ends a process while files arrive and are loaded, and counts afterwards.
func TestKill(t *testing.T) {
	if dir := os.Getenv(childFolder); dir != "" {
		receive(newWorldIn(t, dir))
		return
	}
	w := newWorld(t)
	w.ok(w.create("j", "orders", "", "ON"))
	dir, acknowledged := filepath.Dir(w.path), 0
	for round := range 4 {
		w.close()
		acknowledged += kill(w, dir, 20+round*13)
		w.open()
		w.run()
		w.settled("j")
		w.want("SELECT key FROM public.orders GROUP BY key HAVING count(*) > 1")
		w.want("SELECT o.key FROM public.orders o ANTI JOIN inlet.copy_job_file f ON f.key || '@1' = o.key AND f.status = 'I'")
		w.want(fmt.Sprintf("SELECT 'lost' FROM public.orders HAVING count(*) < %d", acknowledged))
	}
	if acknowledged == 0 {
		t.Error("the process did nothing")
	}
}

// receive takes files without end and says which are on disk.
func receive(w *world) {
	w.run()
	for i := 0; ; i++ {
		w.arrive(keys(7, fmt.Sprintf("%d-%d-%%d@1", os.Getpid(), i))...)
		fmt.Println("acknowledged")
	}
}

// kill starts a process that receives, ends it after some lines, and returns how many files it acknowledged.
func kill(w *world, dir string, lines int) int {
	w.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	w.ok(err)
	w.ok(cmd.Start())
	seen := 0
	for s := bufio.NewScanner(out); s.Scan(); {
		if seen++; seen == lines {
			w.ok(cmd.Process.Kill())
		}
	}
	if cmd.Wait() == nil {
		w.Error("the process ended by itself")
	}
	return seen * 7
}

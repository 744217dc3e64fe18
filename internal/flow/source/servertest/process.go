// Package servertest runs the process of a database server that a test has to itself: in a
// temporary directory, on a free port, ended with the test.
package servertest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Process is a server's process and what it keeps.
type Process struct {
	Addr string // host:port

	dir  string
	cmd  *exec.Cmd
	done chan struct{}
}

// New makes the directory of a server that is yet to be launched.
func New(t testing.TB, name string) *Process {
	t.Helper()
	dir, err := os.MkdirTemp("", name) // Not t.TempDir, whose path is too long for a socket.
	if err != nil {
		t.Fatal(err)
	}
	p := &Process{Addr: freeAddr(t), dir: dir}
	t.Cleanup(func() { p.Kill(); os.RemoveAll(dir) })
	return p
}

// Path is a file of the server's.
func (p *Process) Path(name string) string { return filepath.Join(p.dir, name) }

// Port is what the server is to listen on.
func (p *Process) Port() string {
	_, port, _ := net.SplitHostPort(p.Addr)
	return port
}

// Launch starts the server; what it says goes to a log in its directory.
func (p *Process) Launch(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	log, err := os.OpenFile(p.Path("log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.cmd, p.done = cmd, make(chan struct{})
	go func(done chan struct{}) { _ = cmd.Wait(); close(done) }(p.done)
}

// Await polls until the server answers, which has no other way to say that it is ready. It
// returns the last error when the server ended, or is not ready by the deadline.
func (p *Process) Await(deadline time.Time, answers func() error) error {
	for tick := time.Tick(20 * time.Millisecond); ; {
		err := answers()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-tick:
		case <-p.done:
			return err
		}
	}
}

// Log is the end of what the server said.
func (p *Process) Log() string {
	text, _ := os.ReadFile(p.Path("log"))
	lines := strings.Split(string(text), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// Kill ends the server at once, as a crash does.
func (p *Process) Kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.done
	p.cmd = nil
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

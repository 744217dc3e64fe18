package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for what must come.
const patience = 90 * time.Second

// process is a node that a script started.
type process struct {
	cmd  *exec.Cmd
	said *transcript
	done chan struct{} // closed when it has ended
	err  error         // how, once done is closed
}

// nodeVerb is `node start [flags]`, `node stop` as by Ctrl-C, and `node kill` as by kill -9.
func nodeVerb(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 || neg {
		ts.Fatalf("usage: node start [flags] | stop | kill")
	}
	switch args[0] {
	case "start":
		start(ts, args[1:])
	case "stop":
		p := current(ts)
		ts.Check(p.cmd.Process.Signal(os.Interrupt))
		if err := p.wait(); err != nil {
			if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.ExitCode() != 130 {
				ts.Fatalf("the node ended with %v\n%s", err, p.said)
			}
		}
	case "kill":
		p := current(ts)
		ts.Check(p.cmd.Process.Kill())
		_ = p.wait() // It says that it was killed.
	default:
		ts.Fatalf("node %s is not known", args[0])
	}
}

// start runs a node on free ports in the script's folder and takes over its environment.
func start(ts *testscript.TestScript, flags []string) {
	flags = append([]string{"serve", "--data", ts.MkAbs("data"), "--aws-listen", "127.0.0.1:0", "--sql-listen", "127.0.0.1:0"}, flags...)
	inlet, err := exec.LookPath("inlet")
	ts.Check(err)
	p := &process{cmd: exec.Command(inlet, flags...), said: &transcript{}, done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stderr = ts.MkAbs("."), p.said
	out, err := p.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(p.cmd.Start())
	ts.Defer(func() {
		_ = p.cmd.Process.Kill() // It may have ended already.
		<-p.done
	})
	ready := make(chan struct{})
	go p.follow(out, ready)
	nodes.Store(ts, p)
	select {
	case <-ready:
	case <-p.done:
		ts.Fatalf("the node ended: %v\n%s", p.err, p.said)
	case <-time.After(patience):
		ts.Fatalf("the node is not ready\n%s", p.said)
	}
	takeEnvironment(ts, inlet)
	ts.Setenv("NODE_PID", strconv.Itoa(p.cmd.Process.Pid))
}

// nodes are the nodes of the scripts that run: a script may start one after the other.
var nodes sync.Map

func current(ts *testscript.TestScript) *process {
	p, ok := nodes.Load(ts)
	if !ok {
		ts.Fatalf("no node was started")
	}
	return p.(*process)
}

func takeEnvironment(ts *testscript.TestScript, inlet string) {
	text, err := exec.Command(inlet, "env", "--json", "--data", ts.MkAbs("data")).Output()
	ts.Check(err)
	var all map[string]string
	ts.Check(json.Unmarshal(text, &all))
	for name, value := range all {
		ts.Setenv(name, value)
	}
	ts.Setenv("ROLE", "arn:aws:iam::"+all["ACCOUNT2_ID"]+":role/RedshiftS3AccessRole")
}

// follow keeps what the node says and tells when it is ready.
func (p *process) follow(out io.Reader, ready chan<- struct{}) {
	defer close(p.done)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			close(ready)
		}
	}
	p.err = p.cmd.Wait()
}

func (p *process) wait() error {
	select {
	case <-p.done:
		return p.err
	case <-time.After(patience):
		return errors.New("it did not end")
	}
}

// transcript is a buffer that a process writes while a test reads.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

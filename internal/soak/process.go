package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/node"
)

// patience is how long the soak waits for what must come.
const patience = 90 * time.Second

// process is a running node.
type process struct {
	cmd   *exec.Cmd
	tell  io.WriteCloser
	tally *tally
	ready chan struct{} // closed when it is
	did   chan struct{} // one for each order
	ended chan struct{} // closed when it has ended
	info  *node.Info
}

// launch starts a node that meets the faults from its first moment on.
func (s *soak) launch(faults []faulty.Fault) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(faults)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "node.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // The node has it, too.
	fmt.Fprintf(log, "--- round %d\n", s.round)
	p := &process{cmd: exec.Command(self), tally: s.tally, ready: make(chan struct{}), did: make(chan struct{}, 1), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), nodeDir+"="+s.dir, nodeFaults+"="+string(text), fmt.Sprint(nodeRelists, "=", s.lossy))
	p.cmd.Stderr = log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.tell, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.listen(out)
	return p, nil
}

// start launches a node and waits until it answers.
func (s *soak) start(ctx context.Context, faults []faulty.Fault) (*process, error) {
	from := time.Now()
	p, err := s.launch(faults)
	if err != nil {
		return nil, err
	}
	if err := p.await(ctx, p.ready); err != nil {
		return nil, errors.Join(fmt.Errorf("start the node: %w", err), p.kill())
	}
	s.took = time.Since(from)
	p.info, err = node.Find(filepath.Join(s.dir, "node"))
	if err != nil {
		return nil, errors.Join(err, p.kill())
	}
	return p, nil
}

// listen takes in what the node says until it ends.
func (p *process) listen(out io.Reader) {
	defer close(p.ended)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "ready":
			close(p.ready)
		case "done":
			p.did <- struct{}{}
		case "struck":
			var f faulty.Fault
			if json.Unmarshal([]byte(rest), &f) == nil {
				p.tally.struck(f)
			}
		}
	}
	_ = p.cmd.Wait() // How it ended is known: it was killed, or the caller asks.
}

// await waits for something of a node that lives.
func (p *process) await(ctx context.Context, what <-chan struct{}) error {
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case <-what:
		return nil
	case <-p.ended:
		return errEnded
	case <-patient.Done():
		return fmt.Errorf("the node does not answer: %w", patient.Err())
	}
}

var errEnded = errors.New("the node ended")

// order tells the node something and waits until it is done.
func (p *process) order(ctx context.Context, o order) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if _, err := p.tell.Write(append(text, '\n')); err != nil {
		return errEnded
	}
	return p.await(ctx, p.did)
}

// kill is kill -9, and waits until the process is gone.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.ended
	return nil
}

func (p *process) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows how far the soak is: on a terminal in one line that is written over,
// elsewhere in a line now and then.
type progress struct {
	to       io.Writer
	terminal bool
}

func newProgress(to *os.File) *progress {
	info, err := to.Stat()
	return &progress{to, err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// pause is the time between two lines.
func (p *progress) pause() time.Duration {
	if p.terminal {
		return time.Second
	}
	return 15 * time.Second
}

// show starts to show a tally and returns what ends it. A nil progress shows nothing.
func (p *progress) show(t *tally, rounds int) (end func()) {
	if p == nil {
		return func() {}
	}
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		p.run(over, func() string { return t.line(rounds) })
	}()
	return func() { close(over); <-ended }
}

func (p *progress) run(over <-chan struct{}, line func() string) {
	again := time.NewTicker(p.pause())
	defer again.Stop()
	for {
		select {
		case <-again.C:
			p.write(line())
		case <-over:
			if p.terminal {
				fmt.Fprint(p.to, erase) // The summary says it all.
			}
			return
		}
	}
}

// erase goes back to the start of a terminal's line and empties it.
const erase = "\r\x1b[K"

func (p *progress) write(line string) {
	if p.terminal {
		fmt.Fprint(p.to, erase, line)
		return
	}
	fmt.Fprintln(p.to, line)
}

// line says how far it is, and what was found at the last check.
func (t *tally) line(rounds int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	took := time.Since(t.began)
	left := ""
	if t.rounds > 0 {
		left = fmt.Sprintf(", about %v left", (took / time.Duration(t.rounds) * time.Duration(rounds-t.rounds)).Round(time.Second))
	}
	return fmt.Sprintf("round %d of %d, %v%s: %d kills, %d other faults; %d objects and %d rows as expected", min(t.rounds+1, rounds), rounds,
		took.Round(time.Second), left, sum(t.kills), sum(t.faults), t.found.objects, t.found.rows)
}

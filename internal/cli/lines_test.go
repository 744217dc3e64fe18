package cli_test

import (
	"strings"
	"sync"
)

// lines is output that a test waits for.
type lines struct {
	mu      sync.Mutex
	more    *sync.Cond
	text    strings.Builder
	stopped bool
}

func newLines() *lines {
	l := &lines{}
	l.more = sync.NewCond(&l.mu)
	return l
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.more.Broadcast()
	return l.text.Write(p)
}

func (l *lines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.more.Broadcast()
}

// waitFor waits for a whole line, and reports whether it came.
func (l *lines) waitFor(line string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !strings.Contains("\n"+l.text.String(), "\n"+line+"\n") {
		if l.stopped {
			return false
		}
		l.more.Wait()
	}
	return true
}

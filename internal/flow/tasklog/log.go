// Package tasklog is the log of a replication task: lines by component, in the
// format and with the severities of AWS DMS.
package tasklog

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Log takes lines and passes on those that its severities let through. A nil Log is
// silent; all methods may be called at the same time.
type Log struct {
	write func(Line)
	now   func() time.Time

	mu     sync.RWMutex
	levels map[Component]Level
}

// New makes a log that hands its lines to write, which may be called by several at once.
// A component without a severity says what is Info and graver.
func New(write func(Line), severities map[Component]Level) *Log {
	return &Log{write: write, now: time.Now, levels: severities}
}

// SetSeverities changes what the log lets through, also of a running task.
func (l *Log) SetSeverities(severities map[Component]Level) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.levels = severities
}

// Speaks reports whether a line of the component and level would be written.
func (l *Log) Speaks(c Component, level Level) bool {
	if l == nil {
		return false
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	limit, set := l.levels[c]
	if !set {
		limit = Info
	}
	return level.depth() <= limit.depth()
}

// Printf writes a line. Newlines within it become blanks.
func (l *Log) Printf(c Component, level Level, format string, args ...any) {
	if !l.Speaks(c, level) {
		return
	}
	text := fmt.Sprintf(format, args...)
	if strings.ContainsAny(text, "\r\n") {
		text = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(text)
	}
	l.write(Line{Time: l.now().UTC(), Component: c, Level: level, Text: text})
}

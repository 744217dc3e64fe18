package tasklog

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Line is one line of a task's log.
type Line struct {
	Time      time.Time
	Component Component
	Level     Level
	Text      string
}

const seconds = "2006-01-02T15:04:05"

// String prints the line as DMS does: the component in 16 characters, the level's letter, two blanks.
func (l Line) String() string {
	return fmt.Sprintf("%s [%-16.16s]%c:  %s", l.Time.UTC().Format(seconds), string(l.Component), l.Level, l.Text)
}

var shape = regexp.MustCompile(`^(?:\d{8}: )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)? \[(.{1,16}?)\s*\]([EWITDV]):\s*(.*)$`)

// Parse reads a printed line; the thread id of newer engines may stand before it.
func Parse(text string) (Line, error) {
	m := shape.FindStringSubmatch(strings.TrimRight(text, "\r\n"))
	if m == nil {
		return Line{}, fmt.Errorf("%.80q is not a line of a task log", text)
	}
	at, err := time.Parse(seconds, m[1])
	if err != nil {
		return Line{}, fmt.Errorf("time of a task log's line: %w", err)
	}
	return Line{Time: at, Component: Component(m[2]), Level: Level(m[3][0]), Text: m[4]}, nil
}

package replication

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// completeSettings reads a document of task settings and returns it with all defaults.
func completeSettings(text string) (string, error) {
	s, err := settings.Parse([]byte(text))
	if err != nil {
		return "", err
	}
	return string(s.JSON()), nil
}

// noSettings is the document of a task for which none is given.
const noSettings = "{}"

// namedSettings are a task's settings with the names of its log, as AWS shows them. It needs Store.mu.
func (s *Store) namedSettings(t *Task) string {
	read, err := settings.Parse([]byte(t.Settings))
	if err != nil || !read.Logging.EnableLogging {
		return t.Settings
	}
	group, stream := s.logOf(t)
	read.Logging.CloudWatchLogGroup, read.Logging.CloudWatchLogStream = &group, &stream
	return string(read.JSON())
}

// unnamed takes the names of the log out of settings that come back as they were shown.
func (s *Store) unnamed(t *Task, text string) string {
	var all map[string]json.RawMessage
	var logging map[string]any
	if json.Unmarshal([]byte(text), &all) != nil || json.Unmarshal(all["Logging"], &logging) != nil {
		return text // What is wrong with it is told by who reads it next.
	}
	s.mu.Lock()
	group, stream := s.logOf(t)
	s.mu.Unlock()
	if logging["CloudWatchLogGroup"] != group || logging["CloudWatchLogStream"] != stream {
		return text
	}
	delete(logging, "CloudWatchLogGroup")
	delete(logging, "CloudWatchLogStream")
	inner, err := json.Marshal(logging)
	if err != nil {
		return text
	}
	all["Logging"] = inner
	outer, err := json.Marshal(all)
	if err != nil {
		return text
	}
	return string(outer)
}

// sameButSeverities reports whether two documents differ in nothing but what their logs tell.
func sameButSeverities(a, b string) bool {
	plain := func(text string) string {
		s, err := settings.Parse([]byte(text))
		if err != nil {
			return text
		}
		s.Logging.LogComponents = nil
		return string(s.JSON())
	}
	return plain(a) == plain(b)
}

// severities are the levels of a task's log.
func severities(text string) (levels map[tasklog.Component]tasklog.Level, on bool) {
	s, err := settings.Parse([]byte(text))
	if err != nil {
		return nil, false
	}
	levels = map[tasklog.Component]tasklog.Level{}
	for _, c := range s.Logging.LogComponents {
		if level, known := tasklog.Severity(c.Severity); known {
			levels[tasklog.Component(c.ID)] = level
		}
	}
	return levels, s.Logging.EnableLogging
}

func checkMappings(text string) error {
	_, err := mapping.Parse([]byte(text))
	return err
}

var migrations = []string{"full-load", "cdc", "full-load-and-cdc"}

func checkMigration(kind string) error {
	if !slices.Contains(migrations, kind) {
		return invalid("Invalid migration type: " + kind)
	}
	return nil
}

const stopForm = "2006-01-02T15:04:05"

// Stop reads where the changes end: at a time of the server or of a commit.
func (w Window) Stop() (server, commit time.Time, err error) {
	kind, text, _ := strings.Cut(w.StopPosition, ":")
	at, err := time.Parse(stopForm, strings.TrimSpace(text))
	switch {
	case w.StopPosition == "":
		return server, commit, nil
	case err == nil && kind == "server_time":
		return at, commit, nil
	case err == nil && kind == "commit_time":
		return server, at, nil
	}
	return server, commit, &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValueException", Message: fmt.Sprintf(
		"The value %q of CdcStopPosition is not valid: write server_time:%s or commit_time:%s.", w.StopPosition, stopForm, stopForm)}
}

func (w Window) checkStop() error {
	_, _, err := w.Stop()
	return err
}

package replication

import "github.com/inlet-data/inlet/internal/flow/tasklog"

// openLog makes the log of a run. It needs Store.mu.
func (s *Store) openLog(t *Task) *tasklog.Log {
	levels, _ := severities(t.Settings)
	name := t.Identifier
	return tasklog.New(func(l tasklog.Line) {
		switch l.Level {
		case tasklog.Error:
			s.Log.Error(l.Text, "task", name, "component", string(l.Component))
		case tasklog.Warning:
			s.Log.Warn(l.Text, "task", name, "component", string(l.Component))
		}
	}, levels)
}

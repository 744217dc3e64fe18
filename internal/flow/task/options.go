package task

import (
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// options are what plans depend on besides the mapping.
func (t *Task) options() mapping.Options {
	s := t.c.Settings
	o := mapping.Options{
		Engine: t.c.Engine, TargetSchema: s.TargetMetadata.TargetSchema, Types: t.c.Types, CaseSensitive: t.c.Target.CaseSensitive,
		Cuts: &t.cuts, Overflow: overflow(s.ErrorBehavior.DataTruncationErrorPolicy), Told: t.cut,
	}
	o.Characters, _ = s.Characters() // Settings whose character set nobody knows are not accepted.
	if !s.TargetMetadata.SupportLobs {
		o.LOB.Out = true
	} else if s.Given("TargetMetadata.LobMaxSize") || t.c.Types == mapping.DMS {
		o.LOB.Limit = s.TargetMetadata.LobMaxSize << 10
	}
	return o
}

func overflow(policy string) mapping.Policy {
	switch policy {
	case "IGNORE_RECORD":
		return mapping.IgnoreRecord
	case "SUSPEND_TABLE":
		return mapping.SuspendTable
	case "STOP_TASK":
		return mapping.StopTask
	}
	return mapping.LogError
}

// cut hears of values that were cut or whose rows were left out.
func (t *Task) cut(o mapping.Overflow) {
	t.log.Printf(tasklog.SourceUnload, tasklog.Warning, "%s", o.String())
}

// plan is how a table's rows go to the target.
func (t *Task) plan(shape *source.Table) (*mapping.Plan, error) {
	return t.c.Mapping.Plan(shape, t.options())
}

// folder is where the task's files stand in the staging bucket.
func (t *Task) folder() string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, "task-"+t.c.Name)
}

// Severities are what the settings say of each part of the log.
func Severities(s *settings.Settings) map[tasklog.Component]tasklog.Level {
	all := map[tasklog.Component]tasklog.Level{}
	for _, c := range s.Logging.LogComponents {
		if level, known := tasklog.Severity(c.Severity); known {
			all[tasklog.Component(c.ID)] = level
		}
	}
	return all
}

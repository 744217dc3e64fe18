package replication

import (
	"context"
	"slices"
	"time"
)

// Task is a migration between two endpoints: a replication task on an instance, or
// with Compute a serverless replication.
type Task struct {
	Resource
	Source, Target string // ARNs of endpoints
	Instance       string `json:",omitempty"` // ARN
	Type           string // full-load, cdc or full-load-and-cdc
	Mappings       string
	Settings       string // whole, without the names of logs
	Given          string // the settings as they were given: what they leave out means more than what it defaults to
	Data           string `json:",omitempty"`
	Supplemental   string `json:",omitempty"`
	CDC            Window
	Compute        *Compute `json:",omitempty"`
	Updated        time.Time

	Status     Status
	Before     Status `json:",omitempty"` // it was assessed
	Begun      bool   // it was started once
	Start      Start  `json:",omitempty"` // how it was started last
	StopReason string `json:",omitempty"`
	Failure    string `json:",omitempty"`
	Unseen     bool   `json:",omitempty"` // it ran so briefly that nobody saw it
	MovingTo   string `json:",omitempty"`

	Started time.Time         `json:",omitzero"` // by a request; going on after a restart of the node does not count
	Ended   time.Time         `json:",omitzero"`
	Figures Figures           `json:",omitzero"` // as they were at the end
	Tables  []TableStatistics `json:",omitempty"`
}

func taskBase(t *Task) *Resource { return &t.Resource }

// Window is the part of the changes that a task follows.
type Window struct {
	StartTime     time.Time `json:",omitzero"`
	StartPosition string    `json:",omitempty"`
	StopPosition  string    `json:",omitempty"`
}

func (w Window) check() error {
	if w.StartPosition != "" && !w.StartTime.IsZero() {
		return combination("CdcStartTime and CdcStartPosition cannot be specified together.")
	}
	return w.checkStop()
}

// Status is what a task is doing, in DMS's words.
type Status string

// The states of tasks; those behind Created are of serverless replications.
const (
	StatusReady    Status = "ready"
	StatusStarting Status = "starting"
	StatusRunning  Status = "running"
	StatusStopping Status = "stopping"
	StatusStopped  Status = "stopped"
	StatusFailed   Status = "failed"
	StatusDeleting Status = "deleting"

	StatusAssessing Status = "testing" // a pre-flight is under way

	StatusCreated      Status = "created"
	StatusInitializing Status = "initializing"
	StatusTesting      Status = "testing_connection"
	StatusBeginning    Status = "replication_starting"
)

// Start is how a task is started, in DMS's words.
type Start string

// The ways to start a task.
const (
	StartReplication Start = "start-replication"
	ResumeProcessing Start = "resume-processing"
	ReloadTarget     Start = "reload-target"
)

// starts are the ways that a request can name.
var starts = []Start{StartReplication, ResumeProcessing, ReloadTarget}

// Figures are what is known of a task's progress.
type Figures struct {
	Progress                                      int // percent
	Elapsed                                       time.Duration
	Loaded, Loading, Queued, Errored              int       // tables
	FreshStart, Start, Stop, LoadBegan, LoadEnded time.Time `json:",omitzero"`
	Checkpoint                                    string
}

// TableStatistics are the figures of one table, as DescribeTableStatistics has them.
type TableStatistics struct {
	Schema, Table                                               string
	State                                                       string
	Inserts, Deletes, Updates, DDLs                             int64
	AppliedInserts, AppliedDeletes, AppliedUpdates, AppliedDDLs int64
	Rows, ErrorRows                                             int64
	LoadBegan, LoadEnded, Updated                               time.Time `json:",omitzero"`
	Reloaded                                                    bool
	Validation                                                  Validation
}

// Validation is how the comparison of a table's rows stands.
type Validation struct {
	State, Details             string
	Pending, Failed, Suspended int64
}

// active reports whether a task does something.
func (t *Task) active() bool {
	return !slices.Contains([]Status{StatusReady, StatusCreated, StatusStopped, StatusFailed}, t.Status)
}

// idle is the state of a task that can be started but was not.
func (t *Task) idle() Status {
	if t.Compute != nil {
		return StatusCreated
	}
	return StatusReady
}

// noun is what messages call the task.
func (t *Task) noun() string { return nouns[kindOf(t.ARN)] }

// seenFor is how long a short run stays to be seen as running by somebody who waits for that.
const seenFor = 20 * time.Second

// Tasks lists the replication tasks of the caller.
func (v *View) Tasks(ctx context.Context, q Query) ([]Task, string, error) {
	page, marker, err := list(ctx, v, listing[Task]{
		action: "DescribeReplicationTasks", what: "replication tasks", kept: &v.store.tasks, base: taskBase,
		only: func(t *Task) bool { return t.Compute == nil },
		by: attributes[Task]{
			"replication-task-arn":     func(t *Task) []string { return []string{t.ARN} },
			"replication-task-id":      func(t *Task) []string { return []string{t.Identifier} },
			"migration-type":           func(t *Task) []string { return []string{t.Type} },
			"endpoint-arn":             func(t *Task) []string { return []string{t.Source, t.Target} },
			"replication-instance-arn": func(t *Task) []string { return []string{t.Instance} },
		},
	}, q)
	for i := range page {
		page[i] = v.store.shown(page[i])
	}
	return page, marker, err
}

// shown is a task as it is described: with the figures of now, and as running once
// though its run was over before anybody could see it.
func (s *Store) shown(t Task) Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.runs[t.ARN]
	if r != nil && r.running != nil {
		t.Figures = r.running.Figures()
	}
	if t.Status == StatusRunning && r != nil {
		r.seen = true
	}
	if t.Unseen {
		now, ok := s.tasks.get(t.ARN)
		if ok && now.Unseen {
			now.Unseen = false
			if err := s.tasks.put(s.db, now.ARN, now); err != nil {
				s.Log.Error("a task's record was not kept", "task", now.Identifier, "error", err)
			}
			if s.Now().Sub(t.Ended) < seenFor {
				t.Status, t.StopReason = StatusRunning, ""
			}
		}
	}
	t.Settings = s.namedSettings(&t)
	return t
}

// LogGroup and LogStream name the log of a task.
func (s *Store) logOf(t *Task) (group, stream string) {
	if t.Compute != nil {
		return "dms-serverless-replication-" + t.ID(), "dms-serverless-replication-" + t.ID()
	}
	i, _ := s.instances.get(t.Instance)
	return "dms-tasks-" + i.Identifier, "dms-task-" + t.ID()
}

// TableStatistics lists the figures of a task's tables.
func (v *View) TableStatistics(ctx context.Context, action, name string, q Query) ([]TableStatistics, string, error) {
	t, err := v.foundTask(ctx, action, name)
	if err != nil {
		return nil, "", err
	}
	by := attributes[TableStatistics]{
		"schema-name": func(t *TableStatistics) []string { return []string{t.Schema} },
		"table-name":  func(t *TableStatistics) []string { return []string{t.Table} },
		"table-state": func(t *TableStatistics) []string { return []string{t.State} },
	}
	if err := by.check(q.Filters); err != nil {
		return nil, "", err
	}
	v.store.mu.Lock()
	if r := v.store.runs[t.ARN]; r != nil && r.running != nil {
		t.Tables = r.running.Tables()
	}
	v.store.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(t.Tables), func(one TableStatistics) bool { return !by.selects(q.Filters, &one) })
	return cut(all, func(t *TableStatistics) string { return t.Schema + "." + t.Table }, q, largestTablePage)
}

const largestTablePage = 500

package node

import (
	"time"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// TaskStatus is how a replication task is.
type TaskStatus struct {
	Name          string    `json:"name"`
	Kind          string    `json:"kind"`  // One of the kinds below.
	State         string    `json:"state"` // In DMS's words.
	Tables        int       `json:"tables"`
	Loaded        int       `json:"tables_loaded"`
	Errored       int       `json:"tables_errored"`
	CaughtUp      bool      `json:"caught_up"`
	Pending       int64     `json:"pending"`
	SourceLatency float64   `json:"source_latency_seconds"`
	TargetLatency float64   `json:"target_latency_seconds"`
	Lost          time.Time `json:"source_lost,omitzero"` // Since when the source cannot be reached.
}

// Who made a task.
const (
	OfDMS     = "aws dms"
	OfFile    = "pipeline file"
	OfCommand = "inlet replicate"
)

// The states of tasks of inlet replicate, in DMS's words.
const (
	TaskReady   = string(replication.StatusReady)
	TaskRunning = string(replication.StatusRunning)
	TaskStopped = string(replication.StatusStopped)
	TaskFailed  = string(replication.StatusFailed)
)

// StatusOf is how a task with such figures is.
func StatusOf(name, kind, state string, s task.Statistics) TaskStatus {
	return TaskStatus{Name: name, Kind: kind, State: state, Tables: s.TablesLoaded + s.TablesLoading + s.TablesQueued + s.TablesErrored, Loaded: s.TablesLoaded, Errored: s.TablesErrored,
		CaughtUp: s.CaughtUp, Pending: s.Pending, SourceLatency: s.SourceLatency.Seconds(), TargetLatency: s.TargetLatency.Seconds(), Lost: s.Lost}
}

// tasks are the replication tasks of DMS and of the pipeline file.
func (n *Node) tasks() []TaskStatus {
	all := []TaskStatus{}
	here := map[string]*task.Task{}
	for _, k := range n.board.list() {
		switch {
		case k.arn != "":
			here[k.arn] = k.task
		case k.task != nil:
			all = append(all, StatusOf(k.name, OfFile, k.state, k.task.Statistics()))
		default:
			all = append(all, TaskStatus{Name: k.name, Kind: OfFile, State: k.state})
		}
	}
	for _, t := range n.replication.All() {
		if one := here[t.ARN]; one != nil {
			all = append(all, StatusOf(t.Identifier, OfDMS, string(t.Status), one.Statistics()))
			continue
		}
		s := TaskStatus{Name: t.Identifier, Kind: OfDMS, State: string(t.Status), Tables: len(t.Tables)}
		for _, table := range t.Tables {
			s.count(table)
		}
		all = append(all, s)
	}
	return all
}

func (s *TaskStatus) count(t replication.TableStatistics) {
	switch task.TableState(t.State) {
	case task.Completed:
		s.Loaded++
	case task.TableError:
		s.Errored++
	}
}

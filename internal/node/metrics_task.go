package node

import (
	"cmp"
	"slices"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// The metrics of replication tasks and their tables. arn is missing on tasks of the pipeline file.
var (
	ofTask      = []string{"task", "arn"}
	ofTaskTable = []string{"task", "arn", "schema", "table"}
	ofChange    = []string{"task", "arn", "schema", "table", "op"}

	taskState         = metric{"inlet_task_state", "gauge", "1 for the state that the task is in.", []string{"task", "arn", "state"}}
	taskSourceLatency = metric{"inlet_task_source_latency_seconds", "gauge", "Time from the commit to the reading of the change that was read last.", ofTask}
	taskTargetLatency = metric{"inlet_task_target_latency_seconds", "gauge", "Age of the oldest change that waits for the target, or of the last one that came there.", ofTask}
	taskPending       = metric{"inlet_task_pending_transactions", "gauge", "Transactions that were read and are not applied.", ofTask}
	taskCaughtUp      = metric{"inlet_task_caught_up", "gauge", "Whether everything that was read is applied.", ofTask}
	taskLastRead      = metric{"inlet_task_last_read_timestamp_seconds", "gauge", "When something was last read from the source.", ofTask}
	taskLastApplied   = metric{"inlet_task_last_applied_timestamp_seconds", "gauge", "When something was last applied to the target.", ofTask}
	taskSpool         = metric{"inlet_task_spool_bytes", "gauge", "Disk that captured changes take.", ofTask}
	taskTableState    = metric{"inlet_task_table_state", "gauge", "1 for the state that the table is in.", []string{"task", "arn", "schema", "table", "state"}}
	taskRows          = metric{"inlet_task_table_rows_loaded_total", "counter", "Rows of the full load.", ofTaskTable}
	taskErrorRows     = metric{"inlet_task_table_load_error_rows_total", "counter", "Rows that the full load left out.", ofTaskTable}
	taskCaptured      = metric{"inlet_task_table_changes_captured_total", "counter", "Changes read from the source.", ofChange}
	taskApplied       = metric{"inlet_task_table_changes_applied_total", "counter", "Changes applied to the target.", ofChange}
)

// known is a task that runs, or did since the node started.
type known struct {
	name, arn string // arn is "" for a task of the pipeline file.
	state     string
	task      *task.Task
}

// board has the tasks of this process; the zero board is ready.
type board struct {
	mu  sync.Mutex
	all []known
}

// put notes a task, in place of what the board had under its name and ARN. One without a
// task says how that ended.
func (b *board) put(k known) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.IndexFunc(b.all, func(o known) bool { return o.name == k.name && o.arn == k.arn }); i >= 0 {
		k.task = cmp.Or(k.task, b.all[i].task)
		b.all = slices.Delete(b.all, i, i+1)
	}
	b.all = append(b.all, k)
	slices.SortFunc(b.all, func(a, b known) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.arn, b.arn)) })
}

// remove forgets a task.
func (b *board) remove(t *task.Task) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = slices.DeleteFunc(b.all, func(o known) bool { return o.task == t })
}

// list copies the board.
func (b *board) list() []known {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.all)
}

// measureTasks has the states and tables of all tasks, and the lag of those that run here.
func (n *Node) measureTasks(e *exposition) {
	for _, t := range n.replication.All() {
		e.add(&taskState, 1, t.Identifier, t.ARN, string(t.Status))
		for _, one := range t.Tables {
			measureTable(e, t.Identifier, t.ARN, one)
		}
	}
	for _, k := range n.board.list() {
		if k.arn == "" {
			e.add(&taskState, 1, k.name, "", k.state)
		}
		if k.task != nil {
			measureTask(e, k)
		}
	}
}

func measureTask(e *exposition, k known) {
	l := k.task.Statistics().Lag
	e.add(&taskSourceLatency, l.SourceLatency.Seconds(), k.name, k.arn)
	e.add(&taskTargetLatency, l.TargetLatency.Seconds(), k.name, k.arn)
	e.add(&taskPending, float64(l.Pending), k.name, k.arn)
	e.add(&taskCaughtUp, truth(l.CaughtUp), k.name, k.arn)
	e.moment(&taskLastRead, l.LastRead, k.name, k.arn)
	e.moment(&taskLastApplied, l.LastApplied, k.name, k.arn)
	e.add(&taskSpool, float64(k.task.Spooled()), k.name, k.arn)
	if k.arn != "" {
		return // Replication has told its tables.
	}
	for _, one := range tables(k.task) {
		measureTable(e, k.name, "", one)
	}
}

func measureTable(e *exposition, name, arn string, t replication.TableStatistics) {
	e.add(&taskTableState, 1, name, arn, t.Schema, t.Table, t.State)
	e.add(&taskRows, float64(t.Rows), name, arn, t.Schema, t.Table)
	e.add(&taskErrorRows, float64(t.ErrorRows), name, arn, t.Schema, t.Table)
	for _, c := range []struct {
		op                string
		captured, applied int64
	}{{"insert", t.Inserts, t.AppliedInserts}, {"update", t.Updates, t.AppliedUpdates}, {"delete", t.Deletes, t.AppliedDeletes}, {"ddl", t.DDLs, t.AppliedDDLs}} {
		e.add(&taskCaptured, float64(c.captured), name, arn, t.Schema, t.Table, c.op)
		e.add(&taskApplied, float64(c.applied), name, arn, t.Schema, t.Table, c.op)
	}
}

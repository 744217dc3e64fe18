package replication_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/flow/replication"
)

// TestTaskLife goes through the states of a task, with the refusals of DMS at each.
func TestTaskLife(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load-and-cdc")
	name := p.task.ARN
	if got := w.described(name); got.Status != replication.StatusReady || got.Begun {
		t.Fatalf("a new task is %+v", got)
	}
	_, err := w.view.StopTask(w.ctx, "StopReplicationTask", name)
	w.refused(err, "InvalidResourceStateFault", "cannot be stopped while it is in ready state")
	w.refused(w.startTask(name, replication.ResumeProcessing), "InvalidResourceStateFault", "no checkpoint to resume from")
	w.refused(w.view.ReloadTables(w.ctx, "ReloadTables", replication.ReloadInput{Task: name}), "InvalidResourceStateFault", "not running")

	w.ok(w.startTask(name, replication.StartReplication))
	w.status(name, replication.StatusRunning)
	w.whileRunning(p)

	if _, err = w.view.StopTask(w.ctx, "StopReplicationTask", name); err != nil {
		t.Fatal(err)
	}
	got := w.status(name, replication.StatusStopped)
	if got.StopReason != "Stop Reason NORMAL" || got.Failure != "" || got.Figures.Loaded != 1 || got.Figures.Checkpoint != "here" || got.Figures.Stop.IsZero() {
		t.Errorf("stopped as %+v", got)
	}
	w.refused(w.startTask(name, replication.StartReplication), "InvalidParameterCombinationException", "Start Type : START_REPLICATION, valid only for tasks running for the first time")
	for _, how := range []replication.Start{replication.ResumeProcessing, replication.ReloadTarget} {
		w.ok(w.startTask(name, how))
		w.status(name, replication.StatusRunning)
		_, err = w.view.StopTask(w.ctx, "StopReplicationTask", name)
		w.ok(err)
		w.status(name, replication.StatusStopped)
	}
	if diff := cmp.Diff([]replication.Start{replication.StartReplication, replication.ResumeProcessing, replication.ReloadTarget}, w.fakes.starts); diff != "" {
		t.Error(diff)
	}
	deleted, err := w.view.DeleteTask(w.ctx, "DeleteReplicationTask", name)
	w.ok(err)
	if deleted.Status != replication.StatusDeleting {
		t.Errorf("it is %s", deleted.Status)
	}
	w.gone(name)
	if diff := cmp.Diff([]string{"t1"}, w.fakes.removed); diff != "" {
		t.Error(diff)
	}
}

// whileRunning checks what a running task keeps others from.
func (w *world) whileRunning(p pair) {
	w.Helper()
	name := p.task.ARN
	w.refused(w.startTask(name, replication.ResumeProcessing), "InvalidResourceStateFault", "cannot be started while it is in running state")
	_, err := w.view.DeleteTask(w.ctx, "DeleteReplicationTask", name)
	w.refused(err, "InvalidResourceStateFault", "cannot be deleted while it is in running state")
	_, err = w.view.DeleteEndpoint(w.ctx, p.source.ARN)
	w.refused(err, "InvalidResourceStateFault", "part of one or more ReplicationTasks")
	_, err = w.view.ModifyEndpoint(w.ctx, p.source.ARN, replication.EndpointChange{User: ptr("v")})
	w.refused(err, "InvalidResourceStateFault", "running")
	_, err = w.view.DeleteInstance(w.ctx, p.instance.ARN)
	w.refused(err, "InvalidResourceStateFault", "has active replication tasks")
	_, err = w.view.MoveTask(w.ctx, name, w.instance("ri2").ARN)
	w.refused(err, "InvalidResourceStateFault", "cannot be moved while it is in running state")
	_, err = w.view.ModifyTask(w.ctx, "ModifyReplicationTask", name, replication.TaskChange{Mappings: ptr(mapping)})
	w.refused(err, "InvalidResourceStateFault", "excluding logging severity task settings, cannot be modified while it is running state")
	louder := `{"Logging":{"EnableLogging":true,"LogComponents":[{"Id":"TARGET_LOAD","Severity":"LOGGER_SEVERITY_DEBUG"}]}}`
	if _, err = w.view.ModifyTask(w.ctx, "ModifyReplicationTask", name, replication.TaskChange{Settings: &louder}); err != nil {
		w.Errorf("severities of a running task: %v", err)
	}
	w.ok(w.view.ReloadTables(w.ctx, "ReloadTables", replication.ReloadInput{Task: name, Tables: []replication.TableName{{Schema: "demo1", Table: "cdcdata"}}}))
	if diff := cmp.Diff([]replication.TableName{{Schema: "demo1", Table: "cdcdata"}}, w.fakes.reloaded); diff != "" {
		w.Error(diff)
	}
	tables, _, err := w.view.TableStatistics(w.ctx, "DescribeTableStatistics", name, replication.Query{Filters: []replication.Filter{{Name: "table-state", Values: []string{"Table error"}}}})
	w.ok(err)
	if len(tables) != 1 || tables[0].Table != "other" {
		w.Errorf("tables with errors: %+v", tables)
	}
}

// gone waits until a task is not there any more: an error, no empty list, says so.
func (w *world) gone(name string) {
	w.Helper()
	w.until("the end of a deleted task", func() bool {
		_, _, err := w.view.Tasks(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "replication-task-arn", Values: []string{name}}}})
		if err == nil {
			return false
		}
		w.refused(err, "ResourceNotFoundFault", "")
		return true
	})
}

// TestShortRun shows a run as running once though it was over before anybody looked.
func TestShortRun(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.fakes.result = func(context.Context) (string, error) { return "FULL_LOAD_ONLY_FINISHED", nil }
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	w.status(p.task.ARN, replication.StatusRunning)
	got := w.status(p.task.ARN, replication.StatusStopped)
	if got.StopReason != "Stop Reason FULL_LOAD_ONLY_FINISHED" {
		t.Errorf("stop reason %q", got.StopReason)
	}
	w.ok(w.startTask(p.task.ARN, replication.ReloadTarget))
	w.until("the end of the second run", func() bool { n := 0; w.fakes.locked(func() { n = len(w.fakes.starts) }); return n == 2 })
}

func TestFailedRun(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.fakes.result = func(context.Context) (string, error) { return "FATAL_ERROR", errors.New("it broke") }
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	got := w.status(p.task.ARN, replication.StatusFailed)
	const want = "Last Error  it broke Stop Reason FATAL_ERROR Error Level FATAL"
	if got.Failure != want || got.StopReason != want {
		t.Errorf("failed with %q, stop reason %q", got.Failure, got.StopReason)
	}
	w.fakes.openFails = &fault.Error{Kind: fault.NotFound, Message: "no way in"}
	w.ok(w.startTask(p.task.ARN, replication.ReloadTarget))
	w.until("the second failure", func() bool { return strings.Contains(w.described(p.task.ARN).Failure, "no way in") })
	events, _, err := w.view.Events(w.ctx, replication.EventsInput{Type: "replication-task", Duration: 60, Categories: []string{"failure"}})
	w.ok(err)
	if len(events) != 2 || events[0].Identifier != "t1" || !strings.Contains(events[0].Message, "it broke") {
		t.Errorf("events %+v", events)
	}
}

// TestRestart goes on with a running task when the store opens again, and not with a stopped one.
func TestRestart(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load-and-cdc")
	stopped := w.task(p, "t2", "cdc")
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	w.status(p.task.ARN, replication.StatusRunning)
	w.ok(w.startTask(stopped.ARN, replication.StartReplication))
	_, err := w.view.StopTask(w.ctx, "StopReplicationTask", stopped.ARN)
	w.ok(err)
	w.status(stopped.ARN, replication.StatusStopped)
	w.end()
	if got := w.described(p.task.ARN).Status; got != replication.StatusRunning {
		t.Errorf("when the node stops, the task is %s", got)
	}
	w.fakes.starts, w.fakes.fresh = nil, w.now.Add(time.Second)
	w.start()
	w.until("a resumed task", func() bool { n := 0; w.fakes.locked(func() { n = len(w.fakes.starts) }); return n == 1 })
	w.status(p.task.ARN, replication.StatusRunning)
	if w.fakes.starts[0] != replication.ResumeProcessing || w.described(stopped.ARN).Status != replication.StatusStopped {
		t.Errorf("started %v, the other is %s", w.fakes.starts, w.described(stopped.ARN).Status)
	}
	_, err = w.view.RebootInstance(w.ctx, p.instance.ARN)
	w.ok(err)
	w.until("a run after the reboot", func() bool { n := 0; w.fakes.locked(func() { n = len(w.fakes.starts) }); return n == 2 })
	w.status(p.task.ARN, replication.StatusRunning)
}

// TestRestartBeforeBegun repeats a start that had not begun when the node ended.
func TestRestartBeforeBegun(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load-and-cdc")
	w.fakes.fresh = w.now.Add(-time.Hour) // Of an earlier run.
	w.ok(w.startTask(p.task.ARN, replication.ReloadTarget))
	w.status(p.task.ARN, replication.StatusRunning)
	w.end()
	w.start()
	w.until("a second run", func() bool { n := 0; w.fakes.locked(func() { n = len(w.fakes.starts) }); return n == 2 })
	if diff := cmp.Diff([]replication.Start{replication.ReloadTarget, replication.ReloadTarget}, w.fakes.starts); diff != "" {
		t.Error(diff)
	}
}

// TestInterrupted does not leave a test of a connection under way for ever.
func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.fakes.block = make(chan struct{})
	_, err := w.view.TestConnection(w.ctx, p.source.ARN, p.instance.ARN)
	w.ok(err)
	_, err = w.view.TestConnection(w.ctx, p.source.ARN, p.instance.ARN)
	w.refused(err, "InvalidResourceStateFault", "already being tested")
	again, err := replication.Open(w.db, replication.Config{Guard: w.guard, Roles: w, Databases: w.fakes, Runner: w.fakes, Topics: w.fakes, Results: w.fakes, Logs: w.logs})
	w.ok(err)
	all, _, err := again.As(w.by).Connections(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "endpoint-arn", Values: []string{p.source.ARN}}}})
	w.ok(err)
	if all[0].Status != "failed" || all[0].Failure != "It was interrupted by a restart." {
		t.Errorf("connection %+v", all[0])
	}
	close(w.fakes.block)
}

// TestUntested refuses to start what was not tested, also after its endpoint was changed.
func TestUntested(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	_, err := w.view.ModifyEndpoint(w.ctx, p.source.ARN, replication.EndpointChange{Host: ptr("db2")})
	w.ok(err)
	w.refused(w.startTask(p.task.ARN, replication.StartReplication), "InvalidResourceStateFault",
		"Test connection for replication instance ri1 and endpoint src should be successful for starting the replication task")
	w.fakes.refusal = errors.New("nobody there")
	if c := w.connect(p.source.ARN, p.instance.ARN); c.Status != "failed" || c.Failure != "nobody there" {
		t.Errorf("connection %+v", c)
	}
	w.refused(w.startTask(p.task.ARN, replication.StartReplication), "InvalidResourceStateFault", "endpoint src")
	w.fakes.refusal = nil
	w.connect(p.source.ARN, p.instance.ARN)
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
}

// TestCreateTask has what DMS refuses to make a task of.
func TestCreateTask(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	good := replication.CreateTaskInput{Identifier: "t2", Source: p.source.ARN, Target: p.target.ARN, Instance: p.instance.ARN, Type: "cdc", Mappings: mapping}
	shown := w.described(p.task.ARN).Settings
	for _, c := range []struct {
		name       string
		change     func(*replication.CreateTaskInput)
		code, text string
	}{
		{"taken", func(in *replication.CreateTaskInput) { in.Identifier = "T1" }, "ResourceAlreadyExistsFault", "t1"},
		{"name", func(in *replication.CreateTaskInput) { in.Identifier = "a--b" }, "InvalidParameterValueException", "ReplicationTaskIdentifier"},
		{"type", func(in *replication.CreateTaskInput) { in.Type = "copy" }, "InvalidParameterValueException", "copy"},
		{"swapped", func(in *replication.CreateTaskInput) { in.Source, in.Target = in.Target, in.Source }, "InvalidParameterValueException", "endpoint must be of type SOURCE"},
		{"target twice", func(in *replication.CreateTaskInput) { in.Target = in.Source }, "InvalidParameterValueException", "endpoint must be of type TARGET"},
		{"no endpoint", func(in *replication.CreateTaskInput) { in.Source += "X" }, "ResourceNotFoundFault", "Endpoint"},
		{"no instance", func(in *replication.CreateTaskInput) { in.Instance += "X" }, "ResourceNotFoundFault", "Replication Instance"},
		{"mapping", func(in *replication.CreateTaskInput) { in.Mappings = `{"rules":[]}` }, "InvalidParameterValueException", ""},
		{"no settings", func(in *replication.CreateTaskInput) { in.Settings = ptr("") }, "InvalidParameterValueException", "Invalid task settings JSON"},
		{"settings as they are shown", func(in *replication.CreateTaskInput) { in.Settings = &shown }, "InvalidParameterValueException",
			"Task Settings CloudWatchLogGroup or CloudWatchLogStream cannot be set on create"},
		{"two starts", func(in *replication.CreateTaskInput) {
			in.CDC = replication.Window{StartPosition: "binlog.000001:4", StartTime: time.Now()}
		}, "InvalidParameterCombinationException", "CdcStartPosition"},
		{"stop", func(in *replication.CreateTaskInput) { in.CDC.StopPosition = "tomorrow" }, "InvalidParameterValueException", "CdcStopPosition"},
		{"resource id", func(in *replication.CreateTaskInput) { in.ResourceID = "a-" }, "InvalidParameterValueException", "ResourceIdentifier"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := good
			c.change(&in)
			_, err := w.view.CreateTask(w.ctx, in)
			(&world{TB: t}).refused(err, c.code, c.text)
		})
	}
	good.ResourceID = "mine"
	made, err := w.view.CreateTask(w.ctx, good)
	w.ok(err)
	if made.ARN != "arn:aws:dms:us-east-1:222222222222:task:mine" {
		t.Error(made.ARN)
	}
}

// TestSettings come back whole, with the names of the log, and can be given back to a change.
func TestSettings(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	shown := w.described(p.task.ARN).Settings
	var all struct {
		Logging struct {
			EnableLogging                           bool
			CloudWatchLogGroup, CloudWatchLogStream string
		}
		FullLoadSettings struct{ MaxFullLoadSubTasks int }
	}
	w.ok(json.Unmarshal([]byte(shown), &all))
	if all.Logging.CloudWatchLogGroup != "dms-tasks-ri1" || all.Logging.CloudWatchLogStream != "dms-task-"+p.task.ID() || all.FullLoadSettings.MaxFullLoadSubTasks != 8 {
		t.Errorf("settings %+v", all)
	}
	_, err := w.view.ModifyTask(w.ctx, "ModifyReplicationTask", p.task.ARN, replication.TaskChange{Settings: &shown, Identifier: ptr("T9")})
	w.ok(err)
	if got := w.described(p.task.ARN); got.Settings != shown || got.Identifier != "t9" {
		t.Errorf("%s became %s", shown, got.Settings)
	}
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	w.status(p.task.ARN, replication.StatusRunning)
	w.fakes.locked(func() {
		if j := w.fakes.jobs[0]; strings.Contains(j.Task.Given, "CloudWatch") || j.Instance != "ri1" || j.Source.Login.Password != "topsecret" {
			t.Errorf("the job is %+v", j)
		}
	})
}

// TestMove puts a task on another instance, where its log is then.
func TestMove(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	other := w.instance("ri2")
	_, err := w.view.MoveTask(w.ctx, p.task.ARN, p.instance.ARN)
	w.refused(err, "InvalidParameterValueException", "already")
	moved, err := w.view.MoveTask(w.ctx, p.task.ARN, other.ARN)
	w.ok(err)
	if moved.Instance != other.ARN {
		t.Errorf("it is on %s", moved.Instance)
	}
	w.refused(w.startTask(p.task.ARN, replication.StartReplication), "InvalidResourceStateFault", "replication instance ri2")
}

// TestLog has a task's lines in CloudWatch Logs, if DMS may write them there.
func TestLog(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	w.status(p.task.ARN, replication.StatusRunning)
	group, stream := "dms-tasks-ri1", "dms-task-"+p.task.ID()
	lines := func() []logs.Event {
		read, err := w.logs.As(w.by).Get(w.ctx, logs.GetInput{Group: group, Stream: stream, Head: true})
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		w.ok(err)
		return read.Events
	}
	w.until("a line", func() bool { return len(lines()) == 1 })
	if got := lines()[0].Message; !strings.HasSuffix(got, "[TASK_MANAGER    ]I:  runs") {
		t.Errorf("line %q", got)
	}
	found, err := w.view.FindLog(w.ctx, "t1")
	w.ok(err)
	if found.Group != group || found.Stream != stream || !found.Enabled {
		t.Errorf("found %+v", found)
	}
	_, err = w.view.FindLog(w.ctx, "t7")
	w.refused(err, "ResourceNotFoundFault", "t7")
}

// TestNoLogRole runs a task without a log when the role for logs is missing.
func TestNoLogRole(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.ok(w.ids.As(w.by).UpdateAssumeRolePolicy(w.ctx, "dms-cloudwatch-logs-role", strings.Replace(trust, "dms", "ec2", 1)))
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	w.status(p.task.ARN, replication.StatusRunning)
	all, _, err := w.logs.As(w.by).Groups(w.ctx, logs.GroupsInput{Action: "DescribeLogGroups", Page: logs.Page{Max: 50}})
	if w.ok(err); len(all) != 0 {
		t.Errorf("groups %+v", all)
	}
}

// TestServerless goes through the life of a serverless replication, which tests its connections itself.
func TestServerless(t *testing.T) {
	w := newWorld(t)
	w.roles()
	source, target := w.endpoint(mysqlEndpoint("src")), w.endpoint(redshiftEndpoint("tgt"))
	in := replication.CreateConfigInput{Identifier: "c1", Source: source.ARN, Target: target.ARN, Type: "full-load-and-cdc", Mappings: mapping}
	_, err := w.view.CreateConfig(w.ctx, in)
	w.refused(err, "InvalidParameterValueException", "MaxCapacityUnits")
	in.Compute.Max = ptr(3)
	_, err = w.view.CreateConfig(w.ctx, in)
	w.refused(err, "InvalidParameterValueException", "Capacity units")
	in.Compute.Max = ptr(4)
	c, err := w.view.CreateConfig(w.ctx, in)
	w.ok(err)
	status := func() replication.Task {
		all, _, err := w.view.Configs(w.ctx, "DescribeReplications", replication.Query{Filters: []replication.Filter{{Name: "replication-config-id", Values: []string{"c1"}}}})
		w.ok(err)
		return all[0]
	}
	if got := status().Status; got != replication.StatusCreated {
		t.Errorf("it is %s", got)
	}
	if all, _, err := w.view.Tasks(w.ctx, replication.Query{}); err != nil || len(all) != 0 {
		t.Errorf("among the tasks are %v, %v", all, err)
	}
	start := func(how replication.Start) {
		_, err := w.view.StartTask(w.ctx, "StartReplication", replication.StartInput{Task: c.ARN, Type: how})
		w.ok(err)
	}
	w.fakes.refusal = errors.New("nobody there")
	start(replication.StartReplication)
	w.until("a failure", func() bool { return status().Status == replication.StatusFailed })
	w.fakes.refusal = nil
	start(replication.ReloadTarget)
	w.until("it runs", func() bool { return status().Status == replication.StatusRunning })
	_, err = w.view.StopTask(w.ctx, "StopReplication", c.ARN)
	w.ok(err)
	w.until("it is stopped", func() bool { return status().Status == replication.StatusStopped })
	_, err = w.view.ModifyTask(w.ctx, "ModifyReplicationConfig", c.ARN, replication.TaskChange{Compute: &replication.Compute{Min: ptr(8)}})
	w.refused(err, "InvalidParameterCombinationException", "MinCapacityUnits")
	_, err = w.view.DeleteTask(w.ctx, "DeleteReplicationConfig", c.ARN)
	w.ok(err)
	w.until("it is gone", func() bool {
		all, _, err := w.view.Configs(w.ctx, "DescribeReplications", replication.Query{})
		return err == nil && len(all) == 0
	})
}

// TestCDCStart may start again with start-replication when it says where.
func TestCDCStart(t *testing.T) {
	w := newWorld(t)
	p := w.pair("cdc")
	for i := range 2 {
		_, err := w.view.StartTask(w.ctx, "StartReplicationTask", replication.StartInput{Task: p.task.ARN, Type: replication.StartReplication,
			CDC: replication.Window{StartPosition: fmt.Sprintf("binlog.000001:%d", 4+i)}})
		w.ok(err)
		w.status(p.task.ARN, replication.StatusRunning)
		_, err = w.view.StopTask(w.ctx, "StopReplicationTask", p.task.ARN)
		w.ok(err)
		w.status(p.task.ARN, replication.StatusStopped)
	}
	if got := w.described(p.task.ARN).CDC.StartPosition; got != "binlog.000001:5" {
		t.Errorf("it starts at %s", got)
	}
}

package dmsapi

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) tasks() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateReplicationTask", createTask),
		op(d, "DescribeReplicationTasks", describeTasks),
		op(d, "ModifyReplicationTask", modifyTask),
		op(d, "StartReplicationTask", startTask),
		op(d, "StopReplicationTask", stopTask),
		op(d, "DeleteReplicationTask", deleteTask),
		op(d, "MoveReplicationTask", moveTask),
		op(d, "ReloadTables", reloadTables),
		op(d, "DescribeTableStatistics", describeTables),
	}
}

type task struct {
	Identifier    string    `json:"ReplicationTaskIdentifier"`
	Source        string    `json:"SourceEndpointArn"`
	Target        string    `json:"TargetEndpointArn"`
	Instance      string    `json:"ReplicationInstanceArn"`
	Type          string    `json:"MigrationType"`
	Mappings      string    `json:"TableMappings,omitempty"`
	Settings      string    `json:"ReplicationTaskSettings,omitempty"`
	Status        string    `json:"Status"`
	Failure       string    `json:"LastFailureMessage,omitempty"`
	StopReason    string    `json:"StopReason,omitempty"`
	Created       aws.Time  `json:"ReplicationTaskCreationDate"`
	Started       *aws.Time `json:"ReplicationTaskStartDate,omitempty"`
	StartPosition string    `json:"CdcStartPosition,omitempty"`
	StopPosition  string    `json:"CdcStopPosition,omitempty"`
	Checkpoint    string    `json:"RecoveryCheckpoint,omitempty"`
	ARN           string    `json:"ReplicationTaskArn"`
	Stats         *stats    `json:"ReplicationTaskStats,omitempty"`
	Data          string    `json:"TaskData,omitempty"`
	MovingTo      string    `json:"TargetReplicationInstanceArn,omitempty"`
}

// stats are the figures of a task or of a serverless replication.
type stats struct {
	Progress  int       `json:"FullLoadProgressPercent"`
	Elapsed   int64     `json:"ElapsedTimeMillis"`
	Loaded    int       `json:"TablesLoaded"`
	Loading   int       `json:"TablesLoading"`
	Queued    int       `json:"TablesQueued"`
	Errored   int       `json:"TablesErrored"`
	Fresh     *aws.Time `json:"FreshStartDate,omitempty"`
	Start     *aws.Time `json:"StartDate,omitempty"`
	Stop      *aws.Time `json:"StopDate,omitempty"`
	LoadBegan *aws.Time `json:"FullLoadStartDate,omitempty"`
	LoadEnded *aws.Time `json:"FullLoadFinishDate,omitempty"`
}

// maybe is a time that there may not be.
func maybe(t time.Time) *aws.Time {
	if t.IsZero() {
		return nil
	}
	return &aws.Time{Time: t}
}

func describeStats(t *replication.Task) *stats {
	if !t.Begun {
		return nil
	}
	f := t.Figures
	return &stats{f.Progress, f.Elapsed.Milliseconds(), f.Loaded, f.Loading, f.Queued, f.Errored, maybe(f.FreshStart), maybe(f.Start), maybe(f.Stop),
		maybe(f.LoadBegan), maybe(f.LoadEnded)}
}

func describeTask(t replication.Task) task {
	return task{
		Identifier: t.Identifier, Source: t.Source, Target: t.Target, Instance: t.Instance, Type: t.Type, Mappings: t.Mappings, Settings: t.Settings,
		Status: string(t.Status), Failure: t.Failure, StopReason: t.StopReason, Created: aws.Time{Time: t.Created}, Started: maybe(t.Figures.Start),
		StartPosition: t.CDC.StartPosition, StopPosition: t.CDC.StopPosition, Checkpoint: t.Figures.Checkpoint, ARN: t.ARN, Stats: describeStats(&t),
		Data: t.Data,
	}
}

type oneTask struct {
	Task task `json:"ReplicationTask"`
}

// told describes a task that there is, in a state of its own when one is given.
func told(t replication.Task, status string, err error) (oneTask, error) {
	if err != nil {
		return oneTask{}, err
	}
	out := oneTask{describeTask(t)}
	if status != "" {
		out.Task.Status = status
	}
	return out, nil
}

// window is the part of the changes that is followed.
type window struct {
	StartTime     aws.Time `json:"CdcStartTime"`
	StartPosition string   `json:"CdcStartPosition"`
	StopPosition  string   `json:"CdcStopPosition"`
}

func (w window) of() replication.Window {
	return replication.Window{StartTime: w.StartTime.Time, StartPosition: w.StartPosition, StopPosition: w.StopPosition}
}

type createTaskInput struct {
	window
	Identifier         string  `json:"ReplicationTaskIdentifier" required:"true"`
	Source             string  `json:"SourceEndpointArn" required:"true"`
	Target             string  `json:"TargetEndpointArn" required:"true"`
	Instance           string  `json:"ReplicationInstanceArn" required:"true"`
	Type               string  `json:"MigrationType" required:"true" enum:"full-load cdc full-load-and-cdc"`
	Mappings           string  `json:"TableMappings" required:"true"`
	Settings           *string `json:"ReplicationTaskSettings"`
	Tags               []tag   `json:"Tags"`
	Data               string  `json:"TaskData"`
	ResourceIdentifier string  `json:"ResourceIdentifier"`
}

func createTask(ctx context.Context, v *replication.View, in createTaskInput) (oneTask, error) {
	t, err := v.CreateTask(ctx, replication.CreateTaskInput{
		Identifier: in.Identifier, Source: in.Source, Target: in.Target, Instance: in.Instance, Type: in.Type, Mappings: in.Mappings, Settings: in.Settings,
		CDC: in.of(), Data: in.Data, ResourceID: in.ResourceIdentifier, Tags: tags(in.Tags),
	})
	return told(t, "creating", err)
}

type describeTasksInput struct {
	filtered
	WithoutSettings bool `json:"WithoutSettings"`
}

type taskList struct {
	Marker string `json:"Marker,omitempty"`
	Tasks  []task `json:"ReplicationTasks"`
}

func describeTasks(ctx context.Context, v *replication.View, in describeTasksInput) (taskList, error) {
	all, marker, err := v.Tasks(ctx, in.query())
	out := taskList{marker, each(all, describeTask)}
	for i := range out.Tasks {
		if in.WithoutSettings {
			out.Tasks[i].Settings = ""
		}
	}
	return out, err
}

type modifyTaskInput struct {
	window
	ARN        string  `json:"ReplicationTaskArn" required:"true"`
	Identifier *string `json:"ReplicationTaskIdentifier"`
	Type       *string `json:"MigrationType" enum:"full-load cdc full-load-and-cdc"`
	Mappings   *string `json:"TableMappings"`
	Settings   *string `json:"ReplicationTaskSettings"`
	Data       *string `json:"TaskData"`
}

func modifyTask(ctx context.Context, v *replication.View, in modifyTaskInput) (oneTask, error) {
	c := replication.TaskChange{Identifier: in.Identifier, Type: in.Type, Mappings: in.Mappings, Settings: in.Settings, Data: in.Data}
	if w := in.of(); w != (replication.Window{}) {
		c.CDC = &w
	}
	t, err := v.ModifyTask(ctx, "ModifyReplicationTask", in.ARN, c)
	return told(t, "modifying", err)
}

type startTaskInput struct {
	window
	ARN  string `json:"ReplicationTaskArn" required:"true"`
	Type string `json:"StartReplicationTaskType" required:"true" enum:"start-replication resume-processing reload-target"`
}

func startTask(ctx context.Context, v *replication.View, in startTaskInput) (oneTask, error) {
	t, err := v.StartTask(ctx, "StartReplicationTask", replication.StartInput{Task: in.ARN, Type: replication.Start(in.Type), CDC: in.of()})
	return told(t, "", err)
}

type taskARN struct {
	ARN string `json:"ReplicationTaskArn" required:"true"`
}

func stopTask(ctx context.Context, v *replication.View, in taskARN) (oneTask, error) {
	t, err := v.StopTask(ctx, "StopReplicationTask", in.ARN)
	return told(t, "", err)
}

func deleteTask(ctx context.Context, v *replication.View, in taskARN) (oneTask, error) {
	t, err := v.DeleteTask(ctx, "DeleteReplicationTask", in.ARN)
	return told(t, "", err)
}

type moveTaskInput struct {
	ARN      string `json:"ReplicationTaskArn" required:"true"`
	Instance string `json:"TargetReplicationInstanceArn" required:"true"`
}

func moveTask(ctx context.Context, v *replication.View, in moveTaskInput) (oneTask, error) {
	t, err := v.MoveTask(ctx, in.ARN, in.Instance)
	out, err := told(t, "moving", err)
	out.Task.MovingTo = in.Instance
	return out, err
}

type tableToReload struct {
	Schema string `json:"SchemaName" required:"true"`
	Table  string `json:"TableName" required:"true"`
}

type reload struct {
	Tables []tableToReload `json:"TablesToReload" required:"true"`
	Option string          `json:"ReloadOption" enum:"data-reload validate-only"`
}

func (r reload) of(task string) replication.ReloadInput {
	return replication.ReloadInput{Task: task, Validate: r.Option == "validate-only",
		Tables: each(r.Tables, func(t tableToReload) replication.TableName { return replication.TableName(t) })}
}

type reloadTablesInput struct {
	taskARN
	reload
}

type reloaded struct {
	ARN string `json:"ReplicationTaskArn"`
}

func reloadTables(ctx context.Context, v *replication.View, in reloadTablesInput) (reloaded, error) {
	return reloaded{in.ARN}, v.ReloadTables(ctx, "ReloadTables", in.of(in.ARN))
}

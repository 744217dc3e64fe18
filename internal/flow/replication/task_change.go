package replication

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

const (
	maxTasks         = 600
	maxInstanceTasks = 200
)

// CreateTaskInput describes a task to make. Settings is nil for the default ones.
type CreateTaskInput struct {
	Identifier               string
	Source, Target, Instance string
	Type, Mappings           string
	Settings                 *string
	CDC                      Window
	Data, ResourceID         string
	Tags                     []Tag
}

// CreateTask makes a replication task.
func (v *View) CreateTask(ctx context.Context, in CreateTaskInput) (Task, error) {
	r, err := v.newResource(kindTask, in.Identifier, in.ResourceID, in.Tags)
	if err := v.askTask(ctx, "CreateReplicationTask", in.Tags, in.Source, in.Target, in.Instance); err != nil {
		return Task{}, err
	}
	if err := v.askTags(ctx, &r, in.Tags); err != nil {
		return Task{}, err
	}
	now := v.store.Now().UTC()
	t := Task{Resource: r, Source: in.Source, Target: in.Target, Instance: in.Instance, Type: in.Type, Mappings: in.Mappings,
		Data: in.Data, CDC: in.CDC, Status: StatusReady, Updated: now}
	if err := firstError(err, checkIdentifier("ReplicationTaskIdentifier", r.Identifier, longestTask), checkMigration(t.Type), v.checkPair(&t)); err != nil {
		return t, err
	}
	if err := v.checkInstance(in.Instance); err != nil {
		return t, err
	}
	if err := firstError(t.setDocuments(&in.Mappings, in.Settings), t.CDC.check()); err != nil {
		return t, err
	}
	if err := v.store.addTask(v, t); err != nil {
		return t, err
	}
	v.store.noted(&t.Resource, taskCreated)
	return t, nil
}

// setDocuments checks and takes mappings and settings that are given.
func (t *Task) setDocuments(mappings, settings *string) error {
	if mappings != nil {
		if err := checkMappings(*mappings); err != nil {
			return err
		}
		t.Mappings = *mappings
	}
	if settings == nil && t.Settings != "" {
		return nil
	}
	text := noSettings
	if settings != nil {
		text = *settings
	}
	whole, err := completeSettings(text)
	if err == nil {
		t.Settings, t.Given = whole, text
	}
	return err
}

// askTask asks for an action on everything that a new task is made of.
func (v *View) askTask(ctx context.Context, action string, given []Tag, parts ...string) error {
	for _, part := range parts {
		if err := v.ask(ctx, question{action: action, on: part, tags: v.store.tagsOf(part), given: given}); err != nil {
			return err
		}
	}
	return nil
}

// checkInstance finds the instance of a task.
func (v *View) checkInstance(name string) error {
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if i, ok := v.store.instances.get(name); !ok || !v.mine(&i.Resource) {
		return notFound(nouns[kindInstance], name)
	}
	return nil
}

// checkPair finds the endpoints of a task.
func (v *View) checkPair(t *Task) error {
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	for _, end := range []struct{ arn, kind string }{{t.Source, "source"}, {t.Target, "target"}} {
		e, ok := v.store.endpoints.get(end.arn)
		if !ok || !v.mine(&e.Resource) {
			return notFound(nouns[kindEndpoint], end.arn)
		}
		if e.Type != end.kind {
			return invalid(fmt.Sprintf("Endpoint %s: endpoint must be of type %s", end.arn, strings.ToUpper(end.kind)))
		}
	}
	return nil
}

func (s *Store) addTask(v *View, t Task) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine := s.tasks.where(func(o *Task) bool { return v.mine(&o.Resource) && (o.Compute == nil) == (t.Compute == nil) })
	there := 0
	for _, o := range mine {
		if o.Identifier == t.Identifier || o.ARN == t.ARN {
			return exists(t.noun(), t.Identifier, o.ARN)
		}
		if o.Instance == t.Instance {
			there++
		}
	}
	if len(mine) >= maxTasks {
		return overQuota("replication tasks", maxTasks)
	}
	if t.Compute == nil && there >= maxInstanceTasks {
		return overQuota("replication tasks of an instance", maxInstanceTasks)
	}
	return s.tasks.put(s.db, t.ARN, t)
}

// TaskChange is what can be said of a task; nil leaves a thing as it is.
type TaskChange struct {
	Identifier, Type, Mappings, Settings, Data *string
	Source, Target, Supplemental               *string
	CDC                                        *Window
	Compute                                    *Compute
}

// ModifyTask changes a task that does not run. Of a running one the log's severities can be changed.
func (v *View) ModifyTask(ctx context.Context, action, name string, c TaskChange) (Task, error) {
	t, err := v.foundTask(ctx, action, name)
	if err != nil {
		return t, err
	}
	if c.Settings != nil {
		plain := v.store.unnamed(&t, *c.Settings)
		c.Settings = &plain
	}
	changed, err := v.changed(t, c)
	if err != nil {
		return t, err
	}
	now, err := update(v.store, &v.store.tasks, name, func(now *Task) error {
		if now.active() && !(onlySettings(c) && sameButSeverities(now.Settings, changed.Settings)) {
			return wrongState(name, "Replication Task, excluding logging severity task settings, cannot be modified while it is %s state", now.Status)
		}
		for _, o := range v.store.tasks.all {
			if o.ARN != name && o.Identifier == changed.Identifier && v.mine(&o.Resource) && (o.Compute == nil) == (now.Compute == nil) {
				return exists(now.noun(), changed.Identifier, o.ARN)
			}
		}
		now.take(&changed)
		now.Updated = v.store.Now().UTC()
		if r := v.store.runs[name]; r != nil {
			levels, _ := severities(now.Settings)
			r.log.SetSeverities(levels)
		}
		return nil
	})
	if err == nil {
		v.store.noted(&now.Resource, taskModified)
	}
	return now, err
}

// onlySettings reports whether a change names nothing else.
func onlySettings(c TaskChange) bool {
	return c.Settings != nil && c.Identifier == nil && c.Type == nil && c.Mappings == nil && c.Data == nil && c.Source == nil && c.Target == nil &&
		c.Supplemental == nil && c.CDC == nil && c.Compute == nil
}

// changed is a task with a change that has been checked.
func (v *View) changed(t Task, c TaskChange) (Task, error) {
	if c.Identifier != nil {
		t.Identifier = strings.ToLower(*c.Identifier)
		if err := checkIdentifier("ReplicationTaskIdentifier", t.Identifier, longestTask); err != nil {
			return t, err
		}
	}
	set(&t.Type, c.Type)
	set(&t.Data, c.Data)
	set(&t.Source, c.Source)
	set(&t.Target, c.Target)
	set(&t.Supplemental, c.Supplemental)
	set(&t.CDC, c.CDC)
	if c.Compute != nil {
		t.Compute = t.Compute.with(c.Compute)
	}
	return t, firstError(checkMigration(t.Type), v.checkPair(&t), t.setDocuments(c.Mappings, c.Settings), t.CDC.check(), t.Compute.check())
}

// take copies what people can change.
func (t *Task) take(from *Task) {
	t.Identifier, t.Type, t.Mappings, t.Settings, t.Given, t.Data = from.Identifier, from.Type, from.Mappings, from.Settings, from.Given, from.Data
	t.Source, t.Target, t.Supplemental, t.CDC, t.Compute = from.Source, from.Target, from.Supplemental, from.CDC, from.Compute
}

// DeleteTask removes a task that does not run, with what it left in its databases and in S3.
func (v *View) DeleteTask(ctx context.Context, action, name string) (Task, error) {
	if _, err := v.foundTask(ctx, action, name); err != nil {
		return Task{}, err
	}
	t, err := update(v.store, &v.store.tasks, name, func(t *Task) error {
		if t.active() {
			return wrongState(name, "%s %s cannot be deleted while it is in %s state.", t.noun(), t.Identifier, t.Status)
		}
		t.Status = StatusDeleting
		return nil
	})
	if err != nil {
		return t, err
	}
	v.store.background(func(ctx context.Context) { v.store.drop(ctx, t) })
	return t, nil
}

// MoveTask puts a task that does not run on another instance.
func (v *View) MoveTask(ctx context.Context, name, instance string) (Task, error) {
	if _, err := v.foundTask(ctx, "MoveReplicationTask", name); err != nil {
		return Task{}, err
	}
	if _, err := found(ctx, v, &v.store.instances, question{action: "MoveReplicationTask", on: instance}, instanceBase); err != nil {
		return Task{}, err
	}
	return update(v.store, &v.store.tasks, name, func(t *Task) error {
		if t.active() || t.Compute != nil {
			return wrongState(name, "Replication Task %s cannot be moved while it is in %s state.", t.Identifier, t.Status)
		}
		if t.Instance == instance {
			return invalid("The replication task runs on the target replication instance already.")
		}
		t.Instance = instance
		return nil
	})
}

// StartInput says how to start a task.
type StartInput struct {
	Task string // ARN
	Type Start
	CDC  Window
}

// StartTask starts a task.
func (v *View) StartTask(ctx context.Context, action string, in StartInput) (Task, error) {
	t, err := v.foundTask(ctx, action, in.Task)
	if err != nil {
		return t, err
	}
	if !slices.Contains(starts, in.Type) {
		return t, invalid("Invalid start type: " + string(in.Type))
	}
	if err := in.CDC.check(); err != nil {
		return t, err
	}
	t, err = update(v.store, &v.store.tasks, in.Task, func(t *Task) error {
		if err := firstError(v.store.startable(t, in), v.store.tested(t)); err != nil {
			return err
		}
		if in.CDC != (Window{}) {
			t.CDC = in.CDC
		}
		t.Status, t.Begun, t.Start, t.StopReason, t.Failure, t.Unseen = t.first(), true, in.Type, "", "", false
		t.Started = v.store.Now().UTC()
		v.store.runs[t.ARN] = v.store.newRun(*t)
		return nil
	})
	if err != nil {
		return t, err
	}
	v.store.launch(t, v.by.Request)
	return t, nil
}

// first is the state in which a start begins.
func (t *Task) first() Status {
	if t.Compute != nil {
		return StatusInitializing
	}
	return StatusStarting
}

// startable refuses a start that DMS refuses.
func (s *Store) startable(t *Task, in StartInput) error {
	from := in.CDC.StartPosition != "" || !in.CDC.StartTime.IsZero()
	switch {
	case s.closed:
		return wrongState(t.ARN, "The node stops.")
	case t.active():
		return wrongState(t.ARN, "%s %s cannot be started while it is in %s state.", t.noun(), t.Identifier, t.Status)
	case in.Type == StartReplication && t.Begun && !(t.Type == "cdc" && from):
		return combination("Start Type : START_REPLICATION, valid only for tasks running for the first time")
	case in.Type == ResumeProcessing && !t.Begun:
		return wrongState(t.ARN, "%s %s was never started: there is no checkpoint to resume from, and none of its tables was ever loaded. Use start-replication.", t.noun(), t.Identifier)
	}
	return nil
}

// tested refuses to start a task whose connections were not tested. Serverless
// replications test theirs themselves. It needs Store.mu.
func (s *Store) tested(t *Task) error {
	if t.Compute != nil {
		return nil
	}
	i, _ := s.instances.get(t.Instance)
	for _, name := range []string{t.Source, t.Target} {
		if c, ok := s.connections.get(name + " " + t.Instance); ok && c.Status == connectionSuccessful {
			continue
		}
		e, _ := s.endpoints.get(name)
		return wrongState(t.ARN, "Test connection for replication instance %s and endpoint %s should be successful for starting the replication task", i.Identifier, e.Identifier)
	}
	return nil
}

// StopTask stops a task that runs.
func (v *View) StopTask(ctx context.Context, action, name string) (Task, error) {
	if _, err := v.foundTask(ctx, action, name); err != nil {
		return Task{}, err
	}
	return update(v.store, &v.store.tasks, name, func(t *Task) error {
		r := v.store.runs[name]
		if r == nil || t.Status == StatusStopping {
			return wrongState(name, "%s %s cannot be stopped while it is in %s state.", t.noun(), t.Identifier, t.Status)
		}
		t.Status = StatusStopping
		r.stop(errStopped)
		return nil
	})
}

// TableName names a table of the source.
type TableName struct{ Schema, Table string }

// ReloadInput says which tables of a running task to load, or to compare, again.
type ReloadInput struct {
	Task     string
	Tables   []TableName
	Validate bool
}

// ReloadTables makes a running task load tables again.
func (v *View) ReloadTables(ctx context.Context, action string, in ReloadInput) error {
	t, err := v.foundTask(ctx, action, in.Task)
	if err != nil {
		return err
	}
	v.store.mu.Lock()
	r := v.store.runs[t.ARN]
	v.store.mu.Unlock()
	if r == nil || t.Status != StatusRunning || r.running == nil {
		return wrongState(in.Task, "%s %s is not running: tables can be reloaded of running tasks only.", t.noun(), t.Identifier)
	}
	if in.Validate {
		return r.running.Validate(in.Tables)
	}
	if err := r.running.Reload(in.Tables); err != nil {
		return err
	}
	v.store.noted(&t.Resource, taskReloads)
	return nil
}

package replication_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/secret"
)

const (
	account = "222222222222"
	trust   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"dms.amazonaws.com"}}]}`
	mapping = `{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","object-locator":{"schema-name":"demo1","table-name":"cdcdata"},"rule-action":"explicit"}]}`
)

// world is a store over fakes of the databases, with an administrator.
type world struct {
	testing.TB
	ctx     context.Context
	db      *bbolt.DB
	ids     *identity.Store
	guard   *guard.Guard
	secrets *secret.Store
	logs    *logs.Store
	store   *replication.Store
	by      guard.Session
	view    *replication.View
	fakes   *fakes
	end     func()
	now     time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, ctx: context.Background(), fakes: &fakes{results: map[string]string{}, checked: replication.Checked{Report: &task.Report{}}}, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	var err error
	w.db, err = bbolt.Open(filepath.Join(t.TempDir(), "control"), 0o600, &bbolt.Options{NoSync: true})
	w.ok(err)
	t.Cleanup(func() { w.db.Close() })
	w.ids, err = identity.Open(w.db)
	w.ok(err)
	w.guard = guard.New(w.ids)
	w.ids.SetChecker(w.guard)
	w.ok(w.ids.CreateAccount(account, "two"))
	w.secrets, err = secret.Open(w.db)
	w.ok(err)
	w.secrets.SetChecker(w.guard)
	w.logs, err = logs.Open(w.db, logs.Config{Guard: w.guard, Dir: t.TempDir(), Region: "us-east-1"})
	w.ok(err)
	w.by = w.ids.Root(account)
	w.by.Request = guard.Request{ID: "call-1", Region: "us-east-1", Secure: true}
	w.start()
	t.Cleanup(func() { w.end() })
	return w
}

// start opens the store and runs it.
func (w *world) start() {
	w.Helper()
	var err error
	w.store, err = replication.Open(w.db, replication.Config{Guard: w.guard, Roles: w, Databases: w.fakes, Runner: w.fakes, Secrets: w.secrets, Topics: w.fakes, Results: w.fakes, Logs: w.logs, Region: "us-east-1",
		Now: func() time.Time { return w.now }})
	w.ok(err)
	w.view = w.store.As(w.by)
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := w.store.Run(ctx); !errors.Is(err, context.Canceled) {
			w.Error(err)
		}
	}()
	w.end = func() { cancel(); <-done }
}

// Take assumes a role of the world.
func (w *world) Take(ctx context.Context, a replication.Assumption) (guard.Session, error) {
	return w.ids.AssumeAsService(ctx, nil, identity.ServiceAssumption{Services: []string{a.Service}, RoleARN: a.Role, SessionName: "dms-session", SourceARN: a.For,
		SourceAccount: account, Request: a.Request})
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused checks the code of an error and that its message holds a text.
func (w *world) refused(err error, code, text string) {
	w.Helper()
	if got := fault.CodeOf(err); got != code || !strings.Contains(err.Error(), text) {
		w.Errorf("error %v (%s), want %s: %s", err, got, code, text)
	}
}

// role makes a role that DMS may take, with policies of AWS's.
func (w *world) role(name, document string, policies ...string) string {
	w.Helper()
	v := w.ids.As(w.by)
	r, err := v.CreateRole(w.ctx, identity.CreateRoleInput{Name: name, Trust: document})
	w.ok(err)
	for _, p := range policies {
		w.ok(v.AttachRolePolicy(w.ctx, name, "arn:aws:iam::aws:policy/service-role/"+p))
	}
	return r.ARN
}

// roles makes the roles that the seed makes.
func (w *world) roles() {
	w.Helper()
	w.role("dms-vpc-role", trust, "AmazonDMSVPCManagementRole")
	w.role("dms-cloudwatch-logs-role", trust, "AmazonDMSCloudWatchLogsRole")
	w.role("dms-access-for-endpoint", trust, "AmazonDMSRedshiftS3Role")
}

func ptr[T any](v T) *T { return &v }

func (w *world) instance(name string) replication.Instance {
	w.Helper()
	i, err := w.view.CreateInstance(w.ctx, replication.CreateInstanceInput{InstanceChange: replication.InstanceChange{Identifier: &name, Class: ptr("dms.t3.medium")}})
	w.ok(err)
	return i
}

func mysqlEndpoint(name string) replication.CreateEndpointInput {
	return replication.CreateEndpointInput{EndpointChange: replication.EndpointChange{
		Identifier: &name, Type: ptr("source"), Engine: ptr("mysql"), Host: ptr("db"), User: ptr("u"), Password: ptr("topsecret"),
	}}
}

func redshiftEndpoint(name string) replication.CreateEndpointInput {
	return replication.CreateEndpointInput{EndpointChange: replication.EndpointChange{
		Identifier: &name, Type: ptr("target"), Engine: ptr("redshift"), Host: ptr("wh"), User: ptr("u"), Password: ptr("topsecret"), Database: ptr("dev"),
	}}
}

func (w *world) endpoint(in replication.CreateEndpointInput) replication.Endpoint {
	w.Helper()
	e, err := w.view.CreateEndpoint(w.ctx, in)
	w.ok(err)
	return e
}

// pair is an instance with two endpoints that were tested, and a task between them.
type pair struct {
	instance       replication.Instance
	source, target replication.Endpoint
	task           replication.Task
}

func (w *world) pair(kind string) pair {
	w.Helper()
	w.roles()
	p := pair{instance: w.instance("ri1"), source: w.endpoint(mysqlEndpoint("src")), target: w.endpoint(redshiftEndpoint("tgt"))}
	w.connect(p.source.ARN, p.instance.ARN)
	w.connect(p.target.ARN, p.instance.ARN)
	p.task = w.task(p, "t1", kind)
	return p
}

func (w *world) task(p pair, name, kind string) replication.Task {
	w.Helper()
	t, err := w.view.CreateTask(w.ctx, replication.CreateTaskInput{Identifier: name, Source: p.source.ARN, Target: p.target.ARN, Instance: p.instance.ARN, Type: kind, Mappings: mapping,
		Settings: ptr(`{"Logging":{"EnableLogging":true}}`)})
	w.ok(err)
	return t
}

func (w *world) connect(endpoint, instance string) replication.Connection {
	w.Helper()
	_, err := w.view.TestConnection(w.ctx, endpoint, instance)
	w.ok(err)
	var c replication.Connection
	w.until("the test of a connection ends", func() bool {
		all, _, err := w.view.Connections(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "endpoint-arn", Values: []string{endpoint}}}})
		w.ok(err)
		c = all[0]
		return c.Status != "testing"
	})
	return c
}

// until waits for what happens behind the calls.
func (w *world) until(what string, done func() bool) {
	w.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			w.Fatalf("it does not come: %s", what)
		}
		w.fakes.pause()
	}
}

func (w *world) described(name string) replication.Task {
	w.Helper()
	all, _, err := w.view.Tasks(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "replication-task-arn", Values: []string{name}}}})
	w.ok(err)
	return all[0]
}

func (w *world) status(name string, want replication.Status) replication.Task {
	w.Helper()
	var t replication.Task
	w.until("the state "+string(want), func() bool { t = w.described(name); return t.Status == want })
	return t
}

func (w *world) startTask(name string, how replication.Start) error {
	_, err := w.view.StartTask(w.ctx, "StartReplicationTask", replication.StartInput{Task: name, Type: how})
	return err
}

// fakes are databases and tasks of which a test says how they do.
type fakes struct {
	mu       sync.Mutex
	refusal  error // of logins
	findings []string
	seen     []replication.Connect
	schemas  []string
	block    chan struct{} // that logins wait for, if any

	openFails error
	result    func(ctx context.Context) (string, error) // of runs; nil runs until it is stopped
	jobs      []replication.Job
	starts    []replication.Start
	reloaded  []replication.TableName
	removed   []string
	fresh     time.Time // when the task began anew

	topicFails error
	told       []string // topic and message

	checked     replication.Checked
	checkFails  error
	checkBlock  chan struct{} // that pre-flights wait for, if any
	resultFails error
	results     map[string]string // by key
}

// Check finds what a test says.
func (f *fakes) Check(ctx context.Context, _ replication.Job) (c replication.Checked, err error) {
	f.locked(func() { c, err = f.checked, f.checkFails })
	if f.checkBlock != nil {
		select {
		case <-f.checkBlock:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	return c, err
}

// PutResult keeps an object.
func (f *fakes) PutResult(_ context.Context, r replication.Result) (err error) {
	f.locked(func() {
		if err = f.resultFails; err == nil {
			f.results[r.Bucket+"/"+r.Key] = string(r.Body)
		}
	})
	return err
}

// MayTell allows what Tell takes.
func (f *fakes) MayTell(context.Context, string, string) (err error) {
	f.locked(func() { err = f.topicFails })
	return err
}

// Tell notes what a topic is told.
func (f *fakes) Tell(_ context.Context, account, topic, subject, message string) (err error) {
	f.locked(func() {
		if err = f.topicFails; err == nil {
			f.told = append(f.told, account+" "+topic+" "+subject+" "+message)
		}
	})
	return err
}

func (f *fakes) pause() { time.Sleep(time.Millisecond) } // Between two looks at a condition.

func (f *fakes) locked(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// Test notes who logs in.
func (f *fakes) Test(_ context.Context, c replication.Connect) (findings []string, err error) {
	f.locked(func() { f.seen = append(f.seen, c); findings, err = f.findings, f.refusal })
	if f.block != nil {
		<-f.block
	}
	return findings, err
}

// Schemas lists what a test says.
func (f *fakes) Schemas(context.Context, replication.Connect) (names []string, err error) {
	f.locked(func() { names, err = f.schemas, f.refusal })
	return names, err
}

// Open makes a task that does nothing.
func (f *fakes) Open(_ context.Context, j replication.Job) (r replication.Running, err error) {
	f.locked(func() { f.jobs = append(f.jobs, j); err = f.openFails })
	return &fakeTask{f, j}, err
}

type fakeTask struct {
	f *fakes
	j replication.Job
}

// Run says that it runs and does what the test says.
func (t *fakeTask) Run(ctx context.Context, how replication.Start) (string, error) {
	var result func(context.Context) (string, error)
	t.f.locked(func() { t.f.starts = append(t.f.starts, how); result = t.f.result })
	t.j.Log.Printf(tasklog.TaskManager, tasklog.Info, "runs")
	if result == nil {
		<-ctx.Done()
		return "NORMAL", nil
	}
	return result(ctx)
}

// Figures are made up.
func (t *fakeTask) Figures() replication.Figures {
	f := replication.Figures{Progress: 100, Loaded: 1, Checkpoint: "here"}
	t.f.locked(func() { f.FreshStart = t.f.fresh })
	return f
}

// Tables are made up.
func (t *fakeTask) Tables() []replication.TableStatistics {
	return []replication.TableStatistics{{Schema: "demo1", Table: "cdcdata", State: "Table completed", Rows: 3}, {Schema: "demo1", Table: "other", State: "Table error"}}
}

// Reload notes its tables.
func (t *fakeTask) Reload(tables []replication.TableName) error {
	t.f.locked(func() { t.f.reloaded = append(t.f.reloaded, tables...) })
	return nil
}

// Validate does nothing.
func (t *fakeTask) Validate([]replication.TableName) error { return nil }

// Remove notes the task.
func (t *fakeTask) Remove(context.Context) error {
	t.f.locked(func() { t.f.removed = append(t.f.removed, t.j.Task.Identifier) })
	return nil
}

// Close does nothing.
func (t *fakeTask) Close() error { return nil }

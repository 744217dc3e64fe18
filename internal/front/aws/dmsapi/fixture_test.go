package dmsapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/flow/replication"
	flowtask "github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/dmsapi"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const account = "222222222222"

// world is a server with an administrator and a user without policies.
type world struct {
	testing.TB
	server          *aws.Server
	service         *aws.JSONService
	ids             *identity.Store
	admin, stranger identity.AccessKey
	called          map[string]bool
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, called: map[string]bool{}}
	c := awstest.NewControl(t)
	w.ids, w.admin, w.stranger = c.IDs, c.Account(t, account), c.Stranger(t, account)
	root := w.ids.As(w.ids.Root(account))
	for name, policy := range map[string]string{"dms-vpc-role": "AmazonDMSVPCManagementRole", "dms-access-for-endpoint": "AmazonDMSRedshiftS3Role"} {
		_, err := root.CreateRole(t.Context(), identity.CreateRoleInput{Name: name,
			Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"dms.amazonaws.com"}}]}`})
		w.ok(err)
		w.ok(root.AttachRolePolicy(t.Context(), name, "arn:aws:iam::aws:policy/service-role/"+policy))
	}
	lines, err := logs.Open(c.DB, logs.Config{Guard: c.Guard, Dir: t.TempDir(), Region: "us-east-1"})
	w.ok(err)
	store, err := replication.Open(c.DB, replication.Config{Guard: c.Guard, Roles: w, Databases: w, Runner: w, Topics: w, Results: w, Logs: lines, Region: "us-east-1"})
	w.ok(err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = store.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	w.service = dmsapi.New(store)
	w.server = aws.New(aws.Config{Credentials: w.ids, Services: []aws.Service{w.service}, Log: slog.New(slog.DiscardHandler)})
	return w
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// Take assumes a role of the world.
func (w *world) Take(ctx context.Context, a replication.Assumption) (guard.Session, error) {
	return w.ids.AssumeAsService(ctx, nil, identity.ServiceAssumption{Services: []string{a.Service}, RoleARN: a.Role, SourceAccount: account, Request: a.Request})
}

// Test finds every database as it should be.
func (w *world) Test(context.Context, replication.Connect) ([]string, error) { return nil, nil }

// Schemas are two.
func (w *world) Schemas(context.Context, replication.Connect) ([]string, error) {
	return []string{"demo1", "shop"}, nil
}

// MayTell lets DMS publish everywhere.
func (w *world) MayTell(context.Context, string, string) error { return nil }

// Tell takes every message.
func (w *world) Tell(context.Context, string, string, string, string) error { return nil }

// Open makes a task that does nothing until it is stopped.
func (w *world) Open(context.Context, replication.Job) (replication.Running, error) {
	return idle{}, nil
}

// Check finds nothing that is wrong with any task.
func (w *world) Check(context.Context, replication.Job) (replication.Checked, error) {
	return replication.Checked{Report: &flowtask.Report{Tables: []flowtask.Preview{{}}}}, nil
}

// PutResult takes every object.
func (w *world) PutResult(context.Context, replication.Result) error { return nil }

type idle struct{}

func (idle) Run(ctx context.Context, _ replication.Start) (string, error) {
	<-ctx.Done()
	return "NORMAL", nil
}

func (idle) Figures() replication.Figures {
	return replication.Figures{Progress: 100, Loaded: 1, Start: time.Unix(1800000000, 0), Checkpoint: "here"}
}

func (idle) Tables() []replication.TableStatistics {
	return []replication.TableStatistics{{Schema: "demo1", Table: "cdcdata", State: "Table completed", Rows: 3, AppliedInserts: 2, LoadBegan: time.Unix(1800000000, 0)}}
}

func (idle) Reload([]replication.TableName) error   { return nil }
func (idle) Validate([]replication.TableName) error { return nil }
func (idle) Remove(context.Context) error           { return nil }
func (idle) Close() error                           { return nil }

// answer is a JSON object.
type answer map[string]any

// at follows a path of members; a number takes an element of a list.
func (a answer) at(path string) any {
	var v any = map[string]any(a)
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i := int(step[0] - '0')
			if i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string { s, _ := a.at(path).(string); return s }

func (w *world) send(key identity.AccessKey, operation, body string) (int, answer) {
	w.Helper()
	rec := awstest.Key{ID: key.ID, Secret: key.Secret, Service: "dms", Region: "us-east-1"}.JSON(w, w.server, "AmazonDMSv20160101."+operation, body)
	var a answer
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		w.Fatalf("%s answers %s", operation, rec.Body)
	}
	return rec.Code, a
}

// do calls an operation as the administrator.
func (w *world) do(operation, body string) answer {
	w.Helper()
	status, a := w.send(w.admin, operation, body)
	if status != http.StatusOK {
		w.Fatalf("%s %s: %d %v", operation, body, status, a)
	}
	w.called[operation] = true
	return a
}

// refused calls an operation that fails.
func (w *world) refused(operation, body, code, text string) {
	w.Helper()
	status, a := w.send(w.admin, operation, body)
	if status != http.StatusBadRequest || a.text("__type") != code || !strings.Contains(a.text("message"), text) {
		w.Errorf("%s: %d %v, want %s: %s", operation, status, a, code, text)
	}
}

// until calls an operation until a member of its answer is as wanted.
func (w *world) until(operation, body, path, want string) answer {
	w.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		a := w.do(operation, body)
		if a.text(path) == want {
			return a
		}
		if time.Now().After(deadline) {
			w.Fatalf("%s: %s stays %v, not %s", operation, path, a.at(path), want)
		}
	}
}

// gone calls an operation until it says that the thing is not there.
func (w *world) gone(operation, body string) {
	w.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		status, a := w.send(w.admin, operation, body)
		if status == http.StatusBadRequest && a.text("__type") == "ResourceNotFoundFault" {
			return
		}
		if time.Now().After(deadline) {
			w.Fatalf("%s: %d %v, want ResourceNotFoundFault", operation, status, a)
		}
	}
}

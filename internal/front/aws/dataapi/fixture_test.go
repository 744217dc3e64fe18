package dataapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/flow/sysview"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/dataapi"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/secret"
)

const account = "222222222222"

// world is a server over one cluster, with an administrator and a user without policies.
type world struct {
	testing.TB
	service         aws.Service
	server          *aws.Server
	admin, stranger identity.AccessKey
}

// sessions are those of the one database.
type sessions struct{ *session.Manager }

// Session opens a session.
func (s sessions) Session(ctx context.Context, _ string, o session.Options) (*session.Session, error) {
	return s.Open(ctx, o)
}

// Password returns the digest that is stored.
func (s sessions) Password(ctx context.Context, _, user string) (string, bool, error) {
	return s.Manager.Password(ctx, user)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t}
	dir := t.TempDir()
	c := awstest.NewControl(t)
	w.admin, w.stranger = c.Account(t, account), c.Stranger(t, account)
	secrets, err := secret.Open(c.DB)
	w.ok(err)
	secrets.SetChecker(c.Guard)
	namespaces, err := warehouse.OpenNamespaces(c.DB, c.Guard)
	w.ok(err)
	_, err = namespaces.Put(warehouse.Namespace{Account: account, Region: "us-east-1", Kind: warehouse.Provisioned, Cluster: "wh", DBName: "dev", AdminUser: "awsuser"})
	w.ok(err)
	engine, manager := w.database(dir)
	statements, err := statement.Open(c.DB, statement.Config{Dir: filepath.Join(dir, "results"), Guard: c.Guard, Namespaces: namespaces, Sessions: sessions{manager}, Secrets: secrets})
	w.ok(err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- statements.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-done
		w.ok(engine.Close())
	})
	w.service = dataapi.New(statements)
	w.server = aws.New(aws.Config{Credentials: c.IDs, Services: []aws.Service{w.service}, Log: slog.New(slog.DiscardHandler)})
	return w
}

func (w *world) database(dir string) (*duckdb.Engine, *session.Manager) {
	w.Helper()
	views := sysview.Views()
	engine, err := duckdb.Open(duckdb.Config{Path: filepath.Join(dir, "dev.duckdb"), Threads: 1, Setup: func(exec func(string) error) error {
		for _, script := range append([]string{warehouse.Schema(), ledger.Schema}, dialect.Macros()...) {
			if err := exec(script); err != nil {
				return err
			}
		}
		return sysview.Install(exec, "dev")
	}})
	w.ok(err)
	db := warehouse.NewDatabase(func() *warehouse.Namespace { return &warehouse.Namespace{} }, "dev", engine)
	c, err := db.Client(w.Context())
	w.ok(err)
	w.ok(errors.Join(c.PutUser(w.Context(), &warehouse.User{Name: "awsuser", Superuser: true}), c.Close()))
	return engine, session.NewManager(session.Config{Database: db, SystemColumns: func(name string) (out []dialect.Column, ok bool) {
		for _, c := range views[name] {
			out = append(out, dialect.Column{Name: c.Name, Type: c.Type})
		}
		return out, out != nil
	}})
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// operations are the rows that do something.
func (w *world) operations() []aws.Operation {
	return slices.DeleteFunc(slices.Clone(w.service.(*aws.JSONService).Operations()), func(op aws.Operation) bool { return !op.Supported() })
}

// document is an answer.
type document map[string]any

func (d document) text(name string) string { s, _ := d[name].(string); return s }

// call signs a call and returns its answer; code is "" when it succeeded.
func (w *world) call(by identity.AccessKey, operation, body string) (out document, code string) {
	w.Helper()
	rec := awstest.Key{ID: by.ID, Secret: by.Secret, Service: "redshift-data", Region: "us-east-1"}.JSON(w, w.server, "RedshiftData."+operation, body)
	text := rec.Body.Bytes()
	if err := json.Unmarshal(text, &out); err != nil {
		w.Fatalf("%s answered %q: %v", operation, text, err)
	}
	if rec.Code == http.StatusOK {
		return out, ""
	}
	if code = out.text("__type"); code == "" || rec.Code >= 500 {
		w.Errorf("%s answered %d %s", operation, rec.Code, text)
	}
	return out, code
}

// do is a call by the administrator that has to succeed.
func (w *world) do(operation, body string) document {
	w.Helper()
	out, code := w.call(w.admin, operation, body)
	if code != "" {
		w.Fatalf("%s %s: %s: %s", operation, body, code, out.text("message"))
	}
	return out
}

// run submits a statement and polls until it has ended.
func (w *world) run(operation, body string) document {
	w.Helper()
	return w.until(w.do(operation, body).text("Id"))
}

// until polls a statement to its end.
func (w *world) until(id string) document {
	w.Helper()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for range poll.C {
		out := w.do("DescribeStatement", `{"Id":"`+id+`"}`)
		switch out.text("Status") {
		case "FINISHED", "FAILED", "ABORTED":
			return out
		}
	}
	return nil
}

package statement_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/flow/sysview"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/secret"
)

const (
	account  = "222222222222"
	region   = "us-east-1"
	password = "Passw0rdPassw0rd"
)

// world is an account with a cluster, a workgroup, and one engine behind both.
type world struct {
	testing.TB
	ctx        context.Context
	dir        string
	db         *bbolt.DB
	engine     *duckdb.Engine
	ids        *identity.Store
	secrets    *secret.Store
	namespaces *warehouse.Namespaces
	sessions   *sessions
	store      *statement.Store
	admin      guard.Session
	stop       func()
}

// sessions are those of the one database.
type sessions struct {
	manager  *session.Manager
	database *warehouse.Database
	making   sync.Mutex
}

// Session opens a session, and makes the users of IAM identities.
func (s *sessions) Session(ctx context.Context, _ string, o session.Options) (*session.Session, error) {
	if len(o.User) > 3 && o.User[:3] == "IAM" {
		s.making.Lock()
		defer s.making.Unlock()
		if err := s.makeUser(ctx, warehouse.User{Name: o.User}); err != nil {
			return nil, err
		}
	}
	return s.manager.Open(ctx, o)
}

// Password returns the digest that is stored.
func (s *sessions) Password(ctx context.Context, _, user string) (string, bool, error) {
	return s.manager.Password(ctx, user)
}

func (s *sessions) makeUser(ctx context.Context, u warehouse.User) error {
	if _, ok, err := s.database.User(ctx, u.Name); err != nil || ok {
		return err
	}
	c, err := s.database.Client(ctx)
	if err != nil {
		return err
	}
	return errors.Join(c.PutUser(ctx, &u), c.Close())
}

func newWorld(t testing.TB) *world { return newWorldIn(t, t.TempDir()) }

func newWorldIn(t testing.TB, dir string) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	w := &world{TB: t, ctx: ctx, dir: dir}
	t.Cleanup(func() { w.close(); cancel() })
	w.open()
	return w
}

func (w *world) open() {
	w.Helper()
	var err error
	w.db, err = bbolt.Open(filepath.Join(w.dir, "control"), 0o600, nil)
	w.ok(err)
	w.ids, err = identity.Open(w.db)
	w.ok(err)
	g := guard.New(w.ids)
	w.ids.SetChecker(g)
	w.secrets, err = secret.Open(w.db)
	w.ok(err)
	w.secrets.SetChecker(g)
	w.namespaces, err = warehouse.OpenNamespaces(w.db, g)
	w.ok(err)
	w.begin()
	w.engine, err = duckdb.Open(duckdb.Config{Path: filepath.Join(w.dir, "dev.duckdb"), Threads: 1, Setup: setup})
	w.ok(err)
	database := warehouse.NewDatabase(func() *warehouse.Namespace { return &warehouse.Namespace{} }, "dev", w.engine)
	w.sessions = &sessions{database: database, manager: session.NewManager(session.Config{Database: database, Loader: noLoader{}, SystemColumns: systemColumns})}
	w.ok(w.sessions.makeUser(w.ctx, warehouse.User{Name: "awsuser", Password: warehouse.PasswordDigest(password, "awsuser"), Superuser: true}))
	w.store, err = statement.Open(w.db, statement.Config{Dir: filepath.Join(w.dir, "results"), Guard: g, Namespaces: w.namespaces, Sessions: w.sessions, Secrets: w.secrets})
	w.ok(err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.store.Run(ctx) }()
	w.stop = func() { cancel(); <-done }
}

// begin makes what the first start of a node makes.
func (w *world) begin() {
	w.Helper()
	if len(w.ids.Accounts()) == 0 {
		w.ok(w.ids.CreateAccount(account, account))
		_, err := w.ids.CreateAdmin(account, "admin")
		w.ok(err)
		n := warehouse.Namespace{Account: account, Region: region, DBName: "dev", AdminUser: "awsuser"}
		n.Kind, n.Cluster = warehouse.Provisioned, "wh"
		_, err = w.namespaces.Put(n)
		w.ok(err)
		n.Kind, n.Cluster, n.Name, n.Workgroup = warehouse.Serverless, "", "sl", "slwg"
		_, err = w.namespaces.Put(n)
		w.ok(err)
	}
	key, _ := w.ids.AdminKey(account, "admin")
	w.admin = w.caller(key)
}

func (w *world) caller(key identity.AccessKey) guard.Session {
	w.Helper()
	_, _, by, err := w.ids.Credential(key.ID)
	w.ok(err)
	by.Request.Region = region
	return by
}

// user makes a user who may do what the statements say.
func (w *world) user(name, statements string) guard.Session {
	w.Helper()
	v := w.ids.As(w.admin)
	_, err := v.CreateUser(w.ctx, identity.CreateUserInput{Name: name})
	w.ok(err)
	if statements != "" {
		w.ok(v.PutUserPolicy(w.ctx, name, "p", `{"Version":"2012-10-17","Statement":[`+statements+`]}`))
	}
	key, err := v.CreateAccessKey(w.ctx, name)
	w.ok(err)
	return w.caller(key)
}

func (w *world) close() {
	w.stop()
	w.ok(w.engine.Close())
	w.ok(w.db.Close())
}

func (w *world) restart() {
	w.Helper()
	w.close()
	w.open()
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refused(err error, code string) {
	w.Helper()
	if fault.CodeOf(err) != code {
		w.Errorf("got %v (%s), want %s", err, fault.CodeOf(err), code)
	}
}

func (w *world) denied(err error, action string) {
	w.Helper()
	d, ok := errors.AsType[*guard.Denied](err)
	if !ok || d.Call.Action != action {
		w.Errorf("got %v, want %s denied", err, action)
	}
}

// cluster is the cluster as the user who owns it.
var cluster = statement.Place{Cluster: "wh", Database: "dev", DBUser: "awsuser"}

func sql(texts ...string) statement.Input {
	return statement.Input{Place: cluster, SQL: texts, Batch: len(texts) > 1}
}

func (w *world) submit(in statement.Input) string {
	w.Helper()
	st, err := w.store.As(w.admin).Submit(w.ctx, in)
	w.ok(err)
	return st.ID
}

// ended waits for the end of a statement.
func (w *world) ended(id string) statement.Statement {
	w.Helper()
	return w.until(id, func(st *statement.Statement) bool { return st.Status.Ended() })
}

func (w *world) until(id string, holds func(*statement.Statement) bool) statement.Statement {
	w.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		st, err := w.store.As(w.admin).Describe(w.ctx, id)
		w.ok(err)
		if holds(&st) {
			return st
		}
		select {
		case <-tick.C:
		case <-w.ctx.Done():
			w.Fatalf("%s is still %s", id, st.Status)
		}
	}
}

// run submits and waits for the end.
func (w *world) run(in statement.Input) statement.Statement {
	w.Helper()
	return w.ended(w.submit(in))
}

// rows are the rows of a result, one text each.
func (w *world) rows(id, format string) []string {
	w.Helper()
	var all []string
	for token := ""; ; {
		r, err := w.store.As(w.admin).Result(w.ctx, id, token, format)
		w.ok(err)
		for _, row := range r.Rows {
			all = append(all, string(row))
		}
		if token = r.Next; token == "" {
			return all
		}
	}
}

func setup(exec func(string) error) error {
	for _, script := range append([]string{warehouse.Schema(), ledger.Schema}, dialect.Macros()...) {
		if err := exec(script); err != nil {
			return err
		}
	}
	return sysview.Install(exec, "dev")
}

var views = sysview.Views()

func systemColumns(name string) ([]dialect.Column, bool) {
	var out []dialect.Column
	for _, c := range views[name] {
		out = append(out, dialect.Column{Name: c.Name, Type: c.Type})
	}
	return out, out != nil
}

// noLoader loads nothing.
type noLoader struct{}

// Copy refuses.
func (noLoader) Copy(context.Context, *warehouse.Client, load.Request) (load.Outcome, error) {
	return load.Outcome{}, fmt.Errorf("no COPY in these tests")
}

package secret_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

const account = "111111111111"

// world is a store whose guard allows everything.
type world struct {
	testing.TB
	ctx   context.Context
	db    *bbolt.DB
	store *secret.Store
	view  *secret.View
	clock time.Time
}

// anybody may do anything: who may what is tried at the door.
type anybody struct{}

// Check allows.
func (anybody) Check(context.Context, guard.Call) error { return nil }

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, ctx: context.Background(), clock: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)} // Open itself goes by the true clock.
	var err error
	w.db, err = bbolt.Open(filepath.Join(t.TempDir(), "control"), 0o600, nil)
	w.ok(err)
	t.Cleanup(func() { w.db.Close() })
	w.open()
	return w
}

// open opens the store, as a start of a node does.
func (w *world) open() {
	w.Helper()
	var err error
	w.store, err = secret.Open(w.db)
	w.ok(err)
	w.store.SetChecker(anybody{})
	w.store.SetClock(func() time.Time { return w.clock })
	w.view = w.store.As(guard.Session{Account: account, Request: guard.Request{Region: "us-east-1"}})
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
		w.Errorf("got %v, want %s", err, code)
	}
}

func text(s string) secret.Value { return secret.Value{Text: &s} }

func (w *world) create(in secret.CreateInput) secret.Change {
	w.Helper()
	made, err := w.view.Create(w.ctx, in)
	w.ok(err)
	return made
}

// value is the text of a version.
func (w *world) value(in secret.GetInput) string {
	w.Helper()
	r, err := w.view.Value(w.ctx, in)
	w.ok(err)
	return *r.Value.Text
}

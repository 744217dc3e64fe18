package identity_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	account1 = "111111111111"
	account2 = "222222222222"

	redshiftTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	readPolicy    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::src","arn:aws:s3:::src/*"]}]}`
)

// world is a store with two accounts and an administrator in each.
type world struct {
	testing.TB
	file      string
	db        *bbolt.DB
	store     *identity.Store
	admin1    *identity.View
	admin2    *identity.View
	by1, by2  guard.Session
	adminKey2 identity.AccessKey
	ctx       context.Context
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, file: filepath.Join(t.TempDir(), "control.db"), ctx: context.Background()}
	w.open()
	t.Cleanup(func() { _ = w.db.Close() })
	w.ok(w.store.CreateAccount(account1, "source"))
	w.ok(w.store.CreateAccount(account2, "warehouse"))
	_, w.by1 = w.admin(account1)
	w.adminKey2, w.by2 = w.admin(account2)
	w.admin1, w.admin2 = w.store.As(w.by1), w.store.As(w.by2)
	return w
}

func (w *world) open() {
	w.Helper()
	db, err := bbolt.Open(w.file, 0o600, nil)
	w.ok(err)
	w.db = db
	w.store, err = identity.Open(db)
	w.ok(err)
}

// restart closes the file and opens it anew.
func (w *world) restart() {
	w.Helper()
	w.ok(w.db.Close())
	w.open()
	w.admin1, w.admin2 = w.store.As(w.by1), w.store.As(w.by2)
}

func (w *world) admin(account string) (identity.AccessKey, guard.Session) {
	w.Helper()
	key, err := w.store.CreateAdmin(account, "admin")
	w.ok(err)
	_, _, by, err := w.store.Credential(key.ID)
	w.ok(err)
	return key, by
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused checks an error's code and message.
func (w *world) refused(err error, code, message string) {
	w.Helper()
	if fault.CodeOf(err) != code || !strings.Contains(messageOf(err), message) {
		w.Errorf("got %s %q (%v), want %s %q", fault.CodeOf(err), messageOf(err), err, code, message)
	}
}

func messageOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return ""
}

// denied checks that the guard refused, and by which kind of policy.
func (w *world) denied(err error, by policy.Kind) *guard.Denied {
	w.Helper()
	d, ok := errors.AsType[*guard.Denied](err)
	if !ok {
		w.Fatalf("got %v, want a denial", err)
	}
	if d.Decision.By != by {
		w.Errorf("denied by %v, want %v: %v", d.Decision.By, by, err)
	}
	return d
}

func (w *world) role(v *identity.View, name, trust string) identity.Role {
	w.Helper()
	r, err := v.CreateRole(w.ctx, identity.CreateRoleInput{Name: name, Trust: trust})
	w.ok(err)
	return r
}

func (w *world) user(v *identity.View, name string) guard.Session {
	w.Helper()
	_, err := v.CreateUser(w.ctx, identity.CreateUserInput{Name: name})
	w.ok(err)
	key, err := v.CreateAccessKey(w.ctx, name)
	w.ok(err)
	_, _, by, err := w.store.Credential(key.ID)
	w.ok(err)
	return by
}

func trusting(principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}]}`
}

func allowing(action, resource string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"` + resource + `"}]}`
}

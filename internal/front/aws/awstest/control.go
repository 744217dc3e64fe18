package awstest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// Control is what the test of a door stands on: a control database, identities and their guard.
type Control struct {
	DB    *bbolt.DB
	IDs   *identity.Store
	Guard *guard.Guard
}

// NewControl makes an empty one that ends with the test.
func NewControl(t testing.TB) *Control {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "control"), 0o600, &bbolt.Options{NoSync: true})
	ok(t, err)
	t.Cleanup(func() { ok(t, db.Close()) })
	ids, err := identity.Open(db)
	ok(t, err)
	c := &Control{db, ids, guard.New(ids)}
	ids.SetChecker(c.Guard)
	return c
}

// Account makes an account and returns the key of its administrator.
func (c *Control) Account(t testing.TB, id string) identity.AccessKey {
	t.Helper()
	ok(t, c.IDs.CreateAccount(id, id))
	key, err := c.IDs.CreateAdmin(id, "admin")
	ok(t, err)
	return key
}

// Stranger makes a user of an account who has no policies, and returns a key of theirs.
func (c *Control) Stranger(t testing.TB, account string) identity.AccessKey {
	t.Helper()
	root := c.IDs.As(c.IDs.Root(account))
	_, err := root.CreateUser(t.Context(), identity.CreateUserInput{Name: "stranger"})
	ok(t, err)
	key, err := root.CreateAccessKey(t.Context(), "stranger")
	ok(t, err)
	return key
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// JSON calls an operation, named as X-Amz-Target names it, in the JSON protocol.
func (k Key) JSON(t testing.TB, server http.Handler, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	return k.send(t, server, r)
}

// Query calls an operation with its parameters in the Query protocol.
func (k Key) Query(t testing.TB, server http.Handler, parameters url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", strings.NewReader(parameters.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	return k.send(t, server, r)
}

// send signs a call unless nobody makes it.
func (k Key) send(t testing.TB, server http.Handler, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	if k.ID != "" {
		k.Sign(t, r)
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w
}

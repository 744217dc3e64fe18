package secretsapi_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/secretsapi"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/secret"
)

const account = "111111111111"

// world is a server with an administrator, a user without policies, and an administrator of another account.
type world struct {
	testing.TB
	server                    *aws.Server
	service                   aws.Service
	ids                       *identity.Store
	admin, stranger, neighbor identity.AccessKey
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t}
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "control"), 0o600, nil)
	w.ok(err)
	t.Cleanup(func() { db.Close() })
	w.ids, err = identity.Open(db)
	w.ok(err)
	g := guard.New(w.ids)
	w.ids.SetChecker(g)
	secrets, err := secret.Open(db)
	w.ok(err)
	secrets.SetChecker(g)
	w.admin, w.neighbor = w.account(account), w.account("222222222222")
	_, _, root, err := w.ids.Credential(w.admin.ID)
	w.ok(err)
	_, err = w.ids.As(root).CreateUser(t.Context(), identity.CreateUserInput{Name: "stranger"})
	w.ok(err)
	w.stranger, err = w.ids.As(root).CreateAccessKey(t.Context(), "stranger")
	w.ok(err)
	w.service = secretsapi.New(secrets)
	w.server = aws.New(aws.Config{Credentials: w.ids, Services: []aws.Service{w.service}, Log: slog.New(slog.DiscardHandler)})
	return w
}

func (w *world) account(id string) identity.AccessKey {
	w.Helper()
	w.ok(w.ids.CreateAccount(id, id))
	key, err := w.ids.CreateAdmin(id, "admin")
	w.ok(err)
	return key
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// document is an answer.
type document map[string]any

func (d document) text(name string) string { s, _ := d[name].(string); return s }

// call signs a call and returns its answer; code is "" when it succeeded.
func (w *world) call(by identity.AccessKey, operation, body string) (out document, code string) {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "secretsmanager."+operation)
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, awstest.Key{ID: by.ID, Secret: by.Secret, Service: "secretsmanager", Region: "us-east-1"}.Sign(w, r))
	text, err := io.ReadAll(rec.Body)
	w.ok(err)
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

// operations are the rows that do something.
func (w *world) operations() []aws.Operation {
	rows := w.service.(*aws.JSONService).Operations()
	return slices.DeleteFunc(slices.Clone(rows), func(op aws.Operation) bool { return !op.Supported() })
}

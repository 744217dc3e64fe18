package secretsapi_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/secretsapi"
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
	c := awstest.NewControl(t)
	w.ids = c.IDs
	secrets, err := secret.Open(c.DB)
	w.ok(err)
	secrets.SetChecker(c.Guard)
	w.admin, w.neighbor, w.stranger = c.Account(t, account), c.Account(t, "222222222222"), c.Stranger(t, account)
	w.service = secretsapi.New(secrets)
	w.server = aws.New(aws.Config{Credentials: w.ids, Services: []aws.Service{w.service}, Log: slog.New(slog.DiscardHandler)})
	return w
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
	rec := awstest.Key{ID: by.ID, Secret: by.Secret, Service: "secretsmanager", Region: "us-east-1"}.JSON(w, w.server, "secretsmanager."+operation, body)
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

// operations are the rows that do something.
func (w *world) operations() []aws.Operation {
	rows := w.service.(*aws.JSONService).Operations()
	return slices.DeleteFunc(slices.Clone(rows), func(op aws.Operation) bool { return !op.Supported() })
}

package redshiftapi_test

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/redshiftapi"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const (
	account1 = "111111111111"
	account2 = "222222222222"
	region   = "us-east-1"
)

// node is the door over two accounts with an administrator each.
type node struct {
	ids        *identity.Store
	namespaces *warehouse.Namespaces
	door       *aws.QueryService
	server     http.Handler
	admin      identity.AccessKey
}

// engines start nothing.
type engines struct{ fail error }

func (e *engines) Start(context.Context, *warehouse.Namespace) (string, int, error) {
	return "127.0.0.1", 5440, e.fail
}
func (e *engines) Stop(context.Context, string, bool) error { return nil }

func newNode(t *testing.T) *node {
	t.Helper()
	c := awstest.NewControl(t)
	c.Account(t, account1)
	n := &node{ids: c.IDs, admin: c.Account(t, account2)}
	var err error
	n.namespaces, err = warehouse.OpenNamespaces(c.DB, c.Guard)
	check(t, err)
	n.namespaces.SetHost(&engines{})
	n.namespaces.SetPrincipals(n.ids)
	n.door = redshiftapi.New(redshiftapi.Config{Namespaces: n.namespaces, Integrations: integrations(t, c, n)})
	n.server = aws.New(aws.Config{Credentials: n.ids, Services: []aws.Service{n.door}, Log: slog.New(slog.DiscardHandler)})
	return n
}

func integrations(t *testing.T, c *awstest.Control, n *node) *arrival.Integrations {
	t.Helper()
	store, err := bucket.Open(bucket.Config{Dir: t.TempDir(), Guard: c.Guard, Region: region, Principals: n.ids})
	check(t, err)
	t.Cleanup(func() { store.Close() })
	x, err := arrival.Open(c.DB, c.Guard, store, n.namespaces, nil)
	check(t, err)
	return x
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what a call came back with.
type answer struct {
	status        int
	code, message string
	body          string
}

// call makes one call with "Name=value" parameters.
func (n *node) call(t testing.TB, key identity.AccessKey, action string, parameters ...string) answer {
	t.Helper()
	form := url.Values{"Action": {action}, "Version": {"2012-12-01"}}
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		form.Set(name, value)
	}
	w := awstest.Key{ID: key.ID, Secret: key.Secret, Service: "redshift", Region: region}.Query(t, n.server, form)
	body := w.Body.Bytes()
	a := answer{status: w.Code, body: string(body)}
	var failed struct {
		Error struct{ Code, Message string }
	}
	if err := xml.Unmarshal(body, &failed); err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("%s answers no XML: %v\n%s", action, err, body)
	}
	a.code, a.message = failed.Error.Code, failed.Error.Message
	return a
}

// must makes a call of the administrator that has to succeed.
func (n *node) must(t testing.TB, action string, parameters ...string) string {
	t.Helper()
	a := n.call(t, n.admin, action, parameters...)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d %s: %s", action, a.status, a.code, a.message)
	}
	return a.body
}

// stranger is a user of account 2 without a policy.
func (n *node) stranger(t testing.TB) identity.AccessKey {
	t.Helper()
	view := n.ids.As(n.ids.Root(account2))
	_, err := view.CreateUser(t.Context(), identity.CreateUserInput{Name: "stranger"})
	check(t, err)
	key, err := view.CreateAccessKey(t.Context(), "stranger")
	check(t, err)
	return key
}

// value is the text of the first element of a name.
func value(body, element string) string {
	_, rest, _ := strings.Cut(body, "<"+element+">")
	text, _, _ := strings.Cut(rest, "</"+element+">")
	return text
}

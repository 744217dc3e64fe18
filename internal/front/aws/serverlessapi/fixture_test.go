package serverlessapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/serverlessapi"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const account = "222222222222"

// node is the door over an account with an administrator.
type node struct {
	ids        *identity.Store
	namespaces *warehouse.Namespaces
	door       *aws.JSONService
	server     http.Handler
	admin      identity.AccessKey
}

// engines start nothing.
type engines struct{}

func (engines) Start(context.Context, *warehouse.Namespace) (string, int, error) {
	return "127.0.0.1", 5440, nil
}
func (engines) Stop(context.Context, string, bool) error { return nil }

func newNode(t *testing.T) *node {
	t.Helper()
	c := awstest.NewControl(t)
	n := &node{ids: c.IDs, admin: c.Account(t, account)}
	var err error
	n.namespaces, err = warehouse.OpenNamespaces(c.DB, c.Guard)
	check(t, err)
	n.namespaces.SetHost(engines{})
	n.door = serverlessapi.New(n.namespaces)
	n.server = aws.New(aws.Config{Credentials: n.ids, Services: []aws.Service{n.door}, Log: slog.New(slog.DiscardHandler)})
	return n
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
	out           map[string]any
}

func (n *node) call(t testing.TB, key identity.AccessKey, operation, in string) answer {
	t.Helper()
	w := awstest.Key{ID: key.ID, Secret: key.Secret, Service: "redshift-serverless", Region: "us-east-1"}.JSON(t, n.server, "RedshiftServerless."+operation, in)
	a := answer{status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &a.out); err != nil {
		t.Fatalf("%s answers no JSON: %v\n%s", operation, err, w.Body)
	}
	a.code, _ = a.out["__type"].(string)
	a.message, _ = a.out["message"].(string)
	return a
}

// must makes a call of the administrator that has to succeed, and takes an element of its answer.
func (n *node) must(t testing.TB, operation, in, element string) map[string]any {
	t.Helper()
	a := n.call(t, n.admin, operation, in)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d %s: %s", operation, a.status, a.code, a.message)
	}
	if element == "" {
		return a.out
	}
	out, ok := a.out[element].(map[string]any)
	if !ok {
		t.Fatalf("%s answers no %s: %v", operation, element, a.out)
	}
	return out
}

package iamapi_test

import (
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/iamapi"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const account = "111111111111"

const (
	readDocument  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	trustDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	readerARN     = "arn:aws:iam::" + account + ":policy/reader"
)

// node is the door over an account with an administrator.
type node struct {
	testing.TB
	ids    *identity.Store
	door   *aws.QueryService
	server http.Handler
	admin  identity.AccessKey
	called map[string]bool // operations that succeeded
}

func newNode(t testing.TB) *node {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "control.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ids, err := identity.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{TB: t, ids: ids, door: iamapi.New(ids), called: map[string]bool{}}
	if err := ids.CreateAccount(account, "one"); err != nil {
		t.Fatal(err)
	}
	if n.admin, err = ids.CreateAdmin(account, "admin"); err != nil {
		t.Fatal(err)
	}
	n.server = aws.New(aws.Config{Credentials: ids, Services: []aws.Service{n.door}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	return n
}

// reply is what a call was answered with.
type reply struct {
	status        int
	code, message string
	body          string
}

// call sends parameters written as a query string; as signs.
func (n *node) call(as identity.AccessKey, operation, params string) reply {
	n.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader("Action="+operation+"&Version=2010-05-08&"+params))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	awstest.Key{ID: as.ID, Secret: as.Secret, Service: "iam", Region: "us-east-1"}.Sign(n, r)
	w := httptest.NewRecorder()
	n.server.ServeHTTP(w, r)
	out := reply{status: w.Code, body: w.Body.String()}
	var e struct {
		Error struct{ Code, Message string }
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &e); err != nil {
		n.Fatalf("%s: %v in %s", operation, err, w.Body)
	}
	out.code, out.message = e.Error.Code, e.Error.Message
	n.called[operation] = n.called[operation] || w.Code == http.StatusOK
	return out
}

// ok makes a call that has to succeed, with each of the texts in its answer.
func (n *node) ok(operation, params string, texts ...string) reply {
	n.Helper()
	got := n.call(n.admin, operation, params)
	if got.status != http.StatusOK {
		n.Fatalf("%s %s: %d %s", operation, params, got.status, got.body)
	}
	for _, text := range texts {
		if !strings.Contains(got.body, text) {
			n.Errorf("%s %s: no %q in %s", operation, params, text, got.body)
		}
	}
	return got
}

// refused makes a call that has to fail.
func (n *node) refused(operation, params string, status int, code, message string) {
	n.Helper()
	got := n.call(n.admin, operation, params)
	if got.status != status || got.code != code || !strings.Contains(got.message, message) {
		n.Errorf("%s %s: %d %s %q, want %d %s %q", operation, params, got.status, got.code, got.message, status, code, message)
	}
}

// text is what stands in the first element of a name.
func (r reply) text(element string) string {
	_, rest, _ := strings.Cut(r.body, "<"+element+">")
	text, _, _ := strings.Cut(rest, "</"+element+">")
	return text
}

func doc(text string) string { return url.QueryEscape(text) }

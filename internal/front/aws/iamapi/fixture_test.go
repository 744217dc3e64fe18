package iamapi_test

import (
	"encoding/xml"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

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
	c := awstest.NewControl(t)
	n := &node{TB: t, ids: c.IDs, door: iamapi.New(c.IDs), admin: c.Account(t, account), called: map[string]bool{}}
	n.server = aws.New(aws.Config{Credentials: c.IDs, Services: []aws.Service{n.door}, Log: slog.New(slog.DiscardHandler)})
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
	form, err := url.ParseQuery("Action=" + operation + "&Version=2010-05-08&" + params)
	if err != nil {
		n.Fatalf("%s: %v in %s", operation, err, params)
	}
	w := awstest.Key{ID: as.ID, Secret: as.Secret, Service: "iam", Region: "us-east-1"}.Query(n, n.server, form)
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

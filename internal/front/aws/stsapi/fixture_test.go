package stsapi_test

import (
	"encoding/xml"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const account = "111111111111"

// node is the door over an account with an administrator and a user without policies.
type node struct {
	testing.TB
	ids             *identity.Store
	door            *aws.QueryService
	server          http.Handler
	admin, stranger credentials
}

type credentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      aws.Time
}

func newNode(t testing.TB) *node {
	t.Helper()
	c := awstest.NewControl(t)
	n := &node{TB: t, ids: c.IDs, door: stsapi.New(c.IDs), admin: keyed(c.Account(t, account)), stranger: keyed(c.Stranger(t, account))}
	n.server = aws.New(aws.Config{Credentials: c.IDs, Services: []aws.Service{n.door}, Log: slog.New(slog.DiscardHandler)})
	return n
}

func keyed(k identity.AccessKey) credentials {
	return credentials{AccessKeyID: k.ID, SecretAccessKey: k.Secret}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// role makes a role that the principals of a kind may take.
func (n *node) role(name, principal string, maxSession int) identity.Role {
	n.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal +
		`,"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}]}`
	r, err := n.ids.As(n.ids.Root(account)).CreateRole(n.Context(), identity.CreateRoleInput{Name: name, Trust: trust, MaxSession: maxSession})
	ok(n, err)
	return r
}

// reply is an answer with all that any operation of STS puts into it.
type reply struct {
	Status int
	Error  struct{ Code, Message string }
	Assume struct {
		Credentials      credentials
		AssumedRoleUser  struct{ AssumedRoleId, Arn string }
		PackedPolicySize int
		SourceIdentity   string
	} `xml:"AssumeRoleResult"`
	Token    struct{ Credentials credentials }     `xml:"GetSessionTokenResult"`
	Identity struct{ Arn, UserId, Account string } `xml:"GetCallerIdentityResult"`
	Key      struct{ Account string }              `xml:"GetAccessKeyInfoResult"`
}

// call sends parameters given as names and values.
func (n *node) call(as credentials, operation string, params ...string) reply {
	n.Helper()
	form := url.Values{"Action": {operation}, "Version": {"2011-06-15"}}
	for i := 0; i+1 < len(params); i += 2 {
		form.Set(params[i], params[i+1])
	}
	w := awstest.Key{ID: as.AccessKeyID, Secret: as.SecretAccessKey, Token: as.SessionToken, Service: "sts", Region: "us-east-1"}.Query(n, n.server, form)
	out := reply{Status: w.Code}
	if err := xml.Unmarshal(w.Body.Bytes(), &out); err != nil {
		n.Fatalf("%s: %v in %s", operation, err, w.Body)
	}
	return out
}

func (n *node) refused(got reply, status int, code, message string) {
	n.Helper()
	if got.Status != status || got.Error.Code != code || !strings.Contains(got.Error.Message, message) {
		n.Errorf("got %d %s %q, want %d %s %q", got.Status, got.Error.Code, got.Error.Message, status, code, message)
	}
}

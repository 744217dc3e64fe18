package s3api_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const (
	account1 = "111111111111"
	account2 = "222222222222"
)

// node is the S3 door with its real store, guard and identities behind it.
type node struct {
	url   string
	store *bucket.Store
	keys  map[string]identity.AccessKey // of each account's administrator
}

func newNode(t testing.TB) *node {
	t.Helper()
	n := newStopped(t)
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = aws.NewHTTPServer(n.server(t, slog.New(slog.DiscardHandler)), nil)
	srv.Start()
	t.Cleanup(srv.Close)
	n.url = srv.URL
	return &n.node
}

// stopped is a node before its server is made.
type stopped struct {
	node
	ids *identity.Store
}

func newStopped(t testing.TB) *stopped {
	t.Helper()
	dir := t.TempDir()
	db, err := bbolt.Open(filepath.Join(dir, "control"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := identity.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	n := &stopped{node: node{keys: map[string]identity.AccessKey{}}, ids: ids}
	for _, account := range []string{account1, account2} {
		if err := ids.CreateAccount(account, account); err != nil {
			t.Fatal(err)
		}
		if n.keys[account], err = ids.CreateAdmin(account, "admin"); err != nil {
			t.Fatal(err)
		}
	}
	if n.store, err = bucket.Open(bucket.Config{Dir: filepath.Join(dir, "s3"), Guard: guard.New(ids)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.store.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

func (n *stopped) server(_ testing.TB, log *slog.Logger) http.Handler {
	return aws.New(aws.Config{Credentials: n.ids, Services: []aws.Service{s3api.New(n.store), stsapi.New(n.ids)}, Log: log})
}

// request is one call in short: a method and a target, headers as "Name: value", a body.
type request struct {
	verb    string // "PUT /b/k?acl"
	headers []string
	body    string
	account string // account1 when empty, "nobody" does not sign
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (n *node) request(t testing.TB, in request) *http.Request {
	t.Helper()
	method, target, _ := strings.Cut(in.verb, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, n.url+target, strings.NewReader(in.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", "test")
	for _, h := range in.headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Set(name, value)
	}
	if in.account == "nobody" {
		return r
	}
	if in.account == "" {
		in.account = account1
	}
	k := n.keys[in.account]
	return awstest.Key{ID: k.ID, Secret: k.Secret, Service: "s3", Region: "us-east-1"}.Sign(t, r)
}

func (n *node) do(t testing.TB, in request) answer {
	t.Helper()
	return n.roundTrip(t, n.request(t, in))
}

// transport hands bodies on as they are, compressed or not.
var transport = &http.Transport{DisableCompression: true}

func (n *node) roundTrip(t testing.TB, r *http.Request) answer {
	t.Helper()
	res, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

// want does a call and checks its status.
func (n *node) want(t testing.TB, status int, in request) answer {
	t.Helper()
	a := n.do(t, in)
	if a.status != status {
		t.Fatalf("%s: status %d, want %d\n%s", in.verb, a.status, status, a.body)
	}
	return a
}

// refused does a call and checks the status and the code of its error.
func (n *node) refused(t testing.TB, status int, code string, in request) answer {
	t.Helper()
	a := n.want(t, status, in)
	if got := a.element("Code"); got != code {
		t.Fatalf("%s: code %q, want %q\n%s", in.verb, got, code, a.body)
	}
	return a
}

// element is the text of the first element of the name in the body.
func (a answer) element(name string) string {
	d := xml.NewDecoder(bytes.NewReader([]byte(a.body)))
	for {
		tok, err := d.Token()
		if err != nil {
			return ""
		}
		if s, ok := tok.(xml.StartElement); ok && s.Name.Local == name {
			var text string
			if d.DecodeElement(&text, &s) != nil {
				return ""
			}
			return text
		}
	}
}

// elements are the texts of all elements of the name.
func (a answer) elements(name string) []string {
	var out []string
	d := xml.NewDecoder(bytes.NewReader([]byte(a.body)))
	for {
		tok, err := d.Token()
		if err != nil {
			return out
		}
		if s, ok := tok.(xml.StartElement); ok && s.Name.Local == name {
			var text string
			if d.DecodeElement(&text, &s) == nil {
				out = append(out, text)
			}
		}
	}
}

func (n *node) bucket(t testing.TB, name string) {
	t.Helper()
	n.want(t, 200, request{verb: "PUT /" + name})
}

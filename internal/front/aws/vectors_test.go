package aws

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// vectors are requests signed by botocore, see the file's origin.
type vectors struct {
	AccessKeyID string `json:"accessKeyId"`
	Secret      string
	Time        string
	Vectors     []vector
}

type vector struct {
	Name, Method, Host, Target string
	Headers                    [][2]string
	Body                       string
	Service, Region, Token     string
	Canonical                  string
	S3                         bool
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/sigv4.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v vector) request() *http.Request {
	r := httptest.NewRequest(v.Method, v.Target, strings.NewReader(v.Body))
	r.Host = v.Host
	for _, h := range v.Headers {
		r.Header.Add(h[0], h[1])
	}
	return r
}

// keyring is Credentials over a map.
type keyring map[string]ringKey

type ringKey struct {
	secret, token string
	session       guard.Session
	err           error
}

func (k keyring) Credential(id string) (string, string, guard.Session, error) {
	key, ok := k[id]
	if !ok {
		return "", "", guard.Session{}, &fault.Error{Kind: fault.Unauthorized, Code: "InvalidAccessKeyId"}
	}
	return key.secret, key.token, key.session, key.err
}

func TestVectors(t *testing.T) {
	all := readVectors(t)
	now, err := time.Parse(timeFormat, all.Time)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			user := guard.Session{Type: policy.User, Account: "111111111111"}
			s := New(Config{
				Credentials: keyring{all.AccessKeyID: {all.Secret, v.Token, user, nil}},
				Now:         func() time.Time { return now },
			})
			x := newExchange(httptest.NewRecorder(), v.request(), now)
			if x.claim, err = claim(x.r); err != nil {
				t.Fatal(err)
			}
			x.service = echo{name: v.Service, protocol: protocolFor(v)}
			hash, err := x.payloadHash()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.Canonical, canonicalRequest(x.r, x.claim.signedHeaders, hash, v.S3)); diff != "" {
				t.Error("canonical request (-want +got):\n" + diff)
			}
			if err := s.authenticate(x); err != nil {
				t.Error(err)
			}
			x.claim.value = strings.Repeat("0", 64)
			if err := s.authenticate(x); fault.CodeOf(err) != "SignatureDoesNotMatch" {
				t.Errorf("a wrong signature got %v", err)
			}
		})
	}
}

func protocolFor(v vector) Protocol {
	if v.S3 {
		return RESTXML{}
	}
	return Query{}
}

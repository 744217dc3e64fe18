package aws

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// FuzzAuthorization: no header and no query makes the verifier panic, and none
// gets in that is not signed with the key.
func FuzzAuthorization(f *testing.F) {
	for _, v := range readVectors(f).Vectors {
		r := v.request()
		f.Add(r.Header.Get("Authorization"), r.URL.RawQuery, r.Header.Get("X-Amz-Date"), r.Header.Get("X-Amz-Content-Sha256"))
	}
	f.Add("AWS4-HMAC-SHA256 Credential=a/b/20150830/r/s3/aws4_request,SignedHeaders=;,Signature=", "", "20150830T123600Z", "UNSIGNED-PAYLOAD")
	f.Add("AWS a:b", "X-Amz-Algorithm=", "", "")
	now := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	s := New(Config{
		Credentials: keyring{"AKIDEXAMPLE": {"a secret nobody signed with", "", guard.Session{Type: policy.User}, nil}},
		Services:    []Service{echo{name: "s3", protocol: RESTXML{}}, echo{name: "service", protocol: Query{}}, echo{name: "sts", protocol: JSON{}}},
		Now:         func() time.Time { return now },
	})
	f.Fuzz(func(t *testing.T, authorization, query, date, hash string) {
		r := httptest.NewRequest("GET", "/b/k", nil)
		r.URL.RawQuery = query
		r.Header["Authorization"] = []string{authorization}
		r.Header["X-Amz-Date"] = []string{date}
		r.Header["X-Amz-Content-Sha256"] = []string{hash}
		x := newExchange(httptest.NewRecorder(), r, now)
		if err := s.readClaim(x); err != nil {
			t.Fatal(err)
		}
		if err := s.findService(x); err != nil {
			return
		}
		if err := s.authenticate(x); err == nil && x.request.Session.Type != policy.Anonymous {
			t.Fatalf("let in: %q %q", authorization, query)
		}
	})
}

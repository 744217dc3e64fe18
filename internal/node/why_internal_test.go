package node

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// TestWhyPage asks the page as inlet why does, and as somebody who may not.
func TestWhyPage(t *testing.T) {
	n := begin(t, Options{Data: t.TempDir(), AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0"})
	stranger := n.root(Account1)
	stranger.ARN, stranger.Type, stranger.UserID, stranger.Request.ID = "arn:aws:iam::111111111111:user/x", policy.User, "AIDAX", "R-1"
	if _, err := n.identities.As(stranger).ListRoles(t.Context(), ""); err == nil {
		t.Fatal("a stranger may list roles")
	}
	cases := []struct {
		name, token, query string
		status             int
	}{
		{"no token", "", "?id=R-1", http.StatusUnauthorized},
		{"another token", "x" + n.Info.Token, "?id=R-1", http.StatusUnauthorized},
		{"by id", n.Info.Token, "?id=R-1", http.StatusOK},
		{"the last", n.Info.Token, "", http.StatusOK},
		{"unknown", n.Info.Token, "?id=R-2", http.StatusNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.Info.AWS+"/_inlet/why"+c.query, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.token != "" {
				req.Header.Set("Authorization", "Bearer "+c.token)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != c.status {
				t.Fatalf("status %s", res.Status)
			}
			var r doctor.Report
			if c.status == http.StatusOK && (json.NewDecoder(res.Body).Decode(&r) != nil || r.ID != "R-1" || len(r.Findings) != 1 || len(r.Mends) != 1) {
				t.Errorf("got %+v", r)
			}
		})
	}
}

package secret_test

import (
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/secret"
)

func TestStore(t *testing.T) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "control"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := secret.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get("111111111111", "p"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v, want not found", err)
	}
	for _, value := range []string{"one", "two"} {
		if err := s.Put(secret.Secret{Account: "111111111111", Name: "p", Value: value}); err != nil {
			t.Fatal(err)
		}
		if x, err := s.Get("111111111111", "p"); err != nil || x.Value != value {
			t.Errorf("got %+v, %v, want %s", x, err, value)
		}
	}
	if _, err := s.Get("222222222222", "p"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another account's secret: got %v, want not found", err)
	}
}

func TestNewPassword(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p, err := secret.NewPassword()
		if err != nil {
			t.Fatal(err)
		}
		if len(p) < 8 || len(p) > 64 || !strings.ContainsAny(p, "ABCDEFGHJKLMNPQRSTUVWXYZ") || strings.ToUpper(p) == p || !strings.ContainsAny(p, "23456789") {
			t.Errorf("%q is not a password Redshift takes", p)
		}
		if seen[p] {
			t.Errorf("%q came twice", p)
		}
		seen[p] = true
	}
}

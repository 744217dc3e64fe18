package config_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/config"
)

// TestGood reads every good example.
func TestGood(t *testing.T) {
	for _, path := range files(t, "*.good.yml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			f, err := config.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range f.Buckets {
				if b.Policy != "" && !json.Valid([]byte(b.Policy)) {
					t.Errorf("policy of %s is not JSON:\n%s", b.Name, b.Policy)
				}
			}
		})
	}
}

// TestBad reads every bad example; its first line is a comment with the message.
func TestBad(t *testing.T) {
	for _, path := range files(t, "*.bad.yml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(text), "\n")
			want := strings.TrimPrefix(first, "# ")
			if _, err := config.Parse(text); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	if _, err := config.Read(filepath.Join(t.TempDir(), "none.yml")); err == nil || !strings.Contains(err.Error(), "none.yml") {
		t.Errorf("got %v", err)
	}
}

func TestDocument(t *testing.T) {
	f, err := config.Parse([]byte("buckets:\n- name: b\n  account: \"012345678901\"\n  policy:\n    Version: 2012-10-17\n    Statement: [{Effect: Allow, Bool: true}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Bool\": true\n    }\n  ]\n}"
	if got := string(f.Buckets[0].Policy); got != want {
		t.Errorf("got %s", got)
	}
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no files for %s: %v", pattern, err)
	}
	return found
}

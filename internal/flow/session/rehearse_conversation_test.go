package session_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var speed = regexp.MustCompile(`\d+ rows a second|"seconds":[0-9.e-]+|"rows_per_second":\d+`)

// TestRehearseConversations runs testdata/rehearse/*.txt as TestCopyConversations does, without what depends on the machine's speed.
func TestRehearseConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/rehearse/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := speed.ReplaceAllString(newCopyHouse(t).converse(string(text)), "N rows a second")
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); d != "" {
				t.Errorf("answers differ (-want +got)\n%s", d)
			}
		})
	}
}

package policy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// trapFile is one trap of the corpus: cases that belong together, each with its answer.
type trapFile struct {
	Why   string `json:"why"`
	Cases []struct {
		Case json.RawMessage `json:"case"`
		Want policy.Answer   `json:"want"`
	} `json:"cases"`
}

func TestTraps(t *testing.T) {
	files, err := filepath.Glob("testdata/traps/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("found %d files of traps, want at least 30: %v", len(files), err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) { runTrap(t, f) })
	}
}

func runTrap(t *testing.T, file string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var trap trapFile
	if err := json.Unmarshal(src, &trap); err != nil {
		t.Fatal(err)
	}
	for i, c := range trap.Cases {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			got, err := policy.AnswerCase(c.Case)
			if err != nil {
				t.Fatal(err)
			}
			trace := got.Trace
			got.Trace = nil
			if c.Want.By == "" {
				got.By = ""
			}
			if diff := cmp.Diff(c.Want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\ntrace: %+v", trap.Why, diff, trace)
			}
		})
	}
}

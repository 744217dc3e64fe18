package main

import (
	"os"
	"testing"
)

// TestMain lets the test binary be the node that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(nodeDir); dir != "" {
		os.Exit(runNode(dir))
	}
	os.Exit(m.Run())
}

// TestSoak is the soak, a dozen rounds of it.
func TestSoak(t *testing.T) {
	for name, o := range map[string]options{
		"jobs as on AWS":              {rounds: 8, files: 24, seed: 1},
		"jobs that list, events lost": {rounds: 5, files: 24, seed: 2, lossy: true},
	} {
		t.Run(name, func(t *testing.T) {
			tally, err := run(t.Context(), o)
			t.Logf("\n%s", tally)
			if err != nil {
				t.Error(err)
			}
			if tally.rounds != o.rounds || tally.found.rows == 0 {
				t.Errorf("%d rounds found %d rows", tally.rounds, tally.found.rows)
			}
		})
	}
}

package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestProgress lets a soak of three rounds, 40 seconds each, show how far it is.
func TestProgress(t *testing.T) {
	for name, test := range map[string]struct {
		terminal bool
		want     []string // the first lines
		lines    int
		mark     string // before each
	}{
		"a pipe": {false, []string{"round 1 of 3, 15s: 0 kills, 0 other faults; 0 objects and 0 rows as expected",
			"round 1 of 3, 30s: 0 kills, 0 other faults; 0 objects and 0 rows as expected",
			"round 2 of 3, 45s, about 1m30s left: 1 kills, 0 other faults; 0 objects and 0 rows as expected"}, 8, ""},
		"a terminal": {true, []string{"round 1 of 3, 1s: 0 kills, 0 other faults; 0 objects and 0 rows as expected"}, 121, erase},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out strings.Builder
				tally := newTally(1)
				end := (&progress{&out, test.terminal}).show(tally, 3)
				time.Sleep(time.Millisecond) // of the test's own clock: rounds end between the lines
				for range 3 {
					time.Sleep(40 * time.Second)
					tally.killed("anywhere")
					tally.roundOver()
				}
				end()
				separator := "\n"
				if test.terminal {
					separator = test.mark
				}
				lines := strings.Split(strings.Trim(out.String(), separator), separator)
				if !test.terminal && len(lines) != test.lines || test.terminal && strings.Count(out.String(), erase) != test.lines {
					t.Errorf("%d lines: %q", len(lines), out.String())
				}
				for i, want := range test.want {
					if lines[i] != want {
						t.Errorf("line %d is %q, want %q", i, lines[i], want)
					}
				}
			})
		})
	}
}

// TestQuiet shows nothing, as the short soak of the tests.
func TestQuiet(t *testing.T) {
	var none *progress
	none.show(newTally(1), 1)()
}

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/faulty"
)

// tally is what is printed at the end.
type tally struct {
	seed  uint64
	began time.Time

	mu       sync.Mutex
	rounds   int
	starts   int
	kills    map[string]int // by where the node was killed
	faults   map[faulty.Kind]int
	found    counts // at the last check
	expected counts
	checks   int
	slowest  time.Duration // of a start
}

// counts are numbers of things that were acknowledged, or found.
type counts struct{ objects, files, skipped, refused, moved, rows, copies, pairs int }

func newTally(seed uint64) *tally {
	return &tally{seed: seed, began: time.Now(), kills: map[string]int{}, faults: map[faulty.Kind]int{}}
}

// struck counts a fault; a kill is counted where it struck.
func (t *tally) struck(f faulty.Fault) {
	if f.Kind == faulty.Kill {
		t.killed(pointName[f.At])
		return
	}
	t.met(f.Kind)
}

// pointName says what a node was doing at a point.
var pointName = map[faulty.Point]string{
	faulty.List: "load: before it lists", faulty.Open: "load: before it opens a file", faulty.Read: "load: within a file",
	faulty.Write: "load: before rows are written", faulty.Commit: "commit: before it", faulty.Committed: "commit: after it, unanswered",
	faulty.Deliver: "event: before it is delivered", faulty.Delivered: "event: after it, unmarked", faulty.Connect: "restart or session: at the engine's door",
}

func (t *tally) roundOver() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rounds++
}

func (t *tally) met(k faulty.Kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults[k]++
}

func (t *tally) killed(where string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kills[where]++
}

func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %d rounds in %v, %d starts, slowest %v, %d checks\n", t.seed, t.rounds, time.Since(t.began).Round(time.Second), t.starts,
		t.slowest.Round(time.Millisecond), t.checks)
	write(&b, "kill -9", t.kills)
	write(&b, "other faults", t.faults)
	for _, line := range []struct {
		what            string
		expected, found int
	}{
		{"objects acknowledged", t.expected.objects, t.found.objects},
		{"files loaded, once for each job", t.expected.files, t.found.files},
		{"written over unread, reported", t.expected.skipped, t.found.skipped},
		{"bad files reported", t.expected.refused, t.found.refused},
		{"bad files in quarantine", t.expected.moved, t.found.moved},
		{"COPYs, whole or not at all", t.expected.copies, t.found.copies},
		{"transactions, whole or not at all", t.expected.pairs, t.found.pairs},
		{"rows", t.expected.rows, t.found.rows},
	} {
		fmt.Fprintf(&b, "%-36s expected %9d  found %9d\n", line.what, line.expected, line.found)
	}
	return b.String()
}

func write[K ~string](b *strings.Builder, title string, all map[K]int) {
	fmt.Fprintf(b, "%s: %d\n", title, sum(all))
	for _, k := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(b, "  %-42s %6d\n", k, all[k])
	}
}

func sum[K comparable](all map[K]int) (n int) {
	for _, x := range all {
		n += x
	}
	return n
}

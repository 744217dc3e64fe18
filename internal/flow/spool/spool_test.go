package spool_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/spool"
)

// TestReplay: what comes out is what went in, also after a restart and from the middle.
func TestReplay(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			o := spool.Options{Dir: t.TempDir(), SegmentBytes: 128 << 10}
			s := open(t, o)
			want := write(t, s, seed, 120)
			end := position(120)
			if diff := cmp.Diff(want.lines, replayed(t, s, "", end)); diff != "" {
				t.Fatalf("replay differs (-direct +spool):\n%s", diff)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, o)
			if s.End() != end {
				t.Errorf("end is %q, want %q", s.End(), end)
			}
			for _, n := range []int{0, 1, 7, 60, 119} {
				j := &journal{}
				from := newOrigin(seed)
				for range n {
					if err := from.transaction(&journal{}); err != nil {
						t.Fatal(err)
					}
				}
				for range 120 - n {
					if err := from.transaction(j); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(j.lines, replayed(t, s, position(n), end)); diff != "" {
					t.Errorf("replay from %d differs (-direct +spool):\n%s", n, diff)
				}
			}
		})
	}
}

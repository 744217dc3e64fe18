package spool_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/spool"
)

// applier replays, and now and then releases what it has and starts again.
type applier struct {
	journal
	s    *spool.Spool
	r    *rand.Rand
	stop source.Position

	mu     sync.Mutex
	at     source.Position
	paused int
	full   bool
}

var errAgain = errors.New("start again")

func (a *applier) Commit(c source.Commit) error {
	if c.Position() <= a.position() {
		return fmt.Errorf("%q comes after %q", c.Position(), a.at)
	}
	if err := a.journal.Commit(c); err != nil {
		return err
	}
	a.mu.Lock()
	a.at = c.Position()
	full := a.full
	a.mu.Unlock()
	if full || a.r.IntN(20) == 0 {
		if err := a.s.Release(c.Position()); err != nil {
			return err
		}
	}
	if c.Position() >= a.stop {
		return errReached
	}
	if a.r.IntN(30) == 0 {
		return errAgain
	}
	return nil
}

func (a *applier) position() source.Position {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at
}

// pause is told that the sink waits: from now on each commit is released.
func (a *applier) pause(paused bool) {
	a.mu.Lock()
	if a.full = paused; paused {
		a.paused++
	}
	at := a.at
	a.mu.Unlock()
	if paused {
		if err := a.s.Release(at); err != nil {
			panic(err)
		}
	}
}

// TestFollow writes, replays and releases at the same time in little room: nothing is lost or repeated.
func TestFollow(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			a := &applier{r: rand.New(rand.NewPCG(seed, 2)), stop: position(400)}
			o := spool.Options{Dir: t.TempDir(), MaxBytes: 100 << 10, Delay: time.Millisecond, Paused: a.pause}
			s := open(t, o)
			a.s = s
			done := make(chan error, 1)
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() {
				for {
					if err := s.Replay(ctx, a.position(), a); !errors.Is(err, errAgain) {
						cancel(err)
						done <- err
						return
					}
				}
			}()
			want := writeUntil(ctx, t, s, seed, 400)
			if err := <-done; !errors.Is(err, errReached) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.lines, a.lines); diff != "" {
				t.Errorf("replay differs (-direct +spool):\n%s", diff)
			}
			if err := s.Release(a.at); err != nil {
				t.Fatal(err)
			}
			if bytes, _ := s.Size(); bytes >= o.MaxBytes || a.paused == 0 {
				t.Errorf("%d bytes, %d pauses", bytes, a.paused)
			}
		})
	}
}

// TestRoom: a full spool holds the source back until Release, or the end of the context.
func TestRoom(t *testing.T) {
	paused := make(chan bool, 10)
	s := open(t, spool.Options{Dir: t.TempDir(), MaxBytes: 8 << 10, Paused: func(p bool) { paused <- p }})
	ctx, cancel := context.WithCancel(t.Context())
	sink := s.Sink(ctx, all)
	rows := benchRows(100)
	insert := func(n int) error {
		return errors.Join(sink.Rows(rows), sink.Commit(commit{pos: position(n)}))
	}
	if err := insert(1); err != nil { // Larger than the spool may be, but it was empty.
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- insert(2) }()
	if !<-paused {
		t.Error("not paused")
	}
	if err := s.Release(position(1)); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil || <-paused {
		t.Fatalf("after Release: %v", err)
	}
	if _, n := s.Size(); n != 1 {
		t.Errorf("%d transactions, want 1", n)
	}
	go func() { done <- insert(3) }()
	if !<-paused {
		t.Error("not paused again")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// TestAgain: a source that goes on from End delivers some transactions twice; the spool keeps one of each.
func TestAgain(t *testing.T) {
	s := open(t, spool.Options{Dir: t.TempDir(), SegmentBytes: 128 << 10})
	const transactions = 150
	for round := 0; s.End() < position(transactions); round++ {
		o := newOrigin(4)
		for position(o.n) < s.End() {
			if err := o.transaction(&journal{}); err != nil {
				t.Fatal(err)
			}
		}
		sink := s.Sink(t.Context(), all)
		for range min(20+round, transactions-o.n) {
			if err := o.transaction(sink); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.changes(sink); err != nil { // The connection is lost in a transaction.
			t.Fatal(err)
		}
	}
	wantFirst(t, s, 4)
}

// TestReleased: a replay from before what is kept is refused, from its start it is not.
func TestReleased(t *testing.T) {
	o := spool.Options{Dir: t.TempDir(), SegmentBytes: 10 << 10}
	s := open(t, o)
	write(t, s, 1, 50)
	before, _ := s.Size()
	if err := s.Release(position(25)); err != nil {
		t.Fatal(err)
	}
	if after, _ := s.Size(); after >= before {
		t.Errorf("%d bytes after Release, %d before", after, before)
	}
	if err := s.Replay(t.Context(), position(2), &journal{}); fault.CodeOf(err) != "SpoolReleased" {
		t.Errorf("replay from before: %v", err)
	}
	if lines := replayed(t, s, position(25), position(50)); len(lines) == 0 {
		t.Error("nothing is left")
	}
	if err := s.Release(position(50)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s = open(t, o); s.End() != position(50) {
		t.Errorf("end is %q", s.End())
	}
}

// TestEnds: waiting replays end with their context and with the spool.
func TestEnds(t *testing.T) {
	s := open(t, spool.Options{Dir: t.TempDir()})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	go func() { done <- s.Replay(ctx, "", &journal{}) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("replay: %v", err)
	}
	write(t, s, 1, 5)
	j := &journal{}
	go func() { done <- s.Replay(t.Context(), position(2), j) }()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("replay goes on without its spool")
	}
	if sink := s.Sink(t.Context(), all); sink.Rows(benchRows(1)) == nil {
		t.Error("a closed spool takes rows")
	}
}

// TestOrder: a source that goes back is an error, one that waits at its place is not.
func TestOrder(t *testing.T) {
	s := open(t, spool.Options{Dir: t.TempDir()})
	old := s.Sink(t.Context(), all)
	sink := s.Sink(t.Context(), all)
	for _, n := range []int{5, 5, 6, 6} {
		if err := sink.Commit(commit{pos: position(n)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []int{5, 6} {
		if err := errors.Join(sink.Rows(benchRows(1)), sink.Commit(commit{pos: position(n)})); fault.CodeOf(err) != "SourceWentBack" {
			t.Errorf("commit of %d: %v", n, err)
		}
	}
	if err := errors.Join(sink.Rows(benchRows(1)), sink.Commit(commit{pos: position(7)})); err != nil {
		t.Error(err)
	}
	if err := old.Rows(benchRows(1)); err == nil {
		t.Error("an earlier sink still writes")
	}
	if lines := replayed(t, s, "", position(7)); len(lines) != 2 {
		t.Errorf("replayed %q", lines)
	}
}

// TestLarge: a transaction of many times the memory passes in little of it.
func TestLarge(t *testing.T) {
	s := open(t, spool.Options{Dir: t.TempDir()})
	sink, rows := s.Sink(t.Context(), all), benchRows(1000)
	most := uint64(0)
	watch := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapInuse)
	}
	const calls = 2000 // About 200 MB.
	for i := range calls {
		if err := sink.Rows(rows); err != nil {
			t.Fatal(err)
		}
		if i%100 == 0 {
			watch()
		}
	}
	if err := sink.Commit(commit{pos: position(1)}); err != nil {
		t.Fatal(err)
	}
	c := &counter{until: position(1)}
	if err := s.Replay(t.Context(), "", c); !errors.Is(err, errReached) || c.rows != calls*1000 {
		t.Fatalf("%d rows: %v", c.rows, err)
	}
	watch()
	if most > 40<<20 {
		t.Errorf("%d bytes of heap for a transaction of %d", most, calls*len(rows.After.Data()))
	}
}

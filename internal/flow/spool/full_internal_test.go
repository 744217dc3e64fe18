//go:build linux

package spool

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestFull: on a full disk the sink is refused in clear words; what was durable, and what
// readers saw, is there when it is opened again.
func TestFull(t *testing.T) {
	s, err := Open(Options{Dir: t.TempDir(), Delay: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	sink := s.Sink(t.Context(), anything)
	insert := func(pos source.Position) error {
		return errors.Join(sink.Rows(someRows(10)), sink.Commit(&point{pos: pos}))
	}
	if err := insert("1"); err != nil {
		t.Fatal(err)
	}
	if err := s.syncOnce(); err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.file.Close(); err != nil {
		t.Fatal(err)
	}
	s.file = full
	for err = nil; err == nil; {
		err = insert("2" + s.last.pos)
	}
	if fault.CodeOf(err) != "SpoolDiskFull" || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("on a full disk: %v", err)
	}
	if err := insert("3"); fault.CodeOf(err) != "SpoolDiskFull" || s.End() != "1" {
		t.Errorf("once more: %v, end %q", err, s.End())
	}
	c := &tally{}
	if err := s.Replay(t.Context(), "", c); fault.CodeOf(err) != "SpoolDiskFull" || c.commits != 1 {
		t.Errorf("replay of %d: %v", c.commits, err)
	}
	if err := s.Close(); fault.CodeOf(err) != "SpoolDiskFull" {
		t.Errorf("close: %v", err)
	}
	o := s.o
	if s, err = Open(o); err != nil || s.End() != "1" {
		t.Fatalf("open again: %v, end %q", err, s.End())
	}
	sink = s.Sink(t.Context(), anything)
	if err := insert("2"); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil || s.End() != "2" {
		t.Errorf("close: %v, end %q", err, s.End())
	}
}

// TestRoomAgain: a sink made after there is room goes on with nothing lost, in the same spool.
func TestRoomAgain(t *testing.T) {
	s, err := Open(Options{Dir: t.TempDir(), Delay: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	sink := s.Sink(t.Context(), anything)
	insert := func(pos source.Position) error {
		return errors.Join(sink.Rows(someRows(10)), sink.Commit(&point{pos: pos}))
	}
	if err := insert("1"); err != nil {
		t.Fatal(err)
	}
	if err := s.syncOnce(); err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	good := s.file
	if err := insert("2"); err != nil {
		t.Fatal(err)
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	s.file = full
	if err := errors.Join(insert("3"), s.flush()); fault.CodeOf(err) != "SpoolDiskFull" {
		t.Errorf("on a full disk: %v", err)
	}
	s.file = good
	if s.End() != "1" {
		t.Errorf("end is %q", s.End())
	}
	sink = s.Sink(t.Context(), anything)
	for _, pos := range []source.Position{"2", "3", "4"} { // What follows the end comes again.
		if err := insert(pos); err != nil {
			t.Fatal(err)
		}
	}
	if err := insert("3"); fault.CodeOf(err) != "SourceWentBack" {
		t.Errorf("a second time: %v", err)
	}
	if err := s.Close(); err != nil || s.End() != "4" {
		t.Errorf("close: %v, end %q", err, s.End())
	}
	if s, err = Open(s.o); err != nil {
		t.Fatal(err)
	}
	c := &tally{}
	ctx, cancel := context.WithCancel(t.Context())
	c.at = func() {
		if c.last == "4" {
			cancel()
		}
	}
	if err := s.Replay(ctx, "", c); !errors.Is(err, context.Canceled) || c.commits != 4 || c.rows != 40 {
		t.Errorf("replayed %d commits and %d rows: %v", c.commits, c.rows, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

package spool_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/spool"
)

// childDir names the spool of the child process of TestKill.
const childDir = "INLET_TEST_SPOOL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// child writes transactions for ever and prints what End said.
func child(dir string) {
	s, err := spool.Open(spool.Options{Dir: dir, SegmentBytes: 256 << 10, Delay: time.Millisecond})
	if err != nil {
		panic(err)
	}
	o, sink := newOrigin(3), s.Sink(context.Background(), all)
	for s.End() > position(o.n) { // What an earlier child had written.
		if err := o.transaction(&journal{}); err != nil {
			panic(err)
		}
	}
	for said := s.End(); ; {
		if err := o.transaction(sink); err != nil {
			panic(err)
		}
		if end := s.End(); end != said {
			said = end
			fmt.Println(end)
		}
	}
}

// TestKill: what End had told is there after kill -9, and all that is there is whole.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	for round := range 3 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), childDir+"="+dir)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		said, lines := "", bufio.NewScanner(out)
		for range 5 + 20*round {
			if !lines.Scan() {
				t.Fatalf("the child ended: %v", lines.Err())
			}
			said = lines.Text()
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // It was told before the kill.
			said = lines.Text()
		}
		_ = c.Wait()
		s := open(t, spool.Options{Dir: dir})
		if s.End() < source.Position(said) {
			t.Fatalf("end is %q, the child was told %q", s.End(), said)
		}
		wantFirst(t, s, 3)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// wantFirst compares what a spool holds with the first transactions of an origin, up to its end.
func wantFirst(t *testing.T, s *spool.Spool, seed uint64) {
	t.Helper()
	j, o := &journal{}, newOrigin(seed)
	for position(o.n) < s.End() {
		if err := o.transaction(j); err != nil {
			t.Fatal(err)
		}
	}
	if s.End() == "" {
		return
	}
	if diff := cmp.Diff(j.lines, replayed(t, s, "", s.End())); diff != "" {
		t.Fatalf("up to %q the spool differs (-direct +spool):\n%s", s.End(), diff)
	}
}

// small makes a spool of a few transactions in one file, closed, and returns the file.
func small(t *testing.T, transactions int) (path string, data []byte) {
	t.Helper()
	dir := t.TempDir()
	s := open(t, spool.Options{Dir: dir})
	write(t, s, 5, transactions)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.spool"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, %v", files, err)
	}
	if data, err = os.ReadFile(files[0]); err != nil {
		t.Fatal(err)
	}
	return files[0], data
}

// TestTorn cuts the file in many places, in part with zeros behind, and goes on from there.
func TestTorn(t *testing.T) {
	path, data := small(t, 4)
	o := spool.Options{Dir: filepath.Dir(path)}
	step := max(1, len(data)/60)
	mark := len(data) - 33 // The file ends with it; only a machine that stops without warning leaves the rest.
	ends := map[source.Position]bool{}
	for n := 200; n < mark; n += step {
		tail := make([]byte, n%3*7)
		if err := os.WriteFile(path, append(data[:n:n], tail...), 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, o)
		ends[s.End()] = true
		wantFirst(t, s, 5)
		from := newOrigin(5)
		for position(from.n) < s.End() || s.End() == "" && from.n > 0 {
			if err := from.transaction(&journal{}); err != nil {
				t.Fatal(err)
			}
		}
		sink := s.Sink(t.Context(), all)
		for range 2 {
			if err := from.transaction(sink); err != nil {
				t.Fatalf("cut at %d: %v", n, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, o)
		wantFirst(t, s, 5)
		if err := s.Remove(); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if len(ends) < 4 {
		t.Errorf("the cuts left ends %v", ends)
	}
}

// TestDamage changes every byte: each is told with file and place, unless no transaction needs it.
func TestDamage(t *testing.T) {
	path, data := small(t, 4)
	o := spool.Options{Dir: filepath.Dir(path)}
	step := max(1, len(data)/300)
	told := 0
	for n := 0; n < len(data); n += step {
		data[n] ^= 0x10
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		data[n] ^= 0x10
		s, err := spool.Open(o)
		if err == nil && n > len(data)-70 { // The marks at the end.
			wantFirst(t, s, 5)
			if s.End() != position(4) {
				t.Errorf("byte %d changed: end is %q", n, s.End())
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		told++
		if fault.CodeOf(err) != "SpoolDamaged" || !strings.Contains(err.Error(), path+": the spool is damaged at byte ") {
			t.Fatalf("byte %d of %d changed: %v", n, len(data), err)
		}
	}
	if told < 250 {
		t.Errorf("only %d changes were told", told)
	}
}

// TestDamageBefore damages a segment that is not the last: replay tells it, after what is before.
func TestDamageBefore(t *testing.T) {
	o := spool.Options{Dir: t.TempDir(), SegmentBytes: 20 << 10}
	s := open(t, o)
	write(t, s, 8, 40)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(o.Dir, "*.spool"))
	if err != nil || len(files) < 4 {
		t.Fatalf("files %q, %v", files, err)
	}
	data, err := os.ReadFile(files[1])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(files[1], data, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, o)
	j := &journal{}
	err = s.Replay(t.Context(), "", j)
	if fault.CodeOf(err) != "SpoolDamaged" || !strings.Contains(err.Error(), files[1]) || len(j.lines) == 0 || len(j.open) != 0 {
		t.Errorf("replay of a damaged spool: %v after %d lines, %d open", err, len(j.lines), len(j.open))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(files[1], 5000); err != nil {
		t.Fatal(err)
	}
	if _, err := spool.Open(o); fault.CodeOf(err) != "SpoolDamaged" {
		t.Errorf("open with a shortened file: %v", err)
	}
	if err := os.Remove(files[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := spool.Open(o); fault.CodeOf(err) != "SpoolDamaged" {
		t.Errorf("open without a file: %v", err)
	}
}

// TestInUse: a second process, or task, is kept out.
func TestInUse(t *testing.T) {
	o := spool.Options{Dir: t.TempDir()}
	s := open(t, o)
	if _, err := spool.Open(o); fault.CodeOf(err) != "SpoolInUse" {
		t.Errorf("second open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, o).Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(o.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Remove: %v", err)
	}
}

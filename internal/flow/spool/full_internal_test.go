package spool

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// tally counts commits and ends at one of them.
type tally struct {
	commits, rows int
	last          source.Position
	at            func()
}

func (c *tally) Wants(source.Name) bool    { return true }
func (c *tally) Rows(r *source.Rows) error { c.rows += r.After.Len(); return nil }
func (c *tally) DDL(*source.DDL) error     { return nil }
func (c *tally) Rollback()                 {}

func (c *tally) Commit(k source.Commit) error {
	c.commits++
	c.last = k.Position()
	if c.at != nil {
		c.at()
	}
	return nil
}

func anything(source.Name) bool { return true }

func someRows(n int) *source.Rows {
	r := &source.Rows{Table: &source.Table{Name: source.Name{Schema: "a", Table: "b"}, Columns: make([]source.Column, 2)}, Op: source.Insert}
	r.Table.Columns[0].Type = sqltype.Type{ID: sqltype.Integer}
	r.Table.Columns[1].Type = sqltype.Type{ID: sqltype.Varchar, Length: 30}
	r.After.Reset(2)
	for range n {
		r.After.End(append(r.After.Buffer(), "12"...))
		b, _ := source.AppendText(r.After.Buffer(), []byte("some text"))
		r.After.End(b)
	}
	return r
}

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

// TestTypes: every type comes back from its own words.
func TestTypes(t *testing.T) {
	types := []sqltype.Type{{}}
	for id := sqltype.Boolean; id <= sqltype.Varbyte; id++ {
		types = append(types, sqltype.Type{ID: id})
	}
	for i := range types {
		switch types[i].ID {
		case sqltype.Decimal:
			types[i].Precision, types[i].Scale = 38, 37
		case sqltype.Char, sqltype.Varchar, sqltype.Varbyte:
			types[i].Length = 77
		}
		d := decoder{b: appendType(nil, types[i])}
		if got := d.sqltype(); got != types[i] || d.bad {
			t.Errorf("%v, written as %q, comes back as %v", types[i], types[i].String(), got)
		}
	}
}

// FuzzReplay reads files that anything may have written: an error, or what is in them.
func FuzzReplay(f *testing.F) {
	dir := f.TempDir()
	s, err := Open(Options{Dir: dir, Delay: time.Hour})
	if err != nil {
		f.Fatal(err)
	}
	sink := s.Sink(f.Context(), anything)
	shape := someRows(0).Table
	if err := errors.Join(
		sink.Rows(someRows(2)), sink.Commit(&point{pos: "1", at: time.Now()}),
		sink.DDL(&source.DDL{Verb: source.Alter, Table: shape.Name, Shape: shape}), sink.Commit(&point{pos: "2"}), s.Close(),
	); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(segmentPath(dir, 1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, uint16(0), byte(0))
	f.Add(data[:len(data)-40], uint16(100), byte(1))
	f.Fuzz(func(t *testing.T, data []byte, at uint16, with byte) {
		repaired(data, int(at), with)
		g := &segment{sequence: 1}
		if g.parse(data) == 0 {
			return
		}
		r := &replay{s: s, ctx: t.Context(), sink: &tally{}, segment: g, shapes: map[source.Name]*source.Table{}, tables: map[uint64]*source.Table{}}
		r.scan = newScan(bytes.NewReader(data), "file", int64(len(data)))
		for {
			content, err := r.scan.next()
			if err == nil {
				err = r.deliver(content)
			}
			if err == io.EOF || fault.CodeOf(err) == codeDamaged {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// repaired changes one byte of the content and makes the checksums right again.
func repaired(data []byte, at int, with byte) {
	if at < len(data) {
		data[at] ^= with
	}
	for from := len(magic); from+head < len(data); {
		n := int(uint32(data[from]) | uint32(data[from+1])<<8)
		if n < 1 || from+head+n > len(data) {
			return
		}
		end(data[:from+head+n], from)
		from += head + n
	}
}

// TestScan reads every beginning of a segment: whole transactions, then a clear end.
func TestScan(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(Options{Dir: dir, Delay: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	sink := s.Sink(t.Context(), anything)
	var ends []int64
	for _, pos := range []source.Position{"1", "2", "3"} {
		if err := errors.Join(sink.Rows(someRows(20)), sink.Commit(&point{pos: pos})); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, s.lastEnd)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(segmentPath(dir, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for limit := int64(len(magic)); limit <= ends[2]; limit++ {
		scan := newScan(f, f.Name(), limit)
		commits := 0
		for err = nil; err == nil; {
			var content []byte
			if content, err = scan.next(); err == nil && kind(content[0]) == kindCommit {
				commits++
				scan.committed()
			}
		}
		want := 0
		for want < 3 && ends[want] <= limit {
			want++
		}
		if commits != want || want > 0 && scan.end != ends[want-1] || err != io.EOF && fault.CodeOf(err) != codeDamaged {
			t.Fatalf("of %d bytes %d commits, want %d: %v", limit, commits, want, err)
		}
	}
}

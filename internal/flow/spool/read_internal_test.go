package spool

import (
	"bytes"
	"errors"
	"io"
	"os"
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

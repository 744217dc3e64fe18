package spool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// replay reads the log for one sink.
type replay struct {
	s    *Spool
	ctx  context.Context
	sink source.Sink

	segment *segment
	file    *os.File
	scan    *scan
	reached source.Position // What is up to it need not be read any more.

	tables  map[uint64]*source.Table // Of the segment, by number.
	shapes  map[source.Name]*source.Table
	rows    source.Rows
	commit  point
	ends    [2][]uint32
	started bool // The sink has got a part of a transaction.
}

// Replay delivers the transactions after a position, and those that follow while they
// are written, until the context ends or the sink refuses. Rows share the memory they are read to.
func (s *Spool) Replay(ctx context.Context, from source.Position, sink source.Sink) error {
	r := &replay{s: s, ctx: ctx, sink: sink, reached: from, shapes: map[source.Name]*source.Table{}}
	defer s.wakeAtEnd(ctx)()
	err := r.run(from)
	if r.started {
		sink.Rollback()
	}
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	return err
}

func (r *replay) run(from source.Position) error {
	if err := r.find(from); err != nil {
		return err
	}
	if err := r.skip(from); err != nil {
		return err
	}
	for {
		content, err := r.next()
		if err != nil {
			return err
		}
		if err := r.deliver(content); err != nil {
			return err
		}
	}
}

// find opens the segment that holds what follows a position, once there is one.
func (r *replay) find(from source.Position) error {
	s := r.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.segments) == 0 {
		if err := r.wait(); err != nil {
			return err
		}
	}
	if first := s.segments[0].base.pos; from < first {
		return released(s.o.Dir, from, first)
	}
	g := s.segments[0]
	for _, later := range s.segments[1:] {
		if later.base.pos <= from {
			g = later
		}
	}
	return r.open(g)
}

// skip passes over the transactions up to a position and stands at the start of the next one.
func (r *replay) skip(from source.Position) error {
	for {
		content, err := r.next()
		if err != nil {
			return err
		}
		switch kind(content[0]) {
		case kindShape:
			if err := r.shape(content[1:]); err != nil {
				return err
			}
		case kindCommit:
			d := decoder{b: content[1:]}
			p := d.point()
			if d.bad {
				return r.damaged("a commit cannot be read")
			}
			if p.pos > from {
				r.scan.seek(r.scan.end)
				return nil
			}
			r.scan.committed()
		}
	}
}

// next is the content of the next record, waiting for it if need be.
func (r *replay) next() ([]byte, error) {
	for {
		content, err := r.scan.next()
		if err != io.EOF {
			return content, err
		}
		if err := r.more(); err != nil {
			return nil, err
		}
	}
}

// more waits until there is more to read, in this segment or the next.
func (r *replay) more() error {
	s := r.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if err := context.Cause(r.ctx); err != nil {
			return err
		}
		limit, next, err := r.readable()
		if err != nil {
			return err
		}
		if limit > r.scan.limit {
			r.scan.limit = limit
			return nil
		}
		if next != nil {
			return r.open(next)
		}
		if s.file != nil && s.lastEnd > s.visible && s.err == nil {
			if err := s.flush(); err != nil {
				return err
			}
			continue
		}
		if err := r.wait(); err != nil {
			return err
		}
	}
}

// readable tells how far the segment may be read, and which one follows when it is complete.
func (r *replay) readable() (limit int64, next *segment, err error) {
	s := r.s
	for i, g := range s.segments {
		switch {
		case g.sequence < r.segment.sequence:
			continue
		case g.sequence > r.segment.sequence && g.base.pos > r.reached:
			return 0, nil, released(s.o.Dir, r.reached, g.base.pos)
		case g.sequence > r.segment.sequence:
			return 0, g, nil // What was between is released, but it was read before.
		case i == len(s.segments)-1 && s.file != nil:
			return s.visible, nil, nil
		case i == len(s.segments)-1:
			return g.bytes, nil, nil
		}
		return g.bytes, s.segments[i+1], nil
	}
	return 0, nil, errClosed
}

// wait sleeps until something moved; it returns why there is nothing to wait for.
func (r *replay) wait() error {
	s := r.s
	if err := context.Cause(r.ctx); err != nil {
		return err
	}
	if s.closed {
		return errClosed
	}
	if s.err != nil {
		return s.err
	}
	s.hungry = true
	s.moved.Wait()
	return nil
}

// open goes to the start of a segment. The spool is locked.
func (r *replay) open(g *segment) error {
	f, err := os.Open(g.path)
	if err != nil {
		return fmt.Errorf("replay the spool: %w", err)
	}
	if r.file != nil {
		if err := r.file.Close(); err != nil {
			return errors.Join(fmt.Errorf("replay the spool: %w", err), f.Close())
		}
	}
	limit := g.bytes
	if r.s.file != nil && g == r.s.segments[len(r.s.segments)-1] {
		limit = r.s.visible
	}
	buf := []byte(nil)
	if r.scan != nil {
		buf = r.scan.buf
	}
	r.segment, r.file, r.scan = g, f, newScan(f, g.path, limit)
	r.scan.buf = buf
	r.reached = max(r.reached, g.base.pos)
	r.tables = map[uint64]*source.Table{}
	return nil
}

// deliver hands one record to the sink.
func (r *replay) deliver(content []byte) error {
	d := decoder{b: content[1:]}
	switch kind(content[0]) {
	case kindBase, kindMark:
		return nil
	case kindShape:
		return r.shape(content[1:])
	case kindRows:
		return r.deliverRows(&d)
	case kindDDL:
		q := d.ddl()
		if d.bad {
			return r.damaged("a statement cannot be read")
		}
		if !r.sink.Wants(q.Table) && (q.To == source.Name{} || !r.sink.Wants(q.To)) {
			return nil
		}
		r.started = true
		return r.sink.DDL(q)
	case kindCommit:
		r.commit = d.point()
		if d.bad {
			return r.damaged("a commit cannot be read")
		}
		r.scan.committed()
		r.reached = r.commit.pos
		r.started = false
		return r.sink.Commit(&r.commit)
	}
	return r.damaged(fmt.Sprintf("a record of unknown kind %d", content[0]))
}

// shape learns a table; a shape that was seen before keeps its address.
func (r *replay) shape(content []byte) error {
	d := decoder{b: content}
	id, t := d.uvarint(), d.table()
	if d.bad {
		return r.damaged("a table cannot be read")
	}
	if old := r.shapes[t.Name]; old != nil && equal(old, t) {
		t = old
	}
	r.shapes[t.Name], r.tables[id] = t, t
	return nil
}

func (r *replay) deliverRows(d *decoder) error {
	r.rows.Op = source.Op(d.byte())
	id := d.uvarint()
	r.rows.Table = r.tables[id]
	r.rows.NULs = int64(d.uvarint())
	if d.bad || r.rows.Table == nil || r.rows.Op < source.Insert || r.rows.Op > source.Delete {
		return r.damaged("rows of no known table")
	}
	if !r.sink.Wants(r.rows.Table.Name) {
		return nil
	}
	r.ends[0] = d.images(&r.rows.Before, r.ends[0])
	r.ends[1] = d.images(&r.rows.After, r.ends[1])
	if d.bad {
		return r.damaged("rows cannot be read")
	}
	if err := context.Cause(r.ctx); err != nil {
		return err
	}
	r.started = true
	return r.sink.Rows(&r.rows)
}

func (r *replay) damaged(what string) error { return damaged(r.segment.path, r.scan.at, what) }

// Position is the place after the transaction.
func (p *point) Position() source.Position { return p.pos }

// Time is when the source committed.
func (p *point) Time() time.Time { return p.at }

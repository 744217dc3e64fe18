package spool

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// sink writes what a source delivers.
type sink struct {
	s     *Spool
	ctx   context.Context
	wants func(source.Name) bool
	known source.Position // What is up to it may come again at first: the source went on from End.
}

// transaction is the one that is being written.
type transaction struct {
	open    bool
	changes bool
	start   int64
}

// Sink takes the place of an earlier sink and drops its open transaction. Transactions that
// come again after End are passed over. When the spool is full the sink waits for Release
// until the context ends; a full disk is tried again by the next sink.
func (s *Spool) Sink(ctx context.Context, wants func(source.Name) bool) source.Sink {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rollback()
	s.heal()
	s.writer = &sink{s, ctx, wants, s.last.pos}
	s.moved.Broadcast()
	return s.writer
}

// Wants asks who made the sink.
func (k *sink) Wants(table source.Name) bool { return k.wants(table) }

// Rows adds rows to the open transaction.
func (k *sink) Rows(rows *source.Rows) error {
	s := k.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := k.begin(); err != nil {
		return err
	}
	if n := len(rows.Before.Data()) + len(rows.After.Data()); n+5*(len(rows.Before.Ends())+len(rows.After.Ends())) > maxRecord-1<<10 {
		return fmt.Errorf("changes of %s: %d bytes of rows at once, at most %d can be spooled", rows.Table.Name, n, maxRecord)
	}
	id, fresh := s.shapes.number(rows.Table)
	if fresh {
		at := len(s.buf)
		s.buf = appendTable(binary.AppendUvarint(begin(s.buf, kindShape), id), rows.Table)
		end(s.buf, at)
	}
	at := len(s.buf)
	s.buf = binary.AppendUvarint(append(begin(s.buf, kindRows), byte(rows.Op)), id)
	s.buf = binary.AppendUvarint(s.buf, uint64(rows.NULs))
	s.buf = appendImages(appendImages(s.buf, &rows.Before), &rows.After)
	end(s.buf, at)
	s.tx.changes = true
	return s.spill()
}

// DDL adds a statement to the open transaction.
func (k *sink) DDL(q *source.DDL) error {
	s := k.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := k.begin(); err != nil {
		return err
	}
	at := len(s.buf)
	s.buf = appendDDL(begin(s.buf, kindDDL), q)
	end(s.buf, at)
	s.tx.changes = true
	return s.spill()
}

// Commit ends the transaction; it is durable when End says so.
func (k *sink) Commit(c source.Commit) error {
	s := k.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := k.begin(); err != nil {
		return err
	}
	p := point{pos: c.Position(), at: c.Time(), count: s.last.count}
	if p.pos <= k.known && (p.pos < k.known || s.tx.changes) {
		s.rollback()
		return s.err
	}
	k.known = ""
	if p.pos < s.last.pos || p.pos == s.last.pos && s.tx.changes {
		s.rollback()
		return &fault.Error{
			Kind: fault.Internal, Code: "SourceWentBack", On: s.o.Dir,
			Message: fmt.Sprintf("the source delivers a transaction at %q, but %q is spooled already", p.pos, s.last.pos),
		}
	}
	if s.tx.changes {
		p.count++
	}
	s.commit(p)
	return s.committed()
}

// Rollback drops the open transaction, also what of it is in the file.
func (k *sink) Rollback() {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	if k.s.writer == k {
		k.s.rollback()
	}
}

// begin opens a transaction unless one is open; a new one waits for room.
func (k *sink) begin() error {
	s := k.s
	if err := s.usable(k); err != nil {
		return err
	}
	if s.tx.open {
		return nil
	}
	if s.crammed() {
		if err := k.room(); err != nil {
			return err
		}
	}
	if s.file == nil {
		if err := s.create(); err != nil {
			return err
		}
	}
	s.tx = transaction{open: true, start: s.offset()}
	return nil
}

func (s *Spool) usable(k *sink) error {
	switch {
	case s.closed:
		return errClosed
	case s.writer != k:
		return errReplaced
	}
	return s.err
}

// room waits until Release made some.
func (k *sink) room() error {
	s := k.s
	s.tell(true)
	defer s.tell(false)
	defer s.wakeAtEnd(k.ctx)()
	for s.crammed() {
		if err := context.Cause(k.ctx); err != nil {
			return err
		}
		if err := s.usable(k); err != nil {
			return err
		}
		s.moved.Wait()
	}
	return s.usable(k)
}

// tell calls the hook without the lock, so that it may ask for the size.
func (s *Spool) tell(paused bool) {
	s.mu.Unlock()
	defer s.mu.Lock()
	s.o.Paused(paused)
}

// wakeAtEnd wakes those who wait when a context ends, until the returned function is called.
func (s *Spool) wakeAtEnd(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.moved.Broadcast()
	})
}

// commit writes the record that ends the open transaction. One without changes takes
// the place of another just before it, as long as that is not in the file.
func (s *Spool) commit(p point) {
	if !s.tx.changes && s.idle >= 0 && s.lastEnd == s.offset() {
		s.buf = s.buf[:s.idle]
	}
	at := len(s.buf)
	s.buf = appendPoint(begin(s.buf, kindCommit), p)
	end(s.buf, at)
	s.idle = at
	if s.tx.changes {
		s.idle = -1
	}
	s.last, s.lastEnd = p, s.offset()
	s.tx = transaction{}
	s.shapes.commit()
}

package spool

import "os"

const (
	spillBytes = 256 << 10 // Of records that wait for being written together.
	keepBytes  = 4 << 20   // Of memory that is kept after a large record.
	syncBytes  = 8 << 20   // Of commits that are not waited for longer.
)

// spill writes the buffer when there is enough in it.
func (s *Spool) spill() error {
	if len(s.buf) < spillBytes {
		return nil
	}
	return s.flush()
}

// flush writes the buffer to the file and shows readers what is committed of it.
func (s *Spool) flush() error {
	if s.err != nil {
		return s.err
	}
	if len(s.buf) == 0 {
		return nil
	}
	n, err := s.file.Write(s.buf)
	if err != nil {
		s.mendable = true
		return s.fail("write", err)
	}
	s.written += int64(n)
	s.buf, s.idle = s.buf[:0], -1
	if cap(s.buf) > keepBytes {
		s.buf = nil
	}
	if s.visible < s.lastEnd {
		s.visible, s.shown = s.lastEnd, s.last
		s.moved.Broadcast()
	}
	return nil
}

// fail ends all writing: what the file holds from here on is not known before it is opened again.
func (s *Spool) fail(did string, err error) error {
	if s.err == nil {
		s.err = s.unwritable(did, err)
		s.buf = nil
		s.moved.Broadcast()
	}
	return s.err
}

// heal goes on after a write that failed for want of room, behind what readers saw. After
// any other failure the disk is not to be trusted before the spool is opened again.
func (s *Spool) heal() {
	if s.err == nil || !s.mendable || s.closed {
		return
	}
	if s.file != nil {
		if s.file.Truncate(s.visible) != nil {
			return
		}
		s.written, s.lastEnd, s.last = s.visible, s.visible, s.shown
	}
	s.buf, s.idle = nil, -1
	s.shapes.forget()
	s.err, s.mendable = nil, false
}

// committed wakes a reader that waits for a commit, and has it synced in time.
func (s *Spool) committed() error {
	if s.offset() >= s.o.SegmentBytes {
		return s.rotate()
	}
	if !s.dirty {
		s.dirty = true
		s.kick <- struct{}{}
	}
	if s.lastEnd-s.syncFrom >= syncBytes {
		select {
		case s.full <- struct{}{}:
		default:
		}
	}
	if s.hungry {
		s.hungry = false
		s.moved.Broadcast() // Who wakes up takes what has come until then.
	}
	return s.spill()
}

// rollback drops the open transaction from buffer and file.
func (s *Spool) rollback() {
	if !s.tx.open {
		return
	}
	start := s.tx.start
	s.tx = transaction{}
	s.shapes.rollback()
	if s.err != nil || s.file == nil {
		return
	}
	if start >= s.written {
		s.buf = s.buf[:start-s.written]
		return
	}
	s.buf = s.buf[:0]
	if err := s.file.Truncate(start); err != nil {
		_ = s.fail("undo a transaction in", err)
		return
	}
	s.written = start
}

// rotate seals the segment and begins the next.
func (s *Spool) rotate() error {
	if err := s.flush(); err != nil {
		return err
	}
	if err := s.seal(); err != nil {
		return err
	}
	return s.create()
}

// seal makes the written segment durable and closes it.
func (s *Spool) seal() error {
	if s.file == nil {
		return nil
	}
	err := s.flush()
	if err == nil {
		if err = s.file.Sync(); err != nil {
			err = s.fail("sync", err)
		}
	}
	if err == nil {
		s.durable = s.last
	}
	g := s.segments[len(s.segments)-1]
	g.bytes = s.written
	if closing := s.file.Close(); closing != nil && err == nil {
		err = s.fail("close", closing)
	}
	s.file = nil
	s.moved.Broadcast()
	return err
}

// mark notes that so much of the segment is on disk for sure.
func (s *Spool) mark(bytes int64) {
	at := len(s.buf)
	s.buf = appendMark(s.buf, s.segments[len(s.segments)-1].nonce, bytes)
	end(s.buf, at)
}

// create begins a segment. Its file has its name only once its first record is on disk.
func (s *Spool) create() error {
	g, err := newSegment(s.o.Dir, s.next(), s.last, s.lastBytes())
	if err != nil {
		s.mendable = s.err == nil
		return s.fail("begin", err)
	}
	file, err := os.OpenFile(g.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return s.fail("begin", err)
	}
	s.segments = append(s.segments, g)
	s.file, s.buf, s.idle = file, s.buf[:0], -1
	s.shown = s.last
	s.written, s.visible, s.lastEnd, s.syncFrom = g.bytes, g.bytes, g.bytes, g.bytes
	g.bytes = 0 // Counted by offset while it is written.
	s.shapes.reset()
	return nil
}

func (s *Spool) next() uint64 {
	if len(s.segments) == 0 {
		return 1
	}
	return s.segments[len(s.segments)-1].sequence + 1
}

func (s *Spool) lastBytes() int64 {
	if len(s.segments) == 0 {
		return 0
	}
	return s.segments[len(s.segments)-1].bytes
}

package spool

import "time"

// sync makes commits durable, many at once, until the spool is closed.
func (s *Spool) sync() {
	for {
		select {
		case <-s.kick:
		case <-s.done:
			return
		}
		s.gather()
		_ = s.syncOnce() // The error is kept for those who ask.
	}
}

// gather waits a little for more commits.
func (s *Spool) gather() {
	timer := time.NewTimer(s.o.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.full:
	case <-s.done:
	}
}

func (s *Spool) syncOnce() error {
	s.mu.Lock()
	s.dirty = false
	if s.file == nil {
		s.mu.Unlock()
		return nil
	}
	if err := s.flush(); err != nil {
		s.mu.Unlock()
		return err
	}
	file, reached := s.file, s.last
	s.syncFrom = s.lastEnd // What follows it may still be undone and written again.
	s.mu.Unlock()

	err := file.Sync()

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != file {
		return nil // It was sealed meanwhile, and so is durable, or that failed.
	}
	if err != nil {
		return s.fail("sync", err)
	}
	s.durable = reached
	s.mark(s.syncFrom)
	return nil
}

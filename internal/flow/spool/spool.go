// Package spool keeps changes of a source on disk until a target has applied them:
// a log of whole transactions in segment files, written by one sink and replayed into another.
package spool

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// What holds for a zero option.
const (
	DefaultSegmentBytes = 64 << 20
	DefaultMaxBytes     = 8 << 30
	DefaultDelay        = 50 * time.Millisecond
)

// smallest is the least a segment may be; a spool is at least four of them.
const smallest = 1 << 10

// Options say where a spool is and how far it may grow.
type Options struct {
	Dir          string
	MaxBytes     int64         // The sink waits at a transaction's start while there is more; one transaction may go beyond.
	SegmentBytes int64         // About the size of a file, and of what Release frees at once.
	Delay        time.Duration // After it a commit is durable, disk permitting.
	Paused       func(bool)    // Told when the sink waits for Release, and when it goes on.
}

// Spool is one log. Its methods may be called at the same time, but there is one sink.
type Spool struct {
	o    Options
	lock *os.File

	mu       sync.Mutex
	moved    *sync.Cond // What a reader may read, what a writer may write, or the end of both.
	segments []*segment // The oldest first.
	err      error      // Why nothing can be written any more.
	closed   bool

	file       *os.File // Of the last segment while it is written, else nil.
	buf        []byte   // Whole records that are not in the file yet.
	written    int64    // Bytes of the file.
	visible    int64    // Bytes of the file that readers may read: whole transactions.
	shown      point    // The last of these.
	mendable   bool     // What failed was a write, so that all before it is good.
	hungry     bool     // A reader has nothing left to read.
	writer     *sink
	lifted     int // Who asked that the sink does not wait.
	shapes     shapes
	tx         transaction
	last       point // The last commit.
	lastEnd    int64 // Where its record ends.
	idle       int   // Where in buf it begins when it brought no change, else -1.
	durable    point
	dirty      bool  // There is a commit to be synced.
	syncFrom   int64 // Bytes of the file that the last sync took.
	kick, full chan struct{}
	done       chan struct{}
	syncing    sync.WaitGroup
}

// point is a place between two transactions.
type point struct {
	pos   source.Position
	at    time.Time
	count int64 // Transactions before it, since the spool was made.
}

var (
	errClosed   = errors.New("the spool is closed")
	errReplaced = errors.New("another sink writes to this spool")
)

// Open opens a spool, or makes it. What a crash left of an unfinished transaction is
// dropped; damage before that is an error.
func Open(o Options) (*Spool, error) {
	o.SegmentBytes = cmp.Or(max(o.SegmentBytes, 0), DefaultSegmentBytes)
	o.MaxBytes = max(cmp.Or(max(o.MaxBytes, 0), DefaultMaxBytes), 4*smallest)
	o.SegmentBytes = min(o.SegmentBytes, o.MaxBytes/4)
	o.Delay = cmp.Or(max(o.Delay, 0), DefaultDelay)
	if o.Paused == nil {
		o.Paused = func(bool) {}
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the spool: %w", err)
	}
	s := &Spool{o: o, kick: make(chan struct{}, 1), full: make(chan struct{}, 1), done: make(chan struct{})}
	s.moved = sync.NewCond(&s.mu)
	var err error
	if s.lock, err = lock(o.Dir); err != nil {
		return nil, err
	}
	if err := s.recover(); err != nil {
		return nil, errors.Join(err, s.lock.Close())
	}
	s.syncing.Go(s.sync)
	return s, nil
}

// End is the position after the last transaction that is on disk for sure, "" when there was none.
func (s *Spool) End() source.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.durable.pos
}

// Latest is the position of the last transaction, durable or not, and when the source committed it.
func (s *Spool) Latest() (source.Position, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last.pos, s.last.at
}

// Size is how much the spool holds: bytes, and transactions that changed something.
func (s *Spool) Size() (bytes, transactions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size(), s.last.count - s.segments0().count
}

// segments0 is the point before the first segment.
func (s *Spool) segments0() point {
	if len(s.segments) == 0 {
		return s.last
	}
	return s.segments[0].base
}

func (s *Spool) size() int64 {
	n := int64(0)
	for _, g := range s.segments {
		n += g.bytes
	}
	if s.file != nil {
		n += s.offset()
	}
	return n
}

// crammed reports whether the sink has to wait.
func (s *Spool) crammed() bool { return s.lifted == 0 && s.size() >= s.o.MaxBytes }

// Lift lets the sink go beyond MaxBytes until the returned function is called: a reader that
// waits for a place in the log would else wait for a sink that waits for what it reads.
func (s *Spool) Lift() (lower func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lifted++
	s.moved.Broadcast()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lifted--
	}
}

// offset is where the next record of the written segment goes.
func (s *Spool) offset() int64 { return s.written + int64(len(s.buf)) }

// Release removes whole segments whose transactions all end at or before a position.
func (s *Spool) Release(through source.Position) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	if s.size() >= s.o.MaxBytes && through >= s.last.pos && !s.tx.open && s.err == nil {
		if err := s.rotate(); err != nil { // All is applied, and the sink may be waiting for room.
			return err
		}
	}
	for len(s.segments) > 1 && s.segments[1].base.pos <= through {
		if err := os.Remove(s.segments[0].path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("release %q: %w", through, err)
		}
		s.segments = s.segments[1:]
		s.moved.Broadcast()
	}
	return nil
}

// Close makes all commits durable and ends sink and replays.
func (s *Spool) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.rollback()
	s.closed = true
	close(s.done)
	s.moved.Broadcast()
	s.mu.Unlock()
	s.syncing.Wait()
	err := s.syncOnce() // Its mark tells damage from a torn tail.

	s.mu.Lock()
	defer s.mu.Unlock()
	if sealing := s.seal(); err == nil {
		err = sealing
	}
	return errors.Join(err, s.lock.Close())
}

// Remove closes the spool and deletes its files.
func (s *Spool) Remove() error {
	if err := s.Close(); err != nil && s.err == nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.segments {
		if err := os.Remove(g.path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the spool: %w", err)
		}
	}
	s.segments = nil
	if err := os.Remove(s.lock.Name()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the spool: %w", err)
	}
	_ = os.Remove(s.o.Dir) // It stays when there are files of others.
	return nil
}

package bucket

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// Event says that an object was created. Seq grows with every event of the store.
type Event struct {
	Seq       uint64 `json:"-"`
	Name      string // ObjectCreated:Put, ObjectCreated:Copy or ObjectCreated:CompleteMultipartUpload.
	Time      time.Time
	Bucket    string
	Owner     string // Account that owns the bucket.
	Key       string
	VersionID string `json:",omitempty"`
	ETag      string
	Size      int64
}

// The names of events.
const (
	CreatedByPut      = "ObjectCreated:Put"
	CreatedByCopy     = "ObjectCreated:Copy"
	CreatedByComplete = "ObjectCreated:CompleteMultipartUpload"
)

// outbox knows the last event committed and wakes who waits for the next.
type outbox struct {
	mu     sync.Mutex
	last   uint64
	next   chan struct{} // Closed when last grows or the store closes.
	closed bool
}

func (o *outbox) open(last uint64) { o.last, o.next = last, make(chan struct{}) }

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	close(o.next)
}

// arrived tells waiting readers of events that were committed; 0 means there were none.
func (s *Store) arrived(last uint64) {
	if last == 0 {
		return
	}
	o := &s.events
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = last
	close(o.next)
	o.next = make(chan struct{})
}

// record writes an event into the transaction that makes it true.
func (t *txn) record(e Event) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	if e.Seq, err = t.next(tableEvents); err != nil {
		return err
	}
	t.last = e.Seq
	return t.put(tableEvents, u64(e.Seq), text)
}

// Events returns up to max events behind after, oldest first. Reading removes nothing.
func (s *Store) Events(after uint64, max int) ([]Event, error) {
	var out []Event
	err := s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(tableEvents).Cursor()
		for k, v := c.Seek(u64(after + 1)); k != nil && len(out) < max; k, v = c.Next() {
			e := Event{Seq: binary.BigEndian.Uint64(k)}
			if err := json.Unmarshal(v, &e); err != nil {
				return fmt.Errorf("event %d: %w", e.Seq, err)
			}
			out = append(out, e)
		}
		return nil
	})
	return out, internal("read events", err)
}

// WaitEvents returns nil as soon as there is an event behind after, or ctx's error.
func (s *Store) WaitEvents(ctx context.Context, after uint64) error {
	o := &s.events
	for {
		o.mu.Lock()
		last, next, closed := o.last, o.next, o.closed
		o.mu.Unlock()
		if last > after {
			// It may be trimmed already; then the reader would come back at once.
			if first, err := s.Events(after, 1); err != nil || len(first) > 0 {
				return err
			}
		}
		if closed {
			return internal("wait for events", errClosed)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-next:
		}
	}
}

// trimBatch keeps the committer free for others while many events are forgotten.
const trimBatch = 10_000

// TrimEvents forgets events up to and including upTo.
func (s *Store) TrimEvents(upTo uint64) error {
	for more := true; more; {
		err := s.commit("trim events", "", func(t *txn) error {
			var err error
			more, err = t.trim(upTo)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) trim(upTo uint64) (more bool, err error) {
	c := t.table(tableEvents).Cursor()
	var keys [][]byte
	for k, _ := c.First(); k != nil && binary.BigEndian.Uint64(k) <= upTo; k, _ = c.Next() {
		if len(keys) == trimBatch {
			more = true
			break
		}
		keys = append(keys, k)
	}
	for _, k := range keys {
		if err := t.delete(tableEvents, k); err != nil {
			return false, err
		}
	}
	return more, nil
}

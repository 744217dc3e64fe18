package guard

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// How much is kept, and how it is written.
const (
	maxKept     = 10_000                 // denials on disk; the oldest go first
	maxInMemory = 1000                   // denials of a guard without a journal on disk
	flushEvery  = 200 * time.Millisecond // what a kill may lose
	flushAt     = 500                    // denials that are written without waiting
)

var (
	denialTable = []byte("denials")    // sequence → record
	denialIndex = []byte("denial-ids") // id, zero byte, sequence → nothing
)

// Journal remembers denials. Those on disk survive a restart; Check only puts a
// denial into memory, and Run writes. What was denied in the last moment before
// a kill may be lost.
type Journal struct {
	db   *bbolt.DB // nil: memory only
	max  int
	wake chan struct{}

	flushing sync.Mutex

	mu      sync.Mutex
	next    uint64
	waiting []kept // not on disk yet, oldest first
}

// kept is a denial with its place in the order of all.
type kept struct {
	seq    uint64
	denied *Denied
}

func newJournal(db *bbolt.DB) *Journal {
	j := &Journal{db: db, max: maxKept, wake: make(chan struct{}, 1), next: 1}
	if db == nil {
		j.max = maxInMemory
	}
	return j
}

// OpenJournal opens the journal that db holds. Run has to run for it to be written.
func OpenJournal(db *bbolt.DB) (*Journal, error) {
	j := newJournal(db)
	err := db.Update(func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucketIfNotExists(denialIndex); err != nil {
			return err
		}
		t, err := tx.CreateBucketIfNotExists(denialTable)
		if err != nil {
			return err
		}
		if k, _ := t.Cursor().Last(); k != nil {
			j.next = binary.BigEndian.Uint64(k) + 1
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open the journal of denials: %w", err)
	}
	return j, nil
}

func (j *Journal) add(d *Denied) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(j.waiting, kept{j.next, d})
	j.next++
	if len(j.waiting) > j.max {
		j.waiting[0] = kept{} // So that it can be collected before the array is.
		j.waiting = j.waiting[1:]
	}
	if j.db != nil && len(j.waiting) >= flushAt {
		select {
		case j.wake <- struct{}{}:
		default:
		}
	}
}

// Run writes denials until ctx ends, and then what is left.
func (j *Journal) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := j.Flush(); err != nil {
				return err
			}
			return ctx.Err()
		case <-tick.C:
		case <-j.wake:
		}
		_ = j.Flush() // A full disk must not end the node: what waits is tried again.
	}
}

// Flush writes what is not on disk yet.
func (j *Journal) Flush() error {
	j.flushing.Lock()
	defer j.flushing.Unlock()
	j.mu.Lock()
	batch := slices.Clone(j.waiting)
	j.mu.Unlock()
	if j.db == nil || len(batch) == 0 {
		return nil
	}
	if err := j.db.Update(func(tx *bbolt.Tx) error { return j.write(tx, batch) }); err != nil {
		return fmt.Errorf("keep denials: %w", err)
	}
	last := batch[len(batch)-1].seq
	j.mu.Lock()
	defer j.mu.Unlock()
	rest := slices.IndexFunc(j.waiting, func(k kept) bool { return k.seq > last })
	if rest < 0 {
		j.waiting = nil
	} else {
		j.waiting = slices.Clone(j.waiting[rest:])
	}
	return nil
}

func (j *Journal) write(tx *bbolt.Tx, batch []kept) error {
	table, index := tx.Bucket(denialTable), tx.Bucket(denialIndex)
	for _, k := range batch {
		text, err := encode(k.denied)
		if err != nil {
			return err
		}
		if err := table.Put(sequence(k.seq), text); err != nil {
			return err
		}
		for _, id := range k.denied.IDs {
			if err := index.Put(indexKey(id, k.seq), nil); err != nil {
				return err
			}
		}
	}
	return j.forget(table, index)
}

// forget removes the oldest beyond what is kept.
func (j *Journal) forget(table, index *bbolt.Bucket) error {
	c := table.Cursor()
	last, _ := c.Last()
	newest := binary.BigEndian.Uint64(last)
	for k, text := c.First(); k != nil && binary.BigEndian.Uint64(k)+uint64(j.max) <= newest; k, text = c.First() {
		var r struct {
			IDs []string `json:"ids"`
		}
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("read a kept denial: %w", err)
		}
		for _, id := range r.IDs {
			if err := index.Delete(indexKey(id, binary.BigEndian.Uint64(k))); err != nil {
				return err
			}
		}
		if err := c.Delete(); err != nil {
			return err
		}
	}
	return nil
}

func sequence(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

// maxID is as much of an id as the index holds: bbolt limits its keys.
const maxID = 1024

func indexKey(id string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(id[:min(len(id), maxID)]), 0), seq)
}

// last returns the newest denial, nil when there is none.
func (j *Journal) last() *Denied {
	j.mu.Lock()
	if n := len(j.waiting); n > 0 {
		defer j.mu.Unlock()
		return j.waiting[n-1].denied
	}
	j.mu.Unlock()
	var found *Denied
	j.view(func(table, _ *bbolt.Bucket) {
		if _, text := table.Cursor().Last(); text != nil {
			found, _ = decode(text)
		}
	})
	return found
}

// find returns the denials with an id, oldest first.
func (j *Journal) find(id string) []*Denied {
	j.mu.Lock()
	waiting := slices.Clone(j.waiting) // Before the disk: what is written meanwhile is then seen twice, not never.
	j.mu.Unlock()
	var all []*Denied
	first := uint64(0)
	if len(waiting) > 0 {
		first = waiting[0].seq
	}
	j.view(func(table, index *bbolt.Bucket) { all = onDisk(table, index, id, first) })
	for _, k := range waiting {
		if slices.Contains(k.denied.IDs, id) {
			all = append(all, k.denied)
		}
	}
	return all
}

// onDisk reads the denials with an id that come before a sequence number, 0 for no limit.
func onDisk(table, index *bbolt.Bucket, id string, before uint64) []*Denied {
	var all []*Denied
	prefix := indexKey(id, 0)[:min(len(id), maxID)+1]
	c := index.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		seq := k[len(prefix):]
		if len(seq) != 8 || before != 0 && binary.BigEndian.Uint64(seq) >= before {
			continue
		}
		if d, err := decode(table.Get(seq)); err == nil { // One that a later version cannot read is passed by.
			all = append(all, d)
		}
	}
	return all
}

// view reads what is on disk. A closed file has nothing.
func (j *Journal) view(f func(table, index *bbolt.Bucket)) {
	if j.db == nil {
		return
	}
	_ = j.db.View(func(tx *bbolt.Tx) error {
		f(tx.Bucket(denialTable), tx.Bucket(denialIndex))
		return nil
	})
}

package bucket

import (
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// maxGroup bounds how many operations share one transaction. A commit waits
// for the disk twice; sharing it is what makes small PUTs fast.
const maxGroup = 256

var errClosed = errors.New("the object store is closed")

// op is one change that waits to be committed.
type op struct {
	apply func(*txn) error
	dir   string // Directory whose new file must be durable before the commit names it.
	freed []uint64
	err   error
	done  chan struct{}
}

// txn is the transaction of a group as one operation sees it. It notes whether
// the operation wrote, because a failure before the first write costs only
// this operation, and one after it the whole group.
type txn struct {
	*bbolt.Tx
	store  *Store
	tables map[string]*bbolt.Bucket
	dirty  bool
	freed  []uint64 // Files that nothing names any more.
	last   uint64   // Last event written.
}

// table returns a table. Rows of tables that grow at the end fill their pages.
func (t *txn) table(name []byte) *bbolt.Bucket {
	b := t.tables[string(name)]
	if b == nil {
		b = t.Bucket(name)
		switch string(name) {
		case string(tableInline), string(tableEvents), string(tableBlobs):
			b.FillPercent = 0.95
		}
		t.tables[string(name)] = b
	}
	return b
}

func (t *txn) put(table, key, value []byte) error {
	t.dirty = true
	if err := t.table(table).Put(key, value); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

func (t *txn) delete(table, key []byte) error {
	t.dirty = true
	if err := t.table(table).Delete(key); err != nil {
		return fmt.Errorf("delete from %s: %w", table, err)
	}
	return nil
}

// next draws a number from the table's sequence.
func (t *txn) next(table []byte) (uint64, error) {
	t.dirty = true
	n, err := t.table(table).NextSequence()
	if err != nil {
		return 0, fmt.Errorf("number a row of %s: %w", table, err)
	}
	return n, nil
}

// commit runs apply in a transaction shared with others and returns when that
// is on disk. apply may run more than once and must find every fault of the
// request before its first write.
func (s *Store) commit(name string, dir string, apply func(*txn) error) error {
	o := &op{apply: apply, dir: dir, done: make(chan struct{})}
	s.closing.RLock()
	if s.closed {
		s.closing.RUnlock()
		return internal(name, errClosed)
	}
	s.ops <- o
	s.closing.RUnlock()
	<-o.done
	if o.err != nil {
		return internal(name, o.err)
	}
	s.blobs.remove(o.freed)
	return nil
}

// commitAll is the committer: it alone writes to the database.
func (s *Store) commitAll() {
	defer close(s.committed)
	group := make([]*op, 0, maxGroup)
	for o := range s.ops {
		group = s.gather(append(group[:0], o))
		s.commitGroup(group)
		for _, o := range group {
			close(o.done)
		}
	}
}

// gather adds what is waiting already. It does not wait for more: while one
// group is on its way to the disk the next collects by itself.
func (s *Store) gather(group []*op) []*op {
	for len(group) < maxGroup {
		select {
		case o, ok := <-s.ops:
			if !ok {
				return group
			}
			group = append(group, o)
		default:
			return group
		}
	}
	return group
}

func (s *Store) commitGroup(group []*op) {
	live := slices.Clone(group)
	if err := s.blobs.syncDirs(live); err != nil {
		failAll(live, err)
		return
	}
	for len(live) > 0 {
		spoiler, err := s.try(&live)
		if err == nil {
			return
		}
		if spoiler == nil {
			failAll(live, err)
			return
		}
		spoiler.err = err
		live = slices.DeleteFunc(live, func(o *op) bool { return o == spoiler })
	}
}

func failAll(ops []*op, err error) {
	for _, o := range ops {
		o.err = err
	}
}

// try runs the live operations in one transaction and drops those that are
// refused. A spoiler wrote before it failed: the rest must run again without it.
func (s *Store) try(live *[]*op) (spoiler *op, err error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() // After Commit it does nothing.
	t := &txn{Tx: tx, store: s, tables: map[string]*bbolt.Bucket{}}
	kept := (*live)[:0:0]
	for _, o := range *live {
		t.dirty, t.freed = false, nil
		o.err = o.apply(t)
		switch {
		case o.err == nil:
			o.freed = t.freed
			kept = append(kept, o)
		case t.dirty:
			return o, o.err
		}
	}
	*live = kept
	if len(kept) == 0 {
		return nil, nil
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	s.arrived(t.last)
	return nil, nil
}

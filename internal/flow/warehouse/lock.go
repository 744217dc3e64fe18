package warehouse

import (
	"context"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
)

// LockMode says how a transaction uses a table.
type LockMode uint8

// Redshift locks whole tables: writers that append run side by side, writers
// that change or drop what is there run alone. Readers take no lock.
const (
	LockAppend    LockMode = iota + 1 // INSERT, COPY
	LockExclusive                     // UPDATE, DELETE, TRUNCATE, ALTER, DROP, LOCK
)

// locks is the table locks of one database.
type locks struct {
	mu     sync.Mutex
	tables map[string]*tableLock
	waits  map[*Client]wait // who waits for which table
}

type wait struct {
	on   *tableLock
	mode LockMode
}

type tableLock struct {
	holders map[*Client]LockMode
	changed chan struct{} // closed when a holder leaves
}

func newLocks() *locks {
	return &locks{tables: map[string]*tableLock{}, waits: map[*Client]wait{}}
}

// acquire waits until c holds table in mode, ctx ends, or waiting would never end.
func (l *locks) acquire(ctx context.Context, c *Client, table string, mode LockMode) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		t := l.tables[table]
		if t == nil {
			t = &tableLock{holders: map[*Client]LockMode{}, changed: make(chan struct{})}
			l.tables[table] = t
		}
		if t.free(c, mode) {
			t.holders[c] = max(mode, t.holders[c])
			return nil
		}
		l.waits[c] = wait{t, mode}
		if l.cycle(c) {
			delete(l.waits, c)
			return &fault.Error{Kind: fault.Conflict, Code: "40P01", Message: "deadlock detected",
				Detail: "Another transaction waits for a table this one has locked, and holds " + table + ".",
				Hint:   "Lock tables in the same order in every transaction, or run the statement again."}
		}
		changed := t.changed
		l.mu.Unlock()
		var err error
		select {
		case <-changed:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		l.mu.Lock()
		delete(l.waits, c)
		if err != nil {
			return err
		}
	}
}

// free reports whether c could hold the lock now.
func (t *tableLock) free(c *Client, mode LockMode) bool {
	for holder, held := range t.holders {
		if holder != c && (mode == LockExclusive || held == LockExclusive) {
			return false
		}
	}
	return true
}

// cycle reports whether c waits, through others, for itself.
func (l *locks) cycle(c *Client) bool {
	seen := map[*Client]bool{}
	var reaches func(from *Client) bool
	reaches = func(from *Client) bool {
		w, waiting := l.waits[from]
		if !waiting || seen[from] {
			return false
		}
		seen[from] = true
		for holder, held := range w.on.holders {
			if holder == from || (w.mode != LockExclusive && held != LockExclusive) {
				continue
			}
			if holder == c || reaches(holder) {
				return true
			}
		}
		return false
	}
	return reaches(c)
}

// release gives back everything c holds.
func (l *locks) release(c *Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, t := range l.tables {
		if _, ok := t.holders[c]; !ok {
			continue
		}
		delete(t.holders, c)
		close(t.changed)
		t.changed = make(chan struct{})
		if len(t.holders) == 0 {
			delete(l.tables, name) // Waiters look the table up again.
		}
	}
}

package delimited

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	keptErrors   = 100_000 // Of a load that never fails; MAXERROR's own limit.
	detailErrors = 20      // So many errors carry their fields.
)

// place is a byte of a load: files first, then offsets.
type place struct {
	file   int
	offset int64
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.file, q.file), cmp.Compare(p.offset, q.offset))
}

// tally collects errors and says where the load ends because of them. What it
// keeps does not depend on the order in which errors arrive: the first ones by
// place. What lies behind the end needs no scanning any more; what lies before it
// does, since it may hold errors that come first.
type tally struct {
	limit int64 // negative: never fails
	kept  int   // of a load that never fails

	mu     sync.Mutex
	errors []RowError // sorted by place
	fatal  *FileError

	end atomic.Pointer[place] // nil while the load is good
}

// failed reports whether the load fails.
func (t *tally) failed() bool { return t.end.Load() != nil }

// beyond reports whether p lies behind the end.
func (t *tally) beyond(p place) bool {
	end := t.end.Load()
	return end != nil && p.compare(*end) > 0
}

// add keeps a rejected record. detail is asked for its fields when they are wanted.
func (t *tally) add(e RowError, detail func() []FieldValue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := place{e.FileIndex, e.Offset}
	if t.beyond(p) {
		return
	}
	at, _ := slices.BinarySearchFunc(t.errors, p, func(e RowError, p place) int {
		return place{e.FileIndex, e.Offset}.compare(p)
	})
	if at < detailErrors {
		e.Fields = detail()
	}
	t.errors = slices.Insert(t.errors, at, e)
	if len(t.errors) > detailErrors {
		t.errors[detailErrors].Fields = nil
	}
	if t.limit >= 0 && int64(len(t.errors)) >= t.limit {
		t.stop(t.errors[t.limit-1])
		return
	}
	if t.limit < 0 && len(t.errors) > t.kept {
		t.errors = t.errors[:t.kept]
	}
}

// stop ends the load with the error that is one too many.
func (t *tally) stop(last RowError) {
	t.errors = t.errors[:t.limit]
	t.shorten(place{last.FileIndex, last.Offset})
}

// abort ends the load with a file that cannot be read.
func (t *tally) abort(e *FileError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := place{e.FileIndex, e.Offset}
	if t.beyond(p) {
		return
	}
	t.fatal = e
	for n := len(t.errors); n > 0 && (place{t.errors[n-1].FileIndex, t.errors[n-1].Offset}).compare(p) > 0; n-- {
		t.errors = t.errors[:n-1]
	}
	t.shorten(p)
}

func (t *tally) shorten(p place) { t.end.Store(&p) }

// outcome is nil or why the load fails. It is final when everything before the end was scanned.
func (t *tally) outcome() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.limit >= 0 && int64(len(t.errors)) >= t.limit {
		return &TooManyErrors{Limit: t.limit, First: t.errors[0]}
	}
	if t.fatal != nil {
		return t.fatal
	}
	return nil
}

// rejected copies the errors that were kept.
func (t *tally) rejected() []RowError {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.errors)
}

package delimited

import (
	"bytes"
	"sync"
	"unicode/utf8"
)

// keptReplacements is how many replacements of a load are kept, as Redshift keeps for each slice.
const keptReplacements = 100

// Replacement is a field in which ACCEPTINVCHARS replaced bytes.
type Replacement struct {
	File      string
	FileIndex int
	Line      int64
	Column    string
	RawLine   []byte
}

// replacements gathers them from all workers.
type replacements struct {
	mu  sync.Mutex
	all []Replacement
}

func (r *replacements) full() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all) >= keptReplacements
}

func (r *replacements) add(e Replacement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.all) < keptReplacements {
		r.all = append(r.all, e)
	}
}

// Replacements returns the fields in which bytes were replaced, a hundred at most.
func (s *Scan) Replacements() []Replacement {
	s.replaced.mu.Lock()
	defer s.replaced.mu.Unlock()
	return s.replaced.all
}

// replaceInvalid puts the replacement character in place of every byte that belongs to no character.
func (w *worker) replaceInvalid(c *column, b []byte) []byte {
	out := w.alloc(len(b))
	copy(out, b)
	for i := 0; i < len(out); {
		r, n := utf8.DecodeRune(out[i:])
		if r == utf8.RuneError && n == 1 {
			out[i] = w.opt.InvChar
		}
		i += n
	}
	w.noteReplaced(c)
	return out
}

// noteReplaced keeps the record at pos for the views.
func (w *worker) noteReplaced(c *column) {
	if w.scan.replaced.full() {
		return
	}
	line := w.mem[w.pos:w.end]
	if n := bytes.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	w.scan.replaced.add(Replacement{File: w.scan.files[w.at.file].Name, FileIndex: w.at.file, Line: w.lineOf(w.pos),
		Column: c.Name, RawLine: printable(bytes.TrimSuffix(line, []byte{'\r'}))})
}

package delimited

import (
	"bytes"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// worker scans blocks, one at a time. The mutex lets another worker finish
// what this one holds when the load fails.
type worker struct {
	scan   *Scan
	opt    *Options
	syntax syntax
	null   []byte
	nul    bool // A lone NUL means NULL.
	cols   []column

	mu    sync.Mutex
	block *block
	spent *block // scanned; the last chunk still points to it
	texts arena
	err   error // what ends the scan, such as no memory

	// The segment being scanned.
	mem            []byte // the block with its slack
	delims, quotes uint64 // what textEnd looks for, in each byte
	seg            int    // index of the next segment
	at             segment
	pos, end       int
	rows           int64

	lineAt  int // a byte whose line is known
	linePos int64
	bad     rejection

	parser Parser // of another layout
}

// rejection is the record that could not be read.
type rejection struct {
	column int // the first bad one; len(cols) for a field too many
	field  field
	problem
	null bool
}

func newWorker(s *Scan) *worker {
	w := &worker{scan: s, opt: &s.opt, syntax: s.syntax, null: []byte(s.opt.NullAs), nul: s.opt.NullAs == "\x00"}
	w.cols = append(w.cols, s.plan...)
	if s.opt.Layout != nil {
		w.parser = s.opt.Layout.Parser()
	}
	w.delims = ones * uint64(w.syntax.delim)
	w.quotes = w.delims
	if w.syntax.csv {
		w.quotes = ones * uint64(w.syntax.quote)
	}
	return w
}

// Fill writes the next rows.
func (w *worker) Fill(out *warehouse.Chunk) (int, error) {
	n, err := w.fill(out)
	if n == 0 && err == nil {
		err = w.scan.finish(out)
	}
	return n, err
}

func (w *worker) fill(out *warehouse.Chunk) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.release()
	w.bind(out)
	for {
		if w.block == nil {
			b, err := w.scan.take()
			if b == nil || err != nil {
				return 0, err
			}
			w.load(b)
		}
		n := w.scanBlock()
		if w.err != nil {
			return 0, w.err
		}
		if n > 0 && !w.scan.tally.failed() {
			return n, nil
		}
		w.release() // Nobody will look at these rows.
	}
}

// drain scans what the worker holds, for its errors only.
func (w *worker) drain(out *warehouse.Chunk) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bind(out)
	for w.block != nil && w.err == nil {
		w.scanBlock()
	}
}

func (w *worker) bind(out *warehouse.Chunk) {
	for i := range w.cols {
		w.cols[i].vec = &out.Vectors[i]
	}
}

// release gives back what only the previous chunk points to.
func (w *worker) release() {
	if w.spent != nil {
		idleBlocks.put(w.spent)
		w.spent = nil
	}
	w.texts.reset()
}

// Close gives all memory back.
func (w *worker) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.release()
	w.texts.close()
	if w.block != nil {
		idleBlocks.put(w.block)
		w.block = nil
	}
}

func (w *worker) load(b *block) {
	w.block, w.mem, w.seg = b, b.mem[:cap(b.mem)], 0
	w.pos, w.end = 0, 0
}

// scanBlock fills rows until the chunk is full or the block is done.
func (w *worker) scanBlock() int {
	row := 0
	for row < warehouse.ChunkSize {
		if w.pos >= w.end && !w.nextSegment() {
			w.spent, w.block = w.block, nil
			return row
		}
		from := row
		if w.parser != nil {
			row = w.scanLayout(row)
		} else {
			row = w.scanRecords(row)
		}
		w.rows += int64(row - from)
	}
	return row
}

// nextSegment moves to the next segment that still matters.
func (w *worker) nextSegment() bool {
	w.count()
	for w.seg < len(w.block.segs) {
		w.at = w.block.segs[w.seg]
		w.seg++
		if !w.scan.tally.beyond(place{w.at.file, w.at.offset}) {
			w.pos, w.end = w.at.start, w.at.end
			w.linePos, w.lineAt = w.at.line, w.at.start
			return true
		}
	}
	return false
}

// count adds the rows of the segment to its file's.
func (w *worker) count() {
	if w.rows > 0 {
		w.scan.stats[w.at.file].rows.Add(w.rows)
		w.rows = 0
	}
}

// scanRecords fills rows from the segment.
func (w *worker) scanRecords(row int) int {
	for row < warehouse.ChunkSize && w.pos < w.end {
		if w.opt.IgnoreBlankLines && w.blankLine() {
			continue
		}
		next := w.record(w.pos, row)
		if next < 0 {
			w.reject(row)
			continue
		}
		w.pos = next
		row++
	}
	return row
}

// blankLine skips a line that holds nothing.
func (w *worker) blankLine() bool {
	n := w.lineEnd(w.pos)
	if n == 0 {
		return false
	}
	w.pos += n
	return true
}

// lineEnd returns the length of the line end at i, 0 when there is none.
func (w *worker) lineEnd(i int) int {
	switch {
	case w.mem[i] == '\n':
		return 1
	case w.mem[i] == '\r' && w.mem[i+1] == '\n':
		return 2
	}
	return 0
}

// reject reports the record at pos and goes on behind it.
func (w *worker) reject(row int) {
	for i := range w.cols {
		w.cols[i].vec.ClearNull(row)
	}
	n, ended := w.syntax.recordEnd(w.mem[w.pos:w.end])
	start := w.pos
	w.pos += n
	line := w.mem[start:w.pos]
	if ended || w.at.added {
		line = line[:len(line)-1]
	}
	w.reportAt(start, bytes.TrimSuffix(line, []byte{'\r'}), func(*RowError) {}, func() []FieldValue { return w.fieldValues(start) })
}

func (w *worker) rowError(at place, line []byte) RowError {
	bad := &w.bad
	e := RowError{File: w.scan.files[at.file].Name, FileIndex: at.file, Line: w.linePos, Offset: at.offset,
		Position: bad.position, Code: bad.code, Reason: bad.reason, IsNull: bad.null,
		RawLine: printable(line), RawField: printable(bad.field.value), Field: bad.column + 1}
	if !bad.whole {
		c := &w.cols[bad.column]
		e.Column, e.Type, e.Length = c.Name, c.Type.Short(), c.Type.LoadLength()
	}
	return e
}

// fieldValues reads the rejected record once more, up to the bad field.
func (w *worker) fieldValues(pos int) []FieldValue {
	var all []FieldValue
	for i := 0; i <= w.bad.column && i < len(w.cols); i++ {
		f := w.field(pos)
		c := &w.cols[i]
		v := FieldValue{Field: i + 1, Column: c.Name, Type: c.Type.Short(), Length: c.Type.LoadLength(), Value: printable(f.value)}
		v.IsNull = f.fault == nil && w.isNull(c, &f)
		all = append(all, v)
		if f.fault != nil || f.ended {
			break
		}
		pos = f.next
	}
	return all
}

// alloc is memory for a value that is not a piece of the block.
func (w *worker) alloc(n int) []byte {
	b, err := w.texts.alloc(n)
	if err != nil {
		w.err = err
		return make([]byte, n) // never seen by the engine: Fill returns the error
	}
	return b
}

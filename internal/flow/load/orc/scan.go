package orc

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Options are COPY's parameters for ORC files.
type Options struct {
	AcceptInvChars bool
	InvChar        byte
}

// Scan reads the columns of a file into vectors, each worker a stripe at a time.
type Scan struct {
	file    *File
	columns []delimited.Column
	kinds   []warehouse.VectorType
	opt     Options
	ctx     context.Context
	next    atomic.Int64

	mu      sync.Mutex
	workers []*worker
}

var _ warehouse.Scan = (*Scan)(nil)

// NewScan makes a scan of the file's first columns, which fit cols as Fits says. It must be closed.
func (f *File) NewScan(ctx context.Context, cols []delimited.Column, opt Options) (*Scan, error) {
	if len(cols) > len(f.root.Children) {
		return nil, invalid("it has %d columns", len(f.root.Children))
	}
	s := &Scan{file: f, columns: cols, opt: opt, ctx: ctx}
	for i, c := range cols {
		vt, ok := delimited.VectorType(c.Type)
		if !ok || !f.root.Children[i].Fits(c.Type) {
			return nil, invalid("%s does not go into %s", f.root.Children[i], c.Type)
		}
		s.kinds = append(s.kinds, vt)
	}
	return s, nil
}

// Fits reports whether a type takes the values of a column: they are not converted into others.
func (t *Type) Fits(to sqltype.Type) bool {
	switch to.ID {
	case sqltype.Super:
		return true
	case sqltype.Decimal:
		old := t.Precision == 0 // Hive's first writer did not say.
		return t.Kind == Decimal && (old || t.Scale == to.Scale && t.Precision <= to.Precision)
	case sqltype.Boolean:
		return t.Kind == Boolean
	case sqltype.Smallint:
		return t.Kind == Short || t.Kind == Byte
	case sqltype.Integer:
		return t.Kind == Int
	case sqltype.Bigint:
		return t.Kind == Long
	case sqltype.Real:
		return t.Kind == Float
	case sqltype.Double:
		return t.Kind == Double
	case sqltype.Char, sqltype.Varchar:
		return t.Kind == String || t.Kind == Varchar || t.Kind == Char
	case sqltype.Varbyte:
		return t.Kind == Binary
	case sqltype.Date:
		return t.Kind == Date
	case sqltype.Timestamp, sqltype.TimestampTZ:
		return t.Kind == Timestamp || t.Kind == Instant
	}
	return false
}

// Columns describes the vectors to be filled.
func (s *Scan) Columns() []warehouse.Column {
	all := make([]warehouse.Column, len(s.columns))
	for i, c := range s.columns {
		all[i] = warehouse.Column{Name: c.Name, Type: s.kinds[i]}
	}
	return all
}

// Workers is how many threads can share the work.
func (s *Scan) Workers() int { return max(1, min(len(s.file.stripes), runtime.GOMAXPROCS(0))) }

// Worker makes a worker.
func (s *Scan) Worker() warehouse.ScanWorker {
	w := &worker{scan: s, unpack: newUnpacker(s.file), most: s.most()}
	w.batch = min(firstBatch, w.most)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workers = append(s.workers, w)
	return w
}

// most is how many rows a chunk may have, so that its text stays within bounds however long values are.
func (s *Scan) most() int {
	row, longest := 1, maxRow
	for _, c := range s.columns {
		switch c.Type.ID {
		case sqltype.Super:
			row, longest = row+maxJSON, maxJSON
		case sqltype.Char, sqltype.Varchar, sqltype.Varbyte:
			row += c.Type.Length
		}
	}
	return min(warehouse.ChunkSize, maxArena/2/min(row, longest))
}

// Close frees the memory of all workers. None may be in use.
func (s *Scan) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.workers {
		w.Close()
	}
	return nil
}

// worker reads stripes.
type worker struct {
	scan    *Scan
	unpack  *unpacker
	texts   arena // of the chunk
	stripe  *stripe
	columns []column
	left    uint64 // rows of the stripe
	batch   int    // rows of the next chunk
	most    int    // that it may have
}

// A chunk begins small and grows while its text is little.
const (
	firstBatch = 128
	fullText   = 16 << 20
	maxRow     = 4 << 20 // what COPY takes as a row
)

// Fill writes the next rows.
func (w *worker) Fill(out *warehouse.Chunk) (int, error) {
	if err := w.scan.ctx.Err(); err != nil {
		return 0, err
	}
	w.texts.reset()
	for w.left == 0 {
		more, err := w.start()
		if err != nil || !more {
			return 0, err
		}
	}
	n := int(min(w.left, uint64(w.batch)))
	for i, c := range w.columns {
		if err := c.fill(&out.Vectors[i], n); err != nil {
			return 0, err
		}
	}
	w.left -= uint64(n)
	if w.texts.size() < fullText/2 {
		w.batch = min(w.batch*2, w.most)
	} else if w.texts.size() > fullText {
		w.batch = max(w.batch/2, 1)
	}
	return n, nil
}

// start takes the next stripe.
func (w *worker) start() (more bool, err error) {
	w.stop()
	i := w.scan.next.Add(1) - 1
	if i >= int64(len(w.scan.file.stripes)) {
		return false, nil
	}
	if w.stripe, err = w.stripeAt(int(i)); err != nil {
		return false, err
	}
	if _, ok := w.stripe.streams[streamKey{0, streamPresent}]; ok {
		return false, invalid("rows that are NULL are not supported")
	}
	for i := range w.scan.columns {
		c, err := w.column(i)
		if err != nil {
			return false, err
		}
		w.columns = append(w.columns, c)
	}
	w.left = w.stripe.rows
	return true, nil
}

// stop lets go of the stripe.
func (w *worker) stop() {
	for _, c := range w.columns {
		if x, ok := c.(interface{ close() }); ok {
			x.close()
		}
	}
	w.columns, w.stripe, w.unpack.held = nil, nil, 0
}

// Close frees the worker's memory.
func (w *worker) Close() {
	w.stop()
	w.left = 0
	w.texts.close()
	w.unpack.close()
}

package delimited

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Scan reads files into vectors. It is read once, by as many workers as the
// engine has threads, and must be closed after the statement that reads it.
type Scan struct {
	files   []File
	opt     Options
	syntax  syntax
	formats formats
	plan    []column
	columns []warehouse.Column

	ctx    context.Context
	cancel context.CancelFunc
	start  sync.Once
	wait   sync.WaitGroup
	next   atomic.Int64 // the file that the next free reader takes
	blocks chan *block  // closed when the readers are done
	tally  tally
	stats  []stat

	replaced replacements

	mu      sync.Mutex
	workers []*worker
}

// FileStat is what became of one file. Rows and errors count what was scanned,
// also when the load failed later.
type FileStat struct {
	Name         string
	Bytes        int64 // as stored
	RawBytes     int64 // after decompression
	Lines        int64 // with header lines
	Rows, Errors int64
	Start, End   time.Time // zero while the file was not opened, or not read to its end
}

// stat gathers a FileStat; its reader writes info, all workers the counters.
type stat struct {
	info         FileStat
	rows, errors atomic.Int64
}

var _ warehouse.Scan = (*Scan)(nil)

// New makes a scan of files, whose fields go into cols in order. ctx bounds
// the reading. Nothing is opened before the first worker asks for rows.
func New(ctx context.Context, files []File, cols []Column, opt Options) (*Scan, error) {
	if err := opt.complete(); err != nil {
		return nil, err
	}
	s := &Scan{files: files, opt: opt, syntax: opt.syntax(), stats: make([]stat, len(files))}
	s.tally.limit, s.tally.kept = opt.MaxErrors, opt.KeptErrors
	if err := s.prepare(cols); err != nil {
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.blocks = make(chan *block, s.Workers())
	return s, nil
}

// Columns describes the vectors to be filled.
func (s *Scan) Columns() []warehouse.Column { return s.columns }

// Workers is how many threads can share the work.
func (s *Scan) Workers() int {
	n := s.opt.workers
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	if s.opt.Ordered || s.small() {
		return 1
	}
	return n
}

// small reports a load that fits into one block, so that it keeps its order.
func (s *Scan) small() bool {
	var size int64
	for _, f := range s.files {
		if f.Size < 0 {
			return false
		}
		size += f.Size
	}
	return s.opt.Compression == "" && size < int64(s.opt.blockSize)
}

// readers is how many files are read at the same time. A few small files are
// read one after the other into one block.
func (s *Scan) readers() int {
	n := s.opt.Readers
	if s.opt.Ordered {
		n = 1
	}
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
		if len(s.files) <= 4 && s.small() {
			n = 1
		}
	}
	return max(1, min(n, len(s.files)))
}

// Worker makes a worker and, the first time, starts the readers.
func (s *Scan) Worker() warehouse.ScanWorker {
	w := newWorker(s)
	s.mu.Lock()
	s.workers = append(s.workers, w)
	s.mu.Unlock()
	s.start.Do(s.read)
	return w
}

func (s *Scan) read() {
	for range s.readers() {
		s.wait.Add(1)
		go func() {
			defer s.wait.Done()
			r := &reader{scan: s}
			r.run()
		}()
	}
	go func() {
		s.wait.Wait()
		close(s.blocks)
	}()
}

// take returns the next block, nil when there is none any more.
func (s *Scan) take() (*block, error) {
	select {
	case b := <-s.blocks:
		if b == nil && s.ctx.Err() != nil {
			return nil, s.interrupted()
		}
		return b, nil
	case <-s.ctx.Done():
		return nil, s.interrupted()
	}
}

func (s *Scan) interrupted() error { return fmt.Errorf("read files: %w", context.Cause(s.ctx)) }

// finish is called when no block is left. If the load fails it scans what other
// workers have still in hand, without waiting for the engine to call them, and
// returns the error.
func (s *Scan) finish(out *warehouse.Chunk) error {
	if !s.tally.failed() {
		return nil
	}
	s.mu.Lock()
	workers := s.workers
	s.mu.Unlock()
	for _, w := range workers {
		w.drain(out)
	}
	return s.tally.outcome()
}

// cut returns the length of the whole records at the start of b.
func (s *Scan) cut(b []byte) int {
	if s.opt.Layout != nil {
		return s.opt.Layout.Cut(b)
	}
	return s.syntax.cut(b)
}

// Errors returns the rejected records by file and line: all of a load that
// passed (KeptErrors at most), and up to the one that failed it otherwise.
func (s *Scan) Errors() []RowError { return s.tally.rejected() }

// Files returns what became of each file. Call it after Close, or after every Fill has come to its end.
func (s *Scan) Files() []FileStat {
	all := make([]FileStat, len(s.stats))
	for i := range s.stats {
		all[i] = s.stats[i].info
		all[i].Name = s.files[i].Name
		all[i].Rows = s.stats[i].rows.Load()
		all[i].Errors = s.stats[i].errors.Load()
	}
	return all
}

// Close stops the readers and frees all blocks. No worker may be in use.
func (s *Scan) Close() error {
	s.cancel()
	s.start.Do(func() { close(s.blocks) })
	for b := range s.blocks {
		idleBlocks.put(b)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.workers {
		w.Close()
	}
	return nil
}

package apply

import (
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// staged are files of one COPY.
type staged struct {
	set    *stage.Set
	rows   int64
	buf    []byte
	closed bool
	chunk  target.Chunk
}

// pieceBytes is how much is written to a set at a time.
const pieceBytes = 256 << 10

// writer puts the changes of one table into files.
type writer struct {
	f *flush
	t *tableRun
}

func (w *writer) open(at **staged, what string) *staged {
	if *at == nil {
		*at = &staged{set: w.f.set(what)}
	}
	return *at
}

// begin is where the next row of a set is appended to.
func (w *writer) begin(s *staged, e int) []byte {
	if !w.t.seq {
		return s.buf
	}
	return append(appendInt(s.buf, int64(e)), ',')
}

// end takes one more row.
func (s *staged) end(buf []byte) error {
	s.buf = append(buf, '\n')
	s.rows++
	if len(s.buf) < pieceBytes {
		return nil
	}
	return s.flush()
}

func (s *staged) flush() error {
	_, err := s.set.Write(s.buf)
	s.buf = s.buf[:0]
	if err != nil {
		return fmt.Errorf("stage changes: %w", err)
	}
	return nil
}

// close ends the files.
func (s *staged) close(f *flush) error {
	if s == nil || s.closed {
		return nil
	}
	s.closed = true
	if len(s.buf) > 0 {
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.buf = nil
	files, err := s.set.Close(f.ctx)
	if err != nil {
		return fmt.Errorf("stage changes: %w", err)
	}
	s.chunk = target.Chunk{Manifest: files.Manifest, Gzip: f.a.c.Stage.Gzip(), Rows: s.rows}
	return nil
}

package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Set is the files of one COPY. One goroutine writes and closes it.
type Set struct {
	stage  *Stage
	folder string
	ctx    context.Context
	cancel context.CancelCauseFunc

	open    []byte // The file that is being filled.
	bytes   int64
	closed  bool
	uploads sync.WaitGroup

	mu    sync.Mutex
	files []entry
	keys  []string // All that may be in the bucket, the manifest too.
}

// entry is one uploaded file of a manifest.
type entry struct {
	key    string
	length int64
}

// Files are what a Set wrote.
type Files struct {
	Manifest string // The manifest's URL, for COPY … MANIFEST; "" when there is no row.
	Files    int
	Bytes    int64 // Of CSV.
	Stored   int64 // Of the files, compressed or not.
}

var (
	errClosed = errors.New("the files of this set are closed")
	errHalf   = errors.New("a staged write must end with a whole row")
)

// Write adds whole rows. It returns the first error of the uploads behind it.
func (s *Set) Write(p []byte) (int, error) {
	if s.closed {
		return 0, errClosed
	}
	if len(p) == 0 {
		return 0, nil
	}
	if p[len(p)-1] != '\n' {
		return 0, errHalf
	}
	for rest := p; len(rest) > 0; {
		n := s.fits(rest)
		s.open = append(s.grown(n), rest[:n]...)
		rest = rest[n:]
		if len(rest) > 0 || int64(len(s.open)) >= s.stage.o.FileBytes {
			if err := s.cut(); err != nil {
				return len(p) - len(rest), err
			}
		}
	}
	s.bytes += int64(len(p))
	return len(p), s.failed()
}

// fits is how many bytes of whole rows the open file takes; an empty one takes any row.
func (s *Set) fits(csv []byte) int {
	n := rowEnd(csv, int(s.stage.o.FileBytes)-len(s.open))
	if n == 0 && len(s.open) == 0 {
		return firstRow(csv)
	}
	return n
}

// grown is the open file with room for n bytes; it doubles up to a whole file.
func (s *Set) grown(n int) []byte {
	if s.open == nil {
		s.open = s.stage.buffer()
	}
	if cap(s.open)-len(s.open) >= n {
		return s.open
	}
	double := min(2*cap(s.open), int(s.stage.o.FileBytes))
	return slices.Grow(s.open, max(n, double-len(s.open)))
}

// cut ends the open file and sends it, once a slot is free.
func (s *Set) cut() error {
	data := s.open
	s.open = nil
	if len(data) == 0 {
		return s.failed()
	}
	select {
	case s.stage.slots <- struct{}{}:
	case <-s.ctx.Done():
		return s.failed()
	}
	i, key := s.number()
	s.uploads.Go(func() {
		defer func() { <-s.stage.slots }()
		n, err := s.stage.send(s.ctx, key, data)
		if err != nil {
			s.cancel(err)
			return
		}
		s.mu.Lock()
		s.files[i].length = n
		s.mu.Unlock()
	})
	return nil
}

// number gives the next file its name.
func (s *Set) number() (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprintf("%sLOAD%08X.csv", s.folder, len(s.files)+1)
	if s.stage.o.Gzip {
		key += ".gz"
	}
	s.files = append(s.files, entry{key: key})
	s.keys = append(s.keys, key)
	return len(s.files) - 1, key
}

// failed is why the set ended early, nil while it has not.
func (s *Set) failed() error {
	if s.ctx.Err() == nil {
		return nil
	}
	return context.Cause(s.ctx)
}

// Close sends what is left, waits for all uploads and writes the manifest. After an
// error the files may be there in part; Remove takes them away.
func (s *Set) Close(ctx context.Context) (Files, error) {
	if s.closed {
		return Files{}, errClosed
	}
	s.closed = true
	defer context.AfterFunc(ctx, func() { s.cancel(ctx.Err()) })()
	err := s.cut()
	s.uploads.Wait()
	if err == nil {
		err = s.failed()
	}
	if err != nil || len(s.files) == 0 {
		return Files{}, err
	}
	f := Files{Files: len(s.files), Bytes: s.bytes}
	for _, e := range s.files {
		f.Stored += e.length
	}
	f.Manifest, err = s.writeManifest()
	if err != nil {
		return Files{}, err
	}
	return f, nil
}

// Remove stops the uploads and deletes what the set wrote, all of it or a part. It may be called again.
func (s *Set) Remove(ctx context.Context) error {
	s.closed = true
	s.open = nil
	s.cancel(errClosed)
	s.uploads.Wait()
	left, err := s.stage.deleteAll(ctx, s.keys)
	s.keys = left
	return err
}

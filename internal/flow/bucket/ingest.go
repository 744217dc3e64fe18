package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
)

const (
	// maxInline is the size up to which a body is kept in the metadata.
	maxInline = 8 << 10
	// MaxPutSize is the greatest body of one PUT or part.
	MaxPutSize = 5 << 30
	// chunkSize is how much of a body is on its way at once, chunkCount times.
	chunkSize  = 512 << 10
	chunkCount = 3
)

var chunks = sync.Pool{New: func() any { b := make([]byte, chunkSize); return &b }}

// body is what a request sends to be stored, and what it says about it.
type body struct {
	r       io.Reader
	size    int64 // -1 when unknown
	md5     string
	sum     Checksum
	trailer func() string
}

// received is a body that is safe: in memory when small, else in a synced file.
type received struct {
	size   int64
	etag   string
	sum    Checksum
	inline []byte
	blob   uint64
	dir    string
}

// receive reads a body to its end, computing what S3 keeps of it on the way.
// Without an error the file, if there is one, is durable but for its name.
func (s *Store) receive(ctx context.Context, in body) (*received, error) {
	wantMD5, err := decodeMD5(in.md5)
	if err != nil {
		return nil, err
	}
	if in.size > MaxPutSize {
		return nil, entityTooLarge(in.size)
	}
	src := &source{ctx: ctx, r: in.r}
	d := newDigest(in.sum.Algorithm)
	got, err := s.take(src, in.size, d)
	if err != nil {
		return nil, err
	}
	got.etag, got.sum = d.etag(), d.checksum()
	if err := in.verify(got, wantMD5); err != nil {
		s.discard(got)
		return nil, err
	}
	return got, nil
}

func (s *Store) take(src *source, size int64, d *digest) (*received, error) {
	head := make([]byte, headSize(size))
	n, err := src.fill(head)
	if err != nil {
		return nil, err
	}
	if src.ended {
		d.Write(head[:n])
		return &received{size: int64(n), inline: head[:n]}, nil
	}
	return s.stage(src, head[:n], d)
}

// headSize is one byte more than a small body has, so that its end is seen.
func headSize(size int64) int {
	if size >= 0 && size < maxInline {
		return int(size) + 1
	}
	return maxInline + 1
}

// verify compares the body with everything the request said about it.
func (in body) verify(got *received, wantMD5 string) error {
	if in.size >= 0 && got.size != in.size {
		return incompleteBody(nil)
	}
	if wantMD5 != "" && wantMD5 != got.etag {
		return badDigest("Content-MD5")
	}
	want := in.sum.Value
	if in.trailer != nil {
		if sent := in.trailer(); sent != "" {
			want = sent
		}
	}
	if want == "" || want == got.sum.Value {
		return nil
	}
	if !validSum(want, got.sum.Algorithm.newHash().Size()) {
		return invalid("InvalidRequest", "Value for "+got.sum.Algorithm.header()+" header is invalid.")
	}
	return badDigest(string(got.sum.Algorithm))
}

// stage writes a body that is too large for the metadata into a file.
func (s *Store) stage(src *source, head []byte, d *digest) (*received, error) {
	f, id, err := s.blobs.create()
	if err != nil {
		return nil, internal("store body", err)
	}
	got := &received{blob: id, dir: filepath.Dir(f.Name())}
	if got.size, err = writeBody(f, src, head, d); err != nil {
		s.discard(got)
		return nil, err
	}
	return got, nil
}

// writeBody fills, syncs and closes a file.
func writeBody(f *os.File, src *source, head []byte, d *digest) (n int64, err error) {
	defer func() {
		if closed := f.Close(); err == nil {
			err = internal("close body", closed)
		}
	}()
	if n, err = copyBody(f, src, head, d); err != nil {
		return n, err
	}
	return n, internal("sync body", f.Sync())
}

// discard removes a file that will not be named.
func (s *Store) discard(got *received) {
	if got.blob != 0 {
		s.blobs.unlink([]uint64{got.blob})
	}
}

// copyBody writes head and the rest of src to f. While a chunk is written and
// the next one read, another goroutine computes the checksums, which cost more
// than both.
func copyBody(f *os.File, src *source, head []byte, d *digest) (int64, error) {
	p := pipe{make(chan *[]byte, chunkCount), make(chan []byte, chunkCount), make(chan struct{})}
	for range chunkCount {
		p.free <- chunks.Get().(*[]byte)
	}
	go p.hash(d)
	total, err := p.write(f, src, head)
	close(p.full)
	<-p.hashed
	for range chunkCount {
		chunks.Put(<-p.free)
	}
	return total, err
}

// pipe is the way of the chunks: free, full, hashed and free again.
type pipe struct {
	free   chan *[]byte
	full   chan []byte
	hashed chan struct{} // Closed when no more will be hashed.
}

func (p pipe) hash(d *digest) {
	defer close(p.hashed)
	for b := range p.full {
		d.Write(b)
		b = b[:cap(b)]
		p.free <- &b
	}
}

func (p pipe) write(f *os.File, src *source, head []byte) (total int64, err error) {
	for !src.ended {
		buf := *<-p.free
		n := copy(buf, head)
		more, err := src.fill(buf[n:])
		n, head = n+more, nil
		p.full <- buf[:n] // Whatever happens, the buffer goes back by this way.
		if err != nil {
			return total, err
		}
		if _, err := f.Write(buf[:n]); err != nil {
			return total, internal("write body", fmt.Errorf("write blob: %w", err))
		}
		if total += int64(n); total > MaxPutSize {
			return total, entityTooLarge(total)
		}
	}
	return total, nil
}

// source reads a request's body and tells its proper end from a broken one.
type source struct {
	ctx   context.Context
	r     io.Reader
	ended bool
}

// fill reads until p is full or the body has ended.
func (s *source) fill(p []byte) (n int, err error) {
	if s.r == nil {
		s.ended = true
		return 0, nil
	}
	for n < len(p) {
		if err := s.ctx.Err(); err != nil {
			return n, cancelled(err)
		}
		m, err := s.r.Read(p[n:])
		n += m
		if err == io.EOF {
			s.ended = true
			return n, nil
		}
		if err != nil {
			return n, s.broken(err)
		}
	}
	return n, nil
}

func (s *source) broken(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return incompleteBody(err)
}

func incompleteBody(err error) *fault.Error {
	e := invalid("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
	e.Err = err
	return e
}

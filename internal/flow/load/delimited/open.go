package delimited

import (
	"bufio"
	"compress/bzip2"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlet-data/inlet/internal/flow/load/lzop"
)

const inputBuffer = 64 << 10

// maxWindow is what zstd's own tool takes unless told otherwise: a few bytes may ask for a window of any size, which is memory.
const maxWindow = 128 << 20

// opener opens files and undoes their compression. It keeps the decoders'
// memory from file to file.
type opener struct {
	stored int64 // bytes of the open file before decompression

	body  io.ReadCloser
	input *bufio.Reader
	gzip  *gzip.Reader
	zstd  *zstd.Decoder
}

// Read counts what is taken from the open file.
func (o *opener) Read(p []byte) (int, error) {
	n, err := o.body.Read(p)
	o.stored += int64(n)
	return n, err
}

// open returns the content of file i. done must follow if it did not fail.
func (o *opener) open(s *Scan, i int) (io.Reader, error) {
	body, err := s.files[i].Open(s.ctx)
	if err != nil {
		return nil, &FileError{Reason: "cannot be opened", Err: err}
	}
	o.body, o.stored = body, 0
	in, err := o.decompress(s.opt.Compression)
	if err != nil {
		_ = o.done() // The first error is the one to tell.
		return nil, err
	}
	return in, nil
}

// done closes the open file.
func (o *opener) done() error { return o.body.Close() }

func (o *opener) close() {
	if o.zstd != nil {
		o.zstd.Close()
	}
}

// decompress returns what the open file holds. A file of no bytes holds nothing, whatever its format.
func (o *opener) decompress(format string) (io.Reader, error) {
	if format == "" {
		return o, nil
	}
	if o.input == nil {
		o.input = bufio.NewReaderSize(o, inputBuffer)
	} else {
		o.input.Reset(o)
	}
	if _, err := o.input.Peek(1); err != nil {
		if err == io.EOF {
			return o.input, nil
		}
		return nil, &FileError{Reason: "cannot be read", Err: err}
	}
	in, err := o.decoder(format)
	if err != nil {
		return nil, &FileError{Reason: fmt.Sprintf("not a %s file", format), Err: err}
	}
	return in, nil
}

func (o *opener) decoder(format string) (io.Reader, error) {
	var err error
	switch {
	case format == "bzip2":
		return bzip2.NewReader(o.input), nil
	case format == "lzop":
		return lzop.NewReader(o.input)
	case format == "gzip" && o.gzip == nil:
		o.gzip, err = gzip.NewReader(o.input)
		return o.gzip, err
	case format == "gzip":
		return o.gzip, o.gzip.Reset(o.input)
	case o.zstd == nil:
		o.zstd, err = zstd.NewReader(o.input, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		return o.zstd, err
	}
	return o.zstd, o.zstd.Reset(o.input)
}

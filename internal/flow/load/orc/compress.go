package orc

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"github.com/inlet-data/inlet/internal/flow/load/lzop"
)

// compression is how the blocks of a file are compressed.
type compression uint8

const (
	plain compression = iota
	zlib
	snappyBlocks
	lzo
	lz4
	zstandard
)

var compressions = []string{"NONE", "ZLIB", "SNAPPY", "LZO", "LZ4", "ZSTD", "BROTLI"}

func compressionOf(kind uint64) (compression, error) {
	if kind <= uint64(zstandard) {
		return compression(kind), nil
	}
	if kind < uint64(len(compressions)) {
		return 0, invalid("its compression is %s, which is not supported", compressions[kind])
	}
	return 0, invalid("its compression %d is not known", kind)
}

// unpacker undoes compression for the streams of one worker.
type unpacker struct {
	file    *File
	raw     []byte // compressed
	out     []byte // the last block
	inflate io.ReadCloser
	source  *bytes.Reader
	zstd    *zstd.Decoder
	held    int // bytes that streams and dictionaries hold
}

// maxHeld is how much the blocks of a worker's streams and its dictionaries may hold at the same time.
const maxHeld = 512 << 20

func newUnpacker(f *File) *unpacker { return &unpacker{file: f} }

func (u *unpacker) close() {
	if u.zstd != nil {
		u.zstd.Close()
		u.zstd = nil
	}
}

// hold counts memory that a stream takes.
func (u *unpacker) hold(n int) error {
	if u.held += n; u.held > maxHeld {
		return invalid("the streams and dictionaries of a stripe need more than %d MB of memory", maxHeld>>20)
	}
	return nil
}

// block undoes the compression of one block, which is valid until the next.
func (u *unpacker) block(in []byte) ([]byte, error) {
	if u.out == nil {
		u.out = make([]byte, u.file.block)
	}
	n, err := u.decode(u.out, in)
	if err != nil {
		return nil, invalid("a block cannot be read as %s: %v", compressions[u.file.codec], err)
	}
	return u.out[:n], nil
}

var errLong = errors.New("it is longer than the file says")

func (u *unpacker) decode(out, in []byte) (int, error) {
	switch u.file.codec {
	case zlib:
		return u.inflated(out, in)
	case snappyBlocks:
		if n, err := snappy.DecodedLen(in); err != nil || n > len(out) {
			return 0, errors.Join(err, errLong)
		}
		b, err := snappy.Decode(out, in)
		return len(b), err
	case lzo:
		return lzop.Decompress(out, in)
	case lz4:
		return unpackLZ4(out, in)
	case zstandard:
		return u.unpackZSTD(out, in)
	}
	return 0, fmt.Errorf("compression %d", u.file.codec)
}

func (u *unpacker) inflated(out, in []byte) (int, error) {
	if u.inflate == nil {
		u.source = bytes.NewReader(in)
		u.inflate = flate.NewReader(u.source)
	} else {
		u.source.Reset(in)
		if err := u.inflate.(flate.Resetter).Reset(u.source, nil); err != nil {
			return 0, err
		}
	}
	for n := 0; ; {
		k, err := u.inflate.Read(out[n:])
		n += k
		switch {
		case err == io.EOF:
			return n, nil
		case err != nil:
			return 0, err
		case n == len(out):
			return n, u.complete()
		}
	}
}

// complete asks for one more byte: there must be none, and the data must have had an end.
func (u *unpacker) complete() error {
	var more [1]byte
	n, err := u.inflate.Read(more[:])
	switch {
	case n > 0:
		return errLong
	case err == io.EOF:
		return nil
	case err == nil:
		return io.ErrNoProgress
	}
	return err
}

func (u *unpacker) unpackZSTD(out, in []byte) (int, error) {
	if u.zstd == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(maxBlock+1))
		if err != nil {
			return 0, err
		}
		u.zstd = d
	}
	b, err := u.zstd.DecodeAll(in, out[:0:len(out)])
	return len(b), err
}

var errLZ4 = errors.New("its LZ4 data is broken")

// unpackLZ4 undoes a block of LZ4: literals and matches by turns, the last literals without a match.
func unpackLZ4(out, in []byte) (int, error) {
	n := 0
	for len(in) > 0 {
		token := in[0]
		literals, rest, ok := lengthLZ4(int(token>>4), in[1:])
		if !ok || literals > len(rest) || literals > len(out)-n {
			return 0, errLZ4
		}
		n += copy(out[n:], rest[:literals])
		if in = rest[literals:]; len(in) == 0 {
			return n, nil
		}
		if len(in) < 2 {
			return 0, errLZ4
		}
		distance := int(in[0]) | int(in[1])<<8
		length, rest, ok := lengthLZ4(int(token&15), in[2:])
		if length += 4; !ok || distance == 0 || distance > n || length > len(out)-n {
			return 0, errLZ4
		}
		repeat(out, n, distance, length)
		n, in = n+length, rest
	}
	return 0, errLZ4
}

// lengthLZ4 adds the bytes that follow a length of 15.
func lengthLZ4(n int, in []byte) (length int, rest []byte, ok bool) {
	if n < 15 {
		return n, in, true
	}
	for i, b := range in {
		n += int(b)
		if b < 255 {
			return n, in[i+1:], n <= maxBlock
		}
	}
	return 0, nil, false
}

// repeat writes length bytes at a place, which are those so far before it; what was just written may be among them.
func repeat(b []byte, at, distance, length int) {
	for length > 0 {
		n := copy(b[at:at+length], b[at-distance:at])
		at, distance, length = at+n, distance+n, length-n
	}
}

// Package lzop reads files of the tool lzop: blocks of LZO1X data with
// checksums. COPY's LZOP needs nothing else of LZO, and no library of it is at hand.
// Source: the file format of lzop 1.04, and the description of LZO's stream
// format in the Linux kernel's documentation.
package lzop

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"
)

var magic = "\x89LZO\x00\r\n\x1a\n"

// Flags of a file.
const (
	adlerPlain  = 1 << 0
	adlerPacked = 1 << 1
	extraField  = 1 << 6
	crcPlain    = 1 << 8
	crcPacked   = 1 << 9
	filtered    = 1 << 11
	crcHeader   = 1 << 12
)

// maxBlock is the longest block that lzop writes.
const maxBlock = 64 << 20

// levels is the version of the format that knows compression levels.
const levels = 0x0940

// Reader gives what was compressed.
type Reader struct {
	in     io.Reader
	flags  uint32
	opened bool
	out    []byte // not yet read
	plain  []byte
	packed []byte
	head   []byte // the header so far, for its checksum
	err    error
}

// NewReader reads the first header of in.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: in}
	if err := r.header(); err != nil {
		return nil, err
	}
	return r, nil
}

// Read gives more of the file.
func (r *Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.err = r.more()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// more reads a block, or the header of another file that was appended.
func (r *Reader) more() error {
	if !r.opened {
		return r.header()
	}
	n, err := r.uint32()
	if err != nil {
		return err
	}
	if n == 0 {
		r.opened = false
		return nil
	}
	return r.block(n)
}

// fill reads len(b) bytes that must be there.
func (r *Reader) fill(b []byte) error {
	if _, err := io.ReadFull(r.in, b); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("lzop: %w", err)
	}
	return nil
}

func (r *Reader) uint32() (uint32, error) {
	var b [4]byte
	err := r.fill(b[:])
	return binary.BigEndian.Uint32(b[:]), err
}

// take reads n bytes of the header.
func (r *Reader) take(n int) ([]byte, error) {
	from := len(r.head)
	r.head = append(r.head, make([]byte, n)...)
	return r.head[from:], r.fill(r.head[from:])
}

func (r *Reader) header() error {
	var start [len("\x89LZO\x00\r\n\x1a\n")]byte
	switch n, err := io.ReadFull(r.in, start[:]); {
	case n == 0 && errors.Is(err, io.EOF):
		return io.EOF
	case err != nil || string(start[:]) != magic:
		return errors.New("lzop: not a file of lzop")
	}
	r.head = r.head[:0]
	if err := r.fields(); err != nil {
		return err
	}
	sum := adler32.Checksum(r.head)
	if r.flags&crcHeader != 0 {
		sum = crc32.ChecksumIEEE(r.head)
	}
	want, err := r.uint32()
	if err == nil && want != sum {
		err = errors.New("lzop: the header has a wrong checksum")
	}
	if err == nil && r.flags&extraField != 0 {
		err = r.skipExtra()
	}
	r.opened = err == nil
	return err
}

// fields reads versions, method, flags, time and name.
func (r *Reader) fields() error {
	b, err := r.take(4)
	if err != nil {
		return err
	}
	version := binary.BigEndian.Uint16(b)
	rest := 1 // the method
	if version >= levels {
		rest = 4 // with the version needed before it, and the level behind it
	}
	if b, err = r.take(rest); err != nil {
		return err
	}
	if method := b[len(b)-1-(rest-1)/3]; method < 1 || method > 3 {
		return fmt.Errorf("lzop: method %d is not LZO1X", method)
	}
	if b, err = r.take(4); err != nil {
		return err
	}
	if r.flags = binary.BigEndian.Uint32(b); r.flags&filtered != 0 {
		return errors.New("lzop: files written with --filter are not supported")
	}
	rest = 8 // mode and time
	if version >= levels {
		rest = 12
	}
	if _, err = r.take(rest); err != nil {
		return err
	}
	if b, err = r.take(1); err != nil {
		return err
	}
	_, err = r.take(int(b[0]))
	return err
}

func (r *Reader) skipExtra() error {
	n, err := r.uint32()
	if err != nil {
		return err
	}
	_, err = io.CopyN(io.Discard, r.in, int64(n)+4)
	return err
}

// sums are the checksums of a block; those a file does not have are not compared.
type sums struct{ adler, crc uint32 }

func (r *Reader) sums(adler, crc uint32) (s sums, err error) {
	if r.flags&adler != 0 {
		if s.adler, err = r.uint32(); err != nil {
			return s, err
		}
	}
	if r.flags&crc != 0 {
		s.crc, err = r.uint32()
	}
	return s, err
}

func (r *Reader) matches(s sums, b []byte, adler, crc uint32) error {
	if r.flags&adler != 0 && adler32.Checksum(b) != s.adler || r.flags&crc != 0 && crc32.ChecksumIEEE(b) != s.crc {
		return errors.New("lzop: a block has a wrong checksum")
	}
	return nil
}

// block reads one block of n bytes. What did not get shorter is stored as it is.
func (r *Reader) block(n uint32) error {
	size, err := r.uint32()
	if err != nil {
		return err
	}
	if n > maxBlock || size > n {
		return errors.New("lzop: a block is longer than 64 MB, or has a wrong size")
	}
	plain, err := r.sums(adlerPlain, crcPlain)
	if err != nil {
		return err
	}
	packed := plain
	if size < n {
		if packed, err = r.sums(adlerPacked, crcPacked); err != nil {
			return err
		}
	}
	r.packed = sized(r.packed, int(size))
	if err := r.fill(r.packed); err != nil {
		return err
	}
	r.out = r.packed
	if size < n {
		if err := r.matches(packed, r.packed, adlerPacked, crcPacked); err != nil {
			return err
		}
		r.plain = sized(r.plain, int(n))
		if err := decompress(r.plain, r.packed); err != nil {
			return fmt.Errorf("lzop: %w", err)
		}
		r.out = r.plain
	}
	err = r.matches(plain, r.out, adlerPlain, crcPlain)
	if err != nil {
		r.out = nil
	}
	return err
}

// sized is b with length n, newly made when it is too short.
func sized(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

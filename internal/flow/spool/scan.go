package spool

import (
	"encoding/binary"
	"fmt"
	"io"
)

// chunk is how much is read at once.
const chunk = 512 << 10

// scan reads the records of a segment's file up to a limit.
type scan struct {
	file  io.ReaderAt
	path  string
	limit int64 // What may be read.
	off   int64 // Of the next record.
	at    int64 // Of the record that was read last, or could not be.
	end   int64 // After the last commit, or the head.

	buf    []byte
	lo, hi int // buf[lo:hi] is the file from off.
}

// newScan begins after the file's magic.
func newScan(file io.ReaderAt, path string, limit int64) *scan {
	return &scan{file: file, path: path, limit: limit, off: int64(len(magic)), end: int64(len(magic))}
}

// next is the content of the next record, until the next call. It returns io.EOF at the limit.
func (c *scan) next() ([]byte, error) {
	c.at = c.off
	if c.off >= c.limit {
		return nil, io.EOF
	}
	if err := c.fill(head); err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(c.buf[c.lo:]))
	if n < 1 || n > maxRecord {
		return nil, damaged(c.path, c.off, fmt.Sprintf("a record says it has %d bytes", n))
	}
	if err := c.fill(head + n); err != nil {
		return nil, err
	}
	record := c.buf[c.lo : c.lo+head+int(n)]
	if binary.LittleEndian.Uint32(record[4:]) != checksum(record) {
		return nil, damaged(c.path, c.off, "the checksum of a record differs")
	}
	c.lo += len(record)
	c.off += int64(len(record))
	if kind(record[head]) == kindBase {
		c.end = c.off
	}
	return record[head:], nil
}

// committed notes that a transaction ends here.
func (c *scan) committed() { c.end = c.off }

// seek goes to a record.
func (c *scan) seek(off int64) { c.off, c.lo, c.hi = off, 0, 0 }

// fill has at least n bytes from off on in the buffer.
func (c *scan) fill(n int64) error {
	if n <= int64(c.hi-c.lo) {
		return nil
	}
	if c.off+n > c.limit {
		return damaged(c.path, c.off, fmt.Sprintf("a record ends after the file's %d bytes", c.limit))
	}
	if n > int64(len(c.buf)-c.lo) || c.lo > len(c.buf)/2 {
		c.rearrange(int(n))
	}
	want := min(int64(len(c.buf)-c.hi), c.limit-c.off-int64(c.hi-c.lo))
	got, err := c.file.ReadAt(c.buf[c.hi:c.hi+int(want)], c.off+int64(c.hi-c.lo))
	c.hi += got
	if n > int64(c.hi-c.lo) {
		return fmt.Errorf("read %s at %d: %w", c.path, c.off, noEOF(err))
	}
	return nil
}

// rearrange moves what is unread to the start of a buffer of at least n bytes; memory
// that one large record took is given back.
func (c *scan) rearrange(n int) {
	to := c.buf
	if size := max(n, chunk); size > len(to) || len(to) > max(size, keepBytes) {
		to = make([]byte, size)
	}
	c.hi = copy(to, c.buf[c.lo:c.hi])
	c.buf, c.lo = to, 0
}

// noEOF makes the end of a file that should be longer an error.
func noEOF(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

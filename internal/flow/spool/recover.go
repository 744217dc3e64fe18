package spool

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/inlet-data/inlet/internal/fault"
)

// recover finds what the directory holds and cuts off the tail that a crash left.
func (s *Spool) recover() error {
	all, err := list(s.o.Dir)
	if err != nil {
		return fmt.Errorf("open the spool: %w", err)
	}
	for i, g := range all {
		if err := g.readFirst(); err != nil {
			return err
		}
		if i > 0 && (g.sequence != all[i-1].sequence+1 || g.previous != all[i-1].bytes) {
			return damaged(all[i-1].path, all[i-1].bytes, fmt.Sprintf("%s does not follow it, which expects %d bytes", g.path, g.previous))
		}
	}
	s.segments = all
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	if s.last, err = last.mend(); err != nil {
		return err
	}
	s.durable = s.last
	return nil
}

// readFirst reads the head of a segment's file.
func (g *segment) readFirst() (err error) {
	f, err := os.Open(g.path)
	if err != nil {
		return fmt.Errorf("open the spool: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	start := make([]byte, len(magic)+head)
	if _, err := io.ReadFull(f, start); err != nil {
		return damaged(g.path, 0, "it is shorter than its head")
	}
	n := int64(binary.LittleEndian.Uint32(start[len(magic):]))
	if n > g.bytes-int64(len(start)) {
		return damaged(g.path, 0, "its head is no spool's")
	}
	all := append(start, make([]byte, n)...)
	if _, err := f.ReadAt(all[len(start):], int64(len(start))); err != nil {
		return damaged(g.path, 0, "its head cannot be read: "+err.Error())
	}
	if g.parse(all) == 0 {
		return damaged(g.path, 0, "its head is no spool's")
	}
	return nil
}

// mend cuts the last segment after its last transaction and returns that one's point.
func (g *segment) mend() (last point, err error) {
	f, err := os.OpenFile(g.path, os.O_RDWR, 0)
	if err != nil {
		return point{}, fmt.Errorf("open the spool: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	scan := newScan(f, g.path, g.bytes)
	last = g.base
	for {
		content, err := scan.next()
		if err == io.EOF {
			break
		}
		if fault.CodeOf(err) == codeDamaged {
			err = g.torn(f, scan.at, err)
			if err == nil {
				break
			}
		}
		if err != nil {
			return point{}, err
		}
		if kind(content[0]) != kindCommit {
			continue
		}
		d := decoder{b: content[1:]}
		if last = d.point(); d.bad {
			return point{}, damaged(g.path, scan.at, "a commit cannot be read")
		}
		scan.committed()
	}
	g.bytes = scan.end
	if err := f.Truncate(scan.end); err != nil {
		return point{}, fmt.Errorf("cut the tail of %s: %w", g.path, err)
	}
	if err := f.Sync(); err != nil {
		return point{}, fmt.Errorf("cut the tail of %s: %w", g.path, err)
	}
	return last, nil
}

// torn tells damage from a tail that was not on disk yet when the machine went down:
// whatever follows a tail, no mark in it says that more than the tail's start was synced.
func (g *segment) torn(f *os.File, at int64, cause error) error {
	want := append([]byte(markMagic), g.nonce[:]...)
	overlap := head + 1 + len(want) + 8
	buf := make([]byte, 1<<20)
	for from := at; ; from += int64(len(buf) - overlap) {
		n, err := f.ReadAt(buf, from)
		if err != nil && err != io.EOF {
			return fmt.Errorf("read %s: %w", g.path, err)
		}
		if marked(buf[:n], want) > at {
			return cause
		}
		if n < len(buf) {
			return nil
		}
	}
}

// marked is the greatest length that a mark in data calls synced, -1 without any.
func marked(data, want []byte) int64 {
	most := int64(-1)
	for from := 0; ; {
		i := bytes.Index(data[from:], want)
		if i < 0 {
			return most
		}
		start := from + i - head - 1
		from += i + 1
		if start < 0 {
			continue
		}
		if n := whole(data[start:]); n == head+1+len(want)+8 && kind(data[start+head]) == kindMark {
			most = max(most, int64(binary.LittleEndian.Uint64(data[start+n-8:])))
		}
	}
}

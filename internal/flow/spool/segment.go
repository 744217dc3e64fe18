package spool

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// segment is one file of the log. Transactions do not cross from one into the next.
type segment struct {
	sequence uint64
	path     string
	nonce    [8]byte // In its marks, so that no row can look like one.
	base     point   // What came before.
	previous int64   // Bytes of the segment before.
	bytes    int64   // Of the file; 0 while it is written.
}

const (
	magic      = "inlet spool 1\n\x00\x00"
	suffix     = ".spool"
	unfinished = ".new"
	lockName   = "lock"
)

func segmentPath(dir string, sequence uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%016x%s", sequence, suffix))
}

// newSegment makes the file of a segment, with its first record on disk.
func newSegment(dir string, sequence uint64, base point, previous int64) (*segment, error) {
	g := &segment{sequence: sequence, path: segmentPath(dir, sequence), base: base, previous: previous}
	if _, err := rand.Read(g.nonce[:]); err != nil {
		return nil, err
	}
	first := g.first()
	g.bytes = int64(len(first))
	if err := writeDurably(g.path+unfinished, first); err != nil {
		return nil, errors.Join(err, os.Remove(g.path+unfinished))
	}
	if err := os.Rename(g.path+unfinished, g.path); err != nil {
		return nil, err
	}
	return g, syncDir(dir)
}

func writeDurably(path string, data []byte) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

func syncDir(dir string) (err error) {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Sync()
}

// first is what the file begins with.
func (g *segment) first() []byte {
	at := len(magic)
	b := append(begin([]byte(magic), kindBase), g.nonce[:]...)
	b = binary.AppendUvarint(b, g.sequence)
	b = binary.AppendUvarint(b, uint64(g.previous))
	b = appendPoint(b, g.base)
	end(b, at)
	return b
}

// parse reads what first wrote and tells its length, 0 when it is not that.
func (g *segment) parse(data []byte) int {
	if !strings.HasPrefix(string(data[:min(len(data), len(magic))]), magic) {
		return 0
	}
	n := whole(data[len(magic):])
	if n == 0 || kind(data[len(magic)+head]) != kindBase {
		return 0
	}
	d := decoder{b: data[len(magic)+head+1 : len(magic)+n]}
	copy(g.nonce[:], d.take(len(g.nonce)))
	sequence := d.uvarint()
	g.previous = int64(d.uvarint())
	g.base = d.point()
	if d.bad || sequence != g.sequence {
		return 0
	}
	return len(magic) + n
}

const markMagic = "\x89synced\n"

func appendMark(dst []byte, nonce [8]byte, bytes int64) []byte {
	dst = append(append(begin(dst, kindMark), markMagic...), nonce[:]...)
	return binary.LittleEndian.AppendUint64(dst, uint64(bytes))
}

// list finds the segments of a directory and removes what was not finished.
func list(dir string) ([]*segment, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []*segment
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if rest, begun := strings.CutSuffix(e.Name(), suffix+unfinished); begun && len(rest) == 16 {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
			continue
		}
		sequence, err := strconv.ParseUint(name, 16, 64)
		if !ok || err != nil || len(name) != 16 {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		all = append(all, &segment{sequence: sequence, path: filepath.Join(dir, e.Name()), bytes: info.Size()})
	}
	slices.SortFunc(all, func(a, b *segment) int { return int(int64(a.sequence) - int64(b.sequence)) })
	return all, nil
}

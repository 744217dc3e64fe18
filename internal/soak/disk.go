package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
)

// fullDisk leaves the node little room for a round: by an order to it, or on its
// disk itself, which gets the room back by release.
func (s *soak) fullDisk(r *rand.Rand, o *order) (release func(), err error) {
	s.tally.met("disk full")
	if !s.fill {
		o.Room = 4096 << r.IntN(12)
		return func() {}, nil
	}
	path := filepath.Join(s.dir, "filler")
	release = func() { os.Remove(path) } // What stays makes the next rounds fail, and is seen.
	if err := fillUp(path, int64(4096<<r.IntN(8))); err != nil {
		release()
		return nil, fmt.Errorf("fill the disk of %s: %w", s.dir, err)
	}
	return release, nil
}

// fillUp writes a file until nothing fits any more, and gives some of it back.
func fillUp(path string, back int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	piece, size := make([]byte, 64<<10), int64(0)
	for err == nil {
		var n int
		n, err = f.Write(piece)
		size += int64(n)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	return f.Truncate(max(0, size-back))
}

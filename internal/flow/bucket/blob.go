package bucket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// filesPerDir keeps directories small and lets writers of one moment share the
// directory that has to be synced.
const filesPerDir = 1024

// blobs are the files that hold bodies too large for the metadata. A file is
// written once, synced, and then named by a transaction; numbers are never
// used twice while a file of that number exists.
type blobs struct {
	dir  string
	last atomic.Uint64

	// look is held for reading from the lookup of a version until its files are
	// pinned, and taken before files are removed: whoever saw a file named in
	// the metadata can still open it.
	look sync.RWMutex

	mu     sync.Mutex
	pins   map[uint64]int
	doomed map[uint64]struct{} // To be removed with the last pin.
	made   map[uint64]struct{} // Directories that are known to be there.
}

// openBlobs finds the files under dir; named is the highest number the metadata names.
func openBlobs(dir string, named uint64) (*blobs, error) {
	b := &blobs{dir: dir, pins: map[uint64]int{}, doomed: map[uint64]struct{}{}, made: map[uint64]struct{}{}}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	dirs, err := b.dirs()
	if err != nil {
		return nil, err
	}
	last := named
	for _, d := range slices.Backward(dirs) {
		files, err := b.files(d)
		if err != nil {
			return nil, err
		}
		if len(files) > 0 {
			last = max(last, slices.Max(files))
			break
		}
	}
	b.last.Store(last)
	return b, nil
}

func (b *blobs) dirPath(n uint64) string { return filepath.Join(b.dir, fmt.Sprintf("%08x", n)) }

func (b *blobs) path(id uint64) string {
	return filepath.Join(b.dirPath(id/filesPerDir), fmt.Sprintf("%016x", id))
}

func (b *blobs) dirs() ([]uint64, error)            { return numbered(b.dir) }
func (b *blobs) files(dir uint64) ([]uint64, error) { return numbered(b.dirPath(dir)) }

// numbered lists the entries of dir whose names are numbers, in order.
func numbered(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	var ns []uint64
	for _, e := range entries {
		if n, err := strconv.ParseUint(e.Name(), 16, 64); err == nil {
			ns = append(ns, n)
		}
	}
	slices.Sort(ns)
	return ns, nil
}

// create makes a new empty file and returns its number.
func (b *blobs) create() (*os.File, uint64, error) {
	id := b.last.Add(1)
	if err := b.makeDirFor(id); err != nil {
		return nil, 0, err
	}
	f, err := os.OpenFile(b.path(id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("create blob: %w", err)
	}
	return f, id, nil
}

func (b *blobs) makeDirFor(id uint64) error {
	n := id / filesPerDir
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.made[n]; ok {
		return nil
	}
	if err := makeDir(b.dirPath(n)); err != nil {
		return err
	}
	b.made[n] = struct{}{}
	return nil
}

// makeDir makes a directory that survives a power cut.
func makeDir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make blob directory: %w", err)
	}
	return syncDir(filepath.Dir(dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// syncDirs makes the names of the operations' new files durable, each directory once.
func (b *blobs) syncDirs(ops []*op) error {
	done := map[string]bool{"": true}
	for _, o := range ops {
		if done[o.dir] {
			continue
		}
		if err := syncDir(o.dir); err != nil {
			return err
		}
		done[o.dir] = true
	}
	return nil
}

// pin keeps files from being removed; the caller holds look.
func (b *blobs) pin(ids []uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		b.pins[id]++
	}
}

// unpin ends a pin and removes the files that only waited for it.
func (b *blobs) unpin(ids []uint64) {
	var gone []uint64
	b.mu.Lock()
	for _, id := range ids {
		if b.pins[id]--; b.pins[id] > 0 {
			continue
		}
		delete(b.pins, id)
		if _, ok := b.doomed[id]; ok {
			delete(b.doomed, id)
			gone = append(gone, id)
		}
	}
	b.mu.Unlock()
	b.unlink(gone)
}

// remove removes files that nothing names any more, or leaves them to the last
// reader. What cannot be removed now is found by the sweep of the next Open.
func (b *blobs) remove(ids []uint64) {
	if len(ids) == 0 {
		return
	}
	var gone []uint64
	b.look.Lock()
	b.mu.Lock()
	for _, id := range ids {
		if b.pins[id] > 0 {
			b.doomed[id] = struct{}{}
			continue
		}
		gone = append(gone, id)
	}
	b.mu.Unlock()
	b.look.Unlock()
	b.unlink(gone)
}

func (b *blobs) unlink(ids []uint64) {
	for _, id := range ids {
		os.Remove(b.path(id)) // The sweep repeats it.
	}
}

// sweep removes the files up to number last that no transaction names: what a
// crash left between writing a file and naming it, or unnaming and removing it.
func (b *blobs) sweep(ctx context.Context, last uint64, unnamed func([]uint64) ([]uint64, error)) error {
	dirs, err := b.dirs()
	if err != nil {
		return err
	}
	for _, d := range dirs {
		if ctx.Err() != nil || d > last/filesPerDir {
			return nil
		}
		files, err := b.files(d)
		if err != nil {
			return err
		}
		files = slices.DeleteFunc(files, func(id uint64) bool { return id > last })
		orphans, err := unnamed(files)
		if err != nil {
			return err
		}
		b.remove(orphans)
		if d < last/filesPerDir {
			os.Remove(b.dirPath(d)) // Succeeds only when empty, which is the intent.
		}
	}
	return nil
}

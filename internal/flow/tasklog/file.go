package tasklog

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// large is how long a file grows before the next opening puts it aside.
const large = 16 << 20

// File is a log on disk. A nil File takes lines and drops them.
type File struct {
	mu   sync.Mutex
	file *os.File
}

// OpenFile opens a file to append lines to, and makes its directory. One that grew large
// is put aside, in place of the one before it.
func OpenFile(path string) (*File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open a task's log: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Size() > large {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, fmt.Errorf("put a task's log aside: %w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, fs.FileMode(0o600))
	if err != nil {
		return nil, fmt.Errorf("open a task's log: %w", err)
	}
	return &File{file: f}, nil
}

// Write appends a line. What cannot be written is lost: a full disk is no reason to stop a task.
func (f *File) Write(l Line) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, _ = f.file.WriteString(l.String() + "\n")
}

// Close closes the file.
func (f *File) Close() error {
	if f == nil {
		return nil
	}
	return f.file.Close()
}

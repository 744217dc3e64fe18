package node

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// Whoever looks whether a node runs holds the lock for a moment; so a start tries again.
const (
	lookers = 5
	look    = 5 * time.Millisecond
)

// lock takes a data directory for this process. The system drops the lock when
// the process ends, in whatever way; the file stays.
func lock(l layout) (*os.File, error) {
	f, err := os.OpenFile(l.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	for range lookers {
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		time.Sleep(look)
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, inUse(l)
		}
		return nil, fmt.Errorf("lock %s: %w", l, err)
	}
	if err := errors.Join(f.Truncate(0), write(f, strconv.Itoa(os.Getpid()))); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", l, err)
	}
	return f, nil
}

func write(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text+"\n"), 0)
	return err
}

func inUse(l layout) error {
	holder := "unknown"
	if text, err := os.ReadFile(l.lock()); err == nil && len(text) > 0 {
		holder = strings.TrimSpace(string(text))
	}
	return &fault.Error{Kind: fault.Conflict, Code: "DirectoryInUse",
		Message: fmt.Sprintf("another inlet (process %s) uses %s", holder, l),
		Hint:    "Stop it, or give this one a directory of its own with --data."}
}

// held reports whether a process holds the directory now.
func held(l layout) bool {
	f, err := os.Open(l.lock())
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

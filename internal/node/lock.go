package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// How often a start asks for the lock, and with what pauses.
const (
	lookers = 5
	look    = 5 * time.Millisecond
)

// lock takes a data directory for this process. The system drops the lock when
// the process ends, in whatever way; the file stays.
func lock(ctx context.Context, l layout) (*os.File, error) {
	f, err := os.OpenFile(l.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if err := exclusive(ctx, f); err != nil {
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

// exclusive locks a file, or says EWOULDBLOCK when another process keeps it. Whoever
// looks whether a node runs (held) has the lock for a moment, so it is asked for
// again. It cannot be waited for in the kernel: flock tells neither for how long
// the other has it nor takes an end of the wait, and behind a running node it
// would wait for ever.
func exclusive(ctx context.Context, f *os.File) error {
	again := time.NewTicker(look)
	defer again.Stop()
	for left := lookers; ; left-- {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || left == 0 {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
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

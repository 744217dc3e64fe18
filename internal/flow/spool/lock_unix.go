//go:build unix

package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/inlet-data/inlet/internal/fault"
)

// lock keeps other processes from the directory until the file is closed.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the spool: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		busy := &fault.Error{Kind: fault.Conflict, Code: "SpoolInUse", On: dir, Message: "the spool is in use: the task runs already", Err: err}
		return nil, errors.Join(busy, f.Close())
	}
	return f, nil
}

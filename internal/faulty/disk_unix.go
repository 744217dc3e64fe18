//go:build unix

package faulty

import (
	"errors"
	"fmt"
	"os/signal"
	"syscall"
)

// Room lets no file of this process be written beyond size, as a full disk
// would not, until release is called. Only the error's number differs: EFBIG.
func Room(size uint64) (release func() error, err error) {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return nil, fmt.Errorf("read the limit of files: %w", err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	release = func() error {
		defer signal.Reset(syscall.SIGXFSZ)
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max}); err != nil {
		return nil, errors.Join(fmt.Errorf("limit files to %d bytes: %w", size, err), release())
	}
	return release, nil
}

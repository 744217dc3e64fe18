//go:build !unix

package spool

import (
	"fmt"
	"os"
	"path/filepath"
)

// lock only makes the file: this system has no locks that end with their process.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the spool: %w", err)
	}
	return f, nil
}

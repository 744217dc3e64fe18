package servertest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Template is the data directory of an installed server, made once on this machine and for each
// version: making one takes seconds, and every package that tests against a server would pay
// them. Fill gets an empty directory and returns the one it made in it.
func Template(t testing.TB, name, program string, fill func(dir string) (made string)) string {
	t.Helper()
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("%s-%d-%x", name, os.Geteuid(), info.ModTime().UnixNano()))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	dir, err := os.MkdirTemp("", name)
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Rename(fill(dir), path); err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, syscall.ENOTEMPTY) {
		t.Fatal(err) // Another test that was faster is fine.
	}
	return path
}

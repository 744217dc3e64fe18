//go:build cgo

package duckdb

import (
	"fmt"
	"path/filepath"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
)

// opened holds the files this process has open. DuckDB locks a file against
// other processes only: opened twice in one, it is corrupted.
var opened = struct {
	sync.Mutex
	paths map[string]bool
}{paths: map[string]bool{}}

// claim reserves a file for this process's one engine on it.
func claim(path string) error {
	opened.Lock()
	defer opened.Unlock()
	if opened.paths[path] {
		return &fault.Error{Kind: fault.Conflict, Code: "55006", Op: "open database", On: path,
			Message: "the database file is open in this process already"}
	}
	opened.paths[path] = true
	return nil
}

func unclaim(path string) {
	opened.Lock()
	defer opened.Unlock()
	delete(opened.paths, path)
}

// canonical is the one name of a file that may not exist yet.
func canonical(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find database file: %w", err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real, nil
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", &fault.Error{Kind: fault.NotFound, Code: "58P01", Op: "open database", On: abs,
			Message: "the directory of the database file cannot be found", Err: err}
	}
	return filepath.Join(dir, filepath.Base(abs)), nil
}

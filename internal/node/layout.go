package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// layout names the files of a data directory.
type layout string

func (l layout) lock() string          { return filepath.Join(string(l), "lock") }
func (l layout) info() string          { return filepath.Join(string(l), "node.json") }
func (l layout) control() string       { return filepath.Join(string(l), "control.bbolt") }
func (l layout) objects() string       { return filepath.Join(string(l), "s3") }
func (l layout) results() string       { return filepath.Join(string(l), "results") }
func (l layout) notifications() string { return filepath.Join(string(l), "notifications") }
func (l layout) logs() string          { return filepath.Join(string(l), "logs") }
func (l layout) config() string        { return filepath.Join(string(l), "aws", "config") }
func (l layout) credentials() string   { return filepath.Join(string(l), "aws", "credentials") }
func (l layout) certificate() string   { return filepath.Join(string(l), "tls", "server.crt") }
func (l layout) key() string           { return filepath.Join(string(l), "tls", "server.key") }

func (l layout) task(id string) string      { return filepath.Join(string(l), "tasks", id) }
func (l layout) namespace(id string) string { return filepath.Join(string(l), "warehouse", id) }

// database is the file of a database; its name must stay within the namespace's directory.
func (l layout) database(namespace, name string) (string, error) {
	if name == "" || strings.ContainsAny(name, "/\\\x00") || strings.HasPrefix(name, ".") {
		return "", fmt.Errorf("%q cannot be the name of a database", name)
	}
	return filepath.Join(l.namespace(namespace), name+".duckdb"), nil
}

// make creates the directory, for its owner alone: there are keys and passwords in it.
func (l layout) make() error {
	for _, dir := range []string{string(l), filepath.Dir(l.config()), filepath.Dir(l.certificate()), filepath.Join(string(l), "warehouse")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the data directory: %w", err)
		}
	}
	return nil
}

// replace writes a file as a whole: readers see the old one or the new one.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // Its mode is 0600.
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // Fails when the rename worked, which is all right.
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

//go:build cgo

package duckdb

import (
	"errors"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/fault"
)

// unreplayed reports whether the file does not open because of its log of changes.
func unreplayed(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && strings.Contains(f.Detail, "replaying WAL")
}

// replay takes the log of changes into the file from beside it. The engine cannot do so
// for its first database when the log renames a column of a table that has a constraint
// with a function: it looks the function up in a default database, and there is none yet.
func replay(path string, cfg Config) error {
	in := &instance{}
	if err := in.open(":memory:", cfg); err != nil {
		return err
	}
	defer in.close()
	conn, err := in.connect()
	if err != nil {
		return err
	}
	defer bindings.Disconnect(&conn)
	return script(conn, "ATTACH "+literal(path)+" AS replayed; CHECKPOINT replayed; DETACH replayed")
}

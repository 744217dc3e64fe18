package duckdb

import "github.com/inlet-data/inlet/internal/flow/warehouse"

// DefaultMemoryLimit bounds the engine's own memory when Config does not.
const DefaultMemoryLimit = 1 << 30

// Config says what to open and with how much of the machine.
type Config struct {
	Path                string // The file; its base name without extension becomes the database's name. Empty: in memory.
	MemoryLimit         int64  // Bytes; 0 means DefaultMemoryLimit.
	Threads             int    // 0 means one for each core.
	TempDir             string // Where what exceeds MemoryLimit goes; empty means beside the file.
	DisabledCompression string // Names of compression methods, by comma. Empty means "dictionary"; "none" disables no method.

	// Functions are registered before Setup runs.
	Functions []warehouse.Function
	// Setup fills the in-memory database "overlay" whenever the file is opened, also after a fatal
	// error. Names without a schema are found in the file's schema public, then in overlay.
	Setup func(exec func(sql string) error) error
	// Changed is told when the engine's health changes; nil means it works again. It must not call Close.
	Changed func(health error)
}

//go:build cgo

package duckdb

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// overlay is the in-memory database of system views and macros.
const overlay = "overlay"

// idleShare of MemoryLimit is how much freed memory a task may leave with the C library before the engine
// returns it to the system. The engine's own threshold, 128 MiB a thread, is never reached by many small
// loads, and what they leave in pieces grew without end: by half a kilobyte for each file.
const idleShare = 128

// instance is one opening of the file. A fatal error ends it; the engine then makes the next.
type instance struct {
	db         bindings.Database
	catalog    string        // the engine's name of the file's database
	searchPath string        // the statement each connection starts with
	writes     atomic.Uint64 // statements that may have changed what others see
	closing    chan struct{} // closed by close
}

// start opens the file, prepares the overlay, and locks the configuration.
func (e *Engine) start() (*instance, error) {
	in := &instance{}
	err := in.open(e.path, e.cfg)
	if unreplayed(err) {
		if other := replay(e.path, e.cfg); other != nil {
			return nil, errors.Join(err, other)
		}
		err = in.open(e.path, e.cfg)
	}
	if err != nil {
		return nil, err
	}
	conn, err := in.connect()
	if err != nil {
		in.close()
		return nil, err
	}
	defer bindings.Disconnect(&conn)
	if err := e.furnish(in, conn); err != nil {
		bindings.Disconnect(&conn)
		in.close()
		return nil, fmt.Errorf("set up database %s: %w", e.path, err)
	}
	go in.trim()
	return in, nil
}

func (in *instance) open(path string, cfg Config) error {
	in.closing = make(chan struct{})
	var config bindings.Config
	bindings.CreateConfig(&config)
	defer bindings.DestroyConfig(&config)
	idle := strconv.FormatInt(cfg.MemoryLimit/idleShare, 10) + "B"
	settings := map[string]string{
		"memory_limit":                                strconv.FormatInt(cfg.MemoryLimit, 10) + "B",
		"allocator_flush_threshold":                   idle,
		"allocator_bulk_deallocation_flush_threshold": idle,
		"threads":                      strconv.Itoa(cfg.Threads),
		"temp_directory":               cfg.TempDir,
		"autoinstall_known_extensions": "false",
		"autoload_known_extensions":    "false",
	}
	for name, value := range settings {
		if bindings.SetConfig(config, name, value) == bindings.StateError {
			return &fault.Error{Kind: fault.Invalid, Op: "open database", On: path,
				Message: fmt.Sprintf("the engine does not accept %s=%s", name, value)}
		}
	}
	var text string
	if bindings.OpenExt(path, &in.db, config, &text) == bindings.StateError {
		bindings.Close(&in.db)
		return openError(path, text)
	}
	return nil
}

// openError tells a file that another process holds from one that cannot be read.
func openError(path, text string) error {
	cause := parseError(text)
	if strings.Contains(cause.Message, "Could not set lock") {
		return &fault.Error{Kind: fault.Conflict, Code: "55006", Op: "open database", On: path,
			Message: "the database file is in use by another process", Detail: cause.Message, Err: cause,
			Hint: "Stop the other process, or choose another data directory."}
	}
	return &fault.Error{Kind: fault.Internal, Code: "58030", Op: "open database", On: path,
		Message: "the database file cannot be opened", Detail: cause.Message, Err: cause}
}

func (in *instance) connect() (bindings.Connection, error) {
	var conn bindings.Connection
	if bindings.Connect(in.db, &conn) == bindings.StateError {
		return conn, refused(warehouse.ErrorOther, "the engine opens no further connection")
	}
	return conn, nil
}

// furnish registers functions, attaches the overlay, and sets what holds for
// every connection. The order matters: attaching needs the file system's rules
// unlocked, the caller's views need the functions and the search path.
func (e *Engine) furnish(in *instance, conn bindings.Connection) error {
	exec := func(sql string) error { return script(conn, sql) }
	if err := exec("SET GLOBAL errors_as_json = true"); err != nil {
		return err
	}
	catalog, err := text(conn, "SELECT current_database()")
	if err != nil {
		return err
	}
	in.catalog = catalog
	in.searchPath = "SET search_path = " + literal(quoted(catalog)+"."+warehouse.PublicSchema+","+overlay+".main")
	if err := e.registerFunctions(conn); err != nil {
		return err
	}
	before := []string{
		"CREATE SCHEMA IF NOT EXISTS " + warehouse.PublicSchema,
		"ATTACH ':memory:' AS " + overlay,
		in.searchPath,
		"SET GLOBAL preserve_insertion_order = false",
		"SET GLOBAL integer_division = true",
		"SET GLOBAL default_null_order = 'nulls_last_on_asc_first_on_desc'",
		"SET GLOBAL TimeZone = 'UTC'",
		"SET GLOBAL disabled_compression_methods = " + literal(e.cfg.DisabledCompression),
		// Wrong rows when a join is read twice with different columns: duckdb/duckdb#25819.
		"SET GLOBAL disabled_optimizers = 'common_subplan'",
	}
	for _, sql := range before {
		if err := exec(sql); err != nil {
			return err
		}
	}
	if e.cfg.Setup != nil {
		if err := e.cfg.Setup(exec); err != nil {
			return err
		}
	}
	if e.exchange != "" {
		if err := exec("SET GLOBAL allowed_directories = [" + literal(e.exchange) + "]"); err != nil {
			return err
		}
	}
	return exec("SET GLOBAL enable_external_access = false; SET GLOBAL lock_configuration = true")
}

func (in *instance) close() {
	close(in.closing)
	bindings.Close(&in.db)
}

// script runs statements on a bare connection, before there is a Conn.
func script(conn bindings.Connection, sql string) error {
	res := new(bindings.Result)
	defer bindings.DestroyResult(res)
	if bindings.Query(conn, sql, res) == bindings.StateError {
		return parseError(bindings.ResultError(res))
	}
	return nil
}

// text runs a query whose answer is one string.
func text(conn bindings.Connection, sql string) (string, error) {
	res := new(bindings.Result)
	defer bindings.DestroyResult(res)
	if bindings.Query(conn, sql, res) == bindings.StateError {
		return "", parseError(bindings.ResultError(res))
	}
	chunk := bindings.FetchChunk(*res)
	defer bindings.DestroyDataChunk(&chunk)
	v := addressed(warehouse.VectorType{Kind: warehouse.KindVarchar}, bindings.DataChunkGetVector(chunk, 0))
	return string(v.Bytes(0)), nil
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"runtime"
	"sync"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Engine is a DuckDB file behind warehouse.Engine.
type Engine struct {
	cfg     Config
	path    string
	catalog string

	mu        sync.Mutex
	instance  *instance // nil while closed or reopening
	health    error     // why instance is nil
	conns     map[*Conn]struct{}
	functions []warehouse.Function
	closing   chan struct{} // closed by Close
	closed    bool
	reopening sync.WaitGroup
	exchange  string

	scans  scans
	causes causes
}

var _ warehouse.Engine = (*Engine)(nil)

// Open opens or creates a database. A file that is open already, here or in
// another process, is refused with a *fault.Error.
func Open(cfg Config) (*Engine, error) {
	e := &Engine{cfg: cfg.withDefaults(), conns: map[*Conn]struct{}{}, closing: make(chan struct{})}
	e.functions = append(e.functions, cfg.Functions...)
	e.scans.byID = map[int64]*registered{}
	e.path = ":memory:"
	if cfg.Path != "" {
		path, err := canonical(cfg.Path)
		if err != nil {
			return nil, err
		}
		if err := claim(path); err != nil {
			return nil, err
		}
		e.path = path
	}
	if e.cfg.TempDir == "" && cfg.Path != "" {
		e.cfg.TempDir = e.path + ".tmp"
	}
	in, err := e.begin()
	if err != nil {
		unclaim(e.path)
		return nil, err
	}
	e.instance, e.catalog = in, in.catalog
	return e, nil
}

func (c Config) withDefaults() Config {
	if c.MemoryLimit == 0 {
		c.MemoryLimit = DefaultMemoryLimit
	}
	if c.Threads == 0 {
		c.Threads = runtime.NumCPU()
	}
	switch c.DisabledCompression {
	case "":
		c.DisabledCompression = "dictionary"
	case "none":
		c.DisabledCompression = ""
	}
	return c
}

// Catalog is the engine's name of the file's database, for names of three parts.
func (e *Engine) Catalog() string { return e.catalog }

// Health is nil while the engine works.
func (e *Engine) Health() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.health
}

// Connect opens a connection.
func (e *Engine) Connect(ctx context.Context) (warehouse.Conn, error) {
	if ctx.Err() != nil {
		return nil, interrupted(ctx)
	}
	c, in, err := e.connect()
	if err, ok := errors.AsType[*warehouse.EngineError](err); ok {
		e.failed(in, err)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (e *Engine) connect() (*Conn, *instance, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	in := e.instance
	if in == nil {
		return nil, nil, unavailable("the database engine accepts no connections now", e.health)
	}
	handle, err := in.connect()
	if err != nil {
		return nil, in, err
	}
	if err := script(handle, in.searchPath); err != nil {
		bindings.Disconnect(&handle)
		return nil, in, err
	}
	c := newConn(e, in, handle)
	e.conns[c] = struct{}{}
	return c, in, nil
}

// forget removes a connection that was closed.
func (e *Engine) forget(c *Conn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.conns, c)
}

// detach takes the instance and its connections away, so that nothing new starts on it.
func (e *Engine) detach(health error, why *warehouse.EngineError) (*instance, []*Conn) {
	in := e.instance
	e.instance, e.health = nil, health
	var conns []*Conn
	for c := range e.conns {
		c.lost(why)
		conns = append(conns, c)
	}
	clear(e.conns)
	return in, conns
}

// Close interrupts what is running, waits until rows that are being read are
// released, writes a checkpoint and closes the file.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	close(e.closing)
	health := &fault.Error{Kind: fault.Unavailable, Code: "57P01", Message: "the database is closed"}
	in, conns := e.detach(health, unavailable("the database is closed", health))
	e.mu.Unlock()

	e.reopening.Wait()
	if e.cfg.Path != "" {
		defer unclaim(e.path)
	}
	for _, c := range conns {
		c.end(false)
	}
	if in == nil {
		return nil
	}
	defer in.close()
	return in.checkpoint()
}

func (in *instance) checkpoint() error {
	conn, err := in.connect()
	if err != nil {
		return err
	}
	defer bindings.Disconnect(&conn)
	return script(conn, "CHECKPOINT "+quoted(in.catalog))
}

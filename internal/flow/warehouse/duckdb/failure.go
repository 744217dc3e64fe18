//go:build cgo

package duckdb

import (
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// How long the engine waits between attempts to reopen.
const (
	firstReopenDelay = 100 * time.Millisecond
	lastReopenDelay  = 10 * time.Second
)

// failed is the one place that knows fatal errors. DuckDB invalidates the whole
// instance after one, so the engine refuses work, lets go of everything that
// belongs to the instance, and opens the file again.
func (e *Engine) failed(in *instance, err *warehouse.EngineError) {
	if err.Kind != warehouse.ErrorFatal {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if in == nil || e.instance != in {
		return // Seen already, by another connection.
	}
	health := &fault.Error{Kind: fault.Unavailable, Code: "57P03", Op: "database engine", On: e.path,
		Message: "restarting after a fatal error", Detail: err.Message, Err: err}
	_, conns := e.detach(health, unavailable("the database engine is restarting after a fatal error", health))
	e.reopening.Add(1)
	go e.reopen(in, conns, health)
}

// reopen replaces a dead instance. Every handle of the old one must be gone
// before the file is opened again: an instance lives as long as its last handle.
func (e *Engine) reopen(in *instance, conns []*Conn, health *fault.Error) {
	defer e.reopening.Done()
	e.tell(health)
	for _, c := range conns {
		c.end(false)
	}
	in.close()
	delay := firstReopenDelay
	for {
		next, err := e.start()
		if err == nil {
			e.resume(next)
			return
		}
		e.tell(&fault.Error{Kind: fault.Unavailable, Code: "57P03", Op: "database engine", On: e.path,
			Message: "cannot restart after a fatal error", Detail: health.Detail, Err: err})
		select {
		case <-time.After(delay):
			delay = min(2*delay, lastReopenDelay)
		case <-e.closing:
			return
		}
	}
}

func (e *Engine) resume(next *instance) {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		next.close()
		return
	}
	e.instance, e.health = next, nil
	e.mu.Unlock()
	e.tell(nil)
}

// tell records why the engine does not work, if it still does not, and passes health on.
func (e *Engine) tell(health error) {
	e.mu.Lock()
	if e.instance == nil && !e.closed {
		e.health = health
	}
	e.mu.Unlock()
	if e.cfg.Changed != nil {
		e.cfg.Changed(health)
	}
}

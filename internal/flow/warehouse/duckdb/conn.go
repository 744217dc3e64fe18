//go:build cgo

package duckdb

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// interruptInterval is how often an interrupt is repeated until the statement
// has ended: one that comes just before the statement starts is lost in the engine.
const interruptInterval = 5 * time.Millisecond

// Conn is a connection. All but Interrupt belong to one goroutine; mu only
// keeps that goroutine and the engine's own closing apart.
type Conn struct {
	engine   *Engine
	instance *instance

	mu       sync.Mutex
	returned sync.Cond // the chunk that was lent came back
	stmts    map[*Stmt]struct{}
	rows     *Rows // the stream that is open
	doubt    bool  // a statement failed, perhaps within a transaction

	life   sync.Mutex // guards handle against Interrupt, and why
	handle bindings.Connection
	why    *warehouse.EngineError // why the connection is unusable, nil while it is not
}

var _ warehouse.Conn = (*Conn)(nil)

func newConn(e *Engine, in *instance, handle bindings.Connection) *Conn {
	c := &Conn{engine: e, instance: in, handle: handle, stmts: map[*Stmt]struct{}{}}
	c.returned.L = &c.mu
	return c
}

// usable is nil while the connection may be used. Callers hold mu.
func (c *Conn) usable(ctx context.Context) error {
	c.life.Lock()
	defer c.life.Unlock()
	switch {
	case c.why != nil:
		return c.why
	case ctx.Err() != nil:
		return interrupted(ctx)
	}
	return nil
}

// Interrupt stops the statement that is running, from any goroutine.
func (c *Conn) Interrupt() {
	c.life.Lock()
	defer c.life.Unlock()
	if c.handle.Ptr != nil {
		bindings.Interrupt(c.handle)
	}
}

// watch interrupts the connection when ctx ends, until stop is called.
func (c *Conn) watch(ctx context.Context) (stop func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	ended, left := make(chan struct{}), make(chan struct{})
	unregister := context.AfterFunc(ctx, func() {
		defer close(left)
		c.interruptUntil(ended)
	})
	return func() {
		if !unregister() {
			close(ended)
			<-left // An interrupt after this would hit the next statement.
		}
	}
}

func (c *Conn) interruptUntil(ended <-chan struct{}) {
	tick := time.NewTicker(interruptInterval)
	defer tick.Stop()
	for {
		c.Interrupt()
		select {
		case <-ended:
			return
		case <-tick.C:
		}
	}
}

// Close ends the connection; an open transaction is rolled back.
func (c *Conn) Close() error {
	c.lost(unavailable("the connection is closed", nil))
	c.end(true)
	c.engine.forget(c)
	return nil
}

// lost makes the connection unusable.
func (c *Conn) lost(why *warehouse.EngineError) {
	c.life.Lock()
	defer c.life.Unlock()
	if c.why == nil {
		c.why = why
	}
}

// end interrupts a lost connection, waits until its goroutine has left the
// engine, and frees everything that belongs to it. own says that this is that
// goroutine, which then looks at no chunk any more.
func (c *Conn) end(own bool) {
	ended, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		c.interruptUntil(ended)
	}()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !own && c.rows != nil && c.rows.lent {
		c.returned.Wait() // Its reader looks at the engine's memory.
	}
	close(ended)
	<-left
	c.free()
}

func (c *Conn) free() {
	c.endRows()
	for s := range c.stmts {
		s.free()
	}
	c.life.Lock()
	defer c.life.Unlock()
	bindings.Disconnect(&c.handle)
}

// endRows invalidates the stream that is open, as the next statement does.
func (c *Conn) endRows() {
	if c.rows != nil {
		c.rows.free()
		c.rows = nil
	}
}

// settle makes the engine drop a stream that was not read to its end. Until the
// next statement is prepared it keeps the stream's plan, scans and transaction.
func (c *Conn) settle() {
	var nothing bindings.PreparedStatement
	bindings.Prepare(c.handle, "SELECT 1", &nothing)
	bindings.DestroyPrepare(&nothing)
}

// fail translates an error of the engine and tells the engine if it is fatal.
// An interrupt is explained by what ended the connection or the context.
func (c *Conn) fail(ctx context.Context, text string) error {
	c.doubt = true
	err := parseError(text)
	c.engine.causes.blame(err)
	if err.Kind == warehouse.ErrorOutOfMemory {
		err.Limit = c.engine.cfg.MemoryLimit
	}
	if err.Kind == warehouse.ErrorInterrupted {
		if why := c.usable(ctx); why != nil {
			return why
		}
	}
	c.engine.failed(c.instance, err)
	return err
}

// readable refuses text that the engine would cut or misread.
func readable(sql string) error {
	if at := strings.IndexByte(sql, 0); at >= 0 {
		return &warehouse.EngineError{Kind: warehouse.ErrorSyntax, Message: "invalid byte 0x00 in SQL text", Position: at}
	}
	if !utf8.ValidString(sql) {
		return refused(warehouse.ErrorSyntax, "SQL text is not valid UTF-8")
	}
	return nil
}

// Prepare readies one statement.
func (c *Conn) Prepare(ctx context.Context, sql string) (warehouse.Stmt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	statements, err := c.split(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer statements.free()
	if statements.count != 1 {
		return nil, refused(warehouse.ErrorSyntax, "%d statements where one is expected", statements.count)
	}
	return c.prepare(ctx, statements, 0)
}

// Exec runs a script of statements without arguments, or one with arguments,
// and returns the rows the last one affected.
func (c *Conn) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	statements, err := c.split(ctx, sql)
	if err != nil {
		return 0, err
	}
	defer statements.free()
	if len(args) > 0 && statements.count != 1 {
		return 0, refused(warehouse.ErrorSyntax, "a script of %d statements takes no arguments", statements.count)
	}
	var affected int64
	for i := range statements.count {
		if affected, err = c.step(ctx, statements, i, args); err != nil {
			return 0, err
		}
	}
	return affected, nil
}

// step runs one statement of a script to its end.
func (c *Conn) step(ctx context.Context, statements *statements, i int, args []any) (int64, error) {
	stmt, err := c.prepare(ctx, statements, i)
	if err != nil {
		return 0, err
	}
	defer stmt.free()
	defer c.endRows()
	rows, err := stmt.run(ctx, args)
	if err != nil {
		return 0, err
	}
	if err := rows.drain(); err != nil {
		return 0, err
	}
	return rows.Affected(), nil
}

// Query runs one statement and streams its rows.
func (c *Conn) Query(ctx context.Context, sql string, args ...any) (warehouse.Rows, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	statements, err := c.split(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer statements.free()
	if statements.count != 1 {
		return nil, refused(warehouse.ErrorSyntax, "%d statements where one is expected", statements.count)
	}
	stmt, err := c.prepare(ctx, statements, 0)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.run(ctx, args)
	if err != nil {
		stmt.free()
		return nil, err
	}
	rows.owned = append(rows.owned, stmt)
	return rows, nil
}

// statements is a script the engine has parsed.
type statements struct {
	handle bindings.ExtractedStatements
	count  int
	sql    string
}

func (s *statements) free() { bindings.DestroyExtracted(&s.handle) }

// split parses a script.
func (c *Conn) split(ctx context.Context, sql string) (*statements, error) {
	if err := c.usable(ctx); err != nil {
		return nil, err
	}
	if err := readable(sql); err != nil {
		return nil, err
	}
	c.endRows()
	s := &statements{sql: sql}
	s.count = int(bindings.ExtractStatements(c.handle, sql, &s.handle))
	if s.count == 0 {
		defer s.free()
		if text := bindings.ExtractStatementsError(s.handle); text != "" {
			return nil, c.fail(ctx, text)
		}
	}
	return s, nil
}

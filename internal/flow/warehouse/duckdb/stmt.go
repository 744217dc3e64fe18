//go:build cgo

package duckdb

import (
	"context"
	"io"
	"time"
	"unicode/utf8"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Stmt is a prepared statement.
type Stmt struct {
	conn    *Conn
	handle  bindings.PreparedStatement
	sql     string
	inner   string // of a wrapper: the statement inside
	text    string // what it is planned from; "" when it is one of a script
	planned uint64 // the instance's writes when it was
	kind    bindings.StatementType
	columns []warehouse.Column
	params  []warehouse.VectorType
}

var _ warehouse.Stmt = (*Stmt)(nil)

// Columns describes the result. Where it depends on parameters the engine cannot type, it is one
// column "unknown" of KindNull; Rows.Columns is always right.
func (s *Stmt) Columns() []warehouse.Column { return s.columns }

// Params gives the type of each parameter.
func (s *Stmt) Params() []warehouse.VectorType { return s.params }

// prepare readies a statement of a script. Columns the contract has no kind for
// are cast by a statement around it.
func (c *Conn) prepare(ctx context.Context, from *statements, i int) (*Stmt, error) {
	s := &Stmt{conn: c, sql: from.sql, planned: c.instance.writes.Load()}
	if from.count == 1 {
		s.text = from.sql
	}
	if bindings.PrepareExtractedStatement(c.handle, from.handle, bindings.IdxT(i), &s.handle) == bindings.StateError {
		defer s.free()
		return nil, c.fail(ctx, bindings.PrepareError(s.handle))
	}
	s.kind = bindings.PreparedStatementType(s.handle)
	result := s.describe()
	c.stmts[s] = struct{}{}
	if !result.foreign {
		return s, nil
	}
	defer s.free()
	if from.count > 1 {
		return nil, result.unreadable() // The text of one statement of a script is not known here.
	}
	return s.wrap(ctx, result)
}

// describe reads the types of parameters and columns.
func (s *Stmt) describe() (result shape) {
	for i := range bindings.NParams(s.handle) {
		t, _ := vectorType(bindings.ParamLogicalType(s.handle, i+1))
		s.params = append(s.params, t)
	}
	if s.hasRows() {
		for i := range bindings.PreparedStatementColumnCount(s.handle) {
			result.add(bindings.PreparedStatementColumnName(s.handle, i), bindings.PreparedStatementColumnLogicalType(s.handle, i))
		}
	}
	s.columns = result.columns
	return result
}

// hasRows tells statements with a result from those for which the engine makes
// up a column "Count" or "Success".
func (s *Stmt) hasRows() bool {
	switch s.kind {
	case bindings.StatementTypeSelect, bindings.StatementTypeExplain, bindings.StatementTypeCall,
		bindings.StatementTypePragma, bindings.StatementTypeExecute:
		return true
	case bindings.StatementTypeInsert, bindings.StatementTypeUpdate, bindings.StatementTypeDelete, bindings.StatementTypeMergeInto:
		return bindings.PreparedStatementColumnCount(s.handle) != 1 || bindings.PreparedStatementColumnName(s.handle, 0) != "Count"
	}
	return false
}

// Run executes the statement.
func (s *Stmt) Run(ctx context.Context, args ...any) (warehouse.Rows, error) {
	s.conn.mu.Lock()
	defer s.conn.mu.Unlock()
	if err := s.conn.usable(ctx); err != nil {
		return nil, err
	}
	if s.handle.Ptr == nil {
		return nil, refused(warehouse.ErrorOther, "the statement is closed")
	}
	s.conn.endRows()
	rows, err := s.run(ctx, args)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

func (s *Stmt) run(ctx context.Context, args []any) (*Rows, error) {
	rows, result, err := s.execute(ctx, args)
	if err != nil || !result.foreign {
		return rows, err
	}
	// The types came to light with the arguments.
	s.conn.endRows()
	wrapped, err := s.wrap(ctx, result)
	if err != nil {
		return nil, err
	}
	if rows, result, err = wrapped.execute(ctx, args); err == nil && result.foreign {
		s.conn.endRows()
		err = result.unreadable()
	}
	if err != nil {
		wrapped.free()
		return nil, err
	}
	rows.owned = append(rows.owned, wrapped)
	return rows, nil
}

// execute binds and starts the statement.
func (s *Stmt) execute(ctx context.Context, args []any) (*Rows, shape, error) {
	if err := s.plan(ctx); err != nil {
		return nil, shape{}, err
	}
	if s.writes() {
		defer s.conn.instance.writes.Add(1)
	}
	if err := s.bind(args); err != nil {
		return nil, shape{}, err
	}
	if s.commits() {
		if err := s.commit(ctx); err != nil {
			return nil, shape{}, err
		}
		return &Rows{conn: s.conn, stmt: s, ctx: ctx, result: new(bindings.Result), ended: io.EOF}, shape{}, nil
	}
	rows := &Rows{conn: s.conn, stmt: s, ctx: ctx, result: new(bindings.Result), stop: s.conn.watch(ctx)}
	run := bindings.ExecutePrepared
	if s.kind == bindings.StatementTypeSelect {
		run = bindings.ExecutePreparedStreaming // Computed while it is read.
	}
	if run(s.handle, rows.result) == bindings.StateError {
		text := bindings.ResultError(rows.result)
		rows.free()
		return nil, shape{}, s.fail(ctx, text)
	}
	if s.kind == bindings.StatementTypeTransaction {
		s.conn.doubt = false
	}
	s.conn.rows = rows
	return rows, rows.describe(), nil
}

// fail is the connection's fail, with the position in the statement as the caller wrote it.
func (s *Stmt) fail(ctx context.Context, text string) error {
	err := s.conn.fail(ctx, text)
	if e, ok := err.(*warehouse.EngineError); ok && s.inner != "" && e.Position >= 0 {
		e.Position = max(-1, e.Position-len(wrapperPrefix))
	}
	return err
}

func (s *Stmt) bind(args []any) error {
	if len(args) != len(s.params) {
		return refused(warehouse.ErrorBinder, "%d arguments for %d parameters", len(args), len(s.params))
	}
	bindings.ClearBindings(s.handle)
	for i, arg := range args {
		state, err := s.bindOne(bindings.IdxT(i+1), arg)
		if err != nil {
			return err
		}
		if state == bindings.StateError {
			return refused(warehouse.ErrorBinder, "the engine does not take argument %d", i+1)
		}
	}
	return nil
}

func (s *Stmt) bindOne(i bindings.IdxT, arg any) (bindings.State, error) {
	switch x := arg.(type) {
	case nil:
		return bindings.BindNull(s.handle, i), nil
	case bool:
		return bindings.BindBoolean(s.handle, i, x), nil
	case int64:
		return bindings.BindInt64(s.handle, i, x), nil
	case float64:
		return bindings.BindDouble(s.handle, i, x), nil
	case string:
		if !utf8.ValidString(x) {
			return 0, refused(warehouse.ErrorConversion, "argument %d is not valid UTF-8", i)
		}
		return bindings.BindVarchar(s.handle, i, x), nil
	case []byte:
		return bindings.BindBlob(s.handle, i, x), nil
	case time.Time:
		micros := bindings.NewTimestamp(x.UnixMicro())
		if s.params[i-1].Kind == warehouse.KindTimestampTZ {
			return bindings.BindTimestampTZ(s.handle, i, micros), nil
		}
		return bindings.BindTimestamp(s.handle, i, micros), nil
	}
	return 0, refused(warehouse.ErrorBinder, "argument %d has type %T, which no parameter takes", i, arg)
}

// Close frees the statement.
func (s *Stmt) Close() error {
	s.conn.mu.Lock()
	defer s.conn.mu.Unlock()
	s.free()
	return nil
}

func (s *Stmt) free() {
	delete(s.conn.stmts, s)
	bindings.DestroyPrepare(&s.handle)
}

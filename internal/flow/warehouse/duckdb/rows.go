//go:build cgo

package duckdb

import (
	"context"
	"io"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Rows is a stream of chunks in the engine's memory.
type Rows struct {
	conn     *Conn
	stmt     *Stmt
	owned    []*Stmt // freed with the rows
	ctx      context.Context
	stop     func() // ends the watch over ctx
	result   *bindings.Result
	columns  []warehouse.Column
	affected int64

	chunk bindings.DataChunk
	view  warehouse.Chunk
	lent  bool  // the reader looks at view
	ended error // what Next answers from now on
}

var _ warehouse.Rows = (*Rows)(nil)

// Columns describes the rows.
func (r *Rows) Columns() []warehouse.Column { return r.columns }

// Affected is the number of rows changed.
func (r *Rows) Affected() int64 { return r.affected }

// describe reads what the engine says of the result.
func (r *Rows) describe() (result shape) {
	switch bindings.ResultReturnType(*r.result) {
	case bindings.ResultTypeQueryResult:
		for i := range bindings.ColumnCount(r.result) {
			result.add(bindings.ColumnName(r.result, i), bindings.ColumnLogicalType(r.result, i))
		}
		r.columns = result.columns
		r.view.Vectors = make([]warehouse.Vector, len(r.columns))
	case bindings.ResultTypeChangedRows:
		r.affected = int64(bindings.RowsChanged(r.result))
		r.ended = io.EOF
	default:
		r.affected = r.created()
		r.ended = io.EOF
	}
	return result
}

// created is the number of rows of CREATE TABLE AS, which the engine answers as a row.
func (r *Rows) created() int64 {
	if r.stmt.kind != bindings.StatementTypeCreate {
		return 0
	}
	chunk := bindings.FetchChunk(*r.result)
	defer bindings.DestroyDataChunk(&chunk)
	if chunk.Ptr == nil || bindings.DataChunkGetSize(chunk) == 0 {
		return 0
	}
	v := addressed(warehouse.VectorType{Kind: warehouse.KindInt64}, bindings.DataChunkGetVector(chunk, 0))
	return warehouse.Values[int64](&v)[0]
}

// Next returns the next chunk, valid until the following call, or io.EOF.
func (r *Rows) Next() (*warehouse.Chunk, error) {
	r.conn.mu.Lock()
	defer r.conn.mu.Unlock()
	return r.next()
}

func (r *Rows) next() (*warehouse.Chunk, error) {
	r.giveBack()
	if r.ended == nil {
		if err := r.conn.usable(r.ctx); err != nil {
			r.ended = err
		}
	}
	if r.ended != nil {
		return nil, r.ended
	}
	bindings.DestroyDataChunk(&r.chunk)
	r.chunk = bindings.FetchChunk(*r.result)
	if r.chunk.Ptr == nil {
		r.ended = io.EOF
		if text := bindings.ResultError(r.result); text != "" {
			r.ended = r.stmt.fail(r.ctx, text)
		}
		return nil, r.ended
	}
	r.look()
	return &r.view, nil
}

// look points view at the chunk.
func (r *Rows) look() {
	r.view.Rows = int(bindings.DataChunkGetSize(r.chunk))
	for i := range r.view.Vectors {
		v := bindings.DataChunkGetVector(r.chunk, bindings.IdxT(i))
		r.view.Vectors[i] = addressed(r.columns[i].Type, v)
	}
	r.lent = true
}

func (r *Rows) giveBack() {
	if r.lent {
		r.lent = false
		r.conn.returned.Broadcast()
	}
}

// drain reads to the end.
func (r *Rows) drain() error {
	for {
		_, err := r.next()
		r.giveBack()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Close releases the rows. What was not read is not computed, and outside a
// transaction the effects of a query that was not read to io.EOF are undone (nextval).
func (r *Rows) Close() error {
	r.conn.mu.Lock()
	defer r.conn.mu.Unlock()
	r.giveBack()
	r.free()
	if r.conn.rows == r {
		r.conn.rows = nil
	}
	return nil
}

func (r *Rows) free() {
	if r.stop != nil {
		r.stop()
		r.stop = nil
	}
	bindings.DestroyDataChunk(&r.chunk)
	bindings.DestroyResult(r.result)
	if r.ended == nil {
		r.conn.settle()
		r.ended = refused(warehouse.ErrorOther, "the rows were closed")
		if err := r.conn.usable(context.Background()); err != nil {
			r.ended = err
		}
	}
	for _, s := range r.owned {
		s.free()
	}
	r.owned = nil
}

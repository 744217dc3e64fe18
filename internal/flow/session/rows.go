package session

import (
	"context"
	"errors"
	"io"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// resultRows are the rows of a running statement: reading them can still fail.
type resultRows struct {
	warehouse.Rows
	session *Session
	ctx     context.Context
	done    func()
}

func (r *resultRows) Next() (*warehouse.Chunk, error) {
	chunk, err := r.Rows.Next()
	if err == nil || errors.Is(err, io.EOF) {
		return chunk, err
	}
	return nil, r.session.failed(r.session.ended(r.ctx, err))
}

func (r *resultRows) Close() error {
	defer r.done()
	return r.Rows.Close()
}

// listed is a small result in memory; all its columns are text.
type listed struct {
	columns []warehouse.Column
	lines   [][]string
	chunk   warehouse.Chunk
}

// list makes a result of text columns.
func list(tag string, names []string, lines [][]string) *Result {
	columns := textColumns(names)
	l := &listed{lines: lines}
	for _, n := range names {
		l.columns = append(l.columns, warehouse.Col(n, warehouse.KindVarchar))
	}
	return &Result{Columns: columns, Rows: l, Tag: tag}
}

func textColumns(names []string) []Column {
	columns := make([]Column, len(names))
	for i, n := range names {
		columns[i] = Column{Name: n, Type: sqltype.Type{ID: sqltype.Varchar}}
	}
	return columns
}

func (l *listed) Columns() []warehouse.Column { return l.columns }

func (l *listed) Next() (*warehouse.Chunk, error) {
	if len(l.lines) == 0 {
		return nil, io.EOF
	}
	n := min(len(l.lines), warehouse.ChunkSize)
	l.chunk = warehouse.Chunk{Rows: n}
	for i, c := range l.columns {
		v := warehouse.NewVector(c.Type)
		for row, line := range l.lines[:n] {
			v.SetBytes(row, []byte(line[i]))
		}
		l.chunk.Vectors = append(l.chunk.Vectors, v)
	}
	l.lines = l.lines[n:]
	return &l.chunk, nil
}

func (l *listed) Affected() int64 { return 0 }
func (l *listed) Close() error    { return nil }

// executed are the rows of EXECUTE, whose statement ends with them.
type executed struct {
	warehouse.Rows
	statement *Statement
}

func (e *executed) Close() error { return errors.Join(e.Rows.Close(), e.statement.Close()) }

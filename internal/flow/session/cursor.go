package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// cursorLimit is how many rows a cursor may hold: they lie in memory, since the
// engine's rows end with the next statement.
const cursorLimit = 1_000_000

// cursor is the rows of DECLARE.
type cursor struct {
	columns []Column
	engine  []warehouse.Column
	chunks  []*warehouse.Chunk
	row     int // next row of the first chunk
}

func (s *Session) endCursors() { clear(s.cursors) }

func (s *Session) cursor(name string) (*cursor, error) {
	c := s.cursors[name]
	if c == nil {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "34000", On: name, Message: fmt.Sprintf("cursor %q does not exist", name)}
	}
	return c, nil
}

// cursorStatement runs DECLARE, FETCH and CLOSE.
func (s *Session) cursorStatement(ctx context.Context, parsed dialect.Statement) (*Result, error) {
	switch x := parsed.(type) {
	case *dialect.DeclareCursor:
		return &Result{Tag: "DECLARE CURSOR"}, s.declare(ctx, x)
	case *dialect.Fetch:
		c, err := s.cursor(x.Cursor)
		if err != nil {
			return nil, err
		}
		return &Result{Columns: c.columns, Rows: c.fetch(x.Count), Tag: "FETCH", Counted: true}, nil
	case *dialect.CloseCursor:
		if _, err := s.cursor(x.Cursor); err != nil {
			return nil, err
		}
		delete(s.cursors, x.Cursor)
		return &Result{Tag: "CLOSE CURSOR"}, nil
	}
	return nil, unsupported(parsed)
}

func (s *Session) declare(ctx context.Context, x *dialect.DeclareCursor) error {
	if !s.tx.block {
		return &fault.Error{Kind: fault.Conflict, Code: "25P01", Message: "DECLARE CURSOR may only be used in transaction blocks"}
	}
	if s.cursors[x.Name] != nil {
		return &fault.Error{Kind: fault.Exists, Code: "42P03", On: x.Name, Message: fmt.Sprintf("cursor %q already exists", x.Name)}
	}
	if err := s.begun(ctx); err != nil {
		return err
	}
	b, err := s.bind(ctx, x, nil)
	if err != nil {
		return err
	}
	defer b.stmt.Close()
	rows, err := b.run(ctx, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	c := &cursor{columns: b.columns, engine: rows.Columns()}
	if err := c.fill(rows); err != nil {
		return err
	}
	s.cursors[x.Name] = c
	return nil
}

// fill keeps all rows.
func (c *cursor) fill(rows warehouse.Rows) error {
	total := 0
	for {
		chunk, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if total += chunk.Rows; total > cursorLimit {
			return &fault.Error{Kind: fault.TooLarge, Code: "53200", Message: fmt.Sprintf("a cursor holds at most %d rows here", cursorLimit)}
		}
		c.chunks = append(c.chunks, copied(chunk, 0, chunk.Rows))
	}
}

// fetch takes the next rows out of the cursor; all of them when n is negative.
func (c *cursor) fetch(n int64) *fetched {
	f := &fetched{columns: c.engine}
	for len(c.chunks) > 0 && n != 0 {
		first := c.chunks[0]
		end := first.Rows
		if left := int64(end - c.row); n > 0 && n < left {
			end = c.row + int(n)
		}
		f.chunks = append(f.chunks, copied(first, c.row, end))
		if n > 0 {
			n -= int64(end - c.row)
		}
		c.row = end
		if c.row == first.Rows {
			c.chunks, c.row = c.chunks[1:], 0
		}
	}
	return f
}

// fetched is rows in memory.
type fetched struct {
	columns []warehouse.Column
	chunks  []*warehouse.Chunk
}

func (f *fetched) Columns() []warehouse.Column { return f.columns }

func (f *fetched) Next() (*warehouse.Chunk, error) {
	if len(f.chunks) == 0 {
		return nil, io.EOF
	}
	first := f.chunks[0]
	f.chunks = f.chunks[1:]
	return first, nil
}

func (f *fetched) Affected() int64 { return 0 }
func (f *fetched) Close() error    { return nil }

// copied is rows from..to of a chunk in memory of our own.
func copied(chunk *warehouse.Chunk, from, to int) *warehouse.Chunk {
	out := &warehouse.Chunk{Rows: to - from}
	for i := range chunk.Vectors {
		v := &chunk.Vectors[i]
		w := warehouse.NewVector(v.Type)
		for row := from; row < to; row++ {
			if v.Null(row) {
				w.SetNull(row - from)
			}
		}
		copyValues(&w, v, from, to)
		out.Vectors = append(out.Vectors, w)
	}
	return out
}

func copyValues(to, from *warehouse.Vector, start, end int) {
	kind := from.Type.Kind
	if kind == warehouse.KindDecimal {
		kind = warehouse.DecimalKind(from.Type.Precision)
	}
	switch kind {
	case warehouse.KindNull:
	case warehouse.KindBool, warehouse.KindInt8:
		copy(warehouse.Values[int8](to), warehouse.Values[int8](from)[start:end])
	case warehouse.KindInt16:
		copy(warehouse.Values[int16](to), warehouse.Values[int16](from)[start:end])
	case warehouse.KindInt32, warehouse.KindFloat, warehouse.KindDate:
		copy(warehouse.Values[int32](to), warehouse.Values[int32](from)[start:end])
	case warehouse.KindVarchar, warehouse.KindBlob:
		for row := start; row < end; row++ {
			if !from.Null(row) {
				to.SetBytes(row-start, []byte(strings.Clone(string(from.Bytes(row)))))
			}
		}
	case warehouse.KindInt128, warehouse.KindInterval:
		copy(warehouse.Values[warehouse.Int128](to), warehouse.Values[warehouse.Int128](from)[start:end])
	default:
		copy(warehouse.Values[int64](to), warehouse.Values[int64](from)[start:end])
	}
}

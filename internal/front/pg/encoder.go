package pg

import (
	"encoding/binary"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

var bigEndian = binary.BigEndian

// encoder turns chunks into DataRow messages, block by block: first each column's values
// are made by a loop of its own, then they are laid out row after row.
type encoder struct {
	columns []column
	lanes   []*lane // of the columns
	present [blockRows]uint16
}

// newEncoder prepares for the result's columns and refuses what cannot be sent before any row is.
func newEncoder(result *session.Result, formats []int16, s style) (*encoder, error) {
	n := len(result.Columns)
	types := result.Rows.Columns()
	if len(types) != n {
		return nil, fmt.Errorf("result has %d columns, its rows %d", n, len(types))
	}
	e := &encoder{columns: make([]column, n), lanes: make([]*lane, n)}
	for i := range e.columns {
		e.columns[i] = newColumn(result.Columns[i], formatOf(formats, i), s)
		e.lanes[i] = e.columns[i].lane
		if err := e.columns[i].choose(types[i].Type); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// release gives the lanes back for other results.
func (e *encoder) release() {
	for _, l := range e.lanes {
		l.release()
	}
	e.columns, e.lanes = nil, nil
}

// use points the columns to a chunk's vectors.
func (e *encoder) use(chunk *warehouse.Chunk) error {
	if len(chunk.Vectors) != len(e.columns) {
		return fmt.Errorf("chunk has %d vectors for %d columns", len(chunk.Vectors), len(e.columns))
	}
	for i := range e.columns {
		c := &e.columns[i]
		c.vec = &chunk.Vectors[i]
		if c.vec.Type != c.from {
			if err := c.choose(c.vec.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows appends rows from..to to dst, until that is full, and returns the next row.
// After an error dst ends with the last whole row.
func (e *encoder) rows(dst []byte, from, to int) ([]byte, int, error) {
	for from < to {
		end, err := e.fill(from, min(from+blockRows, to))
		dst = appendRows(dst, e.lanes, from, end)
		from = end
		if err != nil || len(dst) >= flushSize {
			return dst, from, err
		}
	}
	return dst, from, nil
}

// fill makes the values of rows from..to, and returns where it ended: at a value that cannot
// be sent, or when it has enough.
func (e *encoder) fill(from, to int) (int, error) {
	var err error
	for i := range e.columns {
		c := &e.columns[i]
		end, failed := c.fill(e.notNull(c, from, to), to)
		if end < to { // What stopped a column before lies in a later row.
			to, err = end, failed
		}
	}
	return to, err
}

// notNull lists the rows from..to in which a column has a value, and marks the others in its lane.
func (e *encoder) notNull(c *column, from, to int) []uint16 {
	if !c.vec.AnyNull(from, to) {
		return everyRow[from:to]
	}
	n := 0
	for _, row := range everyRow[from:to] {
		if c.vec.Null(int(row)) {
			c.lane.sizes[row%blockRows] = -1
			continue
		}
		e.present[n] = row
		n++
	}
	return e.present[:n]
}

// everyRow counts up, for columns without NULL.
var everyRow = func() (rows [warehouse.ChunkSize]uint16) {
	for i := range rows {
		rows[i] = uint16(i)
	}
	return rows
}()

package apply

import (
	"errors"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// counts are the net changes of a table without key: how many more or fewer of each
// whole row there are.
type counts struct {
	columns int
	text    arena
	index   index
	entries []counted
	row     []byte
	ends    []int
}

type counted struct {
	row  span
	more int64 // Less than none when rows went.
}

func newCounts(t *tablePlan, spare *spare) *counts {
	return &counts{columns: len(t.columns), text: arena{spare: spare}}
}

var errGap = errors.New("a change of a table without key came without all its values: the source does not send whole rows (MySQL: binlog_row_image FULL, PostgreSQL: REPLICA IDENTITY FULL), or a mapping rule computes a column")

func (c *counts) rowOf(e int) []byte { return c.text.get(c.entries[e].row) }

func (c *counts) count(row []byte, more int64) {
	e, hash := c.index.find(row, c.rowOf)
	if e < 0 {
		e = c.index.add(hash)
		c.entries = append(c.entries, counted{row: c.text.add(row)})
	}
	c.entries[e].more += more
}

func (c *counts) add(rows *source.Rows) error {
	for i := range rows.Before.Len() {
		if rows.Op == source.Insert {
			break
		}
		if !whole(&rows.Before, i, c.columns) {
			return errGap
		}
		c.count(rows.Before.Row(i), -1)
	}
	for i := range rows.After.Len() {
		if rows.Op == source.Delete {
			break
		}
		if err := c.arrive(rows, i); err != nil {
			return err
		}
	}
	return nil
}

// arrive counts a new row; what it leaves out stands in the row before it.
func (c *counts) arrive(rows *source.Rows, i int) error {
	row := rows.After.Row(i)
	if !whole(&rows.After, i, c.columns) {
		if i >= rows.Before.Len() {
			return errGap
		}
		old := rows.Before.Row(i)
		c.ends = fields(c.ends[:0], old)
		c.row, _ = merged(c.row[:0], &rows.After, i, old, c.ends)
		row = c.row
	}
	c.count(row, 1)
	return nil
}

func (c *counts) bytes() int64 { return c.text.bytes + c.index.bytes() + int64(cap(c.entries))*24 }

func (c *counts) size() int { return len(c.entries) }

func (c *counts) folded(int) bool { return false }

func (c *counts) lastOp(e int) source.Op {
	if c.entries[e].more < 0 {
		return source.Delete
	}
	return source.Insert
}

func (c *counts) release() {
	c.text.release()
	c.index, c.entries = index{}, nil
}

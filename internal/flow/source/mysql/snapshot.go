package mysql

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// flushAt is how much CSV is collected before it is written.
const flushAt = 256 << 10

// Snapshot writes the rows of a range as CSV, in the order of the key.
func (s *Source) Snapshot(ctx context.Context, of *source.Table, r source.Range, w io.Writer) (source.Result, error) {
	c, t, err := s.reach(ctx, of)
	if err != nil {
		return source.Result{}, err
	}
	defer c.Close()
	var out source.Result
	if len(t.Key) == 0 {
		if out.At, err = s.freeze(ctx, c, t); err != nil {
			return out, err
		}
	}
	err = c.unload(t, r, &unloading{w: w, out: &out})
	if ctx.Err() != nil {
		err = ctx.Err() // The connection was closed under the reader.
	}
	return out, err
}

// narrow is the table with the columns that are asked for, which must be there as they were.
// Without its key the table is read as one whose rows cannot be told apart.
func (t *table) narrow(of *source.Table) (*table, error) {
	places, err := t.Places(of)
	if err != nil {
		return nil, err
	}
	n := &table{Table: *of}
	n.Rows = t.Rows
	for _, i := range places {
		n.columns = append(n.columns, t.columns[i])
	}
	return n, nil
}

// reach opens a session and finds the table that is to be read there.
func (s *Source) reach(ctx context.Context, of *source.Table) (*conn, *table, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	t, err := c.describe(of.Name)
	if err == nil {
		t, err = t.narrow(of)
	}
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	return c, t, nil
}

// unloading is the CSV of a range on its way to a writer.
type unloading struct {
	w   io.Writer
	out *source.Result
	buf []byte
	n   int64 // Rows in buf.
	enc *rowEncoder
	key bool // Whether keys can be gone on from.
}

func (c *conn) unload(t *table, r source.Range, u *unloading) error {
	where, err := t.where(r)
	if err != nil {
		return err
	}
	rows, err := c.stream("SELECT " + t.names(t.all()) + " FROM " + t.relation(r) + where)
	if err != nil {
		return err
	}
	if len(rows.fields) != len(t.columns) {
		return errMalformed
	}
	u.enc, u.key = newRowEncoder(rows.fields, t.Key), t.ordered()
	return u.copy(rows)
}

func (u *unloading) copy(rows *result) error {
	for {
		p, err := rows.packet()
		if err != nil {
			return errors.Join(fmt.Errorf("read rows: %w", err), u.flush())
		}
		if isEOF(p) {
			return u.flush()
		}
		if err := failure(p); err != nil {
			return errors.Join(explain(fmt.Errorf("read rows: %w", err)), u.flush())
		}
		if u.buf, err = u.enc.append(u.buf, p); err != nil {
			return err
		}
		if u.n++; len(u.buf) >= flushAt {
			if err := u.flush(); err != nil {
				return err
			}
		}
	}
}

// flush writes whole rows and notes them as taken.
func (u *unloading) flush() error {
	if u.n == 0 {
		return nil
	}
	if _, err := u.w.Write(u.buf); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	if u.key {
		u.out.Last = u.enc.lastKey(u.buf)
	}
	u.out.Rows, u.out.Bytes, u.out.NULs = u.out.Rows+u.n, u.out.Bytes+int64(len(u.buf)), u.enc.nuls
	u.buf, u.n = u.buf[:0], 0
	return nil
}

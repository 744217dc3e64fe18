package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// flushAt is how much CSV is collected before it is written.
const flushAt = 256 << 10

// null is how COPY prints NULL. It has no word of one character that no text can hold; but
// outside of quotes this one is NULL, because COPY quotes text that is equal to it.
const null = '\x01'

// Snapshot writes the rows of a range as CSV, in the order of the key.
func (s *Source) Snapshot(ctx context.Context, of *source.Table, r source.Range, w io.Writer) (source.Result, error) {
	var out source.Result
	c, t, err := s.reach(ctx, of)
	if err != nil {
		return out, err
	}
	defer c.Close()
	if len(t.Key) == 0 {
		if out.At, err = s.freeze(ctx, c); err != nil {
			return out, ended(ctx, err)
		}
	}
	u := &unloading{w: w, out: &out, t: t}
	clause, err := t.from(r)
	if err == nil {
		err = c.copyOut(t.copyOut(clause), u)
	}
	return out, ended(ctx, err) // The connection is closed under the reader.
}

// copyOut is the statement that prints rows as the contract has them, but for NULL.
func (t *table) copyOut(clause string) string {
	var list, force []string
	for i := range t.columns {
		name := fmt.Sprintf("c%d", i)
		list = append(list, t.columns[i].expression()+" AS "+name)
		if t.columns[i].quoted() {
			force = append(force, name)
		}
	}
	sql := "COPY (SELECT " + strings.Join(list, ", ") + clause + ") TO STDOUT (FORMAT csv, NULL E'\\x01'"
	if len(force) > 0 {
		sql += ", FORCE_QUOTE (" + strings.Join(force, ", ") + ")"
	}
	return sql + ")"
}

// copyOut runs a COPY and gives away its rows. After an error the session is of no more use.
func (c *conn) copyOut(sql string, u *unloading) error {
	c.Frontend().SendQuery(&pgproto3.Query{String: sql})
	if err := c.Frontend().Flush(); err != nil {
		return fmt.Errorf("read rows: %w", err)
	}
	for {
		kind, body, err := c.wire.frame()
		if err != nil {
			return errors.Join(fmt.Errorf("read rows: %w", err), u.flush())
		}
		switch kind {
		case 'd':
			if err := u.row(body); err != nil {
				return err
			}
		case 'E':
			err := fmt.Errorf("read rows of %s: %w", u.t.Name, failure(body))
			return errors.Join(c.owner.explain(err), u.flush())
		case 'Z':
			return u.flush()
		}
	}
}

// unloading is the CSV of a range on its way to a writer.
type unloading struct {
	w    io.Writer
	out  *source.Result
	t    *table
	buf  []byte
	last int // Where the last row in buf begins.
	n    int64
}

func (u *unloading) row(csv []byte) error {
	u.last = len(u.buf)
	u.buf = append(u.buf, csv...)
	if u.n++; len(u.buf) < flushAt {
		return nil
	}
	return u.flush()
}

// flush writes whole rows and notes them as taken.
func (u *unloading) flush() error {
	if u.n == 0 {
		return nil
	}
	nulls(u.buf)
	if _, err := u.w.Write(u.buf); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	if len(u.t.Key) > 0 {
		u.out.Last = u.t.keyOf(u.buf[u.last:])
	}
	u.out.Rows, u.out.Bytes = u.out.Rows+u.n, u.out.Bytes+int64(len(u.buf))
	u.buf, u.n = u.buf[:0], 0
	return nil
}

// nulls writes NULL as the contract has it into rows of CSV.
func nulls(csv []byte) {
	quotes, from := 0, 0
	for {
		i := bytes.IndexByte(csv[from:], null)
		if i < 0 {
			return
		}
		quotes += bytes.Count(csv[from:from+i], []byte{'"'})
		if quotes&1 == 0 {
			csv[from+i] = source.Null[0]
		}
		from += i + 1
	}
}

// keyOf reads the key out of a row of CSV.
func (t *table) keyOf(row []byte) source.Key {
	fields := make([]string, 0, len(t.columns))
	row = bytes.TrimSuffix(row, []byte("\n"))
	for at := 0; at <= len(row); {
		end := at
		for quoted := false; end < len(row) && (quoted || row[end] != ','); end++ {
			quoted = quoted != (row[end] == '"')
		}
		value, _ := source.Text(row[at:end])
		fields = append(fields, value)
		at = end + 1
	}
	key := make(source.Key, len(t.Key))
	for i, k := range t.Key {
		if k < len(fields) {
			key[i] = fields[k]
		}
	}
	return key
}

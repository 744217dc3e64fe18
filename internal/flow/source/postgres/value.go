package postgres

import (
	"bytes"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// value appends a value of a change, given as the server prints it, in the form a snapshot gives it.
func (c *column) value(dst, v []byte) []byte {
	switch c.form {
	case text:
		return quoted(dst, v)
	case blank:
		return quoted(dst, bytes.TrimRight(v, " "))
	case bytea:
		return quoted(dst, bytes.TrimPrefix(v, []byte(`\x`)))
	case money:
		return c.amount(dst, v)
	case day, moment, zoned:
		if !c.key && string(v) == "infinity" {
			return append(dst, forever[c.form]...)
		}
	}
	return append(dst, v...)
}

// quoted appends text in quotes; no text of PostgreSQL holds U+0000.
func quoted(dst, v []byte) []byte {
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(v, '"')
		if i < 0 {
			return append(append(dst, v...), '"')
		}
		dst = append(append(dst, v[:i+1]...), '"')
		v = v[i+1:]
	}
}

// amount appends the number in a value of money: its digits, of which so many are behind
// the point, whatever signs a country writes around them.
func (c *column) amount(dst, v []byte) []byte {
	if bytes.ContainsAny(v, "-(\u2212") {
		dst = append(dst, '-')
	}
	digits := 0
	for _, b := range v {
		if b >= '0' && b <= '9' {
			digits++
		}
	}
	for _, b := range v {
		if b < '0' || b > '9' {
			continue
		}
		if digits == c.scale {
			dst = append(dst, '.')
		}
		dst = append(dst, b)
		digits--
	}
	return dst
}

// cursor reads a message; what is not there sets short, and is zero.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.short, c.b = true, nil
		return nil
	}
	v := c.b[:n]
	c.b = c.b[n:]
	return v
}

func (c *cursor) uint(bytes int) uint64 {
	var n uint64
	for _, b := range c.take(bytes) {
		n = n<<8 | uint64(b)
	}
	return n
}

func (c *cursor) string() string {
	i := bytes.IndexByte(c.b, 0)
	v := c.take(i + 1)
	if i < 0 {
		c.short = true
		return ""
	}
	return string(v[:i])
}

// tuple is one row of a message as images have it.
type tuple struct {
	table *table
	into  *source.Images
	key   bool           // Only the key was sent.
	old   *source.Images // The row as it was, its last one, for what was not sent; nil when it was not told.
}

// read appends the row, and reports what makes it useless.
func (t *tuple) read(c *cursor) error {
	columns := t.table.columns
	if n := c.uint(2); int(n) != len(columns) {
		return errMalformed
	}
	for i := range columns {
		dst, err := t.field(c, i)
		if err != nil {
			return err
		}
		t.into.End(dst)
	}
	if c.short {
		return errMalformed
	}
	return nil
}

func (t *tuple) field(c *cursor, i int) ([]byte, error) {
	col := &t.table.columns[i]
	dst := t.into.Buffer()
	if len(c.b) == 0 {
		return nil, errMalformed
	}
	kind := c.b[0]
	c.b = c.b[1:]
	switch kind {
	case 't':
		v := c.take(int(c.uint(4)))
		if t.key && !col.key {
			return dst, nil
		}
		return col.value(dst, v), nil
	case 'n':
		if !t.key {
			return append(dst, source.Null...), nil
		}
		if col.key {
			return nil, strange(t.table)
		}
		return dst, nil
	case 'u': // A large value that did not change.
		if t.old != nil {
			dst = append(dst, t.old.Field(t.old.Len()-1, i)...)
		}
		if col.key && len(dst) == len(t.into.Buffer()) {
			return nil, strange(t.table)
		}
		return dst, nil
	}
	return nil, errMalformed
}

// strange is the fault of a row whose old key the log does not tell.
func strange(t *table) error {
	return conflict(CodeNoKey, t.Name.String(), "the log does not say which rows were changed: the replica identity of the table, or of one of its partitions, is another than the key",
		"ALTER TABLE "+identOf(t.Name)+" REPLICA IDENTITY DEFAULT, or FULL where there is no primary key, on the table and each of its partitions; then load the table again")
}

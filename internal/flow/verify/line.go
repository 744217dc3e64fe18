package verify

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// shape is how the rows of a table are compared.
type shape struct {
	names       []string
	types       []sqltype.Type // Of the columns in the warehouse.
	skip        []bool
	key         []int
	emptyIsNull bool
}

// line is one row in the form in which both sides are equal: each value with its length
// before it, as the warehouse's type tells values apart.
type line struct {
	*shape
	data []byte
	ends []int // Of each column in data.
	buf  []byte
}

const (
	prefix = 4
	isNull = 1<<32 - 1
)

func (l *line) reset() { l.data, l.ends = l.data[:0], l.ends[:0] }

// null adds a column that is NULL.
func (l *line) null() {
	l.data = binary.LittleEndian.AppendUint32(l.data, isNull)
	l.ends = append(l.ends, len(l.data))
}

// value adds a column with what its text says.
func (l *line) value(text []byte) {
	i := len(l.ends)
	if i >= len(l.types) || l.skip[i] {
		l.null()
		return
	}
	start := len(l.data)
	out, null := appendCanonical(append(l.data, 0, 0, 0, 0), l.types[i], text)
	size := uint32(len(out) - start - prefix)
	if null || size == 0 && (l.emptyIsNull || !isText(l.types[i])) { // COPY makes NULL of an empty field that is no text.
		out, size = out[:start+prefix], isNull
	}
	binary.LittleEndian.PutUint32(out[start:], size)
	l.data = out
	l.ends = append(l.ends, len(out))
}

func isText(t sqltype.Type) bool { return t.ID == sqltype.Varchar || t.ID == sqltype.Char }

// whole reports whether the row has all its columns.
func (l *line) whole() bool { return len(l.ends) == len(l.types) }

// cell is a column with its length before it.
func (l *line) cell(i int) []byte {
	start := 0
	if i > 0 {
		start = l.ends[i-1]
	}
	return l.data[start:l.ends[i]]
}

// sum is the hash of the row.
func (l *line) sum() Checksum {
	h := sha256.Sum256(l.data)
	return checksum(h[:])
}

// keySum is the hash of the row's key, or of the row where there is none.
func (l *line) keySum() Checksum {
	if len(l.key) == 0 {
		return l.sum()
	}
	if len(l.key) == 1 {
		h := sha256.Sum256(l.cell(l.key[0]))
		return checksum(h[:])
	}
	l.buf = l.buf[:0]
	for _, k := range l.key {
		l.buf = append(l.buf, l.cell(k)...)
	}
	h := sha256.Sum256(l.buf)
	return checksum(h[:])
}

// keyText is the row's key as text, or the whole row where there is none.
func (l *line) keyText() source.Key {
	columns := l.key
	if len(columns) == 0 {
		columns = make([]int, len(l.types))
		for i := range columns {
			columns[i] = i
		}
	}
	key := make(source.Key, len(columns))
	for i, c := range columns {
		key[i] = plain(l.cell(c))
	}
	return key
}

// plain is a value without its length.
func plain(cell []byte) string {
	if binary.LittleEndian.Uint32(cell) == isNull {
		return "NULL"
	}
	return string(cell[prefix:])
}

// shown is a value as a difference shows it.
func shown(cell []byte) string {
	s := plain(cell)
	if binary.LittleEndian.Uint32(cell) == isNull {
		return s
	}
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	return "'" + s + "'"
}

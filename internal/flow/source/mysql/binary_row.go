package mysql

import (
	"encoding/binary"
	"strconv"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// binaryCharset is the number of the character set of bytes that are no text.
const binaryCharset = 63

// rowEncoder turns rows of the binary protocol into CSV.
type rowEncoder struct {
	fields []field
	key    []int // Columns whose place in the last row is kept.
	starts []int
	ends   []int
	nuls   int64
}

func newRowEncoder(fields []field, key []int) *rowEncoder {
	return &rowEncoder{fields: fields, key: key, starts: make([]int, len(fields)), ends: make([]int, len(fields))}
}

// append adds one row and its newline.
func (e *rowEncoder) append(dst, row []byte) ([]byte, error) {
	nulls := (len(e.fields) + 9) / 8
	if len(row) < 1+nulls || row[0] != gomysql.OK_HEADER {
		return dst, errMalformed
	}
	bitmap, row := row[1:1+nulls], row[1+nulls:]
	var ok bool
	for i := range e.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		e.starts[i] = len(dst)
		if bitmap[(i+2)>>3]&(1<<((i+2)&7)) != 0 {
			dst = append(dst, source.Null...)
		} else if dst, row, ok = e.value(dst, row, &e.fields[i]); !ok {
			return dst, errMalformed
		}
		e.ends[i] = len(dst)
	}
	return append(dst, '\n'), nil
}

// lastKey is the key of the row that was appended last.
func (e *rowEncoder) lastKey(dst []byte) source.Key {
	key := make(source.Key, len(e.key))
	for i, c := range e.key {
		key[i], _ = source.Text(dst[e.starts[c]:e.ends[c]])
	}
	return key
}

var fixed = map[byte]int{
	gomysql.MYSQL_TYPE_TINY: 1, gomysql.MYSQL_TYPE_SHORT: 2, gomysql.MYSQL_TYPE_YEAR: 2, gomysql.MYSQL_TYPE_INT24: 4,
	gomysql.MYSQL_TYPE_LONG: 4, gomysql.MYSQL_TYPE_LONGLONG: 8, gomysql.MYSQL_TYPE_FLOAT: 4, gomysql.MYSQL_TYPE_DOUBLE: 8,
}

// sizes is fixed as an array, which is faster to ask.
var sizes = func() (t [256]uint8) {
	for typ, n := range fixed {
		t[typ] = uint8(n)
	}
	return t
}()

func (e *rowEncoder) value(dst, row []byte, f *field) (out, rest []byte, ok bool) {
	if n := int(sizes[f.typ]); n > 0 {
		if len(row) < n {
			return dst, row, false
		}
		return appendFixed(dst, row, f), row[n:], true
	}
	v, rest, ok := lenenc(row)
	if !ok {
		return dst, row, false
	}
	switch f.typ {
	case gomysql.MYSQL_TYPE_DATE, gomysql.MYSQL_TYPE_NEWDATE:
		m, ok := readMoment(v)
		return appendDate(dst, m), rest, ok
	case gomysql.MYSQL_TYPE_DATETIME, gomysql.MYSQL_TYPE_TIMESTAMP:
		m, ok := readMoment(v)
		return appendDateTime(dst, m), rest, ok
	case gomysql.MYSQL_TYPE_TIME:
		m, ok := readDuration(v)
		return appendTime(dst, m), rest, ok
	case gomysql.MYSQL_TYPE_NEWDECIMAL, gomysql.MYSQL_TYPE_DECIMAL:
		return append(dst, v...), rest, true
	case gomysql.MYSQL_TYPE_BIT:
		return appendBits(dst, v, int(f.length)), rest, true
	case gomysql.MYSQL_TYPE_GEOMETRY:
		return appendGeometry(dst, v), rest, true
	}
	return e.string(dst, v, f), rest, true
}

func (e *rowEncoder) string(dst, v []byte, f *field) []byte {
	if f.charset == binaryCharset && f.typ != gomysql.MYSQL_TYPE_JSON {
		return source.AppendHex(dst, v)
	}
	dst, nuls := source.AppendText(dst, v)
	e.nuls += int64(nuls)
	return dst
}

func appendFixed(dst, row []byte, f *field) []byte {
	switch f.typ {
	case gomysql.MYSQL_TYPE_TINY:
		return appendInteger(dst, uint64(row[0]), 8, f.unsigned)
	case gomysql.MYSQL_TYPE_SHORT:
		return appendInteger(dst, uint64(binary.LittleEndian.Uint16(row)), 16, f.unsigned)
	case gomysql.MYSQL_TYPE_YEAR:
		return appendYear(dst, int(binary.LittleEndian.Uint16(row)))
	case gomysql.MYSQL_TYPE_INT24, gomysql.MYSQL_TYPE_LONG:
		return appendInteger(dst, uint64(binary.LittleEndian.Uint32(row)), 32, f.unsigned)
	case gomysql.MYSQL_TYPE_FLOAT:
		return appendFloat(dst, binary.LittleEndian.Uint32(row))
	case gomysql.MYSQL_TYPE_DOUBLE:
		return appendDouble(dst, binary.LittleEndian.Uint64(row))
	}
	return appendInteger(dst, binary.LittleEndian.Uint64(row), 64, f.unsigned)
}

// appendInteger prints a number of so many bits.
func appendInteger(dst []byte, n uint64, bits int, unsigned bool) []byte {
	if unsigned {
		return strconv.AppendUint(dst, n, 10)
	}
	return strconv.AppendInt(dst, int64(n<<(64-bits))>>(64-bits), 10)
}

// readMoment reads a date of 0, 4, 7 or 11 bytes; what is not sent is zero.
func readMoment(v []byte) (m moment, ok bool) {
	switch len(v) {
	case 0, 4, 7, 11:
	default:
		return m, false
	}
	if len(v) >= 4 {
		m.year, m.month, m.day = int(binary.LittleEndian.Uint16(v)), int(v[2]), int(v[3])
	}
	if len(v) >= 7 {
		m.hour, m.minute, m.second = int(v[4]), int(v[5]), int(v[6])
	}
	if len(v) == 11 {
		m.frac = int(binary.LittleEndian.Uint32(v[7:]))
	}
	return m, true
}

// readDuration reads a TIME of 0, 8 or 12 bytes.
func readDuration(v []byte) (m moment, ok bool) {
	switch len(v) {
	case 0:
		return m, true
	case 8, 12:
	default:
		return m, false
	}
	m.negative = v[0] != 0
	m.hour, m.minute, m.second = int(binary.LittleEndian.Uint32(v[1:]))*24+int(v[5]), int(v[6]), int(v[7])
	if len(v) == 12 {
		m.frac = int(binary.LittleEndian.Uint32(v[8:]))
	}
	return m, true
}

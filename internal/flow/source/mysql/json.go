package mysql

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"unicode/utf8"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
)

// Types of values in MySQL's binary JSON. The low bit of objects and arrays says
// that their offsets have four bytes.
const (
	jsonObject  = 0x00
	jsonArray   = 0x02
	jsonLiteral = 0x04
	jsonInt16   = 0x05
	jsonUint16  = 0x06
	jsonInt32   = 0x07
	jsonUint32  = 0x08
	jsonInt64   = 0x09
	jsonUint64  = 0x0a
	jsonDouble  = 0x0b
	jsonString  = 0x0c
	jsonOpaque  = 0x0f
)

// deepest is how deep documents nest; MySQL's own limit.
const deepest = 100

// appendJSON prints a binary document as the server's own cast to text does.
func appendJSON(dst, doc []byte) ([]byte, error) {
	if len(doc) == 0 {
		return append(dst, "null"...), nil // What INSERT IGNORE leaves where NULL may not stand.
	}
	return appendJSONValue(dst, doc[0], doc[1:], deepest)
}

func appendJSONValue(dst []byte, typ byte, v []byte, depth int) ([]byte, error) {
	if n := jsonSize(typ); len(v) < n || depth == 0 {
		return dst, errMalformed
	}
	switch typ {
	case jsonObject, jsonObject + 1, jsonArray, jsonArray + 1:
		return appendJSONList(dst, typ, v, depth)
	case jsonLiteral:
		return appendJSONLiteral(dst, v[0])
	case jsonInt16:
		return strconv.AppendInt(dst, int64(int16(binary.LittleEndian.Uint16(v))), 10), nil
	case jsonUint16:
		return strconv.AppendUint(dst, uint64(binary.LittleEndian.Uint16(v)), 10), nil
	case jsonInt32:
		return strconv.AppendInt(dst, int64(int32(binary.LittleEndian.Uint32(v))), 10), nil
	case jsonUint32:
		return strconv.AppendUint(dst, uint64(binary.LittleEndian.Uint32(v)), 10), nil
	case jsonInt64:
		return strconv.AppendInt(dst, int64(binary.LittleEndian.Uint64(v)), 10), nil
	case jsonUint64:
		return strconv.AppendUint(dst, binary.LittleEndian.Uint64(v), 10), nil
	case jsonDouble:
		bits := binary.LittleEndian.Uint64(v)
		if bits>>52&0x7ff == 0x7ff {
			return dst, errMalformed // JSON has no infinity.
		}
		return appendJSONDouble(dst, bits), nil
	case jsonString:
		s, err := jsonBytes(v)
		return appendJSONString(dst, s), err
	case jsonOpaque:
		return appendJSONOpaque(dst, v)
	}
	return dst, fmt.Errorf("JSON value of type %#x: %w", typ, errMalformed)
}

// jsonSize is the least a value takes.
func jsonSize(typ byte) int {
	switch typ {
	case jsonLiteral, jsonString:
		return 1
	case jsonInt16, jsonUint16, jsonOpaque:
		return 2
	case jsonInt32, jsonUint32, jsonObject, jsonArray:
		return 4
	}
	return 8
}

func appendJSONLiteral(dst []byte, b byte) ([]byte, error) {
	switch b {
	case 0:
		return append(dst, "null"...), nil
	case 1:
		return append(dst, "true"...), nil
	case 2:
		return append(dst, "false"...), nil
	}
	return dst, errMalformed
}

// jsonList is an object or an array: a count, a size, entries of keys, entries of values.
type jsonList struct {
	v     []byte
	wide  int // Bytes of an offset.
	count int
	keys  int // Where the entries begin.
	vals  int
}

func newJSONList(typ byte, v []byte) (jsonList, error) {
	l := jsonList{v: v, wide: 2 + 2*int(typ&1)}
	l.count = int(little(v[:l.wide]))
	l.keys = 2 * l.wide
	l.vals = l.keys
	if typ&^1 == jsonObject {
		l.vals += l.count * (l.wide + 2)
	}
	if bytes := int(little(v[l.wide : 2*l.wide])); bytes > len(v) || l.vals+l.count*(l.wide+1) > bytes {
		return l, errMalformed
	}
	return l, nil
}

func (l jsonList) key(i int) ([]byte, error) {
	e := l.v[l.keys+i*(l.wide+2):]
	at, n := int(little(e[:l.wide])), int(little(e[l.wide:l.wide+2]))
	if at > len(l.v) || n > len(l.v)-at {
		return nil, errMalformed
	}
	return l.v[at : at+n], nil
}

// value is where entry i's value stands: in the entry when it is small.
func (l jsonList) value(i int) (typ byte, v []byte, err error) {
	e := l.v[l.vals+i*(l.wide+1):]
	typ = e[0]
	if typ == jsonLiteral || typ == jsonInt16 || typ == jsonUint16 || l.wide == 4 && (typ == jsonInt32 || typ == jsonUint32) {
		return typ, e[1 : 1+l.wide], nil
	}
	at := int(little(e[1 : 1+l.wide]))
	if at < l.vals || at > len(l.v) {
		return typ, nil, errMalformed // Nor may it point back, or there would be no end.
	}
	return typ, l.v[at:], nil
}

func appendJSONList(dst []byte, typ byte, v []byte, depth int) ([]byte, error) {
	l, err := newJSONList(typ, v)
	if err != nil {
		return dst, err
	}
	open, end := byte('['), byte(']')
	if typ&^1 == jsonObject {
		open, end = '{', '}'
	}
	dst = append(dst, open)
	for i := range l.count {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if open == '{' {
			key, err := l.key(i)
			if err != nil {
				return dst, err
			}
			dst = append(appendJSONString(dst, key), ": "...)
		}
		inner, value, err := l.value(i)
		if err != nil {
			return dst, err
		}
		if dst, err = appendJSONValue(dst, inner, value, depth-1); err != nil {
			return dst, err
		}
		if len(dst) > 1<<30 {
			return dst, errMalformed // Entries that share values could print without measure.
		}
	}
	return append(dst, end), nil
}

// jsonBytes cuts bytes with their length before them, seven bits in a byte.
func jsonBytes(v []byte) ([]byte, error) {
	n, at := 0, 0
	for shift := 0; ; shift += 7 {
		if at >= len(v) || shift > 28 {
			return nil, errMalformed
		}
		n |= int(v[at]&0x7f) << shift
		at++
		if v[at-1]&0x80 == 0 {
			break
		}
	}
	if n > len(v)-at {
		return nil, errMalformed
	}
	return v[at : at+n], nil
}

func appendJSONString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for len(s) > 0 {
		c := s[0]
		if c >= utf8.RuneSelf {
			_, n := utf8.DecodeRune(s)
			dst, s = append(dst, s[:n]...), s[n:]
			continue
		}
		dst, s = appendJSONChar(dst, c), s[1:]
	}
	return append(dst, '"')
}

func appendJSONChar(dst []byte, c byte) []byte {
	const short = "\"\"\\\\\bb\ff\nn\rr\tt"
	for i := 0; i < len(short); i += 2 {
		if c == short[i] {
			return append(dst, '\\', short[i+1])
		}
	}
	if c < ' ' {
		return fmt.Appendf(dst, `\u%04x`, c)
	}
	return append(dst, c)
}

// appendJSONOpaque prints a value of one of SQL's own types.
func appendJSONOpaque(dst, v []byte) ([]byte, error) {
	typ := v[0]
	b, err := jsonBytes(v[1:])
	if err != nil {
		return dst, err
	}
	switch typ {
	case gomysql.MYSQL_TYPE_NEWDECIMAL:
		if len(b) < 2 || b[1] > b[0] || len(b)-2 < decimalSize(int(b[0]), int(b[1])) {
			return dst, errMalformed
		}
		return appendDecimal(dst, b[2:], int(b[0]), int(b[1])), nil
	case gomysql.MYSQL_TYPE_DATE, gomysql.MYSQL_TYPE_DATETIME, gomysql.MYSQL_TYPE_TIMESTAMP, gomysql.MYSQL_TYPE_TIME:
		if len(b) < 8 {
			return dst, errMalformed
		}
		return append(appendJSONMoment(append(dst, '"'), typ, int64(binary.LittleEndian.Uint64(b))), '"'), nil
	}
	return fmt.Appendf(dst, `"base64:type%d:%s"`, typ, base64.StdEncoding.EncodeToString(b)), nil
}

func appendJSONMoment(dst []byte, typ byte, n int64) []byte {
	m := moment{negative: n < 0}
	n = max(n, -n)
	m.frac = int(n & (1<<24 - 1))
	n >>= 24
	if typ == gomysql.MYSQL_TYPE_TIME {
		m.hour, m.minute, m.second = int(n>>12&1023), int(n>>6&63), int(n&63)
		return appendMicros(appendTime(dst, m), m)
	}
	ym := int(n >> 22)
	m.year, m.month, m.day = ym/13, ym%13, int(n>>17&31)
	if typ == gomysql.MYSQL_TYPE_DATE {
		return appendDate(dst, m)
	}
	m.hour, m.minute, m.second = int(n>>12&31), int(n>>6&63), int(n&63)
	return appendMicros(appendDateTime(dst, m), m)
}

// appendMicros adds the fraction that is always printed in JSON.
func appendMicros(dst []byte, m moment) []byte {
	if m.frac != 0 {
		return dst
	}
	return append(dst, ".000000"...)
}

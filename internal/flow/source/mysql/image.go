package mysql

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// cell is how the values of one column stand in the rows of the log.
type cell struct {
	typ      byte
	meta     int // Digits of the second, bytes of the length, width: by type.
	scale    int
	drop     bool // A virtual column: read over.
	unsigned bool
	binary   bool
	base     string
	convert  converter // From the column's character set; nil when it is UTF-8.
	members  []string
}

// plan is how to read the rows of a table as one table map describes them.
type plan struct {
	table *table
	cells []cell
	body  []byte // The table map's, to recognise it.
	nuls  int64
	buf   []byte
}

// image adds one row to the images and returns what follows it.
func (p *plan) image(to *source.Images, data, present []byte) ([]byte, error) {
	count := 0
	for i := range p.cells {
		count += int(present[i>>3] >> (i & 7) & 1)
	}
	if len(data) < (count+7)/8 {
		return nil, errMalformed
	}
	nulls, data := data[:(count+7)/8], data[(count+7)/8:]
	at := 0
	for i := range p.cells {
		c := &p.cells[i]
		dst := to.Buffer()
		if present[i>>3]>>(i&7)&1 != 0 {
			null := nulls[at>>3]>>(at&7)&1 != 0
			at++
			if null {
				dst = append(dst, source.Null...)
			} else {
				n := 0
				if dst, n = p.value(dst, data, c); n < 0 || n > len(data) {
					return nil, fmt.Errorf("value of type %d: %w", c.typ, errMalformed)
				}
				data = data[n:]
			}
		}
		if !c.drop {
			to.End(dst)
		}
	}
	return data, nil
}

// value appends one value and tells how many bytes it took, -1 when they are none of its type.
func (p *plan) value(dst, v []byte, c *cell) ([]byte, int) {
	n := size(c)
	if len(v) < n {
		return dst, -1
	}
	switch c.typ {
	case gomysql.MYSQL_TYPE_TINY:
		return appendInteger(dst, uint64(v[0]), 8, c.unsigned), n
	case gomysql.MYSQL_TYPE_SHORT:
		return appendInteger(dst, uint64(binary.LittleEndian.Uint16(v)), 16, c.unsigned), n
	case gomysql.MYSQL_TYPE_INT24:
		return appendInteger(dst, little(v[:3]), 24, c.unsigned), n
	case gomysql.MYSQL_TYPE_LONG:
		return appendInteger(dst, uint64(binary.LittleEndian.Uint32(v)), 32, c.unsigned), n
	case gomysql.MYSQL_TYPE_LONGLONG:
		return appendInteger(dst, binary.LittleEndian.Uint64(v), 64, c.unsigned), n
	case gomysql.MYSQL_TYPE_FLOAT:
		return appendFloat(dst, binary.LittleEndian.Uint32(v)), n
	case gomysql.MYSQL_TYPE_DOUBLE:
		return appendDouble(dst, binary.LittleEndian.Uint64(v)), n
	case gomysql.MYSQL_TYPE_NEWDECIMAL:
		return appendDecimal(dst, v[:n], c.meta, c.scale), n
	case gomysql.MYSQL_TYPE_YEAR:
		if v[0] == 0 {
			return append(dst, '0'), n
		}
		return appendYear(dst, 1900+int(v[0])), n
	case gomysql.MYSQL_TYPE_BIT:
		return appendBits(dst, v[:n], c.meta), n
	case gomysql.MYSQL_TYPE_ENUM:
		return p.enum(dst, little(v[:n]), c), n
	case gomysql.MYSQL_TYPE_SET:
		return p.set(dst, little(v[:n]), c), n
	case gomysql.MYSQL_TYPE_VARCHAR, gomysql.MYSQL_TYPE_VAR_STRING, gomysql.MYSQL_TYPE_STRING, gomysql.MYSQL_TYPE_BLOB,
		gomysql.MYSQL_TYPE_GEOMETRY, gomysql.MYSQL_TYPE_JSON:
		return p.bytes(dst, v, c)
	}
	return p.moment(dst, v[:n], c), n
}

// size is how many bytes a value takes, or its length when it has one.
func size(c *cell) int {
	switch c.typ {
	case gomysql.MYSQL_TYPE_TINY, gomysql.MYSQL_TYPE_YEAR:
		return 1
	case gomysql.MYSQL_TYPE_SHORT:
		return 2
	case gomysql.MYSQL_TYPE_INT24, gomysql.MYSQL_TYPE_DATE, gomysql.MYSQL_TYPE_NEWDATE, gomysql.MYSQL_TYPE_TIME:
		return 3
	case gomysql.MYSQL_TYPE_LONG, gomysql.MYSQL_TYPE_FLOAT, gomysql.MYSQL_TYPE_TIMESTAMP:
		return 4
	case gomysql.MYSQL_TYPE_LONGLONG, gomysql.MYSQL_TYPE_DOUBLE, gomysql.MYSQL_TYPE_DATETIME:
		return 8
	case gomysql.MYSQL_TYPE_TIME2:
		return 3 + (c.meta+1)/2
	case gomysql.MYSQL_TYPE_TIMESTAMP2:
		return 4 + (c.meta+1)/2
	case gomysql.MYSQL_TYPE_DATETIME2:
		return 5 + (c.meta+1)/2
	case gomysql.MYSQL_TYPE_NEWDECIMAL:
		return decimalSize(c.meta, c.scale)
	case gomysql.MYSQL_TYPE_BIT:
		return (c.meta + 7) / 8
	case gomysql.MYSQL_TYPE_ENUM, gomysql.MYSQL_TYPE_SET, gomysql.MYSQL_TYPE_BLOB, gomysql.MYSQL_TYPE_GEOMETRY, gomysql.MYSQL_TYPE_JSON:
		return c.meta
	}
	if c.meta > 255 {
		return 2
	}
	return 1
}

func little(v []byte) (n uint64) {
	for i := len(v) - 1; i >= 0; i-- {
		n = n<<8 | uint64(v[i])
	}
	return n
}

func big(v []byte) (n uint64) {
	for _, b := range v {
		n = n<<8 | uint64(b)
	}
	return n
}

// bytes appends a value with its length before it.
func (p *plan) bytes(dst, v []byte, c *cell) ([]byte, int) {
	head := size(c)
	n := little(v[:head])
	if n > uint64(len(v)-head) {
		return dst, -1
	}
	end := head + int(n)
	v = v[head:end]
	switch {
	case c.typ == gomysql.MYSQL_TYPE_JSON:
		text, err := appendJSON(p.buf[:0], v)
		if p.buf = text; err != nil {
			return dst, -1
		}
		return p.text(dst, text), end
	case c.typ == gomysql.MYSQL_TYPE_GEOMETRY:
		return appendGeometry(dst, v), end
	case c.base == "uuid", c.base == "inet6", c.base == "inet4":
		return p.address(dst, v, c), end
	case c.binary && c.typ == gomysql.MYSQL_TYPE_STRING:
		return appendPadded(dst, v, c.meta), end // The log leaves out zeros at the end.
	case c.binary:
		return source.AppendHex(dst, v), end
	case c.convert != nil:
		p.buf = c.convert(p.buf[:0], v)
		return p.text(dst, p.buf), end
	}
	return p.text(dst, v), end
}

func (p *plan) text(dst, v []byte) []byte {
	dst, nuls := source.AppendText(dst, v)
	p.nuls += int64(nuls)
	return dst
}

func appendPadded(dst, v []byte, width int) []byte {
	dst = source.AppendHex(dst, v)
	if len(v) >= width {
		return dst
	}
	return append(append(dst[:len(dst)-1], strings.Repeat("00", width-len(v))...), '"')
}

func (p *plan) enum(dst []byte, n uint64, c *cell) []byte {
	if n == 0 || n > uint64(len(c.members)) {
		return append(dst, `""`...) // The empty value that stands for a wrong one.
	}
	return p.text(dst, []byte(c.members[n-1]))
}

func (p *plan) set(dst []byte, bits uint64, c *cell) []byte {
	p.buf = p.buf[:0]
	for i, m := range c.members {
		if bits>>i&1 != 0 {
			if len(p.buf) > 0 {
				p.buf = append(p.buf, ',')
			}
			p.buf = append(p.buf, m...)
		}
	}
	return p.text(dst, p.buf)
}

// address appends MariaDB's types that the log holds as bytes.
func (p *plan) address(dst, v []byte, c *cell) []byte {
	var b [16]byte
	copy(b[:], v)
	switch c.base {
	case "inet4":
		return p.text(dst, []byte(netip.AddrFrom4([4]byte(b[:4])).String()))
	case "inet6":
		return p.text(dst, appendINET6(nil, b))
	}
	if b[6]&0x80 != 0 && b[8] > 0 && b[8] < 0x60 { // Stored with the parts turned round, so that those of time sort.
		b = [16]byte{b[12], b[13], b[14], b[15], b[10], b[11], b[8], b[9], b[6], b[7], b[0], b[1], b[2], b[3], b[4], b[5]}
	}
	return p.text(dst, fmt.Appendf(nil, "%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// appendINET6 prints an address as MariaDB does, which shortens even a single zero.
func appendINET6(dst []byte, b [16]byte) []byte {
	if a := netip.AddrFrom16(b); a.Is4In6() {
		return append(append(dst, "::ffff:"...), a.Unmap().String()...)
	}
	if [12]byte(b[:12]) == [12]byte{} && b[12]|b[13] != 0 {
		return append(append(dst, "::"...), netip.AddrFrom4([4]byte(b[12:])).String()...)
	}
	from, to := 8, 8 // The first of the longest runs of zeros.
	for i := 0; i < 8; i++ {
		end := i
		for end < 8 && b[2*end]|b[2*end+1] == 0 {
			end++
		}
		if end-i > to-from {
			from, to = i, end
		}
		i = max(i, end-1)
	}
	for i := 0; i < 8; i++ {
		if i == from {
			dst = append(dst, "::"...)
			i = to
		} else if i > 0 {
			dst = append(dst, ':')
		}
		if i < 8 {
			dst = strconv.AppendUint(dst, big(b[2*i:2*i+2]), 16)
		}
	}
	return dst
}

func (p *plan) moment(dst, v []byte, c *cell) []byte {
	switch c.typ {
	case gomysql.MYSQL_TYPE_DATE, gomysql.MYSQL_TYPE_NEWDATE:
		n := int(little(v))
		return appendDate(dst, moment{year: n >> 9, month: n >> 5 & 15, day: n & 31})
	case gomysql.MYSQL_TYPE_TIME:
		n := int(int32(little(v)<<8)) >> 8
		m := moment{negative: n < 0}
		n = max(n, -n)
		m.hour, m.minute, m.second = n/10000, n/100%100, n%100
		return appendTime(dst, m)
	case gomysql.MYSQL_TYPE_TIME2:
		return appendTime(dst, duration(v, c.meta))
	case gomysql.MYSQL_TYPE_DATETIME:
		n := int(binary.LittleEndian.Uint64(v) % 1e14)
		return appendDateTime(dst, moment{year: n / 1e10, month: n / 1e8 % 100, day: n / 1e6 % 100, hour: n / 1e4 % 100, minute: n / 100 % 100, second: n % 100})
	case gomysql.MYSQL_TYPE_DATETIME2:
		n := int(big(v[:5]) & 0x7fffffffff)
		ym := n >> 22
		return appendDateTime(dst, moment{year: ym / 13, month: ym % 13, day: n >> 17 & 31, hour: n >> 12 & 31, minute: n >> 6 & 63, second: n & 63, frac: fraction(v[5:], c.meta)})
	case gomysql.MYSQL_TYPE_TIMESTAMP:
		return appendInstant(dst, binary.LittleEndian.Uint32(v), 0)
	}
	return appendInstant(dst, binary.BigEndian.Uint32(v), fraction(v[4:], c.meta))
}

// fraction is the microseconds of a value of so many digits.
func fraction(v []byte, digits int) int {
	n := int(big(v))
	for i := (digits + 1) / 2; i < 3; i++ {
		n *= 100
	}
	return n
}

// duration reads a TIME, which is stored so that negative ones sort: as the offset from a constant.
func duration(v []byte, digits int) moment {
	frac := (digits + 1) / 2
	n := int64(big(v)) - 0x800000<<(8*frac)
	m := moment{negative: n < 0}
	n = max(n, -n)
	mask := int64(1)<<(8*frac) - 1
	m.frac = int(n & mask)
	for i := frac; i < 3; i++ {
		m.frac *= 100
	}
	n >>= 8 * frac
	m.hour, m.minute, m.second = int(n>>12&1023), int(n>>6&63), int(n&63)
	return m
}

func appendInstant(dst []byte, seconds uint32, frac int) []byte {
	if seconds == 0 && frac == 0 {
		return append(dst, "0000-00-00 00:00:00"...)
	}
	t := time.Unix(int64(seconds), 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return appendDateTime(dst, moment{year: year, month: int(month), day: day, hour: hour, minute: minute, second: second, frac: frac})
}

const perWord = 9 // Decimal digits in a word of four bytes.

var wordSize = [perWord + 1]int{0, 1, 1, 2, 2, 3, 3, 4, 4, 4}

func decimalSize(precision, scale int) int {
	whole := precision - scale
	return whole/perWord*4 + wordSize[whole%perWord] + scale/perWord*4 + wordSize[scale%perWord]
}

// appendDecimal prints a packed number: groups of nine digits in four bytes, all
// bits turned when it is negative, the first one turned always.
func appendDecimal(dst, v []byte, precision, scale int) []byte {
	if len(v) == 0 {
		return append(dst, '0')
	}
	var mask byte
	if v[0]&0x80 == 0 {
		mask = 0xff
		dst = append(dst, '-')
	}
	first := byte(0x80)
	word := func(digits int) uint64 {
		var n uint64
		for _, b := range v[:wordSize[digits]] {
			n = n<<8 | uint64(b^mask^first)
			first = 0
		}
		v = v[wordSize[digits]:]
		return n
	}
	whole, start := precision-scale, len(dst)
	for digits := whole % perWord; whole > 0; whole, digits = whole-digits, perWord {
		if digits == 0 {
			digits = perWord
		}
		if n := word(digits); len(dst) > start {
			dst = appendDigits(dst, n, digits)
		} else if n > 0 {
			dst = strconv.AppendUint(dst, n, 10)
		}
	}
	if len(dst) == start {
		dst = append(dst, '0')
	}
	if scale > 0 {
		dst = append(dst, '.')
	}
	for scale > 0 {
		digits := min(scale, perWord)
		dst = appendDigits(dst, word(digits), digits)
		scale -= digits
	}
	return dst
}

func appendDigits(dst []byte, n uint64, digits int) []byte {
	at := len(dst)
	dst = append(dst, "000000000"[:digits]...)
	for i := at + digits - 1; i >= at; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}

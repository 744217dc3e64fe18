package pg

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// maxDigits leaves room for 39 digits of an Int128, for 37 more when the scale
// grows, and for filling both ends up to whole groups of four.
const maxDigits = 96

// number is a decimal number as digits. Each column has one, used for value after value.
type number struct {
	digits   [maxDigits]byte // ASCII, from start to end; no leading zeros
	start    int
	end      int
	scale    int // how many digits are behind the point; may exceed the digits there are
	negative bool
}

// number reads an integer or decimal vector's value with its own scale.
func (c *column) number(row int) *number {
	n := &c.num
	if kind := c.storage(); kind == warehouse.KindInt128 {
		n.setInt128(warehouse.Values[warehouse.Int128](c.vec)[row])
	} else {
		n.setInt64(c.small(kind, row))
	}
	n.scale = 0
	if c.from.Kind == warehouse.KindDecimal {
		n.scale = int(c.from.Scale)
	}
	return n
}

// storage is the integer kind that holds the values.
func (c *column) storage() warehouse.Kind {
	if c.from.Kind == warehouse.KindDecimal {
		return warehouse.DecimalKind(c.from.Precision)
	}
	return c.from.Kind
}

func (c *column) small(kind warehouse.Kind, row int) int64 {
	switch kind {
	case warehouse.KindInt64:
		return warehouse.Values[int64](c.vec)[row]
	case warehouse.KindInt32:
		return int64(warehouse.Values[int32](c.vec)[row])
	case warehouse.KindInt16:
		return int64(warehouse.Values[int16](c.vec)[row])
	}
	return c.integer(row)
}

// room is kept free behind the digits for a larger scale and for filling up groups.
const room = 48

func (n *number) setInt64(v int64) {
	n.negative = v < 0
	u := uint64(v)
	if n.negative {
		u = -u
	}
	n.setUint(0, u)
}

func (n *number) setInt128(v warehouse.Int128) {
	hi, lo := uint64(v.Hi), v.Lo
	n.negative = v.Hi < 0
	if n.negative {
		var carry uint64
		lo, carry = bits.Add64(^lo, 1, 0)
		hi = ^hi + carry
	}
	n.setUint(hi, lo)
}

// digitPairs holds 00 to 99.
const digitPairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

func (n *number) setUint(hi, lo uint64) {
	const group = 1e18
	n.start, n.end = maxDigits-room, maxDigits-room
	for hi > 0 {
		q1, r := hi/group, hi%group
		q0, rest := bits.Div64(r, lo, group)
		hi, lo = q1, q0
		for range 9 {
			pair := rest % 100 * 2
			rest /= 100
			n.start -= 2
			n.digits[n.start], n.digits[n.start+1] = digitPairs[pair], digitPairs[pair+1]
		}
	}
	n.prepend(lo)
}

// prepend writes v's digits before those there are; zero has none.
func (n *number) prepend(v uint64) {
	for v >= 100 {
		pair := v % 100 * 2
		v /= 100
		n.start -= 2
		n.digits[n.start], n.digits[n.start+1] = digitPairs[pair], digitPairs[pair+1]
	}
	if v >= 10 {
		n.start--
		n.digits[n.start] = byte('0' + v%10)
		v /= 10
	}
	if v > 0 {
		n.start--
		n.digits[n.start] = byte('0' + v)
	}
}

// rescale changes the scale, rounding half away from zero.
func (n *number) rescale(scale int) {
	for n.scale < scale {
		if n.start < n.end {
			n.digits[n.end] = '0'
			n.end++
		}
		n.scale++
	}
	cut := n.scale - scale
	n.scale = scale
	if cut <= 0 {
		return
	}
	if cut > n.end-n.start { // Less than a tenth of the last digit that stays.
		n.end = n.start
		return
	}
	n.end -= cut
	if n.digits[n.end] >= '5' {
		n.increment()
	}
}

func (n *number) increment() {
	for i := n.end - 1; i >= n.start; i-- {
		if n.digits[i] != '9' {
			n.digits[i]++
			return
		}
		n.digits[i] = '0'
	}
	n.start--
	n.digits[n.start] = '1'
}

// int64 reads a number of scale 0.
func (n *number) int64() (int64, bool) {
	if n.start == n.end {
		return 0, true
	}
	u, err := strconv.ParseUint(string(n.digits[n.start:n.end]), 10, 64)
	switch {
	case err != nil:
		return 0, false
	case n.negative:
		return -int64(u), u <= 1<<63
	}
	return int64(u), u < 1<<63
}

// text appends the number with all digits of its scale.
func (n *number) text(dst []byte) []byte {
	digits := n.digits[n.start:n.end]
	if n.negative && len(digits) > 0 {
		dst = append(dst, '-')
	}
	whole := len(digits) - n.scale
	if whole > 0 {
		dst = append(dst, digits[:whole]...)
		digits = digits[whole:]
	} else {
		dst = append(dst, '0')
	}
	if n.scale == 0 {
		return dst
	}
	dst = append(dst, '.')
	for ; whole < 0; whole++ {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// wanted gives the number in the announced scale.
func (c *column) wanted(row int) *number {
	var n *number
	if c.from.Kind == warehouse.KindFloat || c.from.Kind == warehouse.KindDouble {
		n = c.parsed(row)
	} else {
		n = c.number(row)
	}
	if c.want.ID == sqltype.Decimal && c.want.Precision > 0 && c.want.Scale != n.scale {
		n.rescale(c.want.Scale)
	}
	return n
}

// parsed reads a float as a decimal number of at most 38 digits.
func (c *column) parsed(row int) *number {
	f := c.float(row)
	n := &c.num
	n.start, n.end, n.scale, n.negative = maxDigits-room-40, maxDigits-room-40, 0, f < 0
	if math.IsNaN(f) || math.Abs(f) >= 1e38 {
		c.outOfRange()
		return n
	}
	var text [128]byte
	point := false
	for _, b := range strconv.AppendFloat(text[:0], math.Abs(f), 'f', min(c.want.Scale, 37), 64) {
		switch {
		case b == '.':
			point = true
			continue
		case b == '0' && n.start == n.end: // A leading zero.
		default:
			n.digits[n.end] = b
			n.end++
		}
		if point {
			n.scale++
		}
	}
	return n
}

func textDecimal(c *column, dst []byte, row int) []byte {
	return c.wanted(row).text(dst)
}

// smallDigits is how many digits every int64 can hold.
const smallDigits = 18

// fraction is the point and as many zeros as a small decimal can have behind it.
const fraction = ".000000000000000000"

// textSmallDecimal prints a decimal of at most 18 digits in its own scale, as most are.
func textSmallDecimal(c *column, dst []byte, row int) []byte {
	v := c.small(c.storage(), row)
	u := uint64(v)
	if v < 0 {
		dst = append(dst, '-')
		u = -u
	}
	unit := uint64(1)
	for range c.from.Scale {
		unit *= 10
	}
	dst = strconv.AppendUint(dst, u/unit, 10)
	if c.from.Scale == 0 {
		return dst
	}
	dst = append(dst, fraction[:c.from.Scale+1]...)
	for rest, i := u%unit, len(dst)-1; rest > 0; rest, i = rest/10, i-1 {
		dst[i] = byte('0' + rest%10)
	}
	return dst
}

// binaryDecimal writes PostgreSQL's numeric: groups of four digits in base 10000,
// the weight of the first, sign and scale.
func binaryDecimal(c *column, dst []byte, row int) []byte {
	n := c.wanted(row)
	scale := n.scale
	first, count := n.group()
	sign := uint16(0)
	if n.negative && count > 0 {
		sign = 0x4000
	}
	if count == 0 {
		first = 0
	}
	dst = bigEndian.AppendUint16(dst, uint16(count))
	dst = bigEndian.AppendUint16(dst, uint16(first))
	dst = bigEndian.AppendUint16(dst, sign)
	dst = bigEndian.AppendUint16(dst, uint16(scale))
	for i := n.start; count > 0; count, i = count-1, i+4 {
		d := n.digits[i : i+4 : i+4]
		v := uint16(d[0]-'0')*1000 + uint16(d[1]-'0')*100 + uint16(d[2]-'0')*10 + uint16(d[3]-'0')
		dst = bigEndian.AppendUint16(dst, v)
	}
	return dst
}

// group fills both ends with zeros up to whole groups, without groups of zeros at
// the ends. It returns the weight of the first group and how many there are.
func (n *number) group() (weight, count int) {
	if n.start == n.end {
		return 0, 0
	}
	for ; n.scale%4 != 0; n.scale++ {
		n.digits[n.end] = '0'
		n.end++
	}
	for (n.end-n.start)%4 != 0 {
		n.start--
		n.digits[n.start] = '0'
	}
	count = (n.end - n.start) / 4
	weight = count - n.scale/4 - 1
	for count > 0 && string(n.digits[n.end-4:n.end]) == "0000" {
		n.end -= 4
		count--
	}
	return weight, count
}

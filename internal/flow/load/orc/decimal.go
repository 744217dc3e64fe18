package orc

import (
	"encoding/binary"
	"math/bits"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// wide is an integer of 128 bits without its sign.
type wide struct {
	high, low uint64
	negative  bool
}

// less compares absolute values.
func (w wide) less(x wide) bool { return w.high < x.high || w.high == x.high && w.low < x.low }

// times10 is ten times as much; ok is false where 128 bits do not hold that.
func (w wide) times10() (_ wide, ok bool) {
	over, high := bits.Mul64(w.high, 10)
	carry, low := bits.Mul64(w.low, 10)
	high, more := bits.Add64(high, carry, 0)
	return wide{high, low, w.negative}, over == 0 && more == 0
}

// over10 is a tenth, and whether nothing is lost.
func (w wide) over10() (_ wide, exact bool) {
	high, rest := w.high/10, w.high%10
	low, rest := bits.Div64(rest, w.low, 10)
	return wide{high, low, w.negative}, rest == 0
}

// power10 is ten to the n, up to 38.
func power10(n int) wide {
	w := wide{low: 1}
	for range n {
		w, _ = w.times10()
	}
	return w
}

// wide reads a number of up to 128 bits, seven in each byte, with the sign in the lowest.
func (s *stream) wide() (w wide, err error) {
	if v, n := binary.Uvarint(s.buf); n > 0 {
		s.buf = s.buf[n:]
		return wide{low: v}.signed(), nil
	}
	for shift := uint(0); shift < 133; shift += 7 {
		b, err := s.byte()
		if err != nil {
			return w, err
		}
		v := uint64(b & 0x7f)
		switch {
		case shift < 64:
			w.low |= v << shift
			w.high |= v << 1 >> (65 - shift) // Nothing while it lies in the lower half.
		case shift == 126 && v > 3:
			return w, invalid("a decimal has more than 128 bits")
		default:
			w.high |= v << (shift - 64)
		}
		if b < 0x80 {
			return w.signed(), nil
		}
	}
	return w, invalid("a decimal has more than 128 bits")
}

// signed takes the sign out of the lowest bit.
func (w wide) signed() wide {
	w.negative = w.low&1 != 0
	w.low, w.high = w.low>>1|w.high<<63, w.high>>1
	if w.negative { // -1 is 1, -2 is 3
		var carry uint64
		w.low, carry = bits.Add64(w.low, 1, 0)
		w.high += carry
	}
	return w
}

// decimalColumn reads decimals: the digits, and the scale of each.
type decimalColumn struct {
	base
	digits *stream
	scales *integers
	dense  [warehouse.ChunkSize]int64
	limit  wide
	scale  int
}

func (s *stripe) decimalColumn(b base, t *Type) (column, error) {
	scales, err := s.integers(t, streamSecondary, true)
	c := &decimalColumn{base: b, digits: s.open(t, streamData), scales: scales}
	if b.target.Type.ID == sqltype.Decimal {
		c.limit, c.scale = power10(b.target.Type.Precision), b.target.Type.Scale
	}
	return c, err
}

func (c *decimalColumn) fill(v *warehouse.Vector, n int) error {
	rows, count, err := c.rows(v, n)
	if err != nil {
		return err
	}
	scales := c.dense[:count]
	if err := c.scales.fill(scales); err != nil {
		return err
	}
	kind := warehouse.DecimalKind(v.Type.Precision)
	for i, scale := range scales {
		w, err := c.digits.wide()
		if err != nil {
			return err
		}
		if w, err = c.scaled(w, scale); err != nil {
			return err
		}
		w.store(v, kind, row(rows, i))
	}
	return nil
}

// scaled is the number with the column's scale.
func (c *decimalColumn) scaled(w wide, scale int64) (wide, error) {
	if scale == int64(c.scale) && w.less(c.limit) {
		return w, nil
	}
	ok := scale >= 0 && scale <= 38
	for ; ok && scale < int64(c.scale); scale++ {
		w, ok = w.times10()
	}
	for ; ok && scale > int64(c.scale); scale-- {
		w, ok = w.over10()
	}
	if !ok || !w.less(c.limit) {
		return w, refused("A decimal of the data column %s does not fit into the table's %s", c.name, c.target.Type)
	}
	return w, nil
}

// store writes a number that fits.
func (w wide) store(v *warehouse.Vector, kind warehouse.Kind, row int) {
	low := int64(w.low)
	if w.negative {
		low = -low
	}
	switch kind {
	case warehouse.KindInt16:
		warehouse.Values[int16](v)[row] = int16(low)
	case warehouse.KindInt32:
		warehouse.Values[int32](v)[row] = int32(low)
	case warehouse.KindInt64:
		warehouse.Values[int64](v)[row] = low
	default:
		if w.negative {
			var borrow uint64
			w.low, borrow = bits.Sub64(0, w.low, 0)
			w.high, _ = bits.Sub64(0, w.high, borrow)
		}
		warehouse.Values[warehouse.Int128](v)[row] = warehouse.Int128{Lo: w.low, Hi: int64(w.high)}
	}
}

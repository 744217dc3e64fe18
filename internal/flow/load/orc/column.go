package orc

import (
	"encoding/binary"
	"math"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// column reads a column of a stripe into vectors.
type column interface {
	fill(v *warehouse.Vector, n int) error
}

// base is what all columns have.
type base struct {
	present presence
	target  delimited.Column
	name    string // in the file
}

// rows reads which of the next n rows have values: rows is nil where all have, and count their number.
func (b *base) rows(v *warehouse.Vector, n int) (rows []int32, count int, err error) {
	rows, err = b.present.fill(n, v.SetNull)
	if err != nil || rows == nil {
		return nil, n, err
	}
	if b.target.NotNull {
		return nil, 0, refused("Missing data for not-null field. Column: %s", b.target.Name)
	}
	return rows, len(rows), nil
}

// column makes the reader of a column in the worker's stripe.
func (w *worker) column(i int) (column, error) {
	st, t, target := w.stripe, w.scan.file.root.Children[i], w.scan.columns[i]
	b := base{st.present(t), target, w.scan.file.root.Names[i]}
	if target.Type.ID == sqltype.Super {
		v, err := st.values(t)
		return &jsonColumn{base: base{target: target, name: b.name}, memory: st.memory, values: v}, err
	}
	switch t.Kind {
	case Boolean:
		return &boolColumn{b, &bitsRun{bytes: bytesRun{in: st.open(t, streamData)}}}, nil
	case Byte:
		return &byteColumn{b, &bytesRun{in: st.open(t, streamData)}}, nil
	case Short, Int, Long, Date:
		return st.numberColumn(b, t)
	case Float, Double:
		return &floatColumn{base: b, in: st.open(t, streamData)}, nil
	case Decimal:
		return st.decimalColumn(b, t)
	case Timestamp, Instant:
		return st.timeColumn(b, t)
	}
	return st.textColumn(b, t, w.scan.opt)
}

// row is the row of the i-th value.
func row(rows []int32, i int) int {
	if rows == nil {
		return i
	}
	return int(rows[i])
}

type boolColumn struct {
	base
	bits *bitsRun
}

func (c *boolColumn) fill(v *warehouse.Vector, n int) error {
	rows, count, err := c.rows(v, n)
	if err != nil {
		return err
	}
	dst := warehouse.Values[bool](v)
	for i := range count {
		if dst[row(rows, i)], err = c.bits.next(); err != nil {
			return err
		}
	}
	return nil
}

type byteColumn struct {
	base
	bytes *bytesRun
}

func (c *byteColumn) fill(v *warehouse.Vector, n int) error {
	rows, count, err := c.rows(v, n)
	if err != nil {
		return err
	}
	dst := warehouse.Values[int16](v)
	for i := range count {
		b, err := c.bytes.next()
		if err != nil {
			return err
		}
		dst[row(rows, i)] = int16(int8(b))
	}
	return nil
}

// numberColumn reads whole numbers and dates.
type numberColumn struct {
	base
	values *integers
	dense  [warehouse.ChunkSize]int64
	min    int64
	max    int64
}

// Days of dates: from 4713 BC to what timestamps reach.
const (
	minDate = minTime / 86400
	maxDate = maxTime/86400 - 1
)

func (s *stripe) numberColumn(b base, t *Type) (column, error) {
	values, err := s.integers(t, streamData, true)
	c := &numberColumn{base: b, values: values, min: math.MinInt64, max: math.MaxInt64}
	switch t.Kind {
	case Short:
		c.min, c.max = math.MinInt16, math.MaxInt16
	case Int:
		c.min, c.max = math.MinInt32, math.MaxInt32
	case Date:
		c.min, c.max = minDate, maxDate
	}
	return c, err
}

func (c *numberColumn) fill(v *warehouse.Vector, n int) error {
	rows, count, err := c.rows(v, n)
	if err != nil {
		return err
	}
	values := c.dense[:count]
	if err := c.values.fill(values); err != nil {
		return err
	}
	for _, x := range values {
		if x < c.min || x > c.max {
			return refused("The value %d of the data column %s is out of range", x, c.name)
		}
	}
	switch v.Type.Kind {
	case warehouse.KindInt16:
		spread(warehouse.Values[int16](v), values, rows)
	case warehouse.KindInt32, warehouse.KindDate:
		spread(warehouse.Values[int32](v), values, rows)
	default:
		spread(warehouse.Values[int64](v), values, rows)
	}
	return nil
}

// spread puts values into the rows that have one.
func spread[T int16 | int32 | int64](dst []T, values []int64, rows []int32) {
	if rows == nil {
		for i, x := range values {
			dst[i] = T(x)
		}
		return
	}
	for i, x := range values {
		dst[rows[i]] = T(x)
	}
}

type floatColumn struct {
	base
	in    *stream
	dense [warehouse.ChunkSize * 8]byte
}

func (c *floatColumn) fill(v *warehouse.Vector, n int) error {
	rows, count, err := c.rows(v, n)
	if err != nil {
		return err
	}
	single := v.Type.Kind == warehouse.KindFloat
	size := 8
	if single {
		size = 4
	}
	b := c.dense[:count*size]
	if err := c.in.read(b); err != nil {
		return err
	}
	if single {
		dst := warehouse.Values[uint32](v)
		for i := range count {
			dst[row(rows, i)] = binary.LittleEndian.Uint32(b[i*4:])
		}
		return nil
	}
	dst := warehouse.Values[uint64](v)
	for i := range count {
		dst[row(rows, i)] = binary.LittleEndian.Uint64(b[i*8:])
	}
	return nil
}

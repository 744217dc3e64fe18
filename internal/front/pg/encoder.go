package pg

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

var bigEndian = binary.BigEndian

// style is what a session's settings say about printing values.
type style struct {
	floatDigits int // extra_float_digits; above zero is the shortest text that reads back the same
	zone        *time.Location
}

func defaultStyle() style { return style{floatDigits: 1, zone: time.UTC} }

// encoder turns chunks into DataRow messages, value by value from the vectors
// into the output buffer.
type encoder struct {
	columns []column
}

// column is how the values of one column become bytes.
type column struct {
	name   string
	want   sqltype.Type
	binary bool
	style  style

	vec   *warehouse.Vector
	from  warehouse.VectorType // vec's type, for which put was chosen
	put   putFunc
	inner putFunc // for put functions that wrap another

	num     number
	day     int64 // whose text is in dayText
	dayText []byte
	bc      bool
	err     error // of the last put
}

// putFunc appends the value of a row, which is not NULL.
type putFunc func(c *column, dst []byte, row int) []byte

// newEncoder prepares for the result's columns and refuses what cannot be sent before any row is.
func newEncoder(result *session.Result, formats []int16, s style) (*encoder, error) {
	e := &encoder{columns: make([]column, len(result.Columns))}
	types := result.Rows.Columns()
	if len(types) != len(e.columns) {
		return nil, fmt.Errorf("result has %d columns, its rows %d", len(e.columns), len(types))
	}
	for i := range e.columns {
		c := &e.columns[i]
		c.name, c.want, c.style = result.Columns[i].Name, result.Columns[i].Type, s
		c.binary = formatOf(formats, i) == pgproto3.BinaryFormat
		if err := c.choose(types[i].Type); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// use points the columns to a chunk's vectors.
func (e *encoder) use(chunk *warehouse.Chunk) error {
	if len(chunk.Vectors) != len(e.columns) {
		return fmt.Errorf("chunk has %d vectors for %d columns", len(chunk.Vectors), len(e.columns))
	}
	for i := range e.columns {
		c := &e.columns[i]
		c.vec = &chunk.Vectors[i]
		if c.vec.Type != c.from {
			if err := c.choose(c.vec.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows appends rows from..to to dst, until that is full, and returns the next row.
// After an error dst ends with the last whole row.
func (e *encoder) rows(dst []byte, from, to int) ([]byte, int, error) {
	for row := from; row < to; row++ {
		start := len(dst)
		dst = append(dst, 'D', 0, 0, 0, 0, byte(len(e.columns)>>8), byte(len(e.columns)))
		for i := range e.columns {
			c := &e.columns[i]
			if c.vec.Null(row) {
				dst = append(dst, 0xff, 0xff, 0xff, 0xff)
				continue
			}
			at := len(dst)
			dst = c.put(c, append(dst, 0, 0, 0, 0), row)
			bigEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
			if c.err != nil {
				return dst[:start], row, c.takeErr()
			}
		}
		bigEndian.PutUint32(dst[start+1:], uint32(len(dst)-start-1))
		if len(dst) >= flushSize {
			return dst, row + 1, nil
		}
	}
	return dst, to, nil
}

func (c *column) takeErr() error {
	err := c.err
	c.err = nil
	return err
}

// choose picks put for vectors of type v.
func (c *column) choose(v warehouse.VectorType) error {
	c.from, c.inner = v, nil
	c.dayText = c.dayText[:0]
	put := textPuts[c.want.ID]
	if c.binary {
		put = binaryPuts[c.want.ID]
	}
	switch {
	case v.Kind == warehouse.KindNull:
		c.put = putNameless
	case c.want.ID == sqltype.Decimal && !c.binary && v.Kind == warehouse.KindDecimal && v.Precision <= smallDigits && int(v.Scale) == c.want.Scale:
		c.put = textSmallDecimal
	case put != nil && fits(v.Kind, c.want.ID):
		c.put = put
	case isText(c.want.ID):
		c.put = naturalText(v.Kind)
	case v.Kind == warehouse.KindVarchar && !c.binary:
		c.put = putBytes
	default:
		format := "text"
		if c.binary {
			format = "binary"
		}
		return &fault.Error{Kind: fault.Unsupported, Code: stateUnsupported, Message: fmt.Sprintf(
			"column %q: %s values cannot be sent as %s in %s format", c.name, v, c.want, format)}
	}
	if c.want.ID == sqltype.Char && c.want.Length > 0 && v.Kind != warehouse.KindNull {
		c.inner, c.put = c.put, putPadded
	}
	return nil
}

// class groups kinds and types between which values convert.
type class uint8

const (
	classNone class = iota
	classNumber
	classText
	classBytes
	classMoment
	classTime
	classSpan
)

var kindClasses = map[warehouse.Kind]class{
	warehouse.KindBool: classNumber, warehouse.KindInt8: classNumber, warehouse.KindInt16: classNumber,
	warehouse.KindInt32: classNumber, warehouse.KindInt64: classNumber, warehouse.KindInt128: classNumber,
	warehouse.KindFloat: classNumber, warehouse.KindDouble: classNumber, warehouse.KindDecimal: classNumber,
	warehouse.KindVarchar: classText, warehouse.KindBlob: classBytes,
	warehouse.KindDate: classMoment, warehouse.KindTimestamp: classMoment, warehouse.KindTimestampTZ: classMoment,
	warehouse.KindTime: classTime, warehouse.KindTimeTZ: classTime, warehouse.KindInterval: classSpan,
}

var typeClasses = map[sqltype.ID]class{
	sqltype.Boolean: classNumber, sqltype.Smallint: classNumber, sqltype.Integer: classNumber, sqltype.Bigint: classNumber,
	sqltype.Oid: classNumber, sqltype.Decimal: classNumber, sqltype.Real: classNumber, sqltype.Double: classNumber,
	sqltype.Char: classText, sqltype.Varchar: classText, sqltype.Name: classText, sqltype.Super: classText, sqltype.Unknown: classText,
	sqltype.Varbyte: classBytes,
	sqltype.Date:    classMoment, sqltype.Timestamp: classMoment, sqltype.TimestampTZ: classMoment,
	sqltype.Time: classTime, sqltype.TimeTZ: classTime, sqltype.IntervalYM: classSpan, sqltype.IntervalDS: classSpan,
}

// fits reports that the put function of a type reads vectors of a kind.
func fits(k warehouse.Kind, t sqltype.ID) bool {
	if t == sqltype.Varbyte && k == warehouse.KindVarchar {
		return true
	}
	return kindClasses[k] != classNone && kindClasses[k] == typeClasses[t]
}

func isText(t sqltype.ID) bool { return typeClasses[t] == classText }

var textPuts = map[sqltype.ID]putFunc{
	sqltype.Boolean: textBool, sqltype.Smallint: textInt, sqltype.Integer: textInt, sqltype.Bigint: textInt, sqltype.Oid: textInt,
	sqltype.Decimal: textDecimal, sqltype.Real: textReal, sqltype.Double: textDouble,
	sqltype.Char: putBytes, sqltype.Varchar: putBytes, sqltype.Name: putBytes, sqltype.Super: putBytes, sqltype.Unknown: putBytes,
	sqltype.Varbyte: textHex,
	sqltype.Date:    textDate, sqltype.Timestamp: textTimestamp, sqltype.TimestampTZ: textTimestampTZ,
	sqltype.Time: textTime, sqltype.TimeTZ: textTimeTZ, sqltype.IntervalYM: textInterval, sqltype.IntervalDS: textInterval,
}

var binaryPuts = map[sqltype.ID]putFunc{
	sqltype.Boolean: binaryBool, sqltype.Smallint: binaryInt2, sqltype.Integer: binaryInt4, sqltype.Bigint: binaryInt8, sqltype.Oid: binaryOid,
	sqltype.Decimal: binaryDecimal, sqltype.Real: binaryReal, sqltype.Double: binaryDouble,
	sqltype.Char: putBytes, sqltype.Varchar: putBytes, sqltype.Name: putBytes, sqltype.Super: putBytes, sqltype.Unknown: putBytes,
	sqltype.Varbyte: putBytes,
	sqltype.Date:    binaryDate, sqltype.Timestamp: binaryTimestamp, sqltype.TimestampTZ: binaryTimestamp,
	sqltype.Time: binaryTime, sqltype.TimeTZ: binaryTimeTZ, sqltype.IntervalYM: binaryMonths, sqltype.IntervalDS: binaryMicros,
}

// naturalText prints values of a kind that are announced as a text type.
func naturalText(k warehouse.Kind) putFunc {
	switch k {
	case warehouse.KindBool:
		return textBool
	case warehouse.KindFloat:
		return textReal
	case warehouse.KindDouble:
		return textDouble
	case warehouse.KindDecimal:
		return textDecimal
	case warehouse.KindInt128:
		return textDecimal
	case warehouse.KindBlob:
		return textHex
	case warehouse.KindDate:
		return textDate
	case warehouse.KindTime:
		return textTime
	case warehouse.KindTimeTZ:
		return textTimeTZ
	case warehouse.KindTimestamp:
		return textTimestamp
	case warehouse.KindTimestampTZ:
		return textTimestampTZ
	case warehouse.KindInterval:
		return textInterval
	}
	return textInt
}

func putNameless(c *column, dst []byte, _ int) []byte {
	c.err = &fault.Error{Kind: fault.Unsupported, Code: stateUnsupported,
		Message: fmt.Sprintf("column %q has a type that cannot be sent", c.name)}
	return dst
}

func putBytes(c *column, dst []byte, row int) []byte { return append(dst, c.vec.Bytes(row)...) }

// putPadded fills CHAR(n) with blanks: storage keeps it without.
func putPadded(c *column, dst []byte, row int) []byte {
	start := len(dst)
	dst = c.inner(c, dst, row)
	for missing := c.want.Length - (len(dst) - start); missing > 0; {
		n := min(missing, len(blanks))
		dst = append(dst, blanks[:n]...)
		missing -= n
	}
	return dst
}

const blanks = "                                                                "

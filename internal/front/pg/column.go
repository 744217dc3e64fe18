package pg

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// style is what a session's settings say about printing values.
type style struct {
	floatDigits int // extra_float_digits; above zero is the shortest text that reads back the same
	zone        *time.Location
}

func defaultStyle() style { return style{floatDigits: 1, zone: time.UTC} }

// column is how the values of one column become bytes.
type column struct {
	vec    *warehouse.Vector
	lane   *lane
	name   string
	want   sqltype.Type
	binary bool
	style  style

	from  warehouse.VectorType // vec's type, for which the functions below were chosen
	fast  fillFunc             // nil where put has to do
	text  bool                 // put copies the vector's bytes, so that layRows can
	put   putFunc
	inner putFunc // for put functions that wrap another

	num     number
	day     int64 // whose text is in dayText
	dayText []byte
	bc      bool
	err     error // of the last put
}

// putFunc appends the value of a row, which is not NULL. There is one for every pair of types.
type putFunc func(c *column, dst []byte, row int) []byte

// fillFunc writes the values of rows into the lane. It is made for the common values of common types,
// and says false when it meets another; then the block's values are put.
type fillFunc func(c *column, rows []uint16) bool

func newColumn(of session.Column, format int16, s style) column {
	return column{name: of.Name, want: of.Type, style: s, binary: format == pgproto3.BinaryFormat, lane: lanes.Get().(*lane)}
}

func (c *column) takeErr() error {
	err := c.err
	c.err = nil
	return err
}

// choose picks put for vectors of type v.
func (c *column) choose(v warehouse.VectorType) error {
	c.from, c.inner, c.fast, c.text = v, nil, nil, false
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
		return nil
	}
	c.text = c.isCopied()
	c.chooseFast()
	return nil
}

// isCopied reports that put is putBytes.
func (c *column) isCopied() bool {
	if c.want.ID == sqltype.Varbyte {
		return c.binary && (c.from.Kind == warehouse.KindVarchar || c.from.Kind == warehouse.KindBlob)
	}
	return c.from.Kind == warehouse.KindVarchar
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

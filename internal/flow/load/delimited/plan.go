package delimited

import (
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// quick names the fast path that is tried first for a field.
type quick uint8

const (
	quickNone quick = iota
	quickInteger
	quickDecimal
	quickDate
	quickTimestamp
	quickText
)

// column is a column's part in the scan: first what never changes, then the
// vector of the chunk that is being filled.
type column struct {
	Column
	kind  warehouse.Kind // of the values in memory
	quick quick
	last  bool
	term  byte // what ends the field in a good record
	limit int  // bytes of text, largest integer's bits

	scale    int
	unscaled uint64 // largest value of a decimal of up to 18 digits
	cut      bool   // Decimals over the scale are cut.

	delim    byte
	trailing bool // One more delimiter may follow.
	ascii    bool // CHAR
	edges    bool // The fast path leaves empty text and white space at the end to the slow one.

	vec *warehouse.Vector
}

// prepare makes the plan of the columns.
func (s *Scan) prepare(cols []Column) error {
	if len(cols) == 0 {
		return invalid("COPY needs at least one column")
	}
	date, stamp, err := s.opt.formats()
	if err != nil {
		return err
	}
	s.formats = formats{date: date, stamp: stamp}
	for i, c := range cols {
		vt, ok := VectorType(c.Type)
		if !ok {
			return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Op: "COPY", On: c.Name,
				Message: fmt.Sprintf("COPY cannot load column %q of type %s from text", c.Name, c.Type)}
		}
		p := column{Column: c, kind: vt.Kind, last: i == len(cols)-1, term: s.opt.Delimiter, delim: s.opt.Delimiter, limit: c.Type.Length}
		if p.last {
			p.term, p.trailing = '\n', !s.opt.CSV
		}
		s.size(&p)
		p.quick = s.quick(&p)
		s.plan = append(s.plan, p)
		s.columns = append(s.columns, warehouse.Column{Name: c.Name, Type: vt})
	}
	return nil
}

// size sets the limits of numbers.
func (s *Scan) size(p *column) {
	p.cut = !s.opt.RoundDec
	p.ascii = p.Type.ID == sqltype.Char
	p.edges = p.ascii || s.opt.EmptyAsNull || s.opt.BlanksAsNull || s.opt.TrimBlanks
	switch p.Type.ID {
	case sqltype.Smallint:
		p.limit = 16
	case sqltype.Integer:
		p.limit = 32
	case sqltype.Bigint:
		p.limit = 64
	case sqltype.Decimal:
		p.kind = warehouse.DecimalKind(uint8(p.Type.Precision))
		p.scale = p.Type.Scale
		if p.Type.Precision <= 18 {
			p.unscaled = power10(p.Type.Precision) - 1
		}
	}
}

// quick chooses the fast path. None is right where an option touches what it does not look at.
func (s *Scan) quick(p *column) quick {
	if s.opt.NullAs != "" && inNumber(s.opt.NullAs[0]) || inNumber(s.opt.Delimiter) {
		return quickNone
	}
	switch p.Type.ID {
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint:
		return quickInteger
	case sqltype.Decimal:
		if p.Type.Precision <= 18 {
			return quickDecimal
		}
	case sqltype.Date:
		if s.formats.date.strict {
			return quickDate
		}
	case sqltype.Timestamp:
		if s.formats.stamp.strict && s.opt.Delimiter != ' ' && s.opt.Delimiter != ':' {
			return quickTimestamp
		}
	case sqltype.Varchar, sqltype.Char:
		if !s.opt.Escape && !s.opt.RemoveQuotes {
			return quickText
		}
	}
	return quickNone
}

// inNumber reports what stands in numbers and dates.
func inNumber(c byte) bool { return isDigit(c) || c == '-' || c == '.' }

var vectorKinds = map[sqltype.ID]warehouse.Kind{
	sqltype.Boolean: warehouse.KindBool, sqltype.Smallint: warehouse.KindInt16, sqltype.Integer: warehouse.KindInt32,
	sqltype.Bigint: warehouse.KindInt64, sqltype.Decimal: warehouse.KindDecimal, sqltype.Real: warehouse.KindFloat,
	sqltype.Double: warehouse.KindDouble, sqltype.Char: warehouse.KindVarchar, sqltype.Varchar: warehouse.KindVarchar,
	sqltype.Date: warehouse.KindDate, sqltype.Time: warehouse.KindTime, sqltype.TimeTZ: warehouse.KindTimeTZ,
	sqltype.Timestamp: warehouse.KindTimestamp, sqltype.TimestampTZ: warehouse.KindTimestampTZ,
	sqltype.Super: warehouse.KindVarchar, sqltype.Varbyte: warehouse.KindBlob,
}

// VectorType is how the values of a type lie in memory; ok is false for types that no file brings.
func VectorType(t sqltype.Type) (vt warehouse.VectorType, ok bool) {
	kind, ok := vectorKinds[t.ID]
	vt = warehouse.VectorType{Kind: kind}
	if kind == warehouse.KindDecimal {
		vt.Precision, vt.Scale = uint8(t.Precision), uint8(t.Scale)
	}
	return vt, ok
}

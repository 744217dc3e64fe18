package mapping

import (
	"bytes"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// converter is a change of form that a type needs and COPY would not do.
type converter uint8

const (
	asIs     converter = iota
	number             // 1 and 0 of t and f.
	zoneless           // A moment without its zone, which is UTC.
	day                // A moment's date.
)

// conversion says what values need to go from one type to another.
func conversion(from, to sqltype.Type) converter {
	moment := from.ID == sqltype.Timestamp || from.ID == sqltype.TimestampTZ
	switch {
	case from.ID == sqltype.Boolean && (to.ID == sqltype.Smallint || to.ID == sqltype.Integer || to.ID == sqltype.Bigint || to.ID == sqltype.Decimal || to.ID == sqltype.Real || to.ID == sqltype.Double):
		return number
	case moment && to.ID == sqltype.Date:
		return day
	case from.ID == sqltype.TimestampTZ && to.ID == sqltype.Timestamp:
		return zoneless
	}
	return asIs
}

// apply changes the form of a field that is not NULL.
func (c converter) apply(dst, field []byte) []byte {
	switch c {
	case number:
		if field[0] == 't' {
			return append(dst, '1')
		}
		return append(dst, '0')
	case zoneless:
		return append(dst, bytes.TrimSuffix(field, []byte("+00"))...)
	case day:
		if n := bytes.IndexByte(field, ' '); n > 0 {
			return append(dst, field[:n]...)
		}
	}
	return append(dst, field...)
}

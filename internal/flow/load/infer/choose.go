package infer

import (
	"fmt"
	"math"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// Narrowest is the smallest type that takes all values as they are, with datesFirst a date
// where digits could be a number too. ok is false when none does.
func (t *Tally) Narrowest(datesFirst bool) (typ sqltype.Type, ok bool) {
	switch {
	case !t.Filled():
		return t.text(max(t.Bytes, 1))
	case datesFirst && t.left(date):
		return sqltype.Type{ID: sqltype.Date}, true
	case t.left(number):
		if typ, ok := t.numeric(); ok {
			return typ, true
		}
	}
	for _, c := range []struct {
		left bool
		id   sqltype.ID
	}{
		{t.left(float) && (!t.left(number) || t.point), sqltype.Double},
		{t.left(boolean), sqltype.Boolean},
		{t.left(date), sqltype.Date},
		{t.left(stamp) && !(t.zoned && t.left(stampZone)), sqltype.Timestamp},
		{t.left(stampZone), sqltype.TimestampTZ},
		{t.left(clock), sqltype.Time},
		{t.left(document), sqltype.Super},
	} {
		if c.left {
			return sqltype.Type{ID: c.id}, true
		}
	}
	return t.text(t.Bytes)
}

func (t *Tally) text(n int) (sqltype.Type, bool) {
	return sqltype.Type{ID: sqltype.Varchar, Length: min(n, sqltype.MaxVarchar)}, n <= sqltype.MaxVarchar
}

// numeric is the narrowest type of numbers without exponent; ok is false when they have too many digits.
func (t *Tally) numeric() (sqltype.Type, bool) {
	if t.point || t.wide {
		p := max(t.whole+t.part, 1)
		if p == 19 { // Redshift keeps 19 digits in 64 bits, which do not hold all of them.
			p = 20
		}
		return sqltype.Type{ID: sqltype.Decimal, Precision: p, Scale: t.part}, p <= sqltype.MaxPrecision && t.part <= sqltype.MaxScale
	}
	id := sqltype.Bigint
	switch {
	case t.low >= math.MinInt16 && t.high <= math.MaxInt16:
		id = sqltype.Smallint
	case t.low >= math.MinInt32 && t.high <= math.MaxInt32:
		id = sqltype.Integer
	}
	return sqltype.Type{ID: id}, true
}

// Suggest is a type for a new table: as narrow as it may be and still leave room for values that are to come.
func (t *Tally) Suggest(datesFirst bool) (typ sqltype.Type, ok bool) {
	if t.Values == 0 {
		return sqltype.Type{ID: sqltype.Varchar, Length: sqltype.DefaultVarchar}, true
	}
	typ, ok = t.Narrowest(datesFirst)
	switch typ.ID {
	case sqltype.Smallint:
		typ.ID = sqltype.Integer
	case sqltype.Decimal:
		typ.Precision = roomy(typ)
	case sqltype.Varchar:
		typ.Length = Round(typ.Length)
	}
	return typ, ok
}

// roomy is the precision that takes no more space than the one that is needed: 8 bytes or 16.
func roomy(t sqltype.Type) int {
	if t.Precision <= 18 {
		return 18
	}
	return sqltype.MaxPrecision
}

// shortestText is the least length suggested for text.
const shortestText = 16

// Round is the length to declare for text of n bytes: the next power of two, up to the largest VARCHAR.
func Round(n int) int {
	length := shortestText
	for length < n {
		length *= 2
	}
	return min(length, sqltype.MaxVarchar)
}

// SQL is a type as people write it.
func SQL(t sqltype.Type) string {
	switch t.ID {
	case sqltype.Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case sqltype.Char:
		return fmt.Sprintf("CHAR(%d)", t.Length)
	case sqltype.Varchar:
		return fmt.Sprintf("VARCHAR(%d)", t.Length)
	case sqltype.Varbyte:
		return fmt.Sprintf("VARBYTE(%d)", t.Length)
	}
	return names[t.ID]
}

var names = map[sqltype.ID]string{sqltype.Boolean: "BOOLEAN", sqltype.Smallint: "SMALLINT", sqltype.Integer: "INTEGER", sqltype.Bigint: "BIGINT",
	sqltype.Real: "REAL", sqltype.Double: "DOUBLE PRECISION", sqltype.Date: "DATE", sqltype.Time: "TIME", sqltype.TimeTZ: "TIMETZ",
	sqltype.Timestamp: "TIMESTAMP", sqltype.TimestampTZ: "TIMESTAMPTZ", sqltype.Super: "SUPER", sqltype.Unknown: "UNKNOWN"}

package sqltype

import (
	"fmt"
	"strings"
)

// Max stands for MAX in a length, as in VARCHAR(MAX).
const Max = -1

var byName = map[string]ID{
	"boolean": Boolean, "bool": Boolean,
	"smallint": Smallint, "int2": Smallint,
	"integer": Integer, "int": Integer, "int4": Integer,
	"bigint": Bigint, "int8": Bigint,
	"decimal": Decimal, "numeric": Decimal, "dec": Decimal,
	"real": Real, "float4": Real,
	"double precision": Double, "float8": Double, "float": Double, "double": Double,
	"char": Char, "character": Char, "nchar": Char, "bpchar": Char,
	"varchar": Varchar, "character varying": Varchar, "nvarchar": Varchar, "text": Varchar,
	"date": Date,
	"time": Time, "time without time zone": Time,
	"timetz": TimeTZ, "time with time zone": TimeTZ,
	"timestamp": Timestamp, "timestamp without time zone": Timestamp, "datetime": Timestamp,
	"timestamptz": TimestampTZ, "timestamp with time zone": TimestampTZ,
	"interval year to month": IntervalYM, "interval day to second": IntervalDS,
	"super":   Super,
	"varbyte": Varbyte, "varbinary": Varbyte, "binary varying": Varbyte,
}

var unsupported = map[string]bool{
	"bytea": true, "json": true, "jsonb": true, "serial": true, "bigserial": true, "smallserial": true,
	"money": true, "uuid": true, "xml": true, "bit": true, "inet": true, "cidr": true, "hstore": true,
	"geometry": true, "geography": true, "hllsketch": true,
}

// Parse makes a type from its name (any case, single blanks) and arguments, as
// in name(args…). It applies defaults and refuses what Redshift refuses.
func Parse(name string, args ...int) (Type, error) {
	name = strings.ToLower(name)
	id, ok := byName[name]
	if !ok {
		if unsupported[name] {
			return Type{}, fmt.Errorf("column type %q is not supported", name)
		}
		return Type{}, fmt.Errorf("type %q does not exist", name)
	}
	t := Type{ID: id}
	switch id {
	case Decimal:
		return parseDecimal(name, args)
	case Char:
		if name == "bpchar" && len(args) == 0 {
			args = []int{256}
		}
		return t.withLength(name, args, 1, MaxChar)
	case Varchar:
		return t.withLength(name, args, DefaultVarchar, MaxVarchar)
	case Varbyte:
		return t.withLength(name, args, DefaultVarbyte, MaxVarbyte)
	case Double:
		if name == "float" && len(args) == 1 { // FLOAT(p) chooses by binary digits, as in PostgreSQL.
			if args[0] < 1 || args[0] > 53 {
				return Type{}, fmt.Errorf("precision for type float must be between 1 and 53 bits")
			}
			if args[0] <= 24 {
				t.ID = Real
			}
			return t, nil
		}
	case Time, TimeTZ, Timestamp, TimestampTZ:
		if len(args) == 1 && args[0] >= 0 && args[0] <= 6 {
			return t, nil // Fraction digits are accepted and do not change storage.
		}
	}
	if len(args) > 0 {
		return Type{}, fmt.Errorf("type modifier is not allowed for type %q", name)
	}
	return t, nil
}

func parseDecimal(name string, args []int) (Type, error) {
	t := Type{ID: Decimal, Precision: defaultDecimalP}
	if len(args) > 2 {
		return Type{}, fmt.Errorf("invalid %s type modifier", name)
	}
	if len(args) > 0 {
		t.Precision = args[0]
	}
	if len(args) > 1 {
		t.Scale = args[1]
	}
	if t.Precision < 1 || t.Precision > MaxPrecision {
		return Type{}, fmt.Errorf("DECIMAL precision %d must be between 1 and %d", t.Precision, MaxPrecision)
	}
	if t.Scale < 0 || t.Scale > MaxScale || t.Scale > t.Precision {
		return Type{}, fmt.Errorf("DECIMAL scale %d must be between 0 and precision %d", t.Scale, min(t.Precision, MaxScale))
	}
	return t, nil
}

func (t Type) withLength(name string, args []int, def, limit int) (Type, error) {
	t.Length = def
	if len(args) > 1 {
		return Type{}, fmt.Errorf("invalid %s type modifier", name)
	}
	if len(args) == 1 {
		t.Length = args[0]
		if t.Length == Max {
			t.Length = limit
		}
	}
	if t.Length < 1 {
		return Type{}, fmt.Errorf("length for type %s must be at least 1", name)
	}
	if t.Length > limit {
		return Type{}, fmt.Errorf("length for type %s cannot exceed %d", name, limit)
	}
	return t, nil
}

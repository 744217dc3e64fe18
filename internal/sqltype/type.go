// Package sqltype describes Amazon Redshift's column types: names and
// aliases, limits, wire OIDs, and the engine type each is stored in.
// Source: Redshift Database Developer Guide, "Data types".
package sqltype

import (
	"fmt"
	"strconv"
)

// ID is a type without its length or precision.
type ID uint8

// Redshift's types.
const (
	Unknown ID = iota
	Boolean
	Smallint
	Integer
	Bigint
	Decimal
	Real
	Double
	Char
	Varchar
	Date
	Time
	TimeTZ
	Timestamp
	TimestampTZ
	IntervalYM
	IntervalDS
	Super
	Varbyte
	Name // Catalog columns only: an identifier of at most 127 bytes.
	Oid  // Catalog columns only.
)

// Limits of declared lengths, in bytes and digits.
const (
	MaxChar         = 4096
	MaxVarchar      = 65535
	MaxVarbyte      = 1024000
	MaxPrecision    = 38
	MaxScale        = 37
	DefaultVarchar  = 256
	DefaultVarbyte  = 64000
	defaultDecimalP = 18
)

// Type is a declared column type. Length is in bytes (CHAR, VARCHAR, VARBYTE).
type Type struct {
	ID        ID
	Length    int
	Precision int
	Scale     int
}

type facts struct {
	name  string // format_type
	short string // as STL_LOAD_ERRORS and pg_type print it
	oid   uint32
	size  int16
}

var table = map[ID]facts{
	Unknown:     {"unknown", "unknown", 705, -2},
	Boolean:     {"boolean", "bool", 16, 1},
	Smallint:    {"smallint", "int2", 21, 2},
	Integer:     {"integer", "int4", 23, 4},
	Bigint:      {"bigint", "int8", 20, 8},
	Decimal:     {"numeric", "numeric", 1700, -1},
	Real:        {"real", "float4", 700, 4},
	Double:      {"double precision", "float8", 701, 8},
	Char:        {"character", "char", 1042, -1},
	Varchar:     {"character varying", "varchar", 1043, -1},
	Date:        {"date", "date", 1082, 4},
	Time:        {"time without time zone", "time", 1083, 8},
	TimeTZ:      {"time with time zone", "timetz", 1266, 12},
	Timestamp:   {"timestamp without time zone", "timestamp", 1114, 8},
	TimestampTZ: {"timestamp with time zone", "timestamptz", 1184, 8},
	IntervalYM:  {"interval year to month", "intervaly2m", 1188, 4},
	IntervalDS:  {"interval day to second", "intervald2s", 1190, 8},
	Super:       {"super", "super", 4000, -1},
	Varbyte:     {"binary varying", "varbyte", 6551, -1},
	Name:        {"name", "name", 19, 64},
	Oid:         {"oid", "oid", 26, 4},
}

// String prints the type as format_type does, for example "character varying(255)".
func (t Type) String() string {
	n := table[t.ID].name
	switch {
	case t.ID == Decimal && t.Precision > 0:
		return fmt.Sprintf("%s(%d,%d)", n, t.Precision, t.Scale)
	case t.sized() && t.Length > 0:
		return n + "(" + strconv.Itoa(t.Length) + ")"
	}
	return n
}

// Short prints the name the load error views use, for example "varchar" or "int4".
func (t Type) Short() string { return table[t.ID].short }

// LoadLength prints col_length as the load error views do: "255", "10, 2", or "" where it does not apply.
func (t Type) LoadLength() string {
	switch {
	case t.ID == Decimal:
		return fmt.Sprintf("%d, %d", t.Precision, t.Scale)
	case t.sized():
		return strconv.Itoa(t.Length)
	}
	return ""
}

// OID is the type's object id on the wire.
func (t Type) OID() uint32 { return table[t.ID].oid }

// Size is the wire's type size: bytes, or -1 for variable length.
func (t Type) Size() int16 { return table[t.ID].size }

// Typmod is the wire's type modifier, -1 when there is none.
func (t Type) Typmod() int32 {
	switch {
	case t.ID == Decimal && t.Precision > 0:
		return int32(t.Precision<<16|t.Scale) + 4
	case t.sized() && t.Length > 0:
		return int32(t.Length) + 4
	}
	return -1
}

func (t Type) sized() bool { return t.ID == Char || t.ID == Varchar || t.ID == Varbyte }

// Engine is the type the embedded engine stores this type in, as its SQL writes it.
func (t Type) Engine() string {
	switch t.ID {
	case Boolean:
		return "BOOLEAN"
	case Smallint:
		return "SMALLINT"
	case Integer:
		return "INTEGER"
	case Bigint:
		return "BIGINT"
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case Real:
		return "FLOAT"
	case Double:
		return "DOUBLE"
	case Date:
		return "DATE"
	case Time:
		return "TIME"
	case TimeTZ:
		return "TIMETZ"
	case Timestamp:
		return "TIMESTAMP"
	case TimestampTZ:
		return "TIMESTAMPTZ"
	case IntervalYM, IntervalDS:
		return "INTERVAL"
	case Varbyte:
		return "BLOB"
	case Oid:
		return "BIGINT"
	}
	return "VARCHAR" // Char, Varchar, Super (JSON text), Name
}

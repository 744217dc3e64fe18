package mapping

import (
	"slices"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// dataType is a type in DMS's words, between those of the source and of the target.
type dataType struct {
	name             string
	length           int // Bytes; 0 when none is given.
	precision, scale int
}

// typeNames are the types a rule may say that Redshift can have.
var typeNames = []string{"bytes", "date", "time", "datetime", "int1", "int2", "int4", "int8", "numeric", "real4", "real8", "string",
	"uint1", "uint2", "uint4", "uint8", "wstring", "blob", "nclob", "clob", "boolean"}

func known(name string) bool { return slices.Contains(typeNames, name) }

func readDataType(f *fields) *dataType {
	d := &dataType{name: f.required("type")}
	switch d.name {
	case "set", "list", "map", "tuple":
		f.wrong("type", "is %s, which Redshift does not have", d.name)
	default:
		if d.name != "" && !known(d.name) {
			f.wrong("type", "is %q; it may be %s", d.name, list(typeNames))
		}
	}
	d.length, _ = f.number("length", 0, 1<<31-1)
	d.precision, _ = f.number("precision", 0, sqltype.MaxPrecision)
	d.scale, _ = f.number("scale", 0, 127)
	if d.name == "numeric" && d.precision > 0 && d.scale > d.precision {
		f.wrong("scale", "is greater than the precision")
	}
	f.done()
	return d
}

// lob reports whether values of the type are large objects, which LobMaxSize limits.
func (d dataType) lob() bool { return d.name == "blob" || d.name == "clob" || d.name == "nclob" }

// text reports whether values are strings of characters.
func (d dataType) text() bool {
	return d.name == "string" || d.name == "wstring" || d.name == "clob" || d.name == "nclob"
}

// binary reports whether values are bytes, which stand in rows as hexadecimal digits.
func (d dataType) binary() bool { return d.name == "bytes" || d.name == "blob" }

// redshift is the type that DMS makes of it in the warehouse. A limit is that of
// large objects in bytes, 0 for none.
func (d dataType) redshift(limit int) sqltype.Type {
	if id, ok := fixed[d.name]; ok {
		return sqltype.Type{ID: id}
	}
	switch d.name {
	case "uint8":
		return sqltype.Type{ID: sqltype.Decimal, Precision: 20}
	case "numeric":
		return d.numeric()
	case "time":
		return varchar(20)
	case "bytes":
		return varchar(2 * d.length) // Each byte is two digits.
	case "blob":
		return varchar(2 * limit)
	case "clob", "nclob":
		return varchar(limit)
	}
	return varchar(d.length)
}

var fixed = map[string]sqltype.ID{
	"boolean": sqltype.Boolean, "date": sqltype.Date, "datetime": sqltype.Timestamp,
	"int1": sqltype.Smallint, "int2": sqltype.Smallint, "int4": sqltype.Integer, "int8": sqltype.Bigint,
	"uint1": sqltype.Smallint, "uint2": sqltype.Smallint, "uint4": sqltype.Integer, // Half of the values do not fit.
	"real4": sqltype.Real, "real8": sqltype.Double,
}

func (d dataType) numeric() sqltype.Type {
	switch {
	case d.scale > sqltype.MaxScale:
		return varchar(d.length)
	case d.precision == 0:
		return sqltype.Type{ID: sqltype.Decimal, Precision: sqltype.MaxPrecision, Scale: d.scale}
	}
	return sqltype.Type{ID: sqltype.Decimal, Precision: max(d.precision, d.scale), Scale: d.scale} // PostgreSQL may have more digits behind the point than in all.
}

// varchar is as long as it is said, or as it can be when nothing is said or that is too long.
func varchar(n int) sqltype.Type {
	if n <= 0 || n > sqltype.MaxVarchar {
		n = sqltype.MaxVarchar
	}
	return sqltype.Type{ID: sqltype.Varchar, Length: n}
}

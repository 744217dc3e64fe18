package mapping

import (
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// classify is the DMS type of a source's column, from the source's own words for it.
func classify(c source.Column, engine string) dataType {
	w := wordsOf(c.Declared)
	d, ok := dataType{}, false
	if engine == "postgres" {
		d, ok = postgres(w, c.Type)
	} else {
		d, ok = mysql(w)
	}
	if !ok {
		d = ofTarget(c.Type)
	}
	if d.length == 0 && (d.text() || d.binary()) && !d.lob() {
		d.length = bytesOf(c.Type, d)
	}
	return d
}

// words are a declared type taken apart: int(10) unsigned, character varying(20), numeric(10,2)[].
type words struct {
	base     string // In lower case, without arguments and what follows them.
	args     [2]int
	n        int // How many arguments are numbers.
	unsigned bool
	array    bool
}

func wordsOf(declared string) words {
	s := strings.ToLower(strings.TrimSpace(declared))
	w := words{unsigned: strings.Contains(s, "unsigned") || strings.Contains(s, "zerofill"), array: strings.HasSuffix(s, "[]")}
	s = strings.TrimRight(s, "[]")
	base, rest, found := strings.Cut(s, "(")
	if found && base != "enum" && base != "set" { // Whose members may be any text.
		inside, after, _ := strings.Cut(rest, ")")
		for arg := range strings.SplitSeq(inside, ",") {
			if n, err := strconv.Atoi(strings.TrimSpace(arg)); err == nil && w.n < len(w.args) {
				w.args[w.n] = n
				w.n++
			}
		}
		base += after // timestamp(3) with time zone.
	}
	for _, extra := range []string{"unsigned", "zerofill", "signed"} {
		base = strings.ReplaceAll(base, extra, "")
	}
	w.base = strings.Join(strings.Fields(base), " ")
	return w
}

// plainTypes are MySQL's types that need nothing but their name.
var plainTypes = map[string]string{
	"date": "date", "datetime": "datetime", "timestamp": "datetime", "time": "string", "year": "int2",
	"float": "real8", "double": "real8", "real": "real8", "double precision": "real8",
	"char": "wstring", "varchar": "wstring", "tinytext": "wstring", "text": "wstring", "mediumtext": "nclob", "longtext": "nclob",
	"binary": "bytes", "varbinary": "bytes", "tinyblob": "bytes", "blob": "bytes", "mediumblob": "blob", "longblob": "blob",
	"enum": "wstring", "set": "wstring", "json": "clob", "uuid": "string", "inet6": "string", "inet4": "string",
	"geometry": "blob", "point": "blob", "linestring": "blob", "polygon": "blob", "multipoint": "blob", "multilinestring": "blob",
	"multipolygon": "blob", "geometrycollection": "blob", "geomcollection": "blob",
}

var integers = map[string][2]string{
	"tinyint": {"int1", "uint1"}, "smallint": {"int2", "uint2"}, "mediumint": {"int4", "uint4"}, "int": {"int4", "uint4"},
	"integer": {"int4", "uint4"}, "bigint": {"int8", "uint8"},
}

func mysql(w words) (dataType, bool) {
	if names, ok := integers[w.base]; ok {
		if w.unsigned {
			return dataType{name: names[1]}, true
		}
		return dataType{name: names[0]}, true
	}
	switch w.base {
	case "decimal", "numeric", "dec", "fixed":
		if w.args[0] > sqltype.MaxPrecision {
			return dataType{name: "string", length: w.args[0] + 3}, true
		}
		return dataType{name: "numeric", precision: w.args[0], scale: w.args[1]}, true
	case "bit":
		if w.args[0] > 1 {
			return dataType{}, false // As the numbers they stand in rows as.
		}
		return dataType{name: "boolean"}, true
	}
	name, ok := plainTypes[w.base]
	return dataType{name: name}, ok
}

// postgresTypes are PostgreSQL's types by their name, with the length DMS gives them where it is one of its own.
var postgresTypes = map[string]dataType{
	"smallint": {name: "int2"}, "integer": {name: "int4"}, "bigint": {name: "int8"}, "real": {name: "real4"}, "double precision": {name: "real8"},
	"money": {name: "numeric", precision: 38, scale: 4}, "boolean": {name: "boolean"}, "date": {name: "date"}, "interval": {name: "string", length: 128},
	"time": {name: "time"}, "time without time zone": {name: "time"}, "time with time zone": {name: "time"}, "timetz": {name: "time"},
	"timestamp": {name: "datetime"}, "timestamp without time zone": {name: "datetime"}, "timestamp with time zone": {name: "datetime"}, "timestamptz": {name: "datetime"},
	"character": {name: "wstring"}, "bpchar": {name: "wstring"}, "text": {name: "nclob"}, "citext": {name: "nclob"}, "json": {name: "nclob"}, "jsonb": {name: "nclob"},
	"hstore": {name: "nclob"}, "xml": {name: "clob"}, "tsvector": {name: "clob"}, "tsquery": {name: "clob"}, "path": {name: "clob"}, "polygon": {name: "clob"},
	"bytea": {name: "blob"}, "uuid": {name: "string", length: 36}, "inet": {name: "string", length: 50}, "cidr": {name: "string", length: 50},
	"macaddr": {name: "string", length: 18}, "macaddr8": {name: "string", length: 23}, "bit": {name: "string"}, "bit varying": {name: "string"}, "varbit": {name: "string"},
	"point": {name: "string", length: 255}, "line": {name: "string", length: 255}, "lseg": {name: "string", length: 255}, "box": {name: "string", length: 255},
	"circle": {name: "string", length: 255}, "int4range": {name: "string", length: 255}, "int8range": {name: "string", length: 255}, "numrange": {name: "string", length: 255},
	"tsrange": {name: "string", length: 255}, "tstzrange": {name: "string", length: 255}, "daterange": {name: "string", length: 255},
}

func postgres(w words, t sqltype.Type) (dataType, bool) {
	if w.array {
		return dataType{name: "nclob"}, true
	}
	switch w.base {
	case "numeric", "decimal":
		switch {
		case w.n == 0:
			return dataType{name: "numeric", precision: 28, scale: 6}, true
		case w.args[0] > sqltype.MaxPrecision:
			return dataType{name: "string", length: w.args[0] + 3}, true
		}
		return dataType{name: "numeric", precision: w.args[0], scale: max(w.args[1], 0)}, true
	case "character varying", "varchar":
		if w.n == 0 {
			return dataType{name: "wstring", length: 8000}, true
		}
		return dataType{name: "wstring"}, true
	}
	base := w.base
	if strings.HasPrefix(base, "interval ") {
		base = "interval" // Of days to seconds, for example.
	}
	if d, ok := postgresTypes[base]; ok {
		return d, true
	}
	if t.ID == sqltype.Varchar && t.Length < sqltype.MaxVarchar {
		return dataType{name: "string", length: 64}, true // An enumeration: its labels end there.
	}
	return dataType{}, false
}

// ofTarget is what a column must have been that has such a type in the warehouse.
func ofTarget(t sqltype.Type) dataType {
	switch t.ID {
	case sqltype.Boolean:
		return dataType{name: "boolean"}
	case sqltype.Smallint:
		return dataType{name: "int2"}
	case sqltype.Integer:
		return dataType{name: "int4"}
	case sqltype.Bigint:
		return dataType{name: "int8"}
	case sqltype.Decimal:
		return dataType{name: "numeric", precision: t.Precision, scale: t.Scale}
	case sqltype.Real:
		return dataType{name: "real4"}
	case sqltype.Double:
		return dataType{name: "real8"}
	case sqltype.Date:
		return dataType{name: "date"}
	case sqltype.Time, sqltype.TimeTZ:
		return dataType{name: "time"}
	case sqltype.Timestamp, sqltype.TimestampTZ:
		return dataType{name: "datetime"}
	case sqltype.Varbyte:
		return dataType{name: "blob"}
	}
	if t.Length == sqltype.MaxVarchar {
		return dataType{name: "nclob"}
	}
	return dataType{name: "wstring", length: t.Length}
}

// bytesOf is how many bytes the values of a type have at most, from what the source gives the column in the warehouse.
func bytesOf(t sqltype.Type, d dataType) int {
	switch {
	case t.ID == sqltype.Varbyte:
		return t.Length
	case d.binary():
		return (t.Length + 1) / 2
	}
	return t.Length
}

package session

import (
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// resultColumns says what Redshift would announce for the engine's columns.
func resultColumns(known []dialect.Column, engine []warehouse.Column) []Column {
	columns := make([]Column, len(engine))
	for i, c := range engine {
		columns[i] = Column{Name: c.Name, Type: typeOf(c.Type)}
		if len(known) != len(engine) {
			continue
		}
		if known[i].Name != "" {
			columns[i].Name = known[i].Name
		}
		if t := known[i].Type; holds(c.Type.Kind, t.ID) && !(t.ID == sqltype.Decimal && t.Precision == 0) {
			columns[i].Type = t
		}
	}
	return columns
}

// kindTypes are the types Redshift would have for the engine's, when nothing more is known.
var kindTypes = map[warehouse.Kind]sqltype.ID{
	warehouse.KindNull: sqltype.Varchar, warehouse.KindBool: sqltype.Boolean,
	warehouse.KindInt8: sqltype.Smallint, warehouse.KindInt16: sqltype.Smallint, warehouse.KindInt32: sqltype.Integer,
	warehouse.KindInt64: sqltype.Bigint, warehouse.KindInt128: sqltype.Bigint,
	warehouse.KindFloat: sqltype.Real, warehouse.KindDouble: sqltype.Double,
	warehouse.KindVarchar: sqltype.Varchar, warehouse.KindBlob: sqltype.Varbyte,
	warehouse.KindDate: sqltype.Date, warehouse.KindTime: sqltype.Time, warehouse.KindTimeTZ: sqltype.TimeTZ,
	warehouse.KindTimestamp: sqltype.Timestamp, warehouse.KindTimestampTZ: sqltype.TimestampTZ,
	warehouse.KindInterval: sqltype.IntervalDS,
}

func typeOf(v warehouse.VectorType) sqltype.Type {
	if v.Kind == warehouse.KindDecimal {
		return sqltype.Type{ID: sqltype.Decimal, Precision: int(v.Precision), Scale: int(v.Scale)}
	}
	return sqltype.Type{ID: kindTypes[v.Kind]}
}

// holds reports whether the engine's values of a kind can be sent as a type.
func holds(kind warehouse.Kind, id sqltype.ID) bool {
	switch id {
	case sqltype.Unknown:
		return false
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Oid:
		return kind >= warehouse.KindInt8 && kind <= warehouse.KindInt128 || kind == warehouse.KindNull
	case sqltype.Real, sqltype.Double:
		return kind == warehouse.KindFloat || kind == warehouse.KindDouble || kind == warehouse.KindNull
	case sqltype.Decimal:
		return kind == warehouse.KindDecimal || kind == warehouse.KindNull
	case sqltype.Char, sqltype.Varchar, sqltype.Super, sqltype.Name:
		return kind == warehouse.KindVarchar || kind == warehouse.KindNull
	case sqltype.IntervalYM, sqltype.IntervalDS:
		return kind == warehouse.KindInterval || kind == warehouse.KindNull
	}
	return kindTypes[kind] == id || kind == warehouse.KindNull
}

// parameterOIDs are the types of parameters: what the client gave, else what the engine found.
func parameterOIDs(given []uint32, engine []warehouse.VectorType) []uint32 {
	oids := make([]uint32, len(engine))
	for i, t := range engine {
		if i < len(given) && given[i] != 0 {
			oids[i] = given[i]
		} else {
			oids[i] = typeOf(t).OID()
		}
	}
	return oids
}

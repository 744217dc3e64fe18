//go:build cgo

package duckdb

import (
	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// kinds are the engine's types whose vectors are handed out as they are.
var kinds = map[bindings.Type]warehouse.Kind{
	bindings.TypeSQLNull:     warehouse.KindNull,
	bindings.TypeInvalid:     warehouse.KindNull,
	bindings.TypeBoolean:     warehouse.KindBool,
	bindings.TypeTinyInt:     warehouse.KindInt8,
	bindings.TypeSmallInt:    warehouse.KindInt16,
	bindings.TypeInteger:     warehouse.KindInt32,
	bindings.TypeBigInt:      warehouse.KindInt64,
	bindings.TypeHugeInt:     warehouse.KindInt128,
	bindings.TypeFloat:       warehouse.KindFloat,
	bindings.TypeDouble:      warehouse.KindDouble,
	bindings.TypeDecimal:     warehouse.KindDecimal,
	bindings.TypeVarchar:     warehouse.KindVarchar,
	bindings.TypeBlob:        warehouse.KindBlob,
	bindings.TypeDate:        warehouse.KindDate,
	bindings.TypeTime:        warehouse.KindTime,
	bindings.TypeTimeTZ:      warehouse.KindTimeTZ,
	bindings.TypeTimestamp:   warehouse.KindTimestamp,
	bindings.TypeTimestampTZ: warehouse.KindTimestampTZ,
	bindings.TypeInterval:    warehouse.KindInterval,
}

// wider names, for types without a kind, the type whose kind holds all their
// values. What is not listed is read as text.
var wider = map[bindings.Type]string{
	bindings.TypeUTinyInt:    "SMALLINT",
	bindings.TypeUSmallInt:   "INTEGER",
	bindings.TypeUInteger:    "BIGINT",
	bindings.TypeUBigInt:     "HUGEINT",
	bindings.TypeTimestampS:  "TIMESTAMP",
	bindings.TypeTimestampMS: "TIMESTAMP",
	bindings.TypeTimestampNS: "TIMESTAMP",
	bindings.TypeTimeNS:      "TIME",
}

// types is kinds the other way round.
var types = func() map[warehouse.Kind]bindings.Type {
	m := map[warehouse.Kind]bindings.Type{}
	for t, k := range kinds {
		if t != bindings.TypeInvalid {
			m[k] = t
		}
	}
	return m
}()

// vectorType translates the engine's type and destroys it. cast is not empty
// when its vectors cannot be handed out: it names the type to cast to.
func vectorType(t bindings.LogicalType) (vt warehouse.VectorType, cast string) {
	defer bindings.DestroyLogicalType(&t)
	if t.Ptr == nil {
		return warehouse.VectorType{}, ""
	}
	id := bindings.GetTypeId(t)
	kind, ok := kinds[id]
	switch {
	case kind == warehouse.KindDecimal:
		return warehouse.VectorType{Kind: kind, Precision: bindings.DecimalWidth(t), Scale: bindings.DecimalScale(t)}, ""
	case ok:
		return warehouse.VectorType{Kind: kind}, ""
	case wider[id] != "":
		return warehouse.VectorType{}, wider[id]
	}
	return warehouse.VectorType{}, "VARCHAR"
}

// logicalType makes the engine's type of t, to be destroyed by the caller.
func logicalType(t warehouse.VectorType) bindings.LogicalType {
	if t.Kind == warehouse.KindDecimal {
		return bindings.CreateDecimalType(t.Precision, t.Scale)
	}
	return bindings.CreateLogicalType(types[t.Kind])
}

// addressed views the engine's vector as one of ours, for reading.
func addressed(t warehouse.VectorType, v bindings.Vector) warehouse.Vector {
	return warehouse.MakeVector(t, bindings.VectorGetData(v), bindings.VectorGetValidity(v))
}

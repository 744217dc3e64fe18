package statement

import (
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Column describes a column of a result or a table.
type Column struct {
	Name          string
	Type          string // Redshift's short name, for example "int4"
	Length        int
	Precision     int
	Scale         int
	Nullable      int // 0 no, 1 yes, 2 not known
	Signed        bool
	CaseSensitive bool
	Schema, Table string
	Default       string
}

// precisions are what drivers tell of types without a precision of their own.
var precisions = map[sqltype.ID]int{
	sqltype.Boolean: 1, sqltype.Smallint: 5, sqltype.Integer: 10, sqltype.Bigint: 19, sqltype.Oid: 10, sqltype.Real: 8, sqltype.Double: 17,
	sqltype.Date: 13, sqltype.Time: 15, sqltype.TimeTZ: 21, sqltype.Timestamp: 29, sqltype.TimestampTZ: 35, sqltype.Name: 63,
}

// describe tells of a type as JDBC's metadata do.
func describe(name string, t sqltype.Type) Column {
	c := Column{Name: name, Type: t.Short(), Nullable: 1, Precision: precisions[t.ID]}
	switch t.ID {
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Real, sqltype.Double:
		c.Signed = true
	case sqltype.Decimal:
		c.Signed, c.Precision, c.Scale = true, t.Precision, t.Scale
	case sqltype.Char, sqltype.Varchar, sqltype.Super, sqltype.Name:
		c.CaseSensitive = true
		c.Precision = max(c.Precision, t.Length)
	case sqltype.Varbyte:
		c.Precision = t.Length
	case sqltype.Time, sqltype.TimeTZ, sqltype.Timestamp, sqltype.TimestampTZ:
		c.Scale = 6
	}
	return c
}

func describeAll(columns []session.Column) []Column {
	out := make([]Column, len(columns))
	for i, c := range columns {
		out[i] = describe(c.Name, c.Type)
	}
	return out
}

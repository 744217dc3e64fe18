package postgres

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// column is what the server declares of a column, with what its values need.
type column struct {
	source.Column
	oid     uint32 // Of the declared type.
	mod     int32
	number  int // The column's own, which it keeps for life; 0 when not known.
	form    form
	key     bool
	missing string // What rows from before the column have in it, in SQL; "" for NULL.
	scale   int    // Of money: how many digits of its text are behind the point.
}

// form is how values become CSV.
type form uint8

const (
	plain  form = iota // As the server prints them: numbers, t and f, times.
	text               // In quotes.
	blank              // In quotes, without the blanks that char(n) adds.
	bytea              // Hexadecimal digits in quotes.
	money              // A number without the currency.
	day                // Plain, and a date for infinity.
	moment             // Plain, and a moment for infinity.
	zoned              // The same with a zone.
)

// forever is what infinity becomes outside of keys, as in DMS; what lies before all
// time stays as it is, and COPY says what it thinks of it.
var forever = map[form]string{day: "9999-12-31", moment: "9999-12-31 23:59:59", zoned: "9999-12-31 23:59:59+00"}

// typeInfo is what the catalog says of a type, of domains the type below.
type typeInfo struct {
	found    bool
	declared string
	name     string
	system   bool // It is one of PostgreSQL's own.
	kind     byte // As in pg_type.typtype.
	mod      int
	longest  int  // Of an enum's labels, in bytes.
	opaque   bool // Its text, or that of its elements, means nothing outside of an extension.
	large    bool // A reference to a large object.
}

// known are types of extensions whose text can be read without them; of others it
// cannot be told.
const known = "'citext', 'hstore', 'ltree', 'lquery', 'ltxtquery', 'cube', 'seg', 'isbn', 'isbn13', 'issn', 'issn13', 'ismn', 'ismn13', 'ean13', 'upc', 'vector', 'halfvec', 'sparsevec'"

const typesQuery = `WITH RECURSIVE d(place, oid, mod, lo) AS (
  SELECT ordinality, o, m, false FROM unnest(string_to_array($1, ',')::oid[], string_to_array($2, ',')::int[]) WITH ORDINALITY AS u(o, m, ordinality)
 UNION ALL
  SELECT place, t.typbasetype, t.typtypmod, lo OR t.typname = 'lo' FROM d JOIN pg_type AS t ON t.oid = d.oid WHERE t.typtype = 'd')
 SELECT d.place, format_type(d.oid, d.mod), t.typname, t.typnamespace = 'pg_catalog'::regnamespace, t.typtype, d.mod,
  (SELECT max(octet_length(enumlabel::text)) FROM pg_enum WHERE enumtypid = t.oid),
  e.typtype = 'b' AND e.typnamespace <> 'pg_catalog'::regnamespace AND e.typcategory <> 'A' AND e.typname NOT IN (` + known + `), d.lo
 FROM d JOIN pg_type AS t ON t.oid = d.oid JOIN pg_type AS e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
 WHERE t.typtype <> 'd'`

// types looks up the types of columns, in their order.
func (c *conn) types(columns []column) ([]typeInfo, error) {
	oids, mods := make([]string, len(columns)), make([]string, len(columns))
	for i := range columns {
		oids[i], mods[i] = strconv.FormatUint(uint64(columns[i].oid), 10), strconv.Itoa(int(columns[i].mod))
	}
	rows, err := c.query(typesQuery, strings.Join(oids, ","), strings.Join(mods, ","))
	if err != nil {
		return nil, err
	}
	all := make([]typeInfo, len(columns))
	for _, r := range rows {
		place, err1 := strconv.Atoi(r[0])
		mod, err2 := strconv.Atoi(r[5])
		if err1 != nil || err2 != nil || place < 1 || place > len(all) || r[4] == "" {
			return nil, errMalformed
		}
		longest, _ := strconv.Atoi(r[6])
		all[place-1] = typeInfo{found: true, declared: r[1], name: r[2], system: r[3] == "t", kind: r[4][0], mod: mod, longest: longest, opaque: r[7] == "t", large: r[8] == "t"}
	}
	return all, nil
}

// redshift gives a column the type that holds all its values, and the form of its text.
func (c *column) redshift(t typeInfo) error {
	if !t.found { // The type is gone by now; its text is all there is.
		c.Declared, c.Type, c.form = "text", varchar(sqltype.MaxVarchar), text
		return nil
	}
	c.Declared = t.declared
	switch {
	case t.large:
		return c.refuse("refers to large objects, which cannot be replicated", "move the values to a column of type bytea, or leave the column out of the selection")
	case t.opaque:
		return c.refuse("has type "+t.declared+", which only its extension can read", "leave the column out of the selection")
	case t.kind == 'e':
		c.Type, c.form = varchar(t.longest), text
		return nil
	}
	if t.system && t.kind == 'b' && c.numeric(t) || t.system && t.kind == 'b' && c.moment(t) {
		return nil
	}
	c.form = text
	c.Type = t.text()
	switch {
	case t.system && t.name == "bytea":
		c.form, c.Type = bytea, sqltype.Type{ID: sqltype.Varbyte, Length: sqltype.MaxVarbyte}
	case t.system && t.name == "bpchar":
		c.form = blank
	}
	return nil
}

func (c *column) refuse(why, hint string) error {
	return &fault.Error{Kind: fault.Unsupported, Code: "SourceType", Message: fmt.Sprintf("column %s %s", c.Name, why), Hint: hint}
}

func (c *column) numeric(t typeInfo) bool {
	ids := map[string]sqltype.ID{"bool": sqltype.Boolean, "int2": sqltype.Smallint, "int4": sqltype.Integer, "int8": sqltype.Bigint, "oid": sqltype.Bigint,
		"float4": sqltype.Real, "float8": sqltype.Double}
	if id, ok := ids[t.name]; ok {
		c.Type, c.form = sqltype.Type{ID: id}, plain
		return true
	}
	switch t.name {
	case "money":
		c.Type, c.form = sqltype.Type{ID: sqltype.Decimal, Precision: sqltype.MaxPrecision, Scale: 4}, money
		return true
	case "numeric":
		if t.mod < 4 {
			c.Type, c.form = varchar(sqltype.DefaultVarchar), text // Any number of digits, so only text is sure to hold them.
			return true
		}
		c.decimal((t.mod-4)>>16, ((t.mod-4)&0x7ff^1024)-1024)
		return true
	}
	return false
}

// decimal is a number with so many digits, so many of them behind the point; a scale may be
// negative, or larger than all digits.
func (c *column) decimal(precision, scale int) {
	digits := precision + 2 // A sign and a point.
	switch {
	case scale < 0:
		precision, scale, digits = precision-scale, 0, precision-scale+1
	case scale > precision:
		precision, digits = scale, scale+3
	case scale == precision:
		digits++ // The zero before the point.
	}
	if precision > sqltype.MaxPrecision || scale > sqltype.MaxScale {
		c.Type, c.form = varchar(max(digits, len("NaN"))), text
		return
	}
	c.Type, c.form = sqltype.Type{ID: sqltype.Decimal, Precision: precision, Scale: scale}, plain
}

func (c *column) moment(t typeInfo) bool {
	switch t.name {
	case "date":
		c.Type, c.form = sqltype.Type{ID: sqltype.Date}, day
	case "timestamp":
		c.Type, c.form = sqltype.Type{ID: sqltype.Timestamp}, moment
	case "timestamptz":
		c.Type, c.form = sqltype.Type{ID: sqltype.TimestampTZ}, zoned
	case "time":
		c.Type, c.form = sqltype.Type{ID: sqltype.Time}, plain
	case "timetz":
		c.Type, c.form = sqltype.Type{ID: sqltype.TimeTZ}, plain
	default:
		return false
	}
	return true
}

// lengths are of types whose text is never longer.
var lengths = map[string]int{
	"uuid": 36, "inet": 50, "cidr": 50, "macaddr": 17, "macaddr8": 23, "interval": 128, "name": 64, "char": 4, "point": 255, "line": 255, "lseg": 255, "box": 255, "circle": 255,
	"int4range": 255, "int8range": 255, "daterange": 255, "tsrange": 255, "tstzrange": 255, "pg_lsn": 17, "xid": 10, "cid": 10, "xid8": 20, "tid": 20,
}

// text is the type of values that travel as text.
func (t typeInfo) text() sqltype.Type {
	if !t.system {
		return varchar(sqltype.MaxVarchar)
	}
	switch t.name {
	case "bpchar", "varchar":
		if t.mod > 4 {
			return varchar(4 * (t.mod - 4)) // Characters of up to four bytes.
		}
	case "bit", "varbit":
		if t.mod > 0 {
			return varchar(t.mod)
		}
	}
	if n, ok := lengths[t.name]; ok {
		return varchar(n)
	}
	return varchar(sqltype.MaxVarchar)
}

func varchar(n int) sqltype.Type {
	return sqltype.Type{ID: sqltype.Varchar, Length: min(max(n, 1), sqltype.MaxVarchar)}
}

// ref names the column in a query of its table as t.
func (c *column) ref() string { return "t." + ident(c.Name) }

// expression is how a snapshot selects the column, so that COPY prints what value makes of a change.
func (c *column) expression() string {
	switch c.form {
	case blank:
		return c.ref() + "::text"
	case bytea:
		return "encode(" + c.ref() + ", 'hex')"
	case money:
		return c.ref() + "::numeric"
	case day, moment, zoned:
		if !c.key {
			return "CASE WHEN " + c.ref() + " = 'infinity' THEN '" + forever[c.form] + "' ELSE " + c.ref() + " END"
		}
	}
	return c.ref()
}

// quoted reports whether values stand in quotes.
func (c *column) quoted() bool { return c.form == text || c.form == blank || c.form == bytea }

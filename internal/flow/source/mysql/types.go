package mysql

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// column is what the server declares of a column, with what decoding its values needs.
type column struct {
	source.Column
	base      string // The type's name alone, as in DATA_TYPE.
	unsigned  bool
	length    int // Characters, bytes or bits.
	precision int
	scale     int // Of decimals; digits of the second of times.
	charset   string
	members   []string // Of ENUM and SET.
	place     int      // In the rows of the binary log.
}

// redshift gives a column the type that holds all its values.
func (c *column) redshift() error {
	t, ok := c.number()
	if !ok {
		t, ok = c.moment()
	}
	if !ok {
		t, ok = c.string()
	}
	if !ok {
		return &fault.Error{Kind: fault.Unsupported, Code: "SourceType", Message: fmt.Sprintf("column %s has type %s, which cannot be replicated", c.Name, c.Declared),
			Hint: "leave the column out of the task's selection"}
	}
	c.Type = t
	return nil
}

func (c *column) number() (sqltype.Type, bool) {
	wide := 0
	if c.unsigned {
		wide = 1
	}
	integers := map[string][2]sqltype.ID{
		"tinyint": {sqltype.Smallint, sqltype.Smallint}, "smallint": {sqltype.Smallint, sqltype.Integer},
		"mediumint": {sqltype.Integer, sqltype.Integer}, "int": {sqltype.Integer, sqltype.Bigint},
		"year": {sqltype.Smallint, sqltype.Smallint}, "float": {sqltype.Double, sqltype.Double}, "double": {sqltype.Double, sqltype.Double},
	}
	if ids, ok := integers[c.base]; ok {
		return sqltype.Type{ID: ids[wide]}, true
	}
	switch {
	case c.base == "bigint" && !c.unsigned, c.base == "bit" && c.length > 1 && c.length < 64:
		return sqltype.Type{ID: sqltype.Bigint}, true
	case c.base == "bigint", c.base == "bit" && c.length == 64:
		return sqltype.Type{ID: sqltype.Decimal, Precision: 20}, true
	case c.base == "bit":
		return sqltype.Type{ID: sqltype.Boolean}, true
	case c.base == "decimal" && c.precision <= sqltype.MaxPrecision:
		return sqltype.Type{ID: sqltype.Decimal, Precision: c.precision, Scale: c.scale}, true
	case c.base == "decimal":
		return varchar(c.precision + 3), true // A sign, a point, and a zero before it.
	}
	return sqltype.Type{}, false
}

func (c *column) moment() (sqltype.Type, bool) {
	switch c.base {
	case "date":
		return sqltype.Type{ID: sqltype.Date}, true
	case "datetime", "timestamp":
		return sqltype.Type{ID: sqltype.Timestamp}, true
	case "time":
		return varchar(17), true // -838:59:59.000000; Redshift's TIME ends at midnight.
	}
	return sqltype.Type{}, false
}

func (c *column) string() (sqltype.Type, bool) {
	switch c.base {
	case "char", "varchar":
		return varchar(c.length * widest(c.charset)), true
	case "tinytext":
		return varchar(1020), true
	case "text", "mediumtext", "longtext", "json":
		return varchar(sqltype.MaxVarchar), true
	case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob":
		return hexadecimal(c.length), true
	case "enum":
		longest := 1
		for _, m := range c.members {
			longest = max(longest, len(m))
		}
		return varchar(longest), true
	case "set":
		return varchar(len(strings.Join(c.members, ","))), true
	case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection":
		return varchar(sqltype.MaxVarchar), true
	case "uuid":
		return varchar(36), true
	case "inet6":
		return varchar(45), true
	case "inet4":
		return varchar(15), true
	}
	return sqltype.Type{}, false
}

func varchar(n int) sqltype.Type {
	return sqltype.Type{ID: sqltype.Varchar, Length: min(max(n, 1), sqltype.MaxVarchar)}
}

// hexadecimal is a VARCHAR of hexadecimal digits, or VARBYTE, whose CSV form is the same, where that is too short.
func hexadecimal(bytes int) sqltype.Type {
	if 2*bytes <= sqltype.MaxVarchar {
		return varchar(2 * bytes)
	}
	return sqltype.Type{ID: sqltype.Varbyte, Length: min(bytes, sqltype.MaxVarbyte)}
}

// widest is how many bytes of UTF-8 a character of a set takes at most.
func widest(charset string) int {
	switch charset {
	case "ascii":
		return 1
	case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030":
		return 4
	}
	return 3
}

// declared reads a type as COLUMN_TYPE prints it, for example enum('a','b') or bit(8).
func (c *column) declared() {
	_, inside, ok := strings.Cut(c.Declared, "(")
	if !ok {
		return
	}
	switch c.base {
	case "enum", "set":
		c.members = members(inside)
	case "bit":
		digits, _, _ := strings.Cut(inside, ")")
		c.length, _ = strconv.Atoi(digits)
	}
}

// members reads the quoted words up to the closing parenthesis.
func members(s string) []string {
	var all []string
	for strings.HasPrefix(s, "'") {
		var b strings.Builder
		i := 1
		for ; i < len(s); i++ {
			if s[i] == '\'' {
				if i+1 >= len(s) || s[i+1] != '\'' {
					break
				}
				i++
			}
			b.WriteByte(s[i])
		}
		all = append(all, b.String())
		s = strings.TrimPrefix(s[min(i+1, len(s)):], ",")
	}
	return all
}

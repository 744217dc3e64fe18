package load

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// partitionTypes are those of which a partition can be.
// Source: Redshift Database Developer Guide, "UNLOAD", usage notes.
var partitionTypes = map[sqltype.ID]bool{sqltype.Smallint: true, sqltype.Integer: true, sqltype.Bigint: true, sqltype.Decimal: true, sqltype.Real: true,
	sqltype.Boolean: true, sqltype.Char: true, sqltype.Varchar: true, sqltype.Date: true, sqltype.Timestamp: true}

// writable refuses columns that the format or PARTITION BY does not take.
func (u *unload) writable() error {
	for _, i := range u.partition {
		if c := u.Columns[i]; !partitionTypes[c.Type.ID] {
			return refusedUnload(fmt.Sprintf("PARTITION BY does not take column %q of type %s", c.Name, c.Type), "Cast it to VARCHAR in the query.")
		}
	}
	named := map[string]bool{}
	for _, c := range u.Columns {
		switch format := u.Unload.Format; {
		case c.Type.ID == sqltype.Varbyte && format != "text" && format != "csv":
			return refusedUnload(fmt.Sprintf("column %q of type VARBYTE can be unloaded to text and CSV only", c.Name), "Unload it as to_hex("+c.Name+").")
		case named[c.Name] && (format == "json" || format == "parquet"):
			return refusedUnload(fmt.Sprintf("two columns of the query are named %q", c.Name), "Give each column of the query a name of its own with AS.")
		}
		named[c.Name] = true
	}
	return nil
}

// textual is the query with each column as text, as UNLOAD writes it.
func (u *unload) textual() string {
	names, exprs := make([]string, len(u.Columns)), make([]string, len(u.Columns))
	for i, c := range u.Columns {
		names[i] = fmt.Sprintf("c%d", i)
		switch c.Type.ID {
		case sqltype.Boolean:
			exprs[i] = "CASE WHEN " + names[i] + " THEN 't' WHEN NOT " + names[i] + " THEN 'f' END"
		case sqltype.Varbyte:
			exprs[i] = "lower(hex(" + names[i] + "))"
		case sqltype.Super: // It is JSON also where it is NULL, whatever NULL AS says.
			exprs[i] = "coalesce(" + names[i] + "::VARCHAR, 'null')"
		default:
			exprs[i] = names[i] + "::VARCHAR"
		}
	}
	return "SELECT " + strings.Join(exprs, ", ") + " FROM (" + u.SQL + ") q(" + strings.Join(names, ", ") + ")"
}

// bare reports which columns JSON writes without quotes: numbers, and what is JSON already.
func (u *unload) bare(i int) bool {
	switch u.Columns[i].Type.ID {
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint, sqltype.Decimal, sqltype.Real, sqltype.Double, sqltype.Super:
		return true
	}
	return false
}

// character reports text.
func (u *unload) character(i int) bool {
	id := u.Columns[i].Type.ID
	return id == sqltype.Char || id == sqltype.Varchar
}

package sysview

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// tableOID numbers the catalog's own tables as PostgreSQL does; drivers know
// some of the numbers by heart.
var tableOID = map[string]int{
	"pg_tablespace": 1213, "pg_type": 1247, "pg_attribute": 1249, "pg_proc": 1255, "pg_class": 1259, "pg_auth_members": 1261,
	"pg_database": 1262, "pg_shdescription": 2396, "pg_am": 2601, "pg_attrdef": 2604, "pg_constraint": 2606, "pg_depend": 2608,
	"pg_description": 2609, "pg_index": 2610, "pg_inherits": 2611, "pg_language": 2612, "pg_namespace": 2615, "pg_rewrite": 2618,
	"pg_trigger": 2620, "pg_collation": 3456,
}

// Numbers of the other views, and of functions.
const (
	firstViewOID     = 11000
	firstFunctionOID = 13000
)

// systemRows fills the tables of base/system.sql from the files, so that the
// catalog describes itself.
func systemRows() string {
	var relations, columns, macros [][]string
	for i, file := range viewFiles() {
		schema, name := place(file)
		oid, kind := firstViewOID+i, "v"
		if n, ok := tableOID[name]; ok {
			oid, kind = n, "r"
		}
		relations = append(relations, []string{strconv.Itoa(oid), schema, name, kind})
		for n, c := range head(source(file)) {
			columns = append(columns, c.row(oid, n+1))
		}
	}
	for i, f := range functionNames() {
		macros = append(macros, []string{strconv.Itoa(firstFunctionOID + i), f.name, strconv.Itoa(f.args)})
	}
	return fill("system_relation", relations) + fill("system_column", columns) + fill("system_function", macros)
}

// row is the column as base/system.sql stores it.
func (c Column) row(relation, position int) []string {
	scale := ""
	if c.Type.ID == sqltype.Decimal {
		scale = strconv.Itoa(c.Type.Scale)
	}
	return []string{strconv.Itoa(relation), strconv.Itoa(position), c.Name, strconv.Itoa(int(c.oid)), c.label, strconv.Itoa(int(c.typmod)),
		unlessZero(c.Type.Length), unlessZero(c.Type.Precision), scale}
}

func unlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// fill inserts rows as one text that the engine splits, which it reads far
// quicker than a list of VALUES; empty fields are NULL.
func fill(table string, rows [][]string) string {
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = strings.Join(r, "|")
	}
	fields := make([]string, len(rows[0]))
	for i := range fields {
		fields[i] = fmt.Sprintf("nullif(f[%d], '')", i+1)
	}
	return fmt.Sprintf("INSERT INTO overlay.inlet.%s SELECT %s FROM (SELECT string_split(unnest(string_split(%s, ';')), '|') AS f);", table,
		strings.Join(fields, ", "), warehouse.Literal(strings.Join(lines, ";")))
}

type function struct {
	name string
	args int
}

// functionNames lists the macros clients can call, with the fewest arguments each takes.
func functionNames() []function {
	var all []function
	for _, file := range functions {
		for line := range strings.Lines(source(file)) {
			rest, ok := strings.CutPrefix(line, "CREATE MACRO overlay.main.")
			if !ok {
				continue
			}
			name, args, _ := strings.Cut(rest, "(")
			args, _, _ = strings.Cut(args, ")")
			n := 0
			if args != "" {
				n = strings.Count(args, ",") + 1
			}
			all = append(all, function{name, n})
		}
	}
	return all
}

package sysview

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// Column is a column of a view as clients are told of it.
type Column struct {
	Name string
	Type sqltype.Type

	oid    uint32
	label  string // the type without its arguments
	typmod int32
	engine string // the type of the engine's column
}

// Views gives the columns of each view, by its name; those of the information
// schema are named information_schema.x.
func Views() map[string][]Column {
	all := map[string][]Column{}
	for _, file := range viewFiles() {
		schema, name := place(file)
		if schema != "pg_catalog" {
			name = schema + "." + name
		}
		all[name] = head(source(file))
	}
	return all
}

// head reads the columns listed in a view file.
func head(text string) []Column {
	var all []Column
	for _, line := range listing(text) {
		all = append(all, column(line.name, line.typ))
	}
	return all
}

type listed struct{ name, typ string }

// listing reads the names and types at the head of a file: the comment lines
// after the first empty one.
func listing(text string) []listed {
	var all []listed
	begun := false
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "--")
		switch {
		case !ok:
			return all
		case rest == "":
			begun = true
		case begun:
			name, typ, _ := strings.Cut(strings.TrimSpace(rest), " ")
			all = append(all, listed{name, strings.TrimSpace(typ)})
		}
	}
	return all
}

// catalogTypes are the types only the catalog uses. Clients read the arrays as text.
var catalogTypes = map[string]Column{
	"text":       {Type: sqltype.Type{ID: sqltype.Varchar}, oid: 25, engine: "VARCHAR"},
	`"char"`:     {Type: sqltype.Type{ID: sqltype.Char, Length: 1}, oid: 18, engine: "VARCHAR"},
	"name":       {Type: sqltype.Type{ID: sqltype.Name}, oid: 19, engine: "VARCHAR"},
	"oid":        {Type: sqltype.Type{ID: sqltype.Oid}, oid: 26, engine: "BIGINT"},
	"regproc":    {Type: sqltype.Type{ID: sqltype.Varchar}, oid: 24, engine: "VARCHAR"},
	"xid":        {Type: sqltype.Type{ID: sqltype.Bigint}, oid: 28, engine: "BIGINT"},
	"smallint[]": {Type: sqltype.Type{ID: sqltype.Varchar}, oid: 1005, engine: "SMALLINT[]"},
	"integer[]":  {Type: sqltype.Type{ID: sqltype.Varchar}, oid: 1007, engine: "INTEGER[]"},
	"oid[]":      {Type: sqltype.Type{ID: sqltype.Varchar}, oid: 1028, engine: "BIGINT[]"},
	"text[]":     {Type: sqltype.Type{ID: sqltype.Varchar}, oid: 1009, engine: "VARCHAR[]"},
	"aclitem[]":  {Type: sqltype.Type{ID: sqltype.Varchar}, oid: 1034, engine: "VARCHAR[]"},
}

func column(name, typ string) Column {
	if c, ok := catalogTypes[typ]; ok {
		c.Name, c.label, c.typmod = name, typ, -1
		return c
	}
	t, err := parse(typ)
	if err != nil {
		panic(fmt.Sprintf("column %s of a system view: %v", name, err)) // The files are embedded.
	}
	plain := sqltype.Type{ID: t.ID}
	return Column{Name: name, Type: t, oid: t.OID(), label: plain.String(), typmod: t.Typmod(), engine: t.Engine()}
}

// parse reads a type as format_type prints it.
func parse(typ string) (sqltype.Type, error) {
	name, list, _ := strings.Cut(strings.TrimSuffix(typ, ")"), "(")
	var args []int
	if list != "" {
		for s := range strings.SplitSeq(list, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(s))
			if err != nil {
				return sqltype.Type{}, fmt.Errorf("type %q: %w", typ, err)
			}
			args = append(args, n)
		}
	}
	return sqltype.Parse(name, args...)
}

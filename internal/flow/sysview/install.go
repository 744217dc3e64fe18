package sysview

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

//go:embed *.sql information_schema/*.sql base/*.sql function/*.sql
var files embed.FS

// tables are the files with what the overlay stores.
var tables = []string{"base/system.sql", "base/type.sql"}

// base are the files with the views that others rest on, each before those it rests on itself.
var base = []string{
	"base/described_column.sql", "base/key.sql", "base/key_column.sql", "base/attribute.sql", "base/relation.sql", "base/viewer.sql",
	"base/schema.sql", "base/database.sql", "base/account.sql", "base/reach.sql", "base/held.sql", "base/identity.sql",
	"base/privilege.sql", "base/acl.sql", "base/comment.sql",
}

// functions are the files with macros, each after those whose macros it uses.
var functions = []string{
	"function/text.sql", "function/session.sql", "function/array.sql", "function/type.sql", "function/describe.sql",
	"function/visible.sql", "function/privilege.sql",
}

// Install makes the views and functions in the attached in-memory database
// overlay. exec runs one script; database is the name of the main database,
// whose schema inlet must hold the tables of the warehouse and the ledger.
//
// The engine binds a view, with all it rests on, when it is made. So everything
// is made over empty stand-ins for the views of folder base, which get their
// queries last: that takes a third of the time.
func Install(exec func(sql string) error, database string) error {
	return install(exec, database, func(string) bool { return false })
}

// InstallServerless is Install for Redshift Serverless, where the STL views are empty.
func InstallServerless(exec func(sql string) error, database string) error {
	return install(exec, database, func(view string) bool { return strings.HasPrefix(view, "stl_") })
}

func install(exec func(sql string) error, database string, empty func(view string) bool) error {
	names := strings.NewReplacer("$catalog", warehouse.Quote(database), "$database", warehouse.Literal(database))
	var script strings.Builder
	script.WriteString("CREATE SCHEMA overlay.inlet; CREATE SCHEMA overlay.information;" + standIns())
	for _, group := range [][]string{tables, functions, viewFiles(), base} {
		for _, name := range group {
			if _, view := place(name); empty(view) {
				script.WriteString(standIn("overlay.main."+view, name))
				continue
			}
			script.WriteString(names.Replace(statements(source(name))))
		}
	}
	script.WriteString(systemRows())
	if err := exec(script.String()); err != nil {
		return fmt.Errorf("install system views: %w", err)
	}
	return nil
}

// statements is a file without its comments, over which the engine loses time.
func statements(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "--") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// standIns makes an empty view for each file in base.
func standIns() string {
	var b strings.Builder
	for _, name := range base {
		_, view := place(name)
		b.WriteString(standIn("overlay.inlet."+view, name))
	}
	return b.String()
}

// standIn makes an empty view with the columns that a file lists.
func standIn(view, file string) string {
	var columns []string
	for _, line := range listing(source(file)) {
		columns = append(columns, fmt.Sprintf("NULL::%s AS %s", line.typ, line.name))
	}
	return "CREATE VIEW " + view + " AS SELECT " + strings.Join(columns, ", ") + " WHERE false;"
}

// viewFiles lists the files that hold one view for clients each.
func viewFiles() []string {
	var all []string
	for _, pattern := range []string{"*.sql", "information_schema/*.sql"} {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			panic(err) // The pattern is a constant.
		}
		all = append(all, found...)
	}
	return all
}

// source reads an embedded file; its name comes from the embedded tree or from the lists above.
func source(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// place is the schema and name a view file's relation has for clients.
func place(file string) (schema, name string) {
	dir, file := path.Split(file)
	if schema = path.Clean(dir); dir == "" {
		schema = "pg_catalog"
	}
	return schema, strings.TrimSuffix(file, ".sql")
}

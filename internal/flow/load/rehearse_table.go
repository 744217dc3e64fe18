package load

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/infer"
	"github.com/inlet-data/inlet/internal/flow/load/jsontext"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// maxColumns is how many columns a table has at most.
const maxColumns = 1600

// discover names the columns of a table that does not exist, after the files. The columns
// are set as the files have them; the names are those for the new table.
func (r *rehearsal) discover(ctx context.Context) (names []string, err error) {
	found, err := r.foundNames(ctx)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, r.boxed(boxed{message: "No column was found in the files", context: r.Copy.Source})
	}
	if len(found) > maxColumns {
		return nil, r.boxed(boxed{message: fmt.Sprintf("The files have %d columns; a table has %d at most", len(found), maxColumns), context: r.Copy.Source})
	}
	matched := r.matchedByName()
	names = tableNames(found, matched || r.Copy.Columns != nil)
	for i, n := range found {
		if matched && n != names[i] && r.Copy.Format.Argument != "auto ignorecase" {
			r.note(`The key %q has capitals, and names of columns have none: write JSON 'auto ignorecase', or its column %s stays NULL.`, n, names[i])
		}
		r.columns = append(r.columns, delimited.Column{Name: n, Type: sqltype.Type{ID: sqltype.Varchar, Length: longestRecord}})
	}
	if r.Copy.Format.Kind == "json" && r.Copy.Format.Argument == "noshred" {
		r.columns[0].Type = sqltype.Type{ID: sqltype.Super}
	}
	return names, nil
}

// matchedByName reports files whose values find their columns by name.
func (r *rehearsal) matchedByName() bool {
	kind, arg := r.Copy.Format.Kind, r.Copy.Format.Argument
	return (kind == "json" || kind == "avro") && (arg == "auto" || arg == "auto ignorecase") && r.Copy.Columns == nil
}

// foundNames are the columns as the statement or the files name them.
func (r *rehearsal) foundNames(ctx context.Context) ([]string, error) {
	if r.Copy.Columns != nil {
		return r.Copy.Columns, nil
	}
	switch r.Copy.Format.Kind {
	case "fixedwidth":
		var labels []string
		for part := range strings.SplitSeq(r.Copy.Format.Argument, ",") {
			label, _, _ := strings.Cut(part, ":")
			labels = append(labels, label)
		}
		return labels, nil
	case "json", "avro":
		return r.documentNames(ctx)
	}
	return r.headNames(ctx)
}

// headNames are the fields of the header, or numbers for those of the first record.
func (r *rehearsal) headNames(ctx context.Context) ([]string, error) {
	opt := r.options()
	for i, f := range r.inputs() {
		head, err := delimited.ReadHead(ctx, f, opt)
		if broken, ok := errors.AsType[*delimited.FileError](err); ok {
			broken.File, broken.FileIndex, broken.Line = f.Name, i, max(1, broken.Line)
		}
		if err != nil {
			return nil, err
		}
		if head.Header == nil && head.First == nil {
			continue // It holds nothing; the next may.
		}
		names := head.Header
		if names == nil {
			r.note("No line is skipped as a header: the columns have no names. IGNOREHEADER 1 takes them from the first line.")
		}
		for i := len(names); i < len(head.First); i++ {
			names = append(names, "")
		}
		if n := len(head.First); n > 0 {
			names = names[:n]
		}
		return names, nil
	}
	return nil, nil
}

// documentNames are the keys of JSON and Avro.
func (r *rehearsal) documentNames(ctx context.Context) ([]string, error) {
	switch option := r.Copy.Format.Argument; option {
	case "noshred":
		return []string{"document"}, nil
	case "auto", "auto ignorecase":
		return r.keys(ctx)
	default:
		if err := r.notData(option); err != nil {
			return nil, err
		}
		paths, err := r.readPaths(ctx, option)
		if err != nil || paths == nil {
			return nil, err
		}
		return jsontext.PathNames(paths), nil
	}
}

// keys reads the files for their keys.
func (r *rehearsal) keys(ctx context.Context) ([]string, error) {
	cols := []delimited.Column{{Name: "key", Type: sqltype.Type{ID: sqltype.Varchar, Length: 1}}}
	saved := r.columns
	r.columns = cols
	opt, err := r.scanOptions(ctx)
	r.columns = saved
	if err != nil {
		return nil, err
	}
	all := jsontext.NewNames(maxColumns + 1)
	opt.Layout = all
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	scan, err := delimited.New(ctx, r.inputs(), cols, opt)
	if err != nil {
		return nil, err
	}
	err = drain(scan, func() visitor { return visitor{see: func(*warehouse.Chunk) error { return nil }, end: func() {}} }, cancel)
	err = errors.Join(err, scan.Close())
	return all.All(), err
}

// suggest gives the columns the types that take their values, and writes the table down.
func (r *rehearsal) suggest(names []string) error {
	types := make([]sqltype.Type, len(r.columns))
	for i := range types {
		types[i] = r.columns[i].Type
		if types[i].ID != sqltype.Super {
			types[i] = r.suggested(i, names[i])
		}
	}
	return r.create(names, types)
}

// suggested is the type for a column of text.
func (r *rehearsal) suggested(i int, name string) sqltype.Type {
	t := &r.tallies[i]
	typ, ok := t.Suggest(r.datesFirst())
	switch {
	case !ok:
		r.note("Values of %s have up to %d bytes, and no column takes them: TRUNCATECOLUMNS cuts them to %d.", name, t.Bytes, sqltype.MaxVarchar)
	case !t.Filled():
		r.note("%s has no value in any file: its type is a guess.", name)
	}
	return typ
}

// create sets the columns of the table that is suggested.
func (r *rehearsal) create(names []string, types []sqltype.Type) error {
	var b strings.Builder
	b.WriteString("CREATE TABLE " + tableName(r.Copy.Table) + " (\n")
	for i, name := range names {
		r.columns[i] = delimited.Column{Name: name, Type: types[i]}
		if i < len(r.out.Columns) {
			r.out.Columns[i].Name, r.out.Columns[i].Type = name, infer.SQL(types[i])
		}
		comma := ","
		if i == len(names)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, "  %s %s%s\n", identifier(name), infer.SQL(types[i]), comma)
	}
	b.WriteString(")")
	r.out.Create = b.String()
	if _, err := dialect.Parse(r.out.Create); err != nil {
		return &fault.Error{Kind: fault.Invalid, Code: "42602", Message: "no table can be suggested: " + err.Error()}
	}
	return nil
}

// noteSchema tells of a schema that must be made before the table.
func (r *rehearsal) noteSchema(ctx context.Context) error {
	found, name := false, r.Copy.Table.Schema
	err := warehouse.EachRow(ctx, r.client.Conn(), func(*warehouse.Chunk, int) error { found = true; return nil },
		"SELECT 1 FROM inlet.catalog_schema WHERE name = ?", name)
	if err == nil && !found && name != "" && name != warehouse.PublicSchema && !strings.HasPrefix(name, "pg_temp") {
		r.note("There is no schema %s either: CREATE SCHEMA %s before the table.", name, identifier(name))
	}
	return err
}

func tableName(n dialect.Name) string {
	if n.Schema == "" {
		return identifier(n.Name)
	}
	return identifier(n.Schema) + "." + identifier(n.Name)
}

// identifier quotes a name where it must be.
func identifier(name string) string {
	if _, err := dialect.Parse("CREATE TABLE t (" + name + " INTEGER)"); err == nil && plainName(name) == name {
		return name
	}
	return warehouse.Quote(name)
}

// tableNames makes names of columns, each once. Those that keys are matched with keep all but their capitals.
func tableNames(found []string, matched bool) []string {
	used := map[string]bool{}
	names := make([]string, len(found))
	for i, f := range found {
		name := strings.ToLower(f)
		if !matched {
			name = plainName(f)
		}
		if name == "" {
			name = "c" + strconv.Itoa(i+1)
		}
		for base, n := cut(name), 2; used[name]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		used[name] = true
		names[i] = cut(name)
	}
	return names
}

// longestName leaves room for a number behind a name; Redshift's limit is 127 bytes.
const longestName = 120

func cut(name string) string {
	return strings.ToValidUTF8(name[:min(len(name), longestName)], "")
}

// plainName makes words joined by underscores of a text.
func plainName(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool {
		return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
	name := strings.Join(words, "_")
	if name != "" && unicode.IsDigit([]rune(name)[0]) {
		name = "c" + name
	}
	return name
}

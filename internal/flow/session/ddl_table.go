package session

import (
	"context"
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// createTable runs CREATE TABLE with columns or LIKE.
func (s *Session) createTable(ctx context.Context, x *dialect.CreateTable) (*Result, error) {
	t, skip, err := s.newTable(ctx, x.Table, x.Temporary, x.IfNotExists, x.Attributes)
	if err != nil || skip {
		return &Result{Tag: "CREATE TABLE"}, err
	}
	if x.Like != nil {
		if err := s.like(ctx, t, x); err != nil {
			return nil, err
		}
	}
	c := s.catalog(ctx)
	for _, def := range x.Columns {
		col, err := tableColumn(def, c)
		if err != nil {
			return nil, err
		}
		t.Columns = append(t.Columns, col)
		if err := s.columnConstraints(ctx, t, def); err != nil {
			return nil, err
		}
	}
	for _, k := range x.Constraints {
		if err := s.constrain(ctx, t, k); err != nil {
			return nil, err
		}
	}
	if err := distribute(t, x.Attributes, x.Columns); err != nil {
		return nil, err
	}
	return &Result{Tag: "CREATE TABLE"}, s.client.CreateTable(ctx, t)
}

// newTable starts a table's definition in an open transaction; skip says that it exists already and may.
func (s *Session) newTable(ctx context.Context, n dialect.Name, temporary, mayExist bool, a dialect.TableAttributes) (t *warehouse.Table, skip bool, err error) {
	schema, err := s.place(n)
	if err != nil {
		return nil, false, err
	}
	if temporary {
		schema, err = "pg_temp", s.mayInDatabase(ctx, warehouse.Temporary)
	} else {
		err = s.mayIn(ctx, schema, warehouse.Create)
	}
	if err != nil {
		return nil, false, err
	}
	if err := s.begun(ctx); err != nil {
		return nil, false, err
	}
	_, err = s.client.Table(ctx, schema, n.Name)
	if err == nil && mayExist {
		s.info(fmt.Sprintf("Relation %q already exists and will be skipped", n.Name))
		return nil, true, nil
	}
	if err != nil && fault.CodeOf(err) != "42P01" {
		return nil, false, err
	}
	t = &warehouse.Table{Schema: schema, Name: n.Name, Kind: "r", Owner: s.user.ID, Temporary: temporary,
		EncodeAuto: a.EncodeAuto, Backup: a.Backup != "no", DistStyle: "auto"}
	return t, false, nil
}

func tableColumn(def dialect.ColumnDef, c *catalog) (warehouse.TableColumn, error) {
	col := warehouse.TableColumn{Name: def.Name, Type: def.Type, NotNull: def.NotNull || def.PrimaryKey, Default: def.Default,
		Encoding: engineEncoding(def.Encode)}
	if id := def.Identity; id != nil {
		col.Identity = &warehouse.Identity{Seed: id.Seed, Step: id.Step, ByDefault: id.ByDefault}
		col.NotNull = true
	}
	if def.Default != "" {
		sql, err := dialect.RewriteExpression(def.Default, c)
		if err != nil {
			return col, err
		}
		col.EngineDefault = sql
	}
	return col, nil
}

// engineEncoding is an encoding as the catalog keeps it: RAW is none.
func engineEncoding(name string) string {
	if name == "raw" {
		return "none"
	}
	return name
}

// like takes over the columns of another table.
func (s *Session) like(ctx context.Context, t *warehouse.Table, x *dialect.CreateTable) error {
	from, err := s.find(ctx, *x.Like)
	if err != nil {
		return err
	}
	if err := s.client.May(ctx, s.user, from, warehouse.Select); err != nil {
		return err
	}
	c := s.catalog(ctx)
	for _, col := range from.Columns {
		def := dialect.ColumnDef{Name: col.Name, Type: col.Type, NotNull: col.NotNull}
		if x.LikeDefault {
			def.Default = col.Default
		}
		next, err := tableColumn(def, c)
		if err != nil {
			return err
		}
		next.Encoding, next.DistKey, next.SortKey = col.Encoding, col.DistKey, col.SortKey
		t.Columns = append(t.Columns, next)
	}
	t.DistStyle, t.DistKey, t.SortStyle, t.EncodeAuto, t.Backup = from.DistStyle, from.DistKey, from.SortStyle, from.EncodeAuto, from.Backup
	return nil
}

func (s *Session) columnConstraints(ctx context.Context, t *warehouse.Table, def dialect.ColumnDef) error {
	for _, k := range []struct {
		set  bool
		kind string
	}{{def.PrimaryKey, "primary key"}, {def.Unique, "unique"}, {def.References != nil, "foreign key"}} {
		if !k.set {
			continue
		}
		constraint := dialect.TableConstraint{Kind: k.kind, Columns: []string{def.Name}}
		if k.kind == "foreign key" {
			constraint.References = def.References
		}
		if err := s.constrain(ctx, t, constraint); err != nil {
			return err
		}
	}
	return nil
}

// constrain adds an informational key.
func (s *Session) constrain(ctx context.Context, t *warehouse.Table, k dialect.TableConstraint) error {
	out := warehouse.Constraint{Name: k.Name, Columns: k.Columns}
	suffix := ""
	switch k.Kind {
	case "primary key":
		out.Kind, suffix = "p", "_pkey"
	case "unique":
		out.Kind, suffix = "u", "_"+k.Columns[0]+"_key"
	case "foreign key":
		out.Kind, suffix = "f", "_"+k.Columns[0]+"_fkey"
	}
	if out.Name == "" {
		out.Name = t.Name + suffix
	}
	for _, name := range k.Columns {
		col := t.Column(name)
		if col == nil {
			return &fault.Error{Kind: fault.NotFound, Code: "42703", On: name, Message: fmt.Sprintf("column %q named in key does not exist", name)}
		}
		if out.Kind == "p" {
			col.NotNull = true
		}
	}
	if k.References != nil {
		to, err := s.find(ctx, k.References.Table)
		if err != nil {
			return err
		}
		if err := s.client.May(ctx, s.user, to, warehouse.References); err != nil {
			return err
		}
		out.Referenced, out.RefColumns = to.OID, k.References.Columns
	}
	t.Constraints = append(t.Constraints, out)
	return nil
}

// distribute applies distribution and sort keys of the table and of its columns.
func distribute(t *warehouse.Table, a dialect.TableAttributes, defs []dialect.ColumnDef) error {
	if a.DistStyle != "" {
		t.DistStyle = a.DistStyle
	}
	key, sort := a.DistKey, a.SortKeys
	for _, def := range defs {
		if def.DistKey {
			key = def.Name
		}
		if def.SortKey {
			sort = append(sort, def.Name)
		}
	}
	if key != "" {
		col := t.Column(key)
		if col == nil {
			return &fault.Error{Kind: fault.NotFound, Code: "42703", On: key, Message: fmt.Sprintf("column %q named in DISTKEY does not exist", key)}
		}
		t.DistStyle, t.DistKey, col.DistKey = "key", key, true
	}
	return sortBy(t, a.SortStyle, sort)
}

func sortBy(t *warehouse.Table, style string, names []string) error {
	if style != "" {
		t.SortStyle = style
	} else if len(names) > 0 {
		t.SortStyle = "compound"
	}
	for i, name := range names {
		col := t.Column(name)
		if col == nil {
			return &fault.Error{Kind: fault.NotFound, Code: "42703", On: name, Message: fmt.Sprintf("column %q named in SORTKEY does not exist", name)}
		}
		col.SortKey = i + 1
		if t.SortStyle == "interleaved" && i%2 == 1 {
			col.SortKey = -(i + 1)
		}
	}
	return nil
}

// createTableAs runs CREATE TABLE AS and SELECT INTO.
func (st *Statement) createTableAs(ctx context.Context, x *dialect.CreateTableAs, args []Arg) (*Result, error) {
	s := st.session
	t, skip, err := s.newTable(ctx, x.Table, x.Temporary, x.IfNotExists, x.Attributes)
	if err != nil || skip {
		return &Result{Tag: "SELECT"}, err
	}
	tr, err := s.translateStatement(ctx, x, st.params)
	if err != nil {
		return nil, err
	}
	b, err := st.bindQuery(ctx, x)
	if err != nil {
		return nil, err
	}
	for _, c := range resultColumns(b.known, b.stmt.Columns()) {
		t.Columns = append(t.Columns, warehouse.TableColumn{Name: c.Name, Type: stored(c.Type)})
	}
	for i, name := range x.Columns {
		if i < len(t.Columns) {
			t.Columns[i].Name = name
		}
	}
	if err := uniqueColumns(t); err != nil {
		return nil, err
	}
	if err := distribute(t, x.Attributes, nil); err != nil {
		return nil, err
	}
	if err := s.client.CreateTable(ctx, t); err != nil {
		return nil, err
	}
	s.version++
	insert := &bound{params: b.params}
	if insert.stmt, err = s.client.Conn().Prepare(ctx, "INSERT INTO "+t.SQL()+" "+tr.SQL); err != nil {
		return nil, err
	}
	defer insert.stmt.Close()
	_, err = insert.change(ctx, args)
	return &Result{Tag: "SELECT"}, err
}

func uniqueColumns(t *warehouse.Table) error {
	var seen []string
	for _, c := range t.Columns {
		if slices.Contains(seen, c.Name) {
			return &fault.Error{Kind: fault.Exists, Code: "42701", On: c.Name, Message: fmt.Sprintf("column %q duplicated", c.Name)}
		}
		seen = append(seen, c.Name)
	}
	return nil
}

// stored is the type a column made from a query's gets: text of unknown length may be as long as text can be.
func stored(t sqltype.Type) sqltype.Type {
	switch {
	case (t.ID == sqltype.Varchar || t.ID == sqltype.Name) && t.Length == 0:
		return sqltype.Type{ID: sqltype.Varchar, Length: sqltype.MaxVarchar}
	case t.ID == sqltype.Char && t.Length == 0:
		return sqltype.Type{ID: sqltype.Char, Length: sqltype.MaxChar}
	case t.ID == sqltype.Varbyte && t.Length == 0:
		return sqltype.Type{ID: sqltype.Varbyte, Length: sqltype.DefaultVarbyte}
	case t.ID == sqltype.Oid:
		return sqltype.Type{ID: sqltype.Bigint}
	}
	return t
}

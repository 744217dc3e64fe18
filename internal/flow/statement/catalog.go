package statement

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// CatalogInput says where to look for databases, schemas, tables or columns.
// Patterns are LIKE's; "" is everything.
type CatalogInput struct {
	Place
	Connected string // the database to connect to, "" for Database
	Schema    string
	Table     string
	Limit     int // 0 stands for 1000
	Token     string
}

const maxCatalog = 1000

// Databases lists the databases of a warehouse.
func (v *View) Databases(ctx context.Context, in CatalogInput) ([]string, string, error) {
	rows, next, err := v.look(ctx, "ListDatabases", in, question{"SELECT database_name FROM svv_redshift_databases ORDER BY 1", nil})
	return firsts(rows), next, err
}

// Schemas lists the schemas of a database.
func (v *View) Schemas(ctx context.Context, in CatalogInput) ([]string, string, error) {
	rows, next, err := v.look(ctx, "ListSchemas", in, question{
		"SELECT schema_name FROM svv_all_schemas WHERE database_name = $1 AND schema_name LIKE $2 ORDER BY 1", []string{in.Database, pattern(in.Schema)},
	})
	return firsts(rows), next, err
}

// Table is a table or a view of a database.
type Table struct{ Schema, Name, Kind string }

// Tables lists the tables and views of a database.
func (v *View) Tables(ctx context.Context, in CatalogInput) ([]Table, string, error) {
	rows, next, err := v.look(ctx, "ListTables", in, question{
		"SELECT schema_name, table_name, table_type FROM svv_all_tables WHERE database_name = $1 AND schema_name LIKE $2 AND table_name LIKE $3 ORDER BY 1, 2",
		[]string{in.Database, pattern(in.Schema), pattern(in.Table)},
	})
	tables := make([]Table, len(rows))
	for i, r := range rows {
		tables[i] = Table{r[0], r[1], r[2]}
	}
	return tables, next, err
}

// Columns describes a table; without a name, all tables of the schema or the database.
func (v *View) Columns(ctx context.Context, in CatalogInput) ([]Column, string, error) {
	rows, next, err := v.look(ctx, "DescribeTable", in, question{
		"SELECT schema_name, table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, column_default" +
			" FROM svv_all_columns WHERE database_name = $1 AND schema_name LIKE $2 AND table_name LIKE $3 ORDER BY schema_name, table_name, ordinal_position",
		[]string{in.Database, pattern(literal(in.Schema)), pattern(literal(in.Table))},
	})
	columns := make([]Column, len(rows))
	for i, r := range rows {
		columns[i] = columnOf(r)
	}
	return columns, next, err
}

func columnOf(r []string) Column {
	length, _ := strconv.Atoi(r[4]) // "" is none.
	digits, _ := strconv.Atoi(r[5])
	scale, _ := strconv.Atoi(r[6])
	t, err := sqltype.Parse(r[3])
	c := Column{Name: r[2], Type: r[3]}
	if err == nil {
		if t.ID == sqltype.Decimal && digits > 0 {
			t.Precision, t.Scale = digits, scale
		}
		c = describe(r[2], t)
	}
	c.Schema, c.Table, c.Default, c.Length = r[0], r[1], r[8], length
	if length > 0 {
		c.Precision = length
	}
	c.Nullable = 0
	if strings.EqualFold(r[7], "yes") {
		c.Nullable = 1
	}
	return c
}

func pattern(text string) string {
	if text == "" {
		return "%"
	}
	return text
}

// literal makes a pattern that means just the text.
func literal(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

func firsts(rows [][]string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r[0]
	}
	return out
}

// question is a query to the catalog.
type question struct {
	sql  string
	args []string
}

// look decides, asks the warehouse as the caller's database user, and cuts out a page.
func (v *View) look(ctx context.Context, action string, in CatalogInput, q question) ([][]string, string, error) {
	l, err := v.enter(ctx, action, in.Place)
	if err != nil {
		return nil, "", err
	}
	from, err := readOffset(in.Token)
	if err != nil {
		return nil, "", err
	}
	database := in.Database
	if in.Connected != "" {
		database = in.Connected
	}
	rows, err := v.store.query(ctx, l, database, q)
	if err != nil {
		return nil, "", catalogFault(err)
	}
	if in.Limit <= 0 || in.Limit > maxCatalog {
		in.Limit = maxCatalog
	}
	from = min(from, len(rows))
	to := min(from+in.Limit, len(rows))
	if to == len(rows) {
		return rows[from:to], "", nil
	}
	return rows[from:to], base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to))), nil
}

func readOffset(token string) (int, error) {
	if token == "" {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	n, bad := strconv.Atoi(string(text))
	if err != nil || bad != nil || n < 0 {
		return 0, invalid("The NextToken value is invalid.")
	}
	return n, nil
}

// catalogFault answers with what the warehouse said.
func catalogFault(err error) error {
	text, shown := sentence(err)
	if !shown {
		return err
	}
	return &fault.Error{Kind: fault.Invalid, Code: "ValidationException", Message: text, Err: err}
}

// query runs one query in a session of its own and returns its rows as text, NULL as "".
func (s *Store) query(ctx context.Context, l login, database string, q question) (rows [][]string, err error) {
	conn, err := s.connect(ctx, l, database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	list, err := conn.Prepare(ctx, q.sql, nil)
	if err != nil {
		return nil, err
	}
	values := make([]session.Arg, len(q.args))
	for i, a := range q.args {
		values[i].Value = []byte(a)
	}
	for _, st := range list {
		result, err := st.Run(ctx, values)
		if err != nil {
			return nil, errors.Join(err, st.Close())
		}
		rows, err = texts(result.Rows)
		if err = errors.Join(err, result.Rows.Close(), st.Close()); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func texts(in warehouse.Rows) ([][]string, error) {
	var out [][]string
	for {
		chunk, err := in.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for row := range chunk.Rows {
			line := make([]string, len(chunk.Vectors))
			for i := range chunk.Vectors {
				if v := &chunk.Vectors[i]; !v.Null(row) {
					if line[i], err = text(v, row, time.UTC); err != nil {
						return nil, err
					}
				}
			}
			out = append(out, line)
		}
	}
}

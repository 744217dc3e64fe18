package target

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Column is a column that the warehouse has.
type Column struct {
	Name     string
	Type     sqltype.Type // Unknown when it is none that COPY fills.
	Declared string
	Nullable bool
	Filled   bool // It has a default, or counts by itself.
}

// Columns are those of a table in their order, none when there is no such table.
func (t *Target) Columns(ctx context.Context, schema, table string) (all []Column, err error) {
	err = t.with(ctx, "describe table "+schema+"."+table, func(ctx context.Context, s *session) error {
		all, err = t.columns(ctx, s, schema, table)
		return err
	})
	return all, err
}

// columns are those of a table in their order, none when there is no such table.
func (t *Target) columns(ctx context.Context, s *session, schema, table string) ([]Column, error) {
	rows, err := s.query(ctx, `SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, column_default
FROM svv_columns WHERE table_schema = `+t.Literal(t.fold(schema))+" AND table_name = "+t.Literal(t.fold(table))+" ORDER BY ordinal_position")
	if err != nil {
		return nil, fmt.Errorf("describe table %s.%s of the warehouse: %w", schema, table, err)
	}
	var all []Column
	for _, r := range rows {
		all = append(all, Column{Name: r.text(0), Type: typeOf(r), Declared: r.text(1), Nullable: !strings.EqualFold(r.text(5), "NO"), Filled: r[6] != nil})
	}
	return all, nil
}

// typeOf reads a type as the catalog prints it; one that is not known here is Unknown.
func typeOf(r row) sqltype.Type {
	var args []int
	for _, i := range []int{2, 3, 4} {
		if n, err := strconv.Atoi(string(r[i])); err == nil {
			args = append(args, n)
		}
	}
	kind, _ := sqltype.Parse(r.text(1))
	switch kind.ID {
	case sqltype.Decimal:
		if len(args) > 2 {
			args = args[len(args)-2:]
		}
	case sqltype.Char, sqltype.Varchar, sqltype.Varbyte:
		args = args[:min(1, len(args))]
	default:
		return kind
	}
	typ, err := sqltype.Parse(r.text(1), args...)
	if err != nil {
		return kind
	}
	return typ
}

// Create is the statement that makes the table of a plan.
func Create(p *mapping.Plan) string { return create(p, Qualified(p.Schema, p.Table)) }

// create is the statement that makes the table of a plan: columns and key, never defaults.
func create(p *mapping.Plan, table string) string {
	var b strings.Builder
	b.WriteString("CREATE TABLE " + table + " (")
	for i, c := range p.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Quote(c.Name) + " " + DDL(c.Type))
		if !c.Nullable {
			b.WriteString(" NOT NULL")
		}
	}
	if key := keyNames(p); len(key) > 0 {
		b.WriteString(", PRIMARY KEY (" + Quoted(key) + ")")
	}
	return b.String() + ")"
}

// DDL is a type as CREATE TABLE takes it.
func DDL(t sqltype.Type) string {
	switch t.ID {
	case sqltype.Varchar:
		return "VARCHAR(" + strconv.Itoa(t.Length) + ")"
	case sqltype.Varbyte:
		return "VARBYTE(" + strconv.Itoa(t.Length) + ")"
	case sqltype.Char:
		return "CHAR(" + strconv.Itoa(t.Length) + ")"
	case sqltype.Timestamp:
		return "TIMESTAMP"
	case sqltype.TimestampTZ:
		return "TIMESTAMPTZ"
	case sqltype.Time:
		return "TIME"
	case sqltype.TimeTZ:
		return "TIMETZ"
	}
	return strings.ToUpper(t.String())
}

func columnNames(p *mapping.Plan) []string {
	all := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		all[i] = c.Name
	}
	return all
}

func keyNames(p *mapping.Plan) []string {
	all := make([]string, len(p.Key))
	for i, k := range p.Key {
		all[i] = p.Columns[k].Name
	}
	return all
}

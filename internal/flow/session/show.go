package session

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// catalogQueries answer SHOW DATABASES and its like from the system views.
var catalogQueries = map[string]string{
	"databases": "SELECT database_name, database_owner, database_type, database_acl FROM svv_redshift_databases WHERE true%s ORDER BY 1",
	"schemas":   "SELECT database_name, schema_name, schema_owner, schema_type, schema_acl FROM svv_redshift_schemas WHERE true%s ORDER BY 1, 2",
	"tables":    "SELECT database_name, schema_name, table_name, table_type, table_acl, remarks FROM svv_redshift_tables WHERE true%s ORDER BY 1, 2, 3",
	"columns": "SELECT database_name, schema_name, table_name, column_name, ordinal_position, column_default, is_nullable, data_type, " +
		"character_maximum_length, numeric_precision, remarks FROM svv_all_columns WHERE true%s ORDER BY 1, 2, 3, 5",
}

// catalogQuery is the query behind a SHOW of the catalog; ok is false for other SHOWs.
func catalogQuery(x *dialect.Show) (sql string, ok bool) {
	query, ok := catalogQueries[x.What]
	if !ok {
		return "", false
	}
	var where strings.Builder
	require := func(column, value string) {
		if value != "" {
			where.WriteString(" AND " + column + " = " + warehouse.Literal(value))
		}
	}
	name := map[string]string{"databases": "database_name", "schemas": "schema_name", "tables": "table_name", "columns": "column_name"}[x.What]
	switch x.What {
	case "schemas":
		require("database_name", x.Object.Name)
	case "tables":
		require("database_name", x.Object.Schema)
		require("schema_name", x.Object.Name)
	case "columns":
		require("database_name", x.Object.Database)
		require("schema_name", x.Object.Schema)
		require("table_name", x.Object.Name)
	}
	if x.Like != "" {
		where.WriteString(" AND " + name + " LIKE " + warehouse.Literal(x.Like))
	}
	sql = fmt.Sprintf(query, where.String())
	if x.Limit > 0 {
		sql += fmt.Sprintf(" LIMIT %d", x.Limit)
	}
	return sql, true
}

// show answers SHOW parameter and SHOW ALL.
func (s *Session) show(x *dialect.Show) (*Result, error) {
	columns, err := s.showColumns(x)
	if err != nil {
		return nil, err
	}
	if x.Name == "all" {
		return list("SHOW", []string{"name", "setting"}, s.settings.list()), nil
	}
	return list("SHOW", []string{columns[0].Name}, [][]string{{s.settings.get(x.Name)}}), nil
}

func (s *Session) showColumns(x *dialect.Show) ([]Column, error) {
	switch {
	case x.What != "parameter":
		return nil, unsupported(x)
	case x.Name == "all":
		return textColumns([]string{"name", "setting"}), nil
	}
	if _, ok := s.settings.fixed[x.Name]; !ok && !s.settings.known(x.Name) {
		return nil, unknownParameter(x.Name)
	}
	return textColumns([]string{reportName(x.Name)}), nil
}

// overSystemViews turns statements that list the catalog into queries over the system views.
func (st *Statement) overSystemViews() (*Statement, error) {
	sql, ok := "", false
	switch x := st.parsed.(type) {
	case *dialect.Show:
		if x.What == "grants" {
			grants, err := showGrants(x)
			if err != nil {
				return nil, err
			}
			sql, ok = grants, true
			break
		}
		sql, ok = catalogQuery(x)
	case *dialect.CopyJob:
		sql, ok = jobQuery(x)
	}
	if !ok {
		return st, nil
	}
	query, err := dialect.Parse(sql)
	if err != nil {
		return nil, err
	}
	st.origin, st.parsed = st.parsed, query
	return st, nil
}

package postgres

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Partitions are the tables that a partitioned table's rows are in; one of another schema
// goes by both names.
func (s *Source) Partitions(ctx context.Context, n source.Name) ([]source.Partition, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows, err := c.query("SELECT CASE WHEN cn.nspname = pn.nspname THEN c.relname ELSE cn.nspname || '.' || c.relname END, format('%I.%I', cn.nspname, c.relname)"+
		" FROM pg_inherits AS i JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_namespace AS pn ON pn.oid = p.relnamespace"+
		" JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_namespace AS cn ON cn.oid = c.relnamespace"+
		" WHERE p.relkind = 'p' AND pn.nspname = $1 AND p.relname = $2 ORDER BY 1", n.Schema, n.Table)
	if err != nil {
		return nil, ended(ctx, err)
	}
	var all []source.Partition
	for _, r := range rows {
		all = append(all, source.Partition{Name: r[0], Part: r[1]})
	}
	return all, nil
}

// rowsOf names the rows of a range's partition as t, or else those of the table.
func (t *table) rowsOf(r source.Range) string {
	if r.Part == nil || r.Part.Partition == "" {
		return t.relation()
	}
	return " FROM " + r.Part.Partition + " AS t" // It may have partitions of its own.
}

// within is the condition of a part of the table, "" for none.
func (t *table) within(p *source.Part) (string, error) {
	if p == nil {
		return "", nil
	}
	return p.Condition(func(column int, operator, value string) (string, error) {
		i := t.find(p.Columns[column])
		if i < 0 {
			return "", t.Name.Altered("column " + p.Columns[column] + " is gone")
		}
		return t.columns[i].ref() + " " + operator + " " + t.columns[i].literal(value), nil
	})
}

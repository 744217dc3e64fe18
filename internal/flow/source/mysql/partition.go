package mysql

import (
	"context"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Partitions are the names of a table's partitions.
func (s *Source) Partitions(ctx context.Context, n source.Name) ([]source.Partition, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows, err := c.query("SELECT partition_name FROM information_schema.partitions WHERE table_schema = ? AND table_name = ? AND partition_name IS NOT NULL ORDER BY partition_ordinal_position", n.Schema, n.Table)
	if err != nil {
		return nil, err
	}
	var all []source.Partition
	for _, r := range rows {
		if p := (source.Partition{Name: r[0], Part: r[0]}); !slices.Contains(all, p) { // Those with subpartitions come several times.
			all = append(all, p)
		}
	}
	return all, nil
}

// relation is what rows of a range are read from.
func (t *table) relation(r source.Range) string {
	if r.Part == nil || r.Part.Partition == "" {
		return identOf(t.Name)
	}
	return identOf(t.Name) + " PARTITION (" + ident(r.Part.Partition) + ")"
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
		v := quote(value)
		if form(t.columns[i].base) != 0 {
			var err error
			if v, err = t.value(i, value); err != nil {
				return "", err
			}
		}
		return ident(t.columns[i].Name) + " " + operator + " " + v, nil
	})
}

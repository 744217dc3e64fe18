package source

import (
	"context"
	"strings"
)

// Part is a part of a table that is not a range of its key: a partition, or the rows
// between boundaries of some columns.
type Part struct {
	Partition string     `json:",omitempty"` // As Partitions told it.
	Columns   []string   `json:",omitempty"` // Of the boundaries.
	Before    []string   `json:",omitempty"` // Rows before this boundary; nil for those that are before none.
	After     [][]string `json:",omitempty"` // Less those before one of these, which are in other parts.
}

// Partitioner is a source that knows the partitions of its tables.
type Partitioner interface {
	// Partitions are the names of a table's partitions as people call them and as a Part
	// has them, in their order; none when the table has none.
	Partitions(ctx context.Context, table Name) ([]Partition, error)
}

// Partition is one of a table's.
type Partition struct{ Name, Part string }

// Condition is the SQL for the rows of a part, "" for all; each writes the comparison of a
// column with one value. A row that NULL keeps from being compared is before no boundary, and
// so in the last part; and none is in two, whatever the order of the column's collation is.
func (p *Part) Condition(each func(column int, operator, value string) (string, error)) (string, error) {
	if len(p.Columns) == 0 {
		return "", nil
	}
	var all []string
	for _, b := range p.After {
		c, err := p.before(b, each)
		if err != nil {
			return "", err
		}
		all = append(all, "("+c+") IS NOT TRUE")
	}
	if p.Before != nil {
		c, err := p.before(p.Before, each)
		if err != nil {
			return "", err
		}
		all = append(all, "("+c+") IS TRUE")
	}
	return strings.Join(all, " AND "), nil
}

// before is the condition of rows before a boundary: by the first column, or where that is equal by the next.
func (p *Part) before(boundary []string, each func(int, string, string) (string, error)) (string, error) {
	var any []string
	equal := ""
	for i, v := range boundary {
		less, err := each(i, "<", v)
		if err != nil {
			return "", err
		}
		any = append(any, equal+less)
		same, err := each(i, "=", v)
		if err != nil {
			return "", err
		}
		equal += same + " AND "
	}
	return strings.Join(any, " OR "), nil
}

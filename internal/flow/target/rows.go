package target

import (
	"context"
	"fmt"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// LoadedRows is how many rows the chunks of a table that are in have together.
func (t *Target) LoadedRows(ctx context.Context, table source.Name) (int64, error) {
	rows, err := t.query(ctx, "count the rows of "+table.String(), "SELECT COALESCE(SUM(loaded_rows), 0) FROM "+t.marks()+" WHERE "+t.of(table))
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(rows[0].text(0), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("count the rows of %s: %w", table, err)
	}
	return n, nil
}

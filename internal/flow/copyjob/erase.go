package copyjob

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// eraseSQL deletes of each row that was staged as many equal ones, the newest
// first, as there are in the stage. Equal are rows whose loaded columns are.
func eraseSQL(table *warehouse.Table, staged *load.Staged) string {
	columns, equal := make([]string, len(staged.Columns)), make([]string, len(staged.Columns))
	for i, name := range staged.Columns {
		columns[i] = warehouse.Quote(name)
		equal[i] = fmt.Sprintf("t.%[1]s IS NOT DISTINCT FROM b.%[1]s", columns[i])
	}
	list := strings.Join(columns, ", ")
	// The names that are not the table's have a blank, which no name of a file's column is likely to have.
	return fmt.Sprintf(`DELETE FROM %[1]s WHERE rowid IN (SELECT "row id" FROM (
		SELECT t.rowid AS "row id", b."row count" AS "row count", row_number() OVER (PARTITION BY b."row group" ORDER BY t.rowid DESC) AS "row place"
		FROM %[1]s t JOIN (SELECT %[2]s, count(*) AS "row count", row_number() OVER () AS "row group" FROM %[3]s GROUP BY %[2]s) b ON %[4]s)
		WHERE "row place" <= "row count")`, table.SQL(), list, staged.SQL, strings.Join(equal, " AND "))
}

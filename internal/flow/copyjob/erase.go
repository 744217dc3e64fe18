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
	keys, equal := make([]string, len(staged.Columns)), make([]string, len(staged.Columns))
	for i, name := range staged.Columns {
		keys[i] = fmt.Sprintf("%s AS key%d", warehouse.Quote(name), i)
		equal[i] = fmt.Sprintf("t.%s IS NOT DISTINCT FROM b.key%d", warehouse.Quote(name), i)
	}
	// b is the stage's different rows; its names meet none of the table's.
	return fmt.Sprintf(`DELETE FROM %[1]s WHERE rowid IN (SELECT found FROM (
		SELECT t.rowid AS found, b.copies AS copies, row_number() OVER (PARTITION BY b.kind ORDER BY t.rowid DESC) AS place
		FROM %[1]s t JOIN (SELECT *, row_number() OVER () AS kind FROM (SELECT %[2]s, count(*) AS copies FROM %[3]s GROUP BY ALL)) b ON %[4]s)
		WHERE place <= copies)`, table.SQL(), strings.Join(keys, ", "), staged.SQL, strings.Join(equal, " AND "))
}

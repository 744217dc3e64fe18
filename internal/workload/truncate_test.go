package workload

import (
	"fmt"
	"testing"
)

// TestTruncatedTwice: rows between two TRUNCATEs that are applied together are gone.
func TestTruncatedTwice(t *testing.T) {
	db := startMariaDB(t)
	l := begin(t, db, options{tables: 4, rows: 100})
	data := home(t)
	args := []string{"--from", db.url(), "--tables", "shop.*", "--data", data}
	caughtUp(t, args...)
	for _, one := range l.tables {
		execute(t, db, l.many(one, 50), "TRUNCATE TABLE shop."+one.name, l.many(one, 30), fmt.Sprintf("UPDATE shop.%s SET v = 'x' WHERE n > 0", one.name),
			"TRUNCATE TABLE shop."+one.name, l.many(one, 20))
	}
	caughtUp(t, args...)
	warehouse(t, data, l.compare)
}

package workload

import (
	"context"
	"fmt"
	"testing"
)

// TestTruncatedTwice: rows between two TRUNCATEs that are applied together are gone.
func TestTruncatedTwice(t *testing.T) {
	db := startMariaDB(t)
	l := begin(t, db, options{tables: 4, rows: 100})
	data := home(t)
	args := []string{"replicate", "--from", db.url(), "--tables", "shop.*", "--data", data, "--until-caught-up"}
	caughtUp := func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		p := run(t, args...)
		if err := p.wait(ctx); err != nil {
			t.Fatalf("%v\n%s", err, p.out.last(40))
		}
	}
	caughtUp()
	s, err := db.open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for _, one := range l.tables {
		for _, q := range []string{
			l.many(one, 50), "TRUNCATE TABLE shop." + one.name, l.many(one, 30), fmt.Sprintf("UPDATE shop.%s SET v = 'x' WHERE n > 0", one.name),
			"TRUNCATE TABLE shop." + one.name, l.many(one, 20),
		} {
			if err := s.run(q); err != nil {
				t.Fatal(err)
			}
		}
	}
	caughtUp()
	warehouse(t, data, l.compare)
}

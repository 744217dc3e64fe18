package task_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/client"

	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
)

// change changes the source at random until it is told to stop, also when the server goes away.
func (w *world) change(stop chan struct{}) {
	var db *client.Conn
	for {
		select {
		case <-stop:
			return
		default:
		}
		if db == nil {
			if db, _ = client.Connect(w.source.(*mariadbtest.Server).Addr, mariadbtest.User, mariadbtest.Password, "shop"); db == nil {
				time.Sleep(20 * time.Millisecond) // It is being started again.
				continue
			}
		}
		if err := transaction(db); err != nil {
			db.Close()
			db = nil
		}
	}
}

// transaction makes a few changes, and sometimes takes them back.
func transaction(db *client.Conn) error {
	all := []string{"BEGIN"}
	for range 1 + rand.IntN(6) {
		all = append(all, statement())
	}
	end := "COMMIT"
	if rand.IntN(10) == 0 {
		end = "ROLLBACK"
	}
	for _, q := range append(all, end) {
		if _, err := db.Execute(q); err != nil && !strings.Contains(err.Error(), "ERROR 1062") {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// statement is one change of one of the tables.
func statement() string {
	id, other := rand.IntN(6000), rand.IntN(6000)
	switch rand.IntN(9) {
	case 0:
		return fmt.Sprintf("INSERT INTO orders VALUES (%d, %d, 'new') ON DUPLICATE KEY UPDATE v = v + 1", id, other)
	case 1:
		return fmt.Sprintf("DELETE FROM orders WHERE id BETWEEN %d AND %d", id, id+rand.IntN(3))
	case 2:
		return fmt.Sprintf("UPDATE orders SET id = %d WHERE id = %d", other, id)
	case 3:
		return fmt.Sprintf("UPDATE orders SET v = v + 1, text = 'changed' WHERE id BETWEEN %d AND %d", id, id+20)
	case 4:
		return fmt.Sprintf("INSERT IGNORE INTO items VALUES (%d, 'c', 1)", id%1200)
	case 5:
		return fmt.Sprintf("UPDATE items SET v = v + 1 WHERE a = %d", id%1200)
	case 6:
		return fmt.Sprintf("DELETE FROM items WHERE a = %d", id%1200)
	case 7:
		return fmt.Sprintf("INSERT INTO log VALUES (%d), (%d)", id, id)
	}
	return fmt.Sprintf("DELETE FROM log WHERE v = %d LIMIT 1", id)
}

// atSource is a query's one row at the source, as rows has it of the target.
func (w *world) atSource(query string) string {
	w.t.Helper()
	list, rest, _ := strings.Cut(strings.TrimPrefix(query, "SELECT "), " FROM ")
	return w.source.Value(w.t, "SELECT CONCAT_WS('|', "+list+") FROM "+rest) + "\n"
}

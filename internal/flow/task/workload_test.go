package task_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/client"

	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
)

// change changes the source at random until it is told to stop, also when the server goes away.
func (w *world) change(stop chan struct{}) {
	var db session
	for {
		select {
		case <-stop:
			return
		default:
		}
		if db == nil {
			if db = w.session(); db == nil {
				time.Sleep(20 * time.Millisecond) // It is being started again.
				continue
			}
		}
		if err := w.transaction(db); err != nil {
			db = nil
		}
	}
}

// session runs one statement.
type session func(sql string) error

// session opens a session of the source, nil when it does not answer.
func (w *world) session() session {
	if w.engine == "postgres" {
		c, err := w.source.(*postgrestest.Server).Connect(postgrestest.User, postgrestest.Password, postgrestest.Database)
		if err != nil {
			return nil
		}
		return func(sql string) error { _, err := c.Exec(context.Background(), sql).ReadAll(); return err }
	}
	c, err := client.Connect(w.source.(*mariadbtest.Server).Addr, mariadbtest.User, mariadbtest.Password, "shop")
	if err != nil {
		return nil
	}
	return func(sql string) error { _, err := c.Execute(sql); return err }
}

// transaction makes a few changes, and sometimes takes them back.
func (w *world) transaction(db session) error {
	all := []string{"BEGIN"}
	for range 1 + rand.IntN(6) {
		all = append(all, w.statement())
	}
	end := "COMMIT"
	if rand.IntN(10) == 0 {
		end = "ROLLBACK"
	}
	for _, q := range append(all, end) {
		err := db(q)
		if err != nil && strings.Contains(err.Error(), "SQLSTATE 23505") {
			return db("ROLLBACK")
		}
		if err != nil && !strings.Contains(err.Error(), "ERROR 1062") {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// statement is one change of one of the tables.
func (w *world) statement() string {
	upsert, ignore, one := "ON DUPLICATE KEY UPDATE v = v + 1", "ON DUPLICATE KEY UPDATE v = v", "DELETE FROM shop.log WHERE v = %d LIMIT 1"
	if w.engine == "postgres" {
		upsert, ignore = "ON CONFLICT (id) DO UPDATE SET v = orders.v + 1", "ON CONFLICT DO NOTHING"
		one = "DELETE FROM shop.log WHERE ctid = (SELECT ctid FROM shop.log WHERE v = %d LIMIT 1)"
	}
	id, other := rand.IntN(6000), rand.IntN(6000)
	switch rand.IntN(9) {
	case 0:
		return fmt.Sprintf("INSERT INTO shop.orders VALUES (%d, %d, 'new') ", id, other) + upsert
	case 1:
		return fmt.Sprintf("DELETE FROM shop.orders WHERE id BETWEEN %d AND %d", id, id+rand.IntN(3))
	case 2:
		return fmt.Sprintf("UPDATE shop.orders SET id = %d WHERE id = %d", other, id)
	case 3:
		return fmt.Sprintf("UPDATE shop.orders SET v = v + 1, text = 'changed' WHERE id BETWEEN %d AND %d", id, id+20)
	case 4:
		return fmt.Sprintf("INSERT INTO shop.items VALUES (%d, 'c', 1) ", id%1200) + ignore
	case 5:
		return fmt.Sprintf("UPDATE shop.items SET v = v + 1 WHERE a = %d", id%1200)
	case 6:
		return fmt.Sprintf("DELETE FROM shop.items WHERE a = %d", id%1200)
	case 7:
		return fmt.Sprintf("INSERT INTO shop.log VALUES (%d), (%d)", id, id)
	}
	return fmt.Sprintf(one, id)
}

// atSource is a query's one row at the source, as rows has it of the target.
func (w *world) atSource(query string) string {
	w.t.Helper()
	list, rest, _ := strings.Cut(strings.TrimPrefix(query, "SELECT "), " FROM ")
	return w.source.Value(w.t, "SELECT CONCAT_WS('|', "+list+") FROM "+rest) + "\n"
}

package workload

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load changes tables at random in several sessions until it is ended.
type load struct {
	t      testing.TB
	db     database
	d      dialect
	tables []*table
	ddl    bool

	next   atomic.Int64 // The last number given to a row.
	done   atomic.Int64 // Transactions that committed.
	failed atomic.Int64 // Statements that the server refused: a key that is taken, a lock, a column that is gone.
	stop   chan struct{}
	all    sync.WaitGroup
	whole  sync.RWMutex // MariaDB's TRUNCATE and its line in the log are not one: a crash between them is the source's loss, and no crash comes then.
}

// table is one of the tables with the columns that were added to it.
type table struct {
	name string
	kind kind

	mu    sync.Mutex
	added []string
}

// begin makes the tables, fills them and starts the sessions.
func begin(t testing.TB, db database, o options) *load {
	t.Helper()
	l := &load{t: t, db: db, d: db.words(), ddl: o.ddl, stop: make(chan struct{})}
	s, err := db.open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for i := range o.tables {
		k := kinds[i%len(kinds)]
		one := &table{name: fmt.Sprintf("%s_%d", k.name, i), kind: k}
		l.tables = append(l.tables, one)
		for _, q := range append(l.d.create(one.name, k), l.many(one, o.rows)) {
			if err := s.run(q); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range o.sessions {
		l.all.Go(func() { l.session(rand.New(rand.NewPCG(o.seed, uint64(i)))) })
	}
	return l
}

// end waits for the sessions to finish what they do.
func (l *load) end() {
	close(l.stop)
	l.all.Wait()
}

func (l *load) ended() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// session makes transactions, on a new connection when the server went away.
func (l *load) session(r *rand.Rand) {
	var s session
	pace := time.NewTicker(4 * time.Millisecond)
	defer pace.Stop()
	for !l.ended() {
		if s == nil || s.gone() {
			if s != nil {
				s.close()
			}
			s, _ = l.db.open()
		}
		<-pace.C
		if s != nil {
			l.transaction(s, r)
		}
	}
	if s != nil {
		s.close()
	}
}

func (l *load) transaction(s session, r *rand.Rand) {
	if one := l.tables[r.IntN(len(l.tables))]; l.ddl && r.IntN(150) == 0 {
		l.count(s.run(l.alter(one, r)))
		return
	}
	if s.run("BEGIN") != nil {
		return
	}
	statements := 1 + r.IntN(5)
	if r.IntN(100) == 0 {
		statements = 200
	}
	for range statements {
		if err := l.count(l.change(s, l.statement(l.tables[r.IntN(len(l.tables))], r))); err != nil {
			_ = s.run("ROLLBACK")
			return
		}
	}
	if r.IntN(10) == 0 {
		_ = s.run("ROLLBACK")
		return
	}
	if s.run("COMMIT") == nil {
		l.done.Add(1)
	}
}

func (l *load) change(s session, sql string) error {
	if strings.HasPrefix(sql, "TRUNCATE") {
		l.whole.RLock()
		defer l.whole.RUnlock()
	}
	return s.run(sql)
}

// crash ends the server and starts it again.
func (l *load) crash() {
	l.t.Helper()
	l.whole.Lock()
	defer l.whole.Unlock()
	l.db.Restart(l.t)
}

func (l *load) count(err error) error {
	if err != nil {
		l.failed.Add(1)
	}
	return err
}

// fresh is a number that no row has.
func (l *load) fresh() int64 { return l.next.Add(1) }

// some is a number that a row may have.
func (l *load) some(r *rand.Rand) int64 { return r.Int64N(l.next.Load() + 1) }

// many inserts so many rows by one statement.
func (l *load) many(t *table, rows int) string {
	at := l.next.Add(int64(rows)) - int64(rows)
	return fmt.Sprintf("INSERT INTO shop.%s (n, sku, v, amount, body, at, born) SELECT %d + seq, CONCAT('S', seq %% 7), CONCAT('v', seq), seq / 4, NULL, '2024-02-29 01:02:03.000004', '2024-02-29' FROM %s",
		t.name, at, fmt.Sprintf(l.d.series, rows))
}

// odd are texts that have gone wrong somewhere.
var odd = []string{"", " ", "NULL", `\N`, `a,"b"`, "it's", `\`, `\\'`, "x\ny", "x\r\n", "\t", "ä€😀", "trailing  ", `"`, `""`, "0", "{}"}

func (l *load) row(r *rand.Rand, n int64) string {
	v, amount := "NULL", "NULL"
	if r.IntN(5) > 0 {
		v = l.d.quote(odd[r.IntN(len(odd))] + fmt.Sprint(r.IntN(1000)))
	}
	if r.IntN(8) == 0 {
		v = l.d.quote(odd[r.IntN(len(odd))])
	}
	if r.IntN(5) > 0 {
		amount = fmt.Sprintf("%d.%02d", r.IntN(2_000_000)-1_000_000, r.IntN(100))
	}
	body := "NULL"
	if r.IntN(10) == 0 {
		body = fmt.Sprintf(l.d.chance, 1+r.IntN(400))
	}
	return fmt.Sprintf("(%d, 'S%d', %s, %s, %s, '2024-%02d-01 00:00:00.%06d', '19%02d-12-31')", n, r.IntN(7), v, amount, body, 1+r.IntN(12), r.IntN(1e6), r.IntN(100))
}

const columns = "(n, sku, v, amount, body, at, born)"

func (l *load) statement(t *table, r *rand.Rand) string {
	n := l.some(r)
	switch p := r.IntN(1000); {
	case p < 350:
		rows := make([]string, 1+r.IntN(20))
		for i := range rows {
			rows[i] = l.row(r, l.fresh())
		}
		return fmt.Sprintf("INSERT INTO shop.%s %s VALUES %s", t.name, columns, strings.Join(rows, ", "))
	case p < 430:
		return fmt.Sprintf("%s INTO shop.%s %s VALUES %s %s", l.d.skip[0], t.name, columns, l.row(r, n), l.d.skip[1])
	case p < 500 && t.kind.columns != "":
		return l.upsert(t, l.row(r, n))
	case p < 700:
		return fmt.Sprintf("UPDATE shop.%s SET v = CONCAT('u', n), amount = amount + 0.25 WHERE n BETWEEN %d AND %d", t.name, n, n+r.Int64N(30))
	case p < 730:
		return fmt.Sprintf("UPDATE shop.%s SET body = "+l.d.chance+" WHERE n BETWEEN %d AND %d", t.name, 1+r.IntN(600), n, n+3)
	case p < 780:
		return fmt.Sprintf("UPDATE shop.%s SET n = n + %d WHERE n BETWEEN %d AND %d", t.name, r.IntN(2000)-1000, n, n+2) // The key changes.
	case p < 800:
		return fmt.Sprintf("UPDATE shop.%s SET sku = UPPER(CONCAT('s', n %% 5)), v = NULL WHERE n BETWEEN %d AND %d", t.name, n, n+5) // As well, of some.
	case p < 830:
		return l.extra(t, r, n)
	case p < 996:
		return fmt.Sprintf("DELETE FROM shop.%s WHERE n BETWEEN %d AND %d", t.name, n, n+r.Int64N(12))
	case p < 998:
		return l.many(t, 2000)
	case p < 999:
		return fmt.Sprintf("DELETE FROM shop.%s WHERE n > %d", t.name, l.next.Load()/2)
	}
	return "TRUNCATE TABLE shop." + t.name
}

func (l *load) upsert(t *table, row string) string {
	tail := l.d.upsert
	if strings.Contains(tail, "%s") {
		tail = fmt.Sprintf(tail, t.kind.columns)
	}
	as := ""
	if l.db.engine() == "postgres" {
		as = " AS t"
	}
	return fmt.Sprintf("INSERT INTO shop.%s%s %s VALUES %s %s", t.name, as, columns, row, tail)
}

// extra writes into a column that was added.
func (l *load) extra(t *table, r *rand.Rand, n int64) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.added) == 0 {
		return fmt.Sprintf("UPDATE shop.%s SET born = NULL WHERE n = %d", t.name, n)
	}
	return fmt.Sprintf("UPDATE shop.%s SET %s = '%d' WHERE n BETWEEN %d AND %d", t.name, t.added[r.IntN(len(t.added))], r.IntN(1e6), n, n+10)
}

// alter changes the shape of a table.
func (l *load) alter(t *table, r *rand.Rand) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := fmt.Sprintf("x%d", l.fresh())
	sql := "ALTER TABLE shop." + t.name + " "
	switch p := r.IntN(10); {
	case len(t.added) < 2 || p < 3 && len(t.added) < 6:
		t.added = append(t.added, name)
		return sql + fmt.Sprintf(l.d.alterations[r.IntN(len(l.d.alterations))], name)
	case p < 7:
		i := r.IntN(len(t.added))
		gone := t.added[i]
		t.added = append(t.added[:i], t.added[i+1:]...)
		return sql + "DROP COLUMN " + gone
	}
	i := r.IntN(len(t.added))
	was := t.added[i]
	t.added[i] = name
	return sql + "RENAME COLUMN " + was + " TO " + name
}

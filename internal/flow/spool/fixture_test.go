package spool_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/spool"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// origin makes transactions, always the same ones for a seed.
type origin struct {
	r      *rand.Rand
	tables []*source.Table
	n      int
}

func newOrigin(seed uint64) *origin {
	o := &origin{r: rand.New(rand.NewPCG(seed, 1))}
	for i := range 3 {
		o.tables = append(o.tables, table(fmt.Sprint("t", i), 2+i))
	}
	return o
}

func table(name string, columns int) *source.Table {
	t := &source.Table{Name: source.Name{Schema: "shop", Table: name}, Key: []int{0}, Rows: 7}
	for i := range columns {
		t.Columns = append(t.Columns, source.Column{
			Name: fmt.Sprint("c", i), Declared: "varchar(40)", Nullable: i > 0, Type: sqltype.Type{ID: sqltype.Varchar, Length: 40 + i},
		})
	}
	return t
}

type commit struct {
	pos source.Position
	at  time.Time
}

func (c commit) Position() source.Position { return c.pos }
func (c commit) Time() time.Time           { return c.at }

func position(n int) source.Position { return source.Position(fmt.Sprintf("%012d", n)) }

// transaction delivers the next one, perhaps after one that is undone.
func (o *origin) transaction(to source.Sink) error {
	o.n++
	if o.r.IntN(10) == 0 {
		if err := o.changes(to); err != nil {
			return err
		}
		to.Rollback()
	}
	if o.r.IntN(5) > 0 {
		if err := o.changes(to); err != nil {
			return err
		}
	}
	return to.Commit(commit{position(o.n), time.Unix(1_700_000_000+int64(o.n), int64(o.n)).UTC()})
}

func (o *origin) changes(to source.Sink) error {
	for range 1 + o.r.IntN(4) {
		if o.r.IntN(12) == 0 {
			if err := o.alter(to); err != nil {
				return err
			}
			continue
		}
		if err := to.Rows(o.rows()); err != nil {
			return err
		}
	}
	return nil
}

func (o *origin) alter(to source.Sink) error {
	i := o.r.IntN(len(o.tables))
	o.tables[i] = table(o.tables[i].Table, 2+o.r.IntN(5))
	return to.DDL(&source.DDL{
		Verb: source.Alter, Table: o.tables[i].Name, To: source.Name{Table: "x"}, Statement: "ALTER \xff…", Shape: o.tables[i],
	})
}

func (o *origin) rows() *source.Rows {
	t := o.tables[o.r.IntN(len(o.tables))]
	rows := &source.Rows{Table: t, Op: source.Op(1 + o.r.IntN(3)), NULs: int64(o.r.IntN(2))}
	n := 1 + o.r.IntN(20)
	if rows.Op != source.Insert {
		o.images(&rows.Before, n, len(t.Columns))
	}
	if rows.Op != source.Delete {
		o.images(&rows.After, n, len(t.Columns))
	}
	return rows
}

func (o *origin) images(m *source.Images, rows, columns int) {
	m.Reset(columns)
	for range rows * columns {
		b := m.Buffer()
		switch o.r.IntN(4) {
		case 0:
			b = append(b, source.Null...)
		case 1: // Not sent.
		default:
			b, _ = source.AppendText(b, make([]byte, o.r.IntN(300)))
			for range o.r.IntN(200) {
				b = append(b, byte('a'+o.r.IntN(26)))
			}
		}
		m.End(b)
	}
}

// journal writes down what a sink gets, committed or not at all.
type journal struct {
	lines  []string
	open   []string
	shapes map[source.Name]*source.Table
	until  source.Position
}

var errReached = errors.New("the position is reached")

func (j *journal) Wants(source.Name) bool { return true }

func (j *journal) Rows(r *source.Rows) error {
	line := fmt.Appendf(nil, "%s %s %v %v %d", r.Op, r.Table.Name, r.Table.Columns, r.Table.Key, r.NULs)
	for _, m := range []*source.Images{&r.Before, &r.After} {
		line = append(fmt.Appendf(line, " | %d %v ", m.Len(), m.Ends()), m.Data()...)
	}
	j.open = append(j.open, string(line))
	return nil
}

func (j *journal) DDL(q *source.DDL) error {
	line := fmt.Sprintf("%s %s %s %q", q.Verb, q.Table, q.To, q.Statement)
	if q.Shape != nil {
		line += fmt.Sprintf(" %+v", *q.Shape)
	}
	j.open = append(j.open, line)
	return nil
}

func (j *journal) Commit(c source.Commit) error {
	if len(j.open) > 0 { // Of those that brought nothing only some pass a spool.
		j.lines = append(append(j.lines, j.open...), fmt.Sprintf("COMMIT %s %v", c.Position(), c.Time()))
	}
	j.open = nil
	if j.until != "" && c.Position() >= j.until {
		return errReached
	}
	return nil
}

func (j *journal) Rollback() { j.open = nil }

func all(source.Name) bool { return true }

func open(t testing.TB, o spool.Options) *spool.Spool {
	t.Helper()
	s, err := spool.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// replayed is what follows a position, until another.
func replayed(t testing.TB, s *spool.Spool, from, until source.Position) []string {
	t.Helper()
	j := &journal{until: until}
	if err := s.Replay(t.Context(), from, j); !errors.Is(err, errReached) {
		t.Fatalf("replay from %q: %v", from, err)
	}
	return j.lines
}

// write delivers so many transactions to a spool and to the journal that it returns.
func write(t testing.TB, s *spool.Spool, seed uint64, transactions int) *journal {
	t.Helper()
	return writeUntil(context.Background(), t, s, seed, transactions)
}

func writeUntil(ctx context.Context, t testing.TB, s *spool.Spool, seed uint64, transactions int) *journal {
	t.Helper()
	j := &journal{}
	o, direct, sink := newOrigin(seed), newOrigin(seed), s.Sink(ctx, all)
	for range transactions {
		if err := errors.Join(direct.transaction(j), o.transaction(sink)); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

// counter is a sink that counts rows.
type counter struct {
	rows  int
	until source.Position
}

func (c *counter) Wants(source.Name) bool { return true }

func (c *counter) Rows(r *source.Rows) error {
	c.rows += max(r.Before.Len(), r.After.Len())
	return nil
}

func (c *counter) DDL(*source.DDL) error { return nil }

func (c *counter) Commit(k source.Commit) error {
	if k.Position() >= c.until {
		return errReached
	}
	return nil
}

func (c *counter) Rollback() {}

func benchRows(n int) *source.Rows {
	r := &source.Rows{Table: table("bench", 8), Op: source.Insert}
	r.After.Reset(8)
	for i := range n {
		for c := range 8 {
			r.After.End(fmt.Appendf(r.After.Buffer(), "\"%010d\"", i*c))
		}
	}
	return r
}

package pg_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/front/pg"
)

// manyRows fill several buffers.
const manyRows = 200_000

// receiveRows counts rows until another message comes.
func receiveRows(c *client) (rows int, next pgproto3.BackendMessage) {
	for {
		if next = c.receive(); next == nil {
			return rows, nil
		}
		if _, ok := next.(*pgproto3.DataRow); !ok {
			return rows, next
		}
		rows++
	}
}

func TestErrorAfterManyRows(t *testing.T) {
	b := newFake()
	broken := integers(manyRows)
	broken.err = failures["fault"]
	b.results["select broken"] = broken
	b.results["select 1"] = integers(1)
	c := login(t, start(t, pg.Config{Backend: b}))
	for range 2 {
		c.send(&pgproto3.Query{String: "select broken"})
		if _, ok := c.receive().(*pgproto3.RowDescription); !ok {
			t.Fatal("no rows")
		}
		n, next := receiveRows(c)
		if e, ok := next.(*pgproto3.ErrorResponse); !ok || n != manyRows || e.Code != "22012" {
			t.Errorf("%d rows, then %#v", n, next)
		}
		if got := c.until("Z"); got != "Z I" {
			t.Errorf("then %s", got)
		}
	}
	c.send(&pgproto3.Query{String: "select 1"})
	if got, want := c.until("Z"), lines("T n:20:8:-1:0", "D 1", "C SELECT 1", "Z I"); got != want {
		t.Errorf("afterwards %s", got)
	}
}

// TestManySuspensions fetches a large result in portions of odd sizes.
func TestManySuspensions(t *testing.T) {
	b := newFake()
	b.results["select many"] = integers(manyRows)
	c := login(t, start(t, pg.Config{Backend: b}))
	c.send(&pgproto3.Parse{Query: "select many"}, &pgproto3.Bind{ResultFormatCodes: []int16{1}})
	total := 0
	for _, limit := range []int{1, 127, 129, 2048, 2049, 99_991, 0} {
		c.send(&pgproto3.Execute{MaxRows: uint32(limit)}, &pgproto3.Flush{})
		if total == 0 {
			c.receive() // ParseComplete
			c.receive() // BindComplete
		}
		n, next := receiveRows(c)
		total += n
		if _, ok := next.(*pgproto3.PortalSuspended); ok != (limit > 0) || limit > 0 && n != limit {
			t.Fatalf("%d rows of %d, then %#v", n, limit, next)
		}
	}
	if total != manyRows {
		t.Errorf("%d rows in all, want %d", total, manyRows)
	}
}
